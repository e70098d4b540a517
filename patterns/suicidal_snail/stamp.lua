--- The snail's stamp, one frame in text: "<date> <id> <number> <clock>". The date, ms since 1970,
-- is all that the Guide's publisher writes and its subscriber reads. The id is another each time a
-- publisher begins, numbers count its messages from 1, and its clock only goes forward, in ms.
-- The parser is total.
local numbers = require "publish_subscribe/numbers"

local stamp = {}

local DIGITS <const> = 15

--- The frame.
function stamp.frame(date, id, number, clock)
  return ("%d %s %d %d"):format(date, id, number, clock)
end

local function integer(text) return #text <= DIGITS and math.tointeger(tonumber(text)) or nil end

--- { date =, id =, number =, clock = }, of the Guide's only the date; or nil and the reason.
function stamp.parse(frame, more)
  if more then return nil, "more than one frame" end
  local digits, rest = frame:match "^(%d+)(.*)$"
  local date = digits and integer(digits)
  if not date then return nil, "no time" end
  if rest == "" then return { date = date } end
  local counted, clock = rest:match "^ (%x+ %d+) (%d+)$"
  local id, number = numbers.parse(counted or "")
  clock = id and integer(clock)
  if not clock then return nil, "no number or no clock behind the time" end
  return { date = date, id = id, number = number, clock = clock }
end

return stamp
