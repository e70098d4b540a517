--- Pairs of a binary star as programs, for specs: over tcp, with cables between them.
local Cable = require "spec.cable"
local helper = require "spec.helper"

local binary_star = {}

local OTHER <const> = { primary = "backup", backup = "primary" }

local star = {}
star.__index = star

local function join(list, ...)
  for _, more in ipairs { ... } do table.move(more, 1, #more, #list + 1, list) end
  return list
end

--- A pair that is not started yet. `options`: role ("binary_star/server"), socket ("clients"), that
--- is bound for clients, interval, and `arguments` for both.
function binary_star.new(options)
  local self = setmetatable({
    role = options.role or "binary_star/server", socket = options.socket or "clients",
    interval = options.interval or 500, arguments = options.arguments or {},
    folder = helper.folder(), processes = {}, endpoints = {},
    to = { primary = Cable.new(), backup = Cable.new() }, -- name -> how the other one hears it
  }, star)
  return self
end

--- Start one of the two, "primary" or "backup", on its own disk, where it was bound before: its
--- process.
function star:start(name, arguments)
  local process = helper.sloop(join({
    "run", self.role, "--strict", "--name=" .. name, "--role=" .. name,
    ("--data=%s/%s"):format(self.folder, name),
    ("--control=%s/%s.sock"):format(self.folder, name),
    ("--%s.bind=%s"):format(self.socket, self.endpoints[name] or "tcp://127.0.0.1:*"),
    "--pair.states.bind=tcp://127.0.0.1:*", "--pair.interval=" .. self.interval,
    ("--pair.peers.connect=tcp://127.0.0.1:%d"):format(self.to[OTHER[name]].port),
  }, self.arguments, arguments))
  for _ = 1, self.endpoints[name] and 1 or 2 do -- what is bound where it was is not logged
    local _, socket, endpoint = process:line "(%S+) is bound to (tcp://%S+)"
    if socket == self.socket then
      self.endpoints[name] = endpoint
    else
      self.to[name].target = tonumber(endpoint:match ":(%d+)$")
    end
  end
  self.processes[name] = process
  return process
end

--- Start both, and wait until the primary serves.
function star:start_both()
  local backup = self:start "backup"
  local primary = self:start "primary"
  primary:line "active, term"
  backup:line "passive, term"
  return primary, backup
end

--- What one of the two says of itself to `sloop ctl state`: a table.
function star:state(name)
  local core = require "sloop".core
  local path = ("%s/%s.sock"):format(self.folder, name)
  local answer = core.ask(path, { command = "state", path = "pair" }, 10000)
  return answer and answer.value
end

--- Clients of both: one process. `count` requests, 0 without end.
function star:client(count, arguments)
  return helper.sloop {
    "run", "binary_star/client", "--strict", "--control=none", "--name=client",
    "--servers=" .. self.endpoints.primary, "--servers=" .. self.endpoints.backup,
    "--requests=" .. count, "--timeout=" .. self.interval, "--settle=" .. self.interval,
    "--retries=40", table.unpack(arguments or { "--interval=10" }),
  }
end

return binary_star
