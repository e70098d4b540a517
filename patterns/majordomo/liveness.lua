--- Liveness of a majordomo broker's workers, counted in heartbeats and not read from a clock: a
--- broker that was suspended expires no worker.
local mdp = require "majordomo/mdp"

local liveness = {}

local function send(self, worker, command)
  return self.router:send(mdp.to_worker(worker, command))
end

--- Sends each worker a heartbeat and adds `ticks` to its silence. Calls `remove(self, worker)` for
--- those that are silent for more than `liveness` heartbeats or whose connection is closed. Returns
--- how many workers there were.
function liveness.remove_dead(self, ticks, remove)
  local dead, count = {}, 0
  for _, worker in pairs(self.workers) do
    count, worker.silent = count + 1, worker.silent + ticks
    local reason
    if worker.silent > self.options.liveness then reason = "silent"
    elseif not send(self, worker, "heartbeat") then reason = "closed" end
    if reason then
      self:note("removed", { reason = reason, silent = worker.silent })
      table.insert(dead, worker)
    end
  end
  for _, worker in ipairs(dead) do
    remove(self, worker)
    send(self, worker, "disconnect") -- one that was only suspended registers again
  end
  return count
end

--- At the end of the broker: its workers leave at once.
function liveness.stop(self)
  for _, worker in pairs(self.workers) do send(self, worker, "disconnect") end
end

return liveness
