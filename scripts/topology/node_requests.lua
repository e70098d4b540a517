--- Control requests to a topology: its status, and start, stop and restart of its nodes. Its
-- functions are methods of the supervisor.
local asked_by = require "base/asked_by"
local core = require "sloop".core
local shutdown = require "topology/shutdown"

local STOP_LIMIT <const> = 5000 -- ms for a node to stop in order: more than its grace time
local FORCED_LIMIT <const> = 2000 -- ms for one that was told to end at once

local is_alive = shutdown.is_alive

local requests = {}

-- A node with a request under way has `command` ("start", "stop", "restart" or "remove"), the
-- `request` to be answered (nil: none is waiting) and `limit`, the time when it is ended at once.
-- `new_entry` is the entry it is started with next time, when that has changed.

local function refusal(format, ...) return { ok = false, reason = format:format(...) } end

--- Answer a request.
function requests:answer(request, answer) self.pool:answer(request, core.pack(answer)) end

-- The node's request is done.
local function done(self, node, answer)
  local request = node.request
  node.command, node.request, node.limit, node.forced = nil, nil, nil, nil
  self.requested[node] = nil
  if request then self:answer(request, answer) end
end

--- All requests under way are refused.
function requests:refuse_pending(reason)
  for node in pairs(self.requested) do done(self, node, refusal("%s", reason)) end
end

-- ---- one node ----

--- Stop the node; what follows is `command`, and `request` is answered then.
function requests:stop_node(node, command, request)
  node.command, node.request = command, request
  node.limit, node.forced = self.pool:now() + STOP_LIMIT, false
  self.requested[node] = true
  self.pool:stop(node.number, 0)
end

local function start_node(self, node, request)
  node.command, node.request = "start", request
  node.failures = 0
  self.requested[node] = true
  local entry = node.new_entry
  node.new_entry = nil
  self:load(node, entry)
end

local node_commands = {}

function node_commands.start(self, node, request)
  if is_alive(node) then return refusal("%s is running", node.name) end
  start_node(self, node, request)
end

function node_commands.stop(self, node, request)
  if node.state == "restarting" then
    self:set_state(node, "stopped")
    return { ok = true, state = node.state }
  elseif not is_alive(node) then
    return refusal("%s is not running: it is %s", node.name, node.state)
  end
  self:stop_node(node, "stop", request)
end

function node_commands.restart(self, node, request)
  if not is_alive(node) then return node_commands.start(self, node, request) end
  self:stop_node(node, "restart", request)
end

--- Is this request about a node, and answered here and not by the node?
function requests.is_node_request(_, question) return node_commands[question.command] ~= nil end

--- The node runs. Answers the request that started it.
function requests:started_by_request(node)
  if node.command then done(self, node, { ok = true, state = node.state }) end
end

--- The node could not be loaded: true when that was by request; then the topology goes on.
function requests:refused_by_request(node, reason)
  if not node.command then return false end
  self:set_state(node, "failed")
  node.reason = reason
  done(self, node, refusal("%s", reason))
  return true
end

--- The node has ended: true when that was by request.
function requests:stopped_by_request(node)
  local command = node.command
  if not command or command == "start" then return false end
  self:set_state(node, command == "remove" and "removed" or "stopped")
  if command == "restart" then
    start_node(self, node, node.request)
  else
    done(self, node, { ok = true, state = node.state })
  end
  return true
end

--- The time at which a node that is to stop is ended at once, or nil.
function requests:requests_due()
  local due
  for node in pairs(self.requested) do
    if node.limit then due = math.min(due or node.limit, node.limit) end
  end
  return due
end

--- End nodes at once that did not stop in time.
function requests:force_requested()
  for node in pairs(self.requested) do
    if node.limit and self.pool:now() >= node.limit then
      if node.forced then
        self.pool:warn(node.name, shutdown.HANGS)
        local request = node.request
        node.request, node.limit = nil, nil -- it is still to end
        if request then
          self:answer(request, refusal("%s %s", node.name, shutdown.HANGS))
        end
      else
        self.pool:stop(node.number, 0, true)
        node.forced, node.limit = true, self.pool:now() + FORCED_LIMIT
      end
    end
  end
end

-- ---- the topology ----

local commands = {}

function commands.status(self)
  local status = {
    ok = true, topology = true, name = self.name, role = self.path, pid = core.pid(),
    uptime = self.pool:now() - self.since, phase = self.phase, nodes = {},
  }
  for _, node in ipairs(self.nodes) do
    if node.state ~= "removed" then
      table.insert(status.nodes, {
        name = node.name, role = node.role, thread = node.thread, state = node.state,
        restarts = node.restarts, reason = node.reason,
      })
    end
  end
  return status
end

function commands.stop(self, question)
  self.pool:log(self.name, asked_by(question) .. ": stopping")
  self:finish(0)
  return { ok = true }
end

function commands.reload(self) return self:reload() end

--- The answer to a request; nil when it comes later. `node` is the one it names, if there is one.
function requests:request(question, node, request)
  if question.node == nil then
    local act = commands[question.command]
    if act then return act(self, question) end
    return refusal "this request is for a node: TOPOLOGY/NODE"
  elseif not node then
    return refusal("there is no node '%s'", tostring(question.node))
  end
  local act = node_commands[question.command]
  if not act then return refusal("%s is %s", node.name, node.state) end
  if self.phase ~= "running" then return refusal "the topology is starting or stopping" end
  if node.command then
    return refusal("%s is already being %s", node.name,
      node.command == "stop" and "stopped" or "started")
  end
  local answer = act(self, node, request)
  if node.command then -- it is under way
    local doing = { start = "starting", stop = "stopping", restart = "restarting" }
    self.pool:log(node.name, ("%s: %s"):format(asked_by(question), doing[question.command]))
  end
  return answer
end

return requests
