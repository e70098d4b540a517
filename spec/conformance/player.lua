--- Plays a scenario: sockets of one node, and what is done with them, line by line.
-- The same text runs in both worlds. Knows nothing of what is expected: it tells what happened, a
-- line a step. The language is explained in spec/conformance/scenario.lua.

-- The spec puts a scenario in place of this line.
local TEXT <const>, ENDPOINTS <const>, SCALE <const>, IS_REAL <const> = "", {}, 1, true
local SETTLE <const>, SILENCE <const>, LONG <const> = 30 * SCALE, 30 * SCALE, 3000

local MESSAGES <const> = " / "

-- ---- words ----

local function endpoints_in(text)
  return (text:gsub("%f[%w]%u%f[%W]", ENDPOINTS))
end

-- Frames are words: '' is empty, \xNN a byte, x*N repeats.
local function frame_of(word)
  if word == "''" then return "" end
  local text, times = word:match("^(.)%*(%d+)$")
  if text then return text:rep(tonumber(times)) end
  return (word:gsub("\\x(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

local function value_of(text)
  if text == "true" or text == "false" then return text == "true" end
  if text:find "^%-?%d+$" then return math.tointeger(tonumber(text)) end
  if not text:find("[,:]") and not text:find "^%u$" then return frame_of(text) end
  local list = {}
  for each in text:gmatch "[^,]+" do table.insert(list, endpoints_in(each)) end
  return list[2] and list or list[1]
end

-- Ids that a library makes up are told as #1, #2, ... in the order they are seen; so are
-- request numbers, %1, %2, after the line `numbers`.
local names = { ["#"] = {}, ["%"] = {} }
local numbered = false

local function name_of(kind, frame)
  local known = names[kind]
  if not known[frame] then
    table.insert(known, frame)
    known[frame] = #known
  end
  return kind .. known[frame]
end

local function told(frame)
  if #frame == 5 and frame:byte() == 0 then return name_of("#", frame) end
  if numbered and #frame == 4 then return name_of("%", frame) end
  if frame == "" then return "''" end
  if #frame > 40 then return ("%d bytes"):format(#frame) end
  return (frame:gsub("[^%g]", function(c) return ("\\x%02x"):format(c:byte()) end))
end

local function meant(word)
  local kind, number = word:match "^([#%%])(%d+)$"
  local known = kind and names[kind][tonumber(number)]
  return known or frame_of(word)
end

local function told_all(...)
  local frames = table.pack(...)
  if frames[1] == nil then return frames[3] or frames[2] end
  for i = 1, frames.n do frames[i] = told(frames[i]) end
  return table.concat(frames, " ")
end

local function done(ok, reason, code)
  if ok then return "ok" end
  return code or reason
end

-- ---- steps ----

local function receive_all(socket)
  local messages = {}
  while true do
    local message = table.pack(socket:recv(SILENCE))
    if message[1] == nil then return messages, message[2] end
    table.insert(messages, told_all(table.unpack(message, 1, message.n)))
  end
end

local function listed(messages)
  return messages[1] and table.concat(messages, MESSAGES) or "nothing"
end

local function flood(self, name, count, text)
  for i = 1, tonumber(count) do
    if not self.sockets[name]:try_send(frame_of(text) .. i) then return i - 1 end
  end
  return tonumber(count)
end

local function meant_all(...)
  local frames = table.pack(...)
  for i = 1, frames.n do frames[i] = meant(frames[i]) end
  return table.unpack(frames, 1, frames.n)
end

local function take_events(self, name)
  local list = self.seen[name] or {}
  self.seen[name] = nil
  return list[1] and table.concat(list, " ") or "none"
end

-- What a socket's line may say: verb -> function(self, name, ...) -> what happened.
local verbs = {
  send = function(self, name, ...) return done(self.sockets[name]:try_send(meant_all(...))) end,
  recv = function(self, name) return told_all(self.sockets[name]:recv(LONG)) end,
  quiet = function(self, name) return told_all(self.sockets[name]:recv(SILENCE)) end,
  drain = function(self, name) return listed((receive_all(self.sockets[name]))) end,
  sorted = function(self, name)
    local messages = receive_all(self.sockets[name])
    table.sort(messages)
    return listed(messages)
  end,
  count = function(self, name) return tostring(#receive_all(self.sockets[name])) end,
  flood = function(self, name, count, text) return tostring(flood(self, name, count, text)) end,
  stream = function(self, name, count, text) -- sends that wait
    self.streamed[name] = 0
    self:spawn(function()
      for i = 1, tonumber(count) do
        if not self.sockets[name]:send(frame_of(text) .. i) then return end
        self.streamed[name] = i
      end
    end)
    return "ok"
  end,
  streamed = function(self, name) return tostring(self.streamed[name]) end,
  close = function(self, name) return done(self.sockets[name]:close() or true) end,
  reopen = function(self, name) return done(self.sockets[name]:reopen()) end,
  await = function(self, name, event) -- until that was told, then all that was
    local deadline = self:now() + LONG
    local function seen()
      for _, each in ipairs(self.seen[name] or {}) do
        if each == event then return true end
      end
    end
    while not seen() and self:now() < deadline do self:wait("event", deadline - self:now()) end
    return take_events(self, name)
  end,
  events = take_events,
}
for _, verb in ipairs { "bind", "connect", "disconnect" } do
  verbs[verb] = function(self, name, endpoint)
    local socket = self.sockets[name]
    return done(socket[verb](socket, endpoints_in(endpoint)))
  end
end
for _, verb in ipairs { "subscribe", "unsubscribe" } do
  verbs[verb] = function(self, name, prefix)
    local socket = self.sockets[name]
    return done(socket[verb](socket, frame_of(prefix)))
  end
end

local function declaration(words)
  local declared = { table.unpack(words, 1, 1) }
  for i = 2, #words do
    local key, value = words[i]:match "^([%w_]+)=(.*)$"
    declared[key] = value_of(value)
  end
  return declared
end

-- What was bound a moment ago may still be: closing is not at once.
local function open(self, name, words, again)
  local deadline = self:now() + LONG
  repeat
    local socket, reason, code = self:open(declaration(words))
    self.sockets[name] = socket
    if socket or not again or code ~= "EADDRINUSE" then return done(socket, reason, code) end
    self:sleep(5)
  until self:now() > deadline
  return "EADDRINUSE"
end

local function words_of(line)
  local words = {}
  for word in line:gmatch "%S+" do table.insert(words, word) end
  return words
end

-- In one piece: in virtual time by a fault that comes just after the note.
local function busy(self, ms)
  if IS_REAL then
    local over = os.clock() + ms / 1000
    while os.clock() < over do end
  else
    self:note "busy"
    self:sleep(0)
  end
end

local function play(self, line)
  local words = words_of(line)
  if words[1] == "wait" then
    self:sleep(words[2] and tonumber(words[2]) * SCALE or SETTLE)
    return "ok"
  elseif words[1] == "busy" then
    busy(self, tonumber(words[2]) * SCALE)
    return "ok"
  elseif words[1] == "numbers" then
    numbered = true
    return "ok"
  elseif words[2] == "=" or words[2] == "again" then
    return open(self, words[1], table.move(words, 3, #words, 1, {}), words[2] == "again")
  elseif words[2] == "watched" then
    self.sockets[words[1]] = self[words[1]]
    return "ok"
  end
  local verb = verbs[words[2]] or error("no step '" .. line .. "'")
  return verb(self, words[1], table.unpack(words, 3))
end

-- ---- the role ----

local player = { sockets = {}, on = {}, state = { sockets = {}, seen = {}, streamed = {} } }

-- Sockets whose events are told are declared: the role's are, and are open from the start.
for line in TEXT:gmatch "[^\n]+" do
  local words = words_of(line)
  if words[2] == "watched" then
    local name = words[1]
    player.sockets[name] = declaration(table.move(words, 3, #words, 1, {}))
    player.sockets[name].events = "events_of_" .. name
    player.on["events_of_" .. name] = function(self, event)
      self.seen[name] = self.seen[name] or {}
      table.insert(self.seen[name], event)
      self:wake "event"
    end
  end
end

function player.main(self)
  local outcome = {}
  for line in TEXT:gmatch "[^\n]+" do table.insert(outcome, play(self, line)) end
  self:note("outcome", outcome)
  return outcome
end

return player
