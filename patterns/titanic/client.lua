--- Titanic client: asks for what is done even when every process on the way dies, itself included.
-- A call has a name of the application's. Its uuid is remembered in a store, so that the same call
-- after a restart goes on where it was, and after the end returns the same reply.
local reply_later = require "sloop.reply_later"
local tsp = require "titanic/tsp"

---@type sloop.Role
local client = {
  options = {
    broker = "tcp://localhost:5555",
    timeout = 2500,  -- ms for an answer of the titanic
    interval = 500,  -- ms between two questions for a reply
    service = "",    -- asked for by itself; "": it only does what its owner wants
    requests = 0,    -- how many of those
    lanes = 4,       -- at once
  },
  limits = {
    timeout = { min = 1 }, interval = { min = 1 }, requests = { min = 0 }, lanes = { min = 1 },
  },
  state = {
    calling = {},  -- names of calls under way
    sequence = 0,  -- of the last call it made by itself
    done = 0,      -- how many of those are
  },
  stores = { calls = {} }, -- name -> { uuid = } or { reply = { frame... } }
  parts = function(options)
    return { mdp = { "majordomo/client", broker = options.broker, timeout = options.timeout,
                     retries = 1, pool = options.lanes } }
  end,
}

-- Until the titanic answers, however long it takes: the status and what follows it.
local function ask(self, service, ...)
  while true do
    local reply = table.pack(tsp.from_titanic(self.mdp:request(service, ...)))
    if reply[1] then return table.unpack(reply, 1, reply.n) end
    self:sleep(self.options.interval)
  end
end

local function remember(self, name, call)
  self.calls:put(name, call)
  local ok, reason = self.calls:sync()
  if not ok then self:stop(nil, "the store failed: " .. reason) end -- and begin again from it
end

local REFUSED <const> = { [tsp.ERROR] = "refused", [tsp.UNKNOWN] = "malformed" }
local LOST <const> = { [tsp.ERROR] = "dead", [tsp.UNKNOWN] = "unknown" }

-- The uuid of the stored request; or nil, what the titanic says, and in a word what that means.
local function store(self, name, service, ...)
  local status, uuid = ask(self, "titanic.request", service, ...)
  if status ~= tsp.OK or not tsp.uuid(uuid) then
    return nil, uuid or status, REFUSED[status] or "refused"
  end
  remember(self, name, { uuid = uuid })
  self:note("accepted", { uuid = uuid, name = name })
  return uuid
end

-- The reply's frames, once it is there; or nil and why there is none, as above.
local function fetch(self, uuid)
  while true do
    local answer = table.pack(ask(self, "titanic.reply", uuid))
    if answer[1] == tsp.OK then return table.unpack(answer, 2, answer.n) end
    if answer[1] ~= tsp.PENDING then
      return nil, answer[2] or answer[1], LOST[answer[1]] or "unknown"
    end
    self:sleep(self.options.interval)
  end
end

local function go_on(self, name, service, ...)
  local call = self.calls:get(name)
  if call and call.reply then return table.unpack(call.reply) end
  local uuid = call and call.uuid
  if not uuid then
    local stored, reason, meaning = store(self, name, service, ...)
    if not stored then return nil, reason, meaning end
    uuid = stored
  end
  local reply = table.pack(fetch(self, uuid))
  if not reply[1] then return table.unpack(reply, 1, 3) end
  remember(self, name, { reply = { table.unpack(reply, 1, reply.n) } })
  ask(self, "titanic.close", uuid)
  return table.unpack(reply, 1, reply.n)
end

--- The reply to a request for a service, as long as it may take. `name` is the application's for
--- this call: the same name is the same call, also after a restart. Or nil, the reason, and
--- "refused" (the titanic is full, say: try again later), "malformed" (it never takes this), "dead"
--- (it has given the request up) or "unknown" (it has forgotten it: its retention is over).
function client.call(self, name, service, ...)
  if self.calling[name] then error(("call '%s' is under way"):format(name), 2) end
  self.calling[name] = true
  local _ <close> = reply_later(function() self.calling[name] = nil end)
  return go_on(self, name, service, ...)
end

--- Forget a call, whose reply is not needed again: its name may be used for another one.
function client.forget(self, name)
  local call = self.calls:get(name)
  if not call then return end
  self.calls:put(name, nil)
  if call.uuid then ask(self, "titanic.close", call.uuid) end
end

-- ---- by itself ----

local function name_of(self, number) return ("%s %d"):format(self.name, number) end

local function lane(self)
  while self.sequence < self.options.requests do
    self.sequence = self.sequence + 1
    local name = name_of(self, self.sequence)
    self:note("request", { id = name, body = name })
    local reply, reason, meaning
    repeat
      if meaning then self:sleep(self.options.interval) end
      reply, reason, meaning = self:call(name, self.options.service, name)
    until meaning ~= "refused"
    self:note(reply and "reply" or "gave_up", { id = name, got = reply, reason = reason })
    if not reply then self:warn("%s: %s", name, reason) end
    self.done = self.done + 1
    self:wake "done"
  end
end

function client.main(self)
  if self.options.service == "" then return self:wait "never" end
  for _ = 1, self.options.lanes do self:spawn(lane) end
  while self.done < self.options.requests do self:wait "done" end
  self:log("%d requests are done", self.done)
  for number = 1, self.done do self:forget(name_of(self, number)) end -- the next run is another
end

return client
