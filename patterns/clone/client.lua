--- Clone client (CHP), as a part of any node: a map that many share. It emits "change", key, value
-- (or nil), message; and "synced" when the map is equal to a server's.
local chp = require "clone/chp"
local kvmsg = require "clone/kvmsg"
local queue = require "sloop.queue"

local MOST_UNSENT <const> = 10000
local PATIENCE <const> = 1000 -- ms for a server that may be away

---@type sloop.Role
local client = {
  options = {
    servers = { "tcp://localhost:5556", "tcp://localhost:5566" }, -- the first of three ports each
    subtree = "",   -- keys that begin so
    silence = 3000, -- ms until a server is left for the other one
    show = false,   -- a log line for each change
  },
  limits = { silence = { min = 10 } },
  state = {
    unsent = queue.new(), -- what was set while no server was there
    listeners = 0,        -- servers that take what is set
    id = "", number = 0,  -- the halves of the UUID of the last set
  },
  sockets = { setter = { "xpub", sndhwm = 100000, xpub_verboser = true } },
  parts = function(options)
    return { replica = { "clone/replica", servers = options.servers, subtree = options.subtree,
                         silence = options.silence } }
  end,
  on = {},
}

--- The value of a key; nil when there is none.
function client.get(self, key)
  return self.replica.map[key] and self.replica.map[key].body
end

--- For key, value below a subtree (absent: all), in no order. The loop may not wait.
function client.each(self, subtree)
  local map, key, kv = self.replica.map, nil, nil
  return function()
    repeat key, kv = next(map, key) until key == nil or kvmsg.is_below(key, subtree or "")
    return key, kv and kv.body
  end
end

--- Sets a key, for `ttl` ms when that is given; an empty value, or nil, deletes it: true. While no
--- server is there it is kept for later, or nil and "full". Its change shows that it got there.
function client.set(self, key, value, ttl)
  local good = type(key) == "string" and key ~= "" and #key <= kvmsg.MOST_KEY
  if not good or value and type(value) ~= "string" then
    error(("a key is a string of 1 to %d bytes, a value a string"):format(kvmsg.MOST_KEY), 2)
  end
  if ttl ~= nil and (math.type(ttl) ~= "integer" or ttl < 1) then
    error("a ttl is a number of ms, at least 1", 2)
  end
  self.number = self.number + 1
  local uuid = self.id .. (">I8"):pack(self.number)
  local kv = { key = key, seq = 0, uuid = uuid, body = value or "", ttl = ttl }
  local goes = self:is_synced() and self.listeners > 0 and queue.empty(self.unsent)
  if goes then return self.setter:send(kvmsg.pack(kv)) end
  if queue.size(self.unsent) >= MOST_UNSENT then return nil, "full" end
  queue.push(self.unsent, kv)
  return true
end

--- Is the map equal to a server's?
function client.is_synced(self) return self.replica.phase == "synced" end

function client.init(self)
  self.id = (">I8"):pack(tonumber(self:uuid():sub(1, 15), 16))
  for _, server in ipairs(self.options.servers) do
    self.setter:connect(chp.endpoint(server, chp.SETTERS))
  end
end

-- All servers are to hear it, the passive one, too; but one may be away.
local function send_unsent(self)
  local deadline = self:now() + PATIENCE
  while self.listeners < #self.options.servers and self:now() < deadline do
    self:wait("listener", deadline - self:now())
  end
  while self.listeners > 0 and not queue.empty(self.unsent) do
    self.setter:send(kvmsg.pack(queue.pop(self.unsent)))
  end
end

function client.on.setter(self, subscription)
  self.listeners = self.listeners + (subscription:byte() == 1 and 1 or -1)
  self:wake("listener")
  if self.listeners == 1 and self:is_synced() then self:spawn(send_unsent) end
end

function client.on.replica(self, event, key, value, kv)
  if event == "synced" then self:spawn(send_unsent) end
  if self.options.show then self:log("%s", key and ("%s = %s"):format(key, value) or event) end
  return self:emit(event, key, value, kv)
end

return client
