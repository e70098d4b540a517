--- Patterns on the wire, for specs: our roles as programs, and peers that speak raw frames.
--
--   local queue, at = wire.start("paranoid_pirate/queue", { "clients", "workers" })
--   wire.talk(at, "local worker = connect(self, 'dealer', AT.workers) ...")
local helper = require "spec.helper"
local role = require "spec.role"

local wire = {}

local PRELUDE <const> = [[
local AT <const> = %s
local function connect(self, kind, endpoint, id)
  return self:open { kind, connect = endpoint, routing_id = id }
end
local function hear(socket, ms)
  local frames = table.pack(socket:recv(ms or 15000))
  return frames[1] and table.concat(frames, "|")
end
local function says(wanted, socket, ignored)
  local got
  repeat got = hear(socket) until not ignored or got ~= ignored
  if wanted ~= got then error(("wanted %%q, got %%q"):format(wanted, tostring(got)), 2) end
end
]]

local function prelude(at)
  local fields = {}
  for name, endpoint in pairs(at) do table.insert(fields, ("%s = %q"):format(name, endpoint)) end
  return (PRELUDE:format("{ " .. table.concat(fields, ", ") .. " }"):gsub("\n", " "))
end

--- Start a role, or a file; where its `sockets` (names) are bound, by name: at free ports, or `at`
--- what an earlier start returned.
function wire.start(name, sockets, arguments, at)
  local words = { "run", name, "--strict", "--control=none" }
  for _, socket in ipairs(sockets) do
    table.insert(words, ("--%s.bind=%s"):format(socket, at and at[socket] or "tcp://127.0.0.1:*"))
  end
  for _, argument in ipairs(arguments or {}) do table.insert(words, argument) end
  local process = helper.sloop(words)
  if at then return process, at end
  at = {}
  for _ = 1, #sockets do
    local _, socket, endpoint = process:line "(%w+) is bound to (%S+)"
    at[socket] = endpoint
  end
  return process, at
end

--- Peers in this process, who talk to what is bound there.
function wire.talk(at, text)
  return role.run(prelude(at) .. "\nreturn { main = function(self)\n" .. text .. "\nend }")
end

--- A peer as a program, which binds `peer`, a socket of this type. Its endpoint comes second. See
--- wire.ends for how it went.
function wire.peer(kind, text)
  local process = role.start(prelude {} .. ([[
    return { sockets = { peer = { %q, bind = "tcp://127.0.0.1:*" } }, main = function(self)
      local peer = self.peer
  ]]):format(kind) .. text .. "\nend }")
  return process, select(2, process:line "peer is bound to (%S+)")
end

--- Wait for its end, which must be a good one.
function wire.ends(process)
  if process:wait() ~= 0 then process:fail "it did not end well" end
end

--- End it in order: with --strict no handler has failed if that goes well.
function wire.stop(process)
  process:signal "sigterm"
  wire.ends(process)
end

--- A program of spec/interop/ in Python.
function wire.python(file, ...)
  return helper.start("/usr/bin/python3", { helper.root .. "/spec/interop/" .. file, ... })
end

return wire
