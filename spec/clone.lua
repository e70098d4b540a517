--- Clone servers as programs, for specs, and nodes with a clone client.
local helper = require "spec.helper"
local ports = require "spec.ports"
local two_servers = require "spec.two_servers"

local clone = {}

local pair = two_servers.extend()

--- A pair of servers, or of another `role`, that is not started yet. `options` as in
--- spec/two_servers.lua, and the endpoints `primary`, `backup` and `states`, a pair of them.
function clone.new(options)
  options = options or {}
  options.role = options.role or "clone/server"
  local self = two_servers.new(pair, options)
  for _, name in ipairs { "primary", "backup" } do
    self[name] = options[name] or "tcp://127.0.0.1:" .. ports.take(3)
  end
  local states = not options.states and ports.take(2)
  self.states = options.states
    or { "tcp://127.0.0.1:" .. states, "tcp://127.0.0.1:" .. states + 1 }
  self.nodes = 0
  return self
end

--- Start one of them: its process.
function pair:start(name)
  return self:run(name, {
    "--primary=" .. self.primary, "--backup=" .. self.backup,
    "--pair.primary=" .. self.states[1], "--pair.backup=" .. self.states[2],
  })
end

--- Has one of them, a passive one, the map of the other?
function pair:is_synced(name) return self:state(name, "replica.phase") == "synced" end

--- A node with a clone client, `self.map`, and this text in its `main`; options besides, and the
--- host it runs on.
function pair:node(text, arguments, host)
  self.nodes = self.nodes + 1
  local path = ("%s/node%d.lua"):format(self.folder, self.nodes)
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
      options = { subtree = "", keys = 0 },
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
  return self.launch(host or "client", { "run", path, "--strict", "--control=none", "--name=node",
    table.unpack(arguments or {}) })
end

return clone
