--- Snapshots of a clone server's map, which many clients may ask for at once: clients of one moment
-- share a list of entries, and all deliveries together send no more in a turn than one would, so
-- that the server stands still for none of them.
local chp = require "clone/chp"
local kvmsg = require "clone/kvmsg"
local patient_send = require "sloop.patient_send"

local snapshots = {}

local TURN <const> = 1000 -- messages, then other events have their turn

--- Plain data: the list of entries taken last, and how many deliveries there are.
function snapshots.new() return { entries = {}, seq = -1, subtree = "", deliveries = 0 } end

--- Gives the list free that was taken last.
function snapshots.forget(self) self.entries, self.seq = {}, -1 end

--- The entries of a map below a subtree; it is as of this sequence number.
function snapshots.take(self, map, seq, subtree)
  if self.seq == seq and self.subtree == subtree then return self.entries end
  local entries = {}
  for key, kv in pairs(map) do
    if kvmsg.is_below(key, subtree) then entries[#entries + 1] = kv end
  end
  self.entries, self.seq, self.subtree = entries, seq, subtree
  return entries
end

-- Sends at once if it can: a task that waits costs more.
local function send(node, client, patience, ...)
  return node.snapshot:try_send(client, ...)
    or patient_send(node, node.snapshot, patience, client, ...)
end

local function send_all(self, node, client, entries, patience)
  local sent = 0
  for _, kv in ipairs(entries) do
    if not send(node, client, patience, chp.pack(node, kv)) then return false end
    sent = sent + 1
    if sent >= TURN // self.deliveries then
      sent = 0
      node:sleep(0)
    end
  end
  return true
end

--- Sends entries and the message behind them to a client, through the ROUTER `snapshot` of this
--- node, and waits for the client up to `patience` ms at a time: true when all went.
function snapshots.deliver(self, node, client, entries, bye, patience)
  self.deliveries = self.deliveries + 1
  local sent = send_all(self, node, client, entries, patience)
    and send(node, client, patience, kvmsg.pack(bye))
  self.deliveries = self.deliveries - 1
  return sent
end

return snapshots
