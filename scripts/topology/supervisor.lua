--- Runs the nodes of a topology: starts them, restarts those that failed, stops all in order.
-- Decides what to do; the thread pool does it on the nodes' threads
-- (bindings/program/run_threads.h).
local core = require "sloop".core
local data_folder = require "base/data_folder"
local shutdown_order = require "topology/shutdown_order"
local threads = require "topology/threads"

local BACK_OFF <const>, LONGEST_BACK_OFF <const> = 100, 10000 -- ms before a restart; doubles
local HEALTHY <const> = 10000 -- ms of running after which the back-off begins again
local STOP_LIMIT <const> = 5000 -- ms for a node to stop in order: more than its grace time
local FORCED_LIMIT <const> = 2000 -- ms for one that was told to end at once
local QUIET_EVERY <const>, QUIET_CHECKS <const> = 10, 2 -- ms between checks for quiet; how many
local QUIET_LIMIT <const> = 1000 -- ms for messages under way to arrive
local NEVER <const> = 3600000

local supervisor = {}
supervisor.__index = supervisor

-- ---- one node ----

local IS_ALIVE <const> = { loading = true, loaded = true, running = true }

local function is_alive(node) return IS_ALIVE[node.state] end

-- Nodes are counted by state, so that no step visits all of them: there may be thousands.
function supervisor:set_state(node, state)
  local counts = self.counts
  if node.state then counts[node.state] = counts[node.state] - 1 end
  counts[state] = (counts[state] or 0) + 1
  node.state = state
  if node.has_main and state == "ended" then self.unfinished = self.unfinished - 1 end
  if node.stopping and not is_alive(node) then
    node.stopping, self.left = false, self.left - 1
  end
end

function supervisor:count(state) return self.counts[state] or 0 end

function supervisor:load(node)
  self:set_state(node, "loading")
  self.pool:load(node.number)
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
    self:notify "READY=1"
  end,
}

function supervisor:begin()
  while next_phase[self.phase] do
    if self:count "loading" > 0 then return end
    next_phase[self.phase](self)
  end
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
  local all = self:count "ended" == #self.nodes
  if all or self.unfinished == 0 then self:finish(0, nil, true) end
end

-- ---- shutdown ----

--- Stop all in order. `drain`: first let messages under way arrive.
function supervisor:finish(status, reason, drain)
  if self.phase == "ending" then return end
  self:notify "STOPPING=1"
  self.phase, self.status, self.reason = "ending", status, reason
  for _, node in ipairs(self.nodes) do
    if node.state == "restarting" or node.state == "new" then self:set_state(node, "ended") end
  end
  if drain then self:check_quiet() else self:stop_next() end
end

function supervisor:stop_next()
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
function supervisor:check_quiet()
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

function supervisor:probed(sum, busy)
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

-- The time is up: end at once; and if that fails too, end the process.
function supervisor:force()
  local late = {}
  for _, node in ipairs(self.stopping) do
    if is_alive(node) then
      table.insert(late, node.name)
      self.pool:stop(node.number, self.status, true)
    end
  end
  if self.forced then
    for _, name in ipairs(late) do
      self.pool:warn(name, "can't be stopped: blocked in a C call")
    end
    self.pool:abandon(1)
  end
  self.forced, self.limit = true, self.pool:now() + FORCED_LIMIT
end

function supervisor:continue_shutdown()
  local now = self.pool:now()
  if self.quiet_check and now >= self.quiet_check.limit then
    self:stop_next()
  elseif self.quiet_check and self.quiet_check.due and now >= self.quiet_check.due then
    self:check_quiet()
  end
  if not self.stopping then return end
  if self.left > 0 then
    if now >= self.limit then self:force() end
  elseif #self.levels > 0 then
    self:check_quiet()
  else
    self.phase = "ended"
  end
end

-- ---- events ----

local events = {}

function events.loaded(self, node)
  self:set_state(node, "loaded")
  node.loaded_at = self.turn
  if node.ended_at then self:reconnect_to(node) end
  if self.phase == "running" then self:start(node) end
end

function events.refused(self, node, status, _, reason) self:fail(node, reason, status) end

