--- Stops the nodes of a topology in order: levels one after another, each when no message is under
-- way any more. Its functions are methods of the supervisor.
local IS_ALIVE <const> = { loading = true, loaded = true, running = true }

local STOP_LIMIT <const> = 5000 -- ms for a node to stop in order: more than its grace time
local FORCED_LIMIT <const> = 2000 -- ms for one that was told to end at once
local QUIET_EVERY <const>, QUIET_CHECKS <const> = 10, 2 -- ms between checks for quiet; how many
local QUIET_LIMIT <const> = 1000 -- ms for messages under way to arrive

local shutdown = {}

--- Is the node loaded, or about to be?
function shutdown.is_alive(node) return IS_ALIVE[node.state] or false end

local is_alive = shutdown.is_alive

--- Stop all in order. `drain`: first let messages under way arrive.
function shutdown:finish(status, reason, drain)
  if self.phase == "ending" then return end
  self:notify "STOPPING=1"
  self.pool:ending()
  self.phase, self.status, self.reason = "ending", status, reason
  self:refuse_pending "the topology is stopping"
  for _, node in ipairs(self.nodes) do
    local waits = node.state == "restarting" or node.state == "new"
    if waits then self:set_state(node, "ended") end
  end
  if drain then self:check_quiet() else self:stop_next() end
end

function shutdown:stop_next()
  self.quiet_check, self.stopping = nil, {}
  while #self.stopping == 0 and #self.levels > 0 do
    for _, number in ipairs(table.remove(self.levels, 1)) do
      local node = self.nodes[number]
      if is_alive(node) then
        node.stopping = true
        self.pool:stop(number, self.status)
        table.insert(self.stopping, node)
      end
    end
  end
  self.left = #self.stopping
  self.forced, self.limit = false, self.pool:now() + STOP_LIMIT
end

-- Ask all remaining nodes for their counts of messages: unchanged, none is under way.
function shutdown:check_quiet()
  self.stopping = nil
  self.quiet_check = self.quiet_check or { quiet = 0, limit = self.pool:now() + QUIET_LIMIT }
  local check = self.quiet_check
  check.sum, check.busy, check.left, check.due = 0, false, 0, nil
  for number, node in ipairs(self.nodes) do
    if is_alive(node) then
      check.left = check.left + 1
      self.pool:probe(number)
    end
  end
  if check.left == 0 then self:stop_next() end
end

function shutdown:probed(sum, busy)
  local check = self.quiet_check
  if not check or check.due then return end
  check.sum, check.busy = check.sum + sum, check.busy or busy
  check.left = check.left - 1
  if check.left > 0 then return end
  local same = check.sum == check.before and not check.busy
  check.quiet, check.before = same and check.quiet + 1 or 0, check.sum
  if check.quiet >= QUIET_CHECKS then return self:stop_next() end
  check.due = self.pool:now() + QUIET_EVERY
end

--- Why a node does not end, though it is told to: it, or another node of its thread, is in a call
-- of C that does not return.
shutdown.HANGS = "can't be stopped: its thread hangs in a C call, of this node or another"

-- The time is up: end at once; and if that fails too, end the process.
function shutdown:force_all()
  local late = {}
  for _, node in ipairs(self.stopping) do
    if is_alive(node) then
      table.insert(late, node.name)
      self.pool:stop(node.number, self.status, true)
    end
  end
  if self.forced then
    for _, name in ipairs(late) do
      self.pool:warn(name, shutdown.HANGS)
    end
    self.pool:abandon(1)
  end
  self.forced, self.limit = true, self.pool:now() + FORCED_LIMIT
end

function shutdown:continue_shutdown()
  local now = self.pool:now()
  if self.quiet_check and now >= self.quiet_check.limit then
    self:stop_next()
  elseif self.quiet_check and self.quiet_check.due and now >= self.quiet_check.due then
    self:check_quiet()
  end
  if not self.stopping then return end
  if self.left > 0 then
    if now >= self.limit then self:force_all() end
  elseif #self.levels > 0 then
    self:check_quiet()
  else
    self.phase = "ended"
  end
end

--- The time at which the next step of the shutdown is due, or nil.
function shutdown:shutdown_due()
  local due
  if self.stopping then due = #self.stopping > 0 and self.limit or 0 end
  local check = self.quiet_check
  if check then due = math.min(due or math.huge, check.limit, check.due or math.huge) end
  return due
end

return shutdown
