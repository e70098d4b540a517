--- Runs the nodes of a topology: starts them, restarts those that failed, stops all in order.
-- Decides what to do; the thread pool does it on the nodes' threads
-- (bindings/program/run_threads.h).
local change = require "topology/change"
local core = require "sloop".core
local data_folder = require "base/data_folder"
local node_requests = require "topology/node_requests"
local progress = require "base/progress"
local shutdown = require "topology/shutdown"
local shutdown_order = require "topology/shutdown_order"
local threads = require "topology/threads"

local BACK_OFF <const>, LONGEST_BACK_OFF <const> = 100, 10000 -- ms before a restart; doubles
local HEALTHY <const> = 10000 -- ms of running after which the back-off begins again
local NEVER <const> = 3600000
local SIGINT <const> = 2
-- Of more nodes the connections are not monitored: that takes 22 KiB and two descriptors a socket.
local MANY <const> = 100

local is_alive = shutdown.is_alive

local supervisor = {}
supervisor.__index = supervisor
for _, methods in ipairs { shutdown, node_requests, change } do
  for name, method in pairs(methods) do supervisor[name] = method end
end

-- ---- one node ----

-- Nodes are counted by state, so that no step visits all of them: there may be thousands.
function supervisor:set_state(node, state)
  local counts = self.counts
  if node.state then counts[node.state] = counts[node.state] - 1 end
  counts[state] = (counts[state] or 0) + 1
  node.state = state
  if node.has_main and state == "ended" and self.unfinished then
    self.unfinished = self.unfinished - 1
  end
  if node.stopping and not is_alive(node) then
    node.stopping, self.left = false, self.left - 1
  end
end

function supervisor:count(state) return self.counts[state] or 0 end

--- Make the node, with `entry` if it is given instead of the one it had.
function supervisor:load(node, entry)
  if node.has_main and node.state == "ended" and self.unfinished then
    self.unfinished = self.unfinished + 1
  end
  node.reason = nil
  self:set_state(node, "loading")
  self.pool:load(node.number, entry)
end

function supervisor:start(node)
  self:set_state(node, "running")
  node.since = self.pool:now()
  self.pool:go(node.number)
end

function supervisor:fail(node, reason, status)
  if not node.restart or self.phase == "ending" then
    self:set_state(node, "failed")
    node.reason = reason
    local why = ("%s: %s"):format(node.name, reason)
    if self.phase ~= "ending" then
      self:finish(status, why)
    elseif self.status == 0 and not node.restart then
      self.status, self.reason = status, why
    end
    return
  end
  local now = self.pool:now()
  if node.since and now - node.since > HEALTHY then node.failures = 0 end
  node.since = nil -- it may fail again without having run
  local delay = math.min(BACK_OFF * 2 ^ math.min(node.failures, 10), LONGEST_BACK_OFF) // 1
  node.failures, node.restarts = node.failures + 1, node.restarts + 1
  self:set_state(node, "restarting")
  node.reason, node.due = reason, now + delay
  self.pool:warn(node.name, ("failed: %s; it starts again in %d ms"):format(reason, delay))
end

-- The node has been restarted: nodes that were connected to it by inproc, which does not reconnect,
-- connect again.
function supervisor:reconnect_to(node)
  local names = shutdown_order.inproc_endpoints(node)
  if not next(names) then return end
  for _, other in ipairs(self.nodes) do
    local knew_it = other.loaded_at and other.loaded_at < node.ended_at
    if other ~= node and is_alive(other) and knew_it then
      self.pool:tell(other.number, core.pack { command = "reconnect", names = names })
    end
  end
end

-- ---- from start to end ----

-- Tell the service manager, if there is one.
function supervisor:notify(state)
  local ok, reason = core.notify(state)
  if not ok then
    self.pool:warn(self.name, "can't reach the service manager: " .. reason)
  end
end

