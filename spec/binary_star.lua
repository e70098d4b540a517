--- Pairs of a binary star as programs, for specs: over tcp, with cables between them.
local Cable = require "spec.cable"
local helper = require "spec.helper"
local ports = require "spec.ports"
local two_servers = require "spec.two_servers"

local binary_star = {}

local OTHER <const> = { primary = "backup", backup = "primary" }

local star = two_servers.extend()

--- A pair that is not started yet. `options`: role ("binary_star/server"), socket ("clients"), that
--- is bound for clients, interval, and `arguments` for both.
function binary_star.new(options)
  options.role = options.role or "binary_star/server"
  local self = two_servers.new(star, options)
  self.socket = options.socket or "clients"
  self.endpoints = {}
  self.to = { primary = Cable.new(), backup = Cable.new() } -- name -> how the other one hears it
  for name, cable in pairs(self.to) do
    local first = ports.take(2)
    self.endpoints[name], cable.target = "tcp://127.0.0.1:" .. first, first + 1
  end
  return self
end

--- Start one of the two, "primary" or "backup": its process.
function star:start(name)
  return self:run(name, {
    ("--%s.bind=%s"):format(self.socket, self.endpoints[name]),
    "--pair.states.bind=tcp://127.0.0.1:" .. self.to[name].target,
    "--pair.peers.connect=tcp://127.0.0.1:" .. self.to[OTHER[name]].port,
  })
end

--- Nothing passes between the two, or nothing that one of them says.
function star:cut(from)
  for name, cable in pairs(self.to) do
    if not from or name == from then cable:cut(from and "backward") end
  end
end

function star:mend()
  for _, cable in pairs(self.to) do cable:mend() end
end

--- Clients of both: one process. `count` requests, 0 without end.
function star:client(count, arguments)
  return helper.sloop {
    "run", "binary_star/client", "--strict", "--control=none", "--name=client",
    "--servers=" .. self.endpoints.primary, "--servers=" .. self.endpoints.backup,
    "--requests=" .. count, "--timeout=" .. self.interval, "--settle=" .. self.interval,
    "--retries=80", table.unpack(arguments or { "--interval=10" }),
  }
end

--- A client that asks only the backup, without end.
function star:client_of_backup()
  return helper.sloop {
    "run", "binary_star/client", "--control=none", "--name=there", "--timeout=" .. self.interval,
    "--servers=" .. self.endpoints.backup, "--interval=10", "--retries=0", "--settle=0",
  }
end

return binary_star
