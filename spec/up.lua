--- Topologies in specs: files in a folder of their own, run by `sloop up`.
--
--   local system = up.start { ["topology.lua"] = "return { nodes = ... }", ["role.lua"] = "..." }
--   system:line "role: ready"
--   assert.equal(0, up.ask(system, { node = "role", command = "status" }).errors)
local helper = require "spec.helper"
local sloop = require "sloop"

local up = {}

local function write(files)
  local folder = helper.folder()
  for name, text in pairs(files) do helper.write(folder .. "/" .. name, text) end
  return folder
end

local function words(folder, arguments)
  return { "up", "topology.lua", "--control=" .. folder .. "/control.sock",
           table.unpack(arguments or {}) }
end

--- Start "topology.lua" of these files, name -> text: a process as in spec/process.lua. `options`
--- are as there.
function up.start(files, arguments, options)
  local folder = write(files)
  options = options or {}
  options.cwd = folder
  local process = helper.sloop(words(folder, arguments), options)
  process.folder = folder
  return process
end

--- Run it to its end: status, stdout, stderr.
function up.run(files, arguments, options)
  local folder = write(files)
  options = options or {}
  options.cwd = folder
  return helper.run(words(folder, arguments), options)
end

--- The answer to a request as scripts/command/ctl.lua makes them; nil and why.
function up.ask(process, request)
  return sloop.core.ask(process.folder .. "/control.sock", request, 10000)
end

return up
