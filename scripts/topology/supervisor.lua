--- Leads the nodes of a topology: starts them, starts those again that failed, ends all in order.
-- Decides; what is done on the nodes' threads is the crew's (bindings/program/run_threads.h).
local core = require "sloop".core
local data_folder = require "base/data_folder"
local order = require "topology/shutdown_order"
local threads = require "topology/threads"

local BACK_OFF <const>, LONGEST_BACK_OFF <const> = 100, 10000 -- ms before a restart; doubles
local HEALTHY <const> = 10000 -- ms after which a failure is a first one again
local END_LIMIT <const> = 5000 -- ms for a node to end by itself: more than its grace time
local FORCED_LIMIT <const> = 2000 -- ms for one that was told to end at once
local LOOK <const>, LOOKS <const> = 10, 2 -- ms between looks whether all is quiet; how many
local QUIET_LIMIT <const> = 1000 -- ms for what is under way to arrive
local NEVER <const> = 3600000

local leader = {}
leader.__index = leader

-- ---- one node ----

local LIVING <const> = { loading = true, loaded = true, running = true }

local function living(node) return LIVING[node.state] end

-- Every change is counted, so that no step has to look at all nodes: there may be thousands.
function leader:becomes(node, state)
  local counts = self.counts
  if node.state then counts[node.state] = counts[node.state] - 1 end
  counts[state] = (counts[state] or 0) + 1
  node.state = state
  if node.ends and state == "ended" then self.unfinished = self.unfinished - 1 end
  if node.stopping and not living(node) then
    node.stopping, self.left = false, self.left - 1
  end
end

function leader:count(state) return self.counts[state] or 0 end

function leader:load(node)
  self:becomes(node, "loading")
  self.crew:load(node.number)
end

function leader:go(node)
  self:becomes(node, "running")
  node.since = self.crew:now()
  self.crew:go(node.number)
end

function leader:fail(node, reason, status)
  if not node.restart or self.phase == "ending" then
    self:becomes(node, "failed")
    node.reason = reason
    local why = ("%s: %s"):format(node.name, reason)
    if self.phase ~= "ending" then
      self:finish(status, why)
    elseif self.status == 0 and not node.restart then
      self.status, self.reason = status, why
    end
    return
  end
  local now = self.crew:now()
  if node.since and now - node.since > HEALTHY then node.failures = 0 end
  node.since = nil -- it may fail again without having run
  local delay = math.min(BACK_OFF * 2 ^ math.min(node.failures, 10), LONGEST_BACK_OFF) // 1
  node.failures, node.restarts = node.failures + 1, node.restarts + 1
  self:becomes(node, "restarting")
  node.reason, node.due = reason, now + delay
  self.crew:warn(node.name, ("failed: %s; it starts again in %d ms"):format(reason, delay))
end

-- The node has been started again: those who knew it before it ended connect to it once more. With
-- inproc nobody else does that.
function leader:rejoin(node)
  local names = order.names(node)
  if not next(names) then return end
  for _, other in ipairs(self.nodes) do
    if other ~= node and living(other) and other.loaded_at and other.loaded_at < node.ended_at then
      self.crew:tell(other.number, core.pack { command = "reconnect", names = names })
    end
  end
end

-- ---- from start to end ----

-- What follows one phase of the start when all its nodes are loaded: those that bind come first,
-- and nobody does anything before all are there.
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
      if node.state == "loaded" then self:go(node) end
    end
  end,
}

function leader:begin()
  while next_phase[self.phase] do
    if self:count "loading" > 0 then return end
    next_phase[self.phase](self)
  end
end

function leader:restart_due()
  if self:count "restarting" == 0 then return end
  for _, node in ipairs(self.nodes) do
    if node.state == "restarting" and node.due <= self.crew:now() then self:load(node) end
  end
end

-- Has all been done that there was to do?
function leader:check_done()
  if self.phase ~= "running" then return end
  local over = self:count "ended" == #self.nodes
  if over or self.unfinished == 0 then self:finish(0, nil, true) end
end

-- ---- the end ----

--- End all in order. `drain`: let what is under way arrive before anybody stops.
function leader:finish(status, reason, drain)
  if self.phase == "ending" then return end
  self.phase, self.status, self.reason = "ending", status, reason
  for _, node in ipairs(self.nodes) do
    if node.state == "restarting" or node.state == "new" then self:becomes(node, "ended") end
  end
  if drain then self:look() else self:stop_next() end
end

function leader:stop_next()
  self.looking, self.stopping = nil, {}
  while #self.stopping == 0 and #self.levels > 0 do
    for _, number in ipairs(table.remove(self.levels, 1)) do
      local node = self.nodes[number]
      if living(node) then
        node.stopping = true
        self.crew:stop(number, self.status)
        table.insert(self.stopping, node)
      end
    end
  end
  self.left = #self.stopping
  self.forced, self.limit = false, self.crew:now() + END_LIMIT
end

-- Ask everybody who is left whether messages still arrive.
function leader:look()
  self.stopping = nil
  self.looking = self.looking or { quiet = 0, limit = self.crew:now() + QUIET_LIMIT }
  local looking = self.looking
  looking.sum, looking.busy, looking.left, looking.due = 0, false, 0, nil
  for number, node in ipairs(self.nodes) do
    if living(node) then
      looking.left = looking.left + 1
      self.crew:probe(number)
    end
  end
  if looking.left == 0 then self:stop_next() end
end

