--- Messages in words, one line each, whatever bytes they have: sizes, text, or hex where it is
-- none; subscriptions as such.
local show = {}

local BYTES <const> = 64 -- of a frame, and then how many more

-- Text that a terminal may have: no control characters, in UTF-8.
local function is_text(frame)
  return utf8.len(frame) ~= nil and not frame:find "[%c\x7f]" and not frame:find "\xc2[\x80-\x9f]"
end

local function in_hex(bytes)
  return (bytes:gsub(".", function(c) return ("%02X"):format(c:byte()) end))
end

local function cut(frame)
  if #frame <= BYTES then return frame, "" end
  local stop = BYTES
  while stop > BYTES - 4 and frame:byte(stop + 1) & 0xC0 == 0x80 do stop = stop - 1 end -- UTF-8
  return frame:sub(1, stop), ("... and %d bytes"):format(#frame - stop)
end

--- One frame: its size in bytes, and what is in it; as hex whenever `hex`.
function show.frame(frame, hex)
  local bytes, rest = cut(frame)
  local text = (hex or not is_text(bytes)) and in_hex(bytes) or bytes
  return ("[%03d] %s%s"):format(#frame, text, rest)
end

-- Bytes in a line of words.
local function quoted(bytes)
  if bytes == "" then return "everything" end
  local text, rest = cut(bytes)
  return (is_text(text) and ('"%s"'):format(text) or "hex " .. in_hex(text)) .. rest
end

--- What a message says about subscriptions: 1 or 0, and the prefix; or nil.
function show.subscription(frame, more)
  local byte = frame:byte()
  if more or not byte or byte > 1 then return nil end
  return byte, frame:sub(2)
end

--- A message in one line. With `plain` a first byte of 0 or 1 means nothing.
function show.message(hex, plain, ...)
  local byte, prefix = show.subscription(...)
  if byte and not plain then
    return (byte == 1 and "subscribe to " or "unsubscribe from ") .. quoted(prefix)
  end
  local frames = { ... }
  for i, frame in ipairs(frames) do frames[i] = show.frame(frame, hex) end
  return table.concat(frames, "  ")
end

--- Does a message concern one of these prefixes? Subscriptions do by what they are to.
function show.concerns(prefixes, plain, ...)
  local byte, topic = show.subscription(...)
  if not byte or plain then topic = ... end
  for _, prefix in ipairs(prefixes) do
    if topic:sub(1, #prefix) == prefix then return true end
  end
  return false
end

--- What a SUB has to subscribe to for that.
function show.subscriptions(prefixes)
  local all = {}
  for _, prefix in ipairs(prefixes) do
    table.insert(all, prefix)
    if prefix ~= "" then
      table.insert(all, "\0" .. prefix)
      table.insert(all, "\1" .. prefix)
    end
  end
  return all
end

return show
