--- Clone servers as programs, for specs: each at three ports in a row that were free a moment ago.
local core = require "sloop".core
local helper = require "spec.helper"
local uv = require "luv"

local clone = {}

-- Ports below those that the system gives out. Specs run side by side: each process has its own.
local OWN <const> = 20000 + math.tointeger(uv.os_getpid()) % 100 * 120
local taken = 0

local function is_free(port)
  local tcp = uv.new_tcp()
  local bound = tcp:bind("127.0.0.1", port)
  tcp:close()
  uv.run("nowait")
  return bound
end

--- An endpoint whose port and the two behind it are free.
function clone.endpoint()
  while true do
    local port = OWN + taken % 120
    taken = taken + 3
    if is_free(port) and is_free(port + 1) and is_free(port + 2) then
      return "tcp://127.0.0.1:" .. port
    end
  end
end

local pair = {}
pair.__index = pair

--- A pair of servers, or of another `role`, that is not started yet.
function clone.new(options)
  options = options or {}
  local self = setmetatable({ folder = helper.folder(), processes = {}, role = options.role or
    "clone/server", arguments = options.arguments or {}, interval = options.interval or 500 }, pair)
  for _, name in ipairs { "primary", "backup" } do self[name] = clone.endpoint() end
  self.states = clone.endpoint():match ":(%d+)$"
  return self
end

--- Start one of them, on its own disk; its process, when it is there.
function pair:start(name)
  local words = {
    "run", self.role, "--strict", "--name=" .. name, "--role=" .. name,
    ("--data=%s/%s"):format(self.folder, name),
    ("--control=%s/%s.sock"):format(self.folder, name),
    "--primary=" .. self.primary, "--backup=" .. self.backup, "--pair.interval=" .. self.interval,
    "--pair.primary=tcp://127.0.0.1:" .. self.states,
    "--pair.backup=tcp://127.0.0.1:" .. math.tointeger(self.states + 1),
  }
  table.move(self.arguments, 1, #self.arguments, #words + 1, words)
  self.processes[name] = helper.sloop(words)
  return self.processes[name]
end

--- Start both, and wait until the primary serves.
function pair:start_both()
  local backup, primary = self:start "backup", self:start "primary"
  primary:line "active, term"
  backup:line "passive, term"
  return primary, backup
end

function pair:kill(name, signal)
  self.processes[name]:signal(signal or "sigkill")
  self.processes[name]:wait()
end

--- Has one of them, a passive one, the map of the other?
function pair:is_synced(name)
  local path = ("%s/%s.sock"):format(self.folder, name)
  local answer = core.ask(path, { command = "state", path = "replica.phase" }, 10000)
  return answer ~= nil and answer.value == "synced"
end

--- A node with a clone client, `self.map`, and this text in its `main`; options besides.
function pair:node(text, arguments)
  local path = ("%s/node%d.lua"):format(self.folder, #(self.nodes or {}) + 1)
  self.nodes = self.nodes or {}
  table.insert(self.nodes, path)
  helper.write(path, ([[
    local function count(self) local n = 0 for _ in self.map:each() do n = n + 1 end return n end
    local function await(self, done)
      local deadline = self:now() + 60000
      while not done() do
        if self:now() > deadline then error("it did not come", 2) end
        self:wait("change", 100)
      end
    end
    return {
      options = { subtree = "" },
      state = { changes = 0 },
      parts = function(options) return { map = { "clone/client", servers = { %q, %q },
        subtree = options.subtree, silence = 1500 } } end,
      on = { map = function(self, event)
        if event == "change" then self.changes = self.changes + 1 end
        self:wake("change")
      end },
      main = function(self)
        %s
      end,
    }]]):format(self.primary, self.backup, text))
  return helper.sloop { "run", path, "--strict", "--control=none", "--name=node",
                        table.unpack(arguments or {}) }
end

return clone