-- What follows a phase of the start when all its nodes are loaded: nodes that bind are loaded
-- first, and none runs before all are loaded.
local next_phase = {
  binding = function(self)
    self.phase = "connecting"
    for _, node in ipairs(self.nodes) do
      if node.state == "new" then self:load(node) end
    end
  end,
  connecting = function(self)
    self.phase = "running"
    for _, node in ipairs(self.nodes) do
      if node.state == "loaded" then self:start(node) end
    end
    self.pool:log_start(self.name, ("runs %s, %d node%s, process %d"):format(self.path,
      #self.nodes, #self.nodes == 1 and "" or "s", core.pid()))
    self:notify "READY=1"
  end,
}

function supervisor:begin()
  while next_phase[self.phase] do
    if self:count "loading" > 0 then
      if self.is_large then self.progress:update(self:count "loaded", " are loaded") end
      return
    end
    next_phase[self.phase](self)
  end
  self.progress:clear()
end

function supervisor:restart_due()
  if self:count "restarting" == 0 then return end
  for _, node in ipairs(self.nodes) do
    if node.state == "restarting" and node.due <= self.pool:now() then self:load(node) end
  end
end

-- Stop when all nodes have ended, or all that have a `main`.
function supervisor:check_done()
  if self.phase ~= "running" then return end
  local all = self:count "ended" == #self.nodes - self:count "removed"
  if all or self.unfinished == 0 then self:finish(0, nil, true) end
end

-- ---- events ----

local events = {}

function events.loaded(self, node)
  self:set_state(node, "loaded")
  node.loaded_at = self.turn
  if node.ended_at then self:reconnect_to(node) end
  if self.phase == "running" then
    self:start(node)
    self:started_by_request(node)
  end
end

function events.refused(self, node, status, _, reason)
  if self:refused_by_request(node, reason) then return end
  self:fail(node, reason, status)
end

function events.ended(self, node, status, _, bytes)
  node.ended_at = self.turn
  if self:stopped_by_request(node) then return end
  if status == self.status then status = 0 end -- it was told to end with this one
  local result = status ~= 0 and bytes ~= "" and core.unpack(bytes) or {}
  if status == 0 then self:set_state(node, "ended")
  else self:fail(node, tostring(result[2] or "failed"), status) end
end

function events.probed(self, _, sum, busy) self:probed(sum, busy) end

function events.signalled(self, _, number)
  self.pool:log_start(self.name, (number == SIGINT and "SIGINT" or "SIGTERM") .. ": stopping")
  self:finish(0)
end

function events.asked(self, _, _, _, bytes, request)
  local ok, question = pcall(core.unpack, bytes)
  if not ok or type(question) ~= "table" then
    return self:answer(request, { ok = false, reason = "invalid control request" })
  end
  local node = self.by_name[question.node]
  local own = self:is_node_request(question)
  if node and not own and node.state == "running" then
    return self.pool:ask(node.number, request, bytes)
  end
  local answer = self:request(question, node, request)
  if answer then self:answer(request, answer) end -- else later
end

-- ---- running ----

-- Milliseconds until something is due.
function supervisor:pause()
  local due = NEVER + self.pool:now()
  for _, node in ipairs(self:count "restarting" > 0 and self.nodes or {}) do
    if node.state == "restarting" then due = math.min(due, node.due) end
  end
  due = math.min(due, self:shutdown_due() or due, self:requests_due() or due,
    self:watch_due() or due)
  return math.max(0, due - self.pool:now())
end

function supervisor:step()
  local kind, number, value, flag, bytes, request = self.pool:next(self:pause())
  self.turn = self.turn + 1
  if events[kind] then events[kind](self, self.nodes[number], value, flag, bytes, request) end
  if self.phase == "ending" then
    self.progress:clear()
    return self:continue_shutdown()
  end
  self:begin()
  self:restart_due()
  self:force_requested()
  self:check_file()
  self:check_done()
end

-- ---- all nodes ----

--- The spec of the node's Lua state, as bytes.
function supervisor:pack(node)
  local options = self.options
  local data = data_folder(options.name, options.data)
  return core.pack {
    role = node.role, name = node.name, entry = node.entry, args = {},
    strict = options.strict or false, data = data and data .. "/" .. node.name,
    memory = options.memory, connections = not self.is_large,
    handler_warn = options.handler_warn, handler_limit = options.handler_limit,
  }
end

--- Add a node, in the state "new"; returns its spec for the thread pool.
function supervisor:add(node)
  table.insert(self.nodes, node)
  node.number, node.failures, node.restarts = #self.nodes, 0, 0
  self.by_name[node.name] = node
  self:set_state(node, "new")
  return { name = node.name, thread = node.thread, entry = self:pack(node) }
end

--- Count anew what decides when the topology is done.
function supervisor:count_unfinished()
  self.unfinished = nil -- no node has a `main`
  for _, node in ipairs(self.nodes) do
    if node.has_main and node.state ~= "removed" then
      self.unfinished = (self.unfinished or 0) + (node.state == "ended" and 0 or 1)
    end
  end
end

--- Run these nodes, as topology.load returns them, to their end: exit status, and the reason if it
-- is not 0. `options` are the flags of `sloop up`; `path`, the topology's; and `load`, a function
-- that loads the topology's file anew, as topology.reload.
function supervisor.run(nodes, options)
  local self = setmetatable({
    nodes = {}, by_name = {}, counts = {}, phase = "binding", options = options,
    turn = 0, -- number of events
    name = options.name, path = options.path, levels = shutdown_order.levels(nodes),
    threads = threads.spread(nodes, options.threads), requested = {},
    is_large = #nodes > MANY, progress = progress.new(#nodes, "nodes"),
  }, supervisor)
  local specs = {}
  for i, node in ipairs(nodes) do specs[i] = self:add(node) end
  self:count_unfinished()
  local pool <close>, reason = core.up {
    nodes = specs, name = options.name, watch = options.watch, control = options.control,
    threads = self.threads,
  }
  if not pool then return 1, "can't start its threads: " .. reason end
  self.pool, self.since = pool, pool:now()
  for _, node in ipairs(nodes) do
    if shutdown_order.binds(node) then self:load(node) end
  end
  self:begin()
  while self.phase ~= "ended" do self:step() end
  pool:close()
  return self.status, self.reason
end

return supervisor
