--- Two servers of which one is active, "primary" and "backup", as programs for specs: each with its
-- own disk and control socket. What they run is said in spec/binary_star.lua and spec/clone.lua.
local core = require "sloop".core
local helper = require "spec.helper"

local two_servers = {}
two_servers.__index = two_servers

--- A class made from this one.
function two_servers.extend()
  local class = setmetatable({}, two_servers)
  class.__index = class
  return class
end

--- An object of a class. `options`: role; arguments for both; interval, 1000; `start(host, words)`,
--- which starts the program, the same as `helper.sloop(words)` where there is one host.
function two_servers.new(class, options)
  return setmetatable({
    role = options.role, arguments = options.arguments or {}, interval = options.interval or 1000,
    launch = options.start or function(_, words) return helper.sloop(words) end,
    folder = helper.folder(), processes = {},
  }, class)
end

function two_servers:control(name) return ("%s/%s.sock"):format(self.folder, name) end

--- Start one of the two with these arguments, besides those of both: its process.
function two_servers:run(name, arguments)
  local words = {
    "run", self.role, "--strict", "--name=" .. name, "--role=" .. name,
    ("--data=%s/%s"):format(self.folder, name), "--control=" .. self:control(name),
    "--pair.interval=" .. self.interval,
  }
  table.move(arguments, 1, #arguments, #words + 1, words)
  table.move(self.arguments, 1, #self.arguments, #words + 1, words)
  self.processes[name] = self.launch(name, words)
  return self.processes[name]
end

--- Start both, and wait until the primary is active.
function two_servers:start_both()
  local backup, primary = self:start "backup", self:start "primary"
  primary:line "active, term"
  backup:line "passive, term"
  return primary, backup
end

--- A signal that ends it, "sigkill" if none is given.
function two_servers:kill(name, signal)
  self.processes[name]:signal(signal or "sigkill")
  self.processes[name]:wait()
end

--- What one of them answers to `sloop ctl NAME state PATH`; nil while it can't.
function two_servers:state(name, path)
  local answer = core.ask(self:control(name), { command = "state", path = path or "pair" }, 10000)
  return answer and answer.value
end

--- Wait until the part `pair` of one of them is in this phase: its state.
function two_servers:becomes(name, phase)
  local state
  local reached = helper.poll_until(function()
    state = self:state(name)
    return state and state.phase == phase
  end, 60000)
  if not reached then
    self.processes[name]:fail(("is %s instead of %s"):format(state and state.phase, phase))
  end
  return state
end

--- Wait until one of them hears that the other is in this phase, or "silent". What was queued while
--- it stood still is heard at once, so states are to come at two times of which each is its own.
function two_servers:hears(name, phase)
  local times, last = 0, nil
  local heard = helper.poll_until(function()
    local state = self:state(name)
    if not state then return false end
    last = last or state.heard
    if state.heard - last >= self.interval / 2 then times, last = times + 1, state.heard end
    return state.peer == phase and (phase == "silent" or times >= 2)
  end, 60000)
  if not heard then self.processes[name]:fail("does not hear that the other one is " .. phase) end
end

--- Reload one of them, `times` times.
function two_servers:reload(name, times)
  for _ = 1, times do
    local answer = core.ask(self:control(name), { command = "reload" }, 20000)
    if not answer.ok then error(answer.reason, 2) end
  end
end

return two_servers
