--- A weather update in one frame, as the Guide's wuserver writes it: "10001 -12 34". Behind that
-- may stand its number (numbers.lua), which the Guide's client does not read. The parser is total.
local weather = {}

--- What a subscriber to this zip code, five digits, subscribes to.
function weather.prefix(zip) return zip .. " " end

--- The frame; `stamp` may be nil.
function weather.frame(zip, temperature, humidity, stamp)
  local text = ("%05d %d %d"):format(zip, temperature, humidity)
  return stamp and text .. " " .. stamp or text
end

--- Zip code as text, temperature and humidity, and the stamp or nil; or nil and the reason.
function weather.parse(frame, more)
  if more then return nil, "more than one frame" end
  local zip, degrees, humidity, rest = frame:match "^(%d%d%d%d%d) (%-?%d+) (%d+)(.*)$"
  if not zip or #degrees > 5 or #humidity > 5 then return nil, "no weather" end
  if rest ~= "" and rest:sub(1, 1) ~= " " then return nil, "no weather" end
  return zip, tonumber(degrees), tonumber(humidity), rest ~= "" and rest:sub(2) or nil
end

return weather
