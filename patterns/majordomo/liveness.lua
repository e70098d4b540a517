--- Liveness of a majordomo broker's workers, counted in heartbeats and not read from a clock: a
--- broker that was suspended expires no worker.
local mdp = require "majordomo/mdp"

local liveness = {}

--- Sends each worker a heartbeat. Returns a list of the dead: those that missed more than
--- `liveness` heartbeats in a row, and those whose connection is closed.
function liveness.dead(self)
  local dead = {}
  for _, worker in pairs(self.workers) do
    worker.silent = worker.silent + 1
    local expired = worker.silent > self.options.liveness
    if expired or not self.router:send(mdp.to_worker(worker, "heartbeat")) then
      table.insert(dead, worker)
    end
  end
  return dead
end

return liveness