function events.ended(self, node, status, _, bytes)
  node.ended_at = self.turn
  if status == self.status then status = 0 end -- it was told to end with this one
  local result = status ~= 0 and bytes ~= "" and core.unpack(bytes) or {}
  if status == 0 then self:set_state(node, "ended")
  else self:fail(node, tostring(result[2] or "failed"), status) end
end

function events.probed(self, _, sum, busy) self:probed(sum, busy) end

function events.signalled(self) self:finish(0) end

function events.asked(self, _, _, _, bytes, request)
  local ok, question = pcall(core.unpack, bytes)
  local node = ok and type(question) == "table" and self.by_name[question.node]
  if node and node.state == "running" then return self.pool:ask(node.number, request, bytes) end
  local answer = ok and self:answer(question) or { ok = false, reason = "invalid control request" }
  self.pool:answer(request, core.pack(answer))
end

-- ---- control requests ----

function supervisor:status()
  local status = {
    ok = true, topology = true, name = self.name, role = self.path, pid = core.pid(),
    uptime = self.pool:now() - self.since, phase = self.phase, nodes = {},
  }
  for number, node in ipairs(self.nodes) do
    status.nodes[number] = {
      name = node.name, role = node.role, thread = node.thread, state = node.state,
      restarts = node.restarts, reason = node.reason,
    }
  end
  return status
end

function supervisor:answer(question)
  if type(question) ~= "table" then return { ok = false, reason = "invalid control request" } end
  local node = self.by_name[question.node]
  if node then return { ok = false, reason = ("%s is %s"):format(node.name, node.state) } end
  if question.node then
    return { ok = false, reason = ("there is no node '%s'"):format(tostring(question.node)) }
  end
  if question.command == "status" then return self:status() end
  if question.command == "stop" then
    self:finish(0)
    return { ok = true }
  end
  return { ok = false, reason = "this request is for a node: TOPOLOGY/NODE" }
end

-- ---- running ----

-- Milliseconds until something is due.
function supervisor:pause()
  local due = NEVER + self.pool:now()
  for _, node in ipairs(self:count "restarting" > 0 and self.nodes or {}) do
    if node.state == "restarting" then due = math.min(due, node.due) end
  end
  if self.stopping then due = math.min(due, #self.stopping > 0 and self.limit or 0) end
  local check = self.quiet_check
  if check then due = math.min(due, check.limit, check.due or due) end
  return math.max(0, due - self.pool:now())
end

function supervisor:step()
  local kind, number, value, flag, bytes, request = self.pool:next(self:pause())
  self.turn = self.turn + 1
  if events[kind] then events[kind](self, self.nodes[number], value, flag, bytes, request) end
  if self.phase == "ending" then return self:continue_shutdown() end
  self:begin()
  self:restart_due()
  self:check_done()
end

-- The spec of the node's Lua state, as bytes.
local function pack(node, options)
  local data = data_folder(options.name, options.data)
  return core.pack {
    role = node.role, name = node.name, entry = node.entry, args = {},
    strict = options.strict or false, data = data and data .. "/" .. node.name,
    memory = options.memory,
    handler_warn = options.handler_warn, handler_limit = options.handler_limit,
  }
end

--- Run these nodes, as topology.load returns them, to their end: exit status, and the reason if it
-- is not 0. `options` are the flags of `sloop up`, and `path`, the topology's.
function supervisor.run(nodes, options)
  local self = setmetatable({
    nodes = nodes, by_name = {}, counts = {}, phase = "binding",
    turn = 0, -- number of events
    name = options.name, path = options.path, levels = shutdown_order.levels(nodes),
    unfinished = nil, -- number of nodes with a `main` that have not ended; nil: none has one
  }, supervisor)
  for number, node in ipairs(nodes) do
    node.number, node.failures, node.restarts = number, 0, 0
    node.entry = pack(node, options)
    self.by_name[node.name] = node
    self:set_state(node, "new")
    if node.has_main then self.unfinished = (self.unfinished or 0) + 1 end
  end
  local pool <close>, reason = core.up {
    nodes = nodes, name = options.name, watch = options.watch, control = options.control,
    threads = threads.spread(nodes, options.threads),
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