function leader:looked(number, busy)
  local looking = self.looking
  if not looking or looking.due then return end
  looking.sum, looking.busy = looking.sum + number, looking.busy or busy
  looking.left = looking.left - 1
  if looking.left > 0 then return end
  local same = looking.sum == looking.before and not looking.busy
  looking.quiet, looking.before = same and looking.quiet + 1 or 0, looking.sum
  if looking.quiet >= LOOKS then return self:stop_next() end
  looking.due = self.crew:now() + LOOK
end

-- Whom to wait for no longer.
function leader:force()
  local late = {}
  for _, node in ipairs(self.stopping) do
    if living(node) then
      table.insert(late, node.name)
      self.crew:stop(node.number, self.status, true)
    end
  end
  if self.forced then
    for _, name in ipairs(late) do
      self.crew:warn(name, "can't be ended: a call of C does not return")
    end
    self.crew:abandon(1)
  end
  self.forced, self.limit = true, self.crew:now() + FORCED_LIMIT
end

function leader:go_on_ending()
  local now = self.crew:now()
  if self.looking and now >= self.looking.limit then
    self:stop_next()
  elseif self.looking and self.looking.due and now >= self.looking.due then
    self:look()
  end
  if not self.stopping then return end
  if self.left > 0 then
    if now >= self.limit then self:force() end
  elseif #self.levels > 0 then
    self:look()
  else
    self.phase = "ended"
  end
end

-- ---- events ----

local events = {}

function events.loaded(self, node)
  self:becomes(node, "loaded")
  node.loaded_at = self.turn
  if node.ended_at then self:rejoin(node) end
  if self.phase == "running" then self:go(node) end
end

function events.refused(self, node, status, _, reason) self:fail(node, reason, status) end

function events.ended(self, node, status, _, bytes)
  node.ended_at = self.turn
  if status == self.status then status = 0 end -- as it was told to
  local result = status ~= 0 and bytes ~= "" and core.unpack(bytes) or {}
  if status == 0 then self:becomes(node, "ended")
  else self:fail(node, tostring(result[2] or "failed"), 1) end
end

function events.probed(self, _, number, busy) self:looked(number, busy) end

function events.signalled(self) self:finish(0) end

function events.asked(self, _, _, _, bytes, request)
  local ok, question = pcall(core.unpack, bytes)
  local node = ok and type(question) == "table" and self.by_name[question.node]
  if node and node.state == "running" then return self.crew:ask(node.number, request, bytes) end
  local answer = ok and self:answer(question) or { ok = false, reason = "no such request" }
  self.crew:answer(request, core.pack(answer))
end

-- ---- questions to the topology ----

function leader:status()
  local status = {
    ok = true, topology = true, name = self.name, role = self.path, pid = core.pid(),
    uptime = self.crew:now() - self.since, phase = self.phase, nodes = {},
  }
  for number, node in ipairs(self.nodes) do
    status.nodes[number] = {
      name = node.name, role = node.role, thread = node.thread, state = node.state,
      restarts = node.restarts, reason = node.reason,
    }
  end
  return status
end

function leader:answer(question)
  if type(question) ~= "table" then return { ok = false, reason = "no such request" } end
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
  return { ok = false, reason = "that is asked of a node: TOPOLOGY/NODE" }
end

-- ---- all of it ----

-- How long nothing has to be done.
function leader:pause()
  local due = NEVER + self.crew:now()
  for _, node in ipairs(self:count "restarting" > 0 and self.nodes or {}) do
    if node.state == "restarting" then due = math.min(due, node.due) end
  end
  if self.stopping then due = math.min(due, #self.stopping > 0 and self.limit or 0) end
  if self.looking then due = math.min(due, self.looking.limit, self.looking.due or due) end
  return math.max(0, due - self.crew:now())
end

function leader:step()
  local kind, number, value, flag, bytes, request = self.crew:next(self:pause())
  self.turn = self.turn + 1
  if events[kind] then events[kind](self, self.nodes[number], value, flag, bytes, request) end
  if self.phase == "ending" then return self:go_on_ending() end
  self:begin()
  self:restart_due()
  self:check_done()
end

-- What the node's Lua state is made from.
local function pack(node, options)
  local data = data_folder(options.name, options.data)
  return core.pack {
    role = node.role, name = node.name, entry = node.entry, args = {},
    strict = options.strict or false, data = data and data .. "/" .. node.name,
    memory = options.memory,
    handler_warn = options.handler_warn, handler_limit = options.handler_limit,
  }
end

--- Run these nodes, as topology.load has them with order.ends of their declarations, to their end:
-- exit status, and why if it is not 0. `options` are the flags of `sloop up`, and `path`, the
-- topology's.
function leader.run(nodes, options)
  local self = setmetatable({
    nodes = nodes, by_name = {}, counts = {}, phase = "binding",
    turn = 0, -- how many events there were
    name = options.name, path = options.path, levels = order.levels(nodes),
    unfinished = nil, -- how many with a `main` have not ended; nil: none has one
  }, leader)
  for number, node in ipairs(nodes) do
    node.number, node.failures, node.restarts = number, 0, 0
    node.entry = pack(node, options)
    self.by_name[node.name] = node
    self:becomes(node, "new")
    if node.ends then self.unfinished = (self.unfinished or 0) + 1 end
  end
  local crew <close>, reason = core.up {
    nodes = nodes, name = options.name, watch = options.watch, control = options.control,
    threads = threads.spread(nodes, options.threads),
  }
  if not crew then return 1, "can't start its threads: " .. reason end
  self.crew, self.since = crew, crew:now()
  for _, node in ipairs(nodes) do
    if order.binds(node) then self:load(node) end
  end
  self:begin()
  while self.phase ~= "ended" do self:step() end
  crew:close()
  return self.status, self.reason
end

return leader
