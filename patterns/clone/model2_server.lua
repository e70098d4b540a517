--- Clone, model 2: a late client asks for a snapshot. It ends with KTHXBAI and the number of the
-- last update in it. A snapshot waits for a slow client, and is whole or not at all.
local kvmsg = require "clone/kvmsg"
local patient_send = require "sloop.patient_send"
local reject = require "sloop.reject_message"

local PATIENCE <const> = 10000 -- ms for a client that does not read

---@type sloop.Role
local server = {
  options = { every = 10 }, -- ms between two updates; 0: none
  state = { seq = 0, map = {}, rejects = {} }, -- key -> { seq, body }
  sockets = {
    snapshot = { "router", bind = "tcp://*:5556", parallel = 50 },
    updates = { "pub", bind = "tcp://*:5557" },
  },
  on = {},
}

--- The next update of the map: published and kept.
function server.publish(self, key, body)
  self.seq = self.seq + 1
  self.map[key] = body ~= "" and { self.seq, body } or nil
  self.updates:send(kvmsg.simple(key, self.seq, body))
end

--- Sends the keys below a subtree ("": all) as they are now. What changes meanwhile is not in it:
--- a client that gets this gets the updates, too.
function server.deliver(self, client, subtree)
  local list, last = {}, self.seq
  for key, entry in pairs(self.map) do
    if kvmsg.is_below(key, subtree) then table.insert(list, { key, entry[1], entry[2] }) end
  end
  table.insert(list, { "KTHXBAI", last, "" })
  for _, entry in ipairs(list) do
    local frames = { kvmsg.simple(table.unpack(entry)) }
    if not patient_send(self, self.snapshot, PATIENCE, client, table.unpack(frames)) then return end
  end
end

function server.on.snapshot(self, client, word, ...)
  if word ~= "ICANHAZ?" or ... then return reject(self, "not ICANHAZ?") end
  self:deliver(client, "")
end

function server.main(self)
  while true do
    self:sleep(math.max(1, self.options.every))
    local key, body = ("%d"):format(self:random(0, 9999)), ("%d"):format(self:random(0, 999999))
    if self.options.every > 0 then self:publish(key, body) end
  end
end

return server
