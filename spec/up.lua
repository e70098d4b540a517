--- Topologies in specs: files in a folder of their own, run by `sloop up`.
--
--   local system = up.start { ["topology.lua"] = "return { nodes = ... }", ["role.lua"] = "..." }
--   system:line "role: ready"
--   assert.equal(0, up.ask(system, { node = "role", command = "status" }).errors)
local helper = require "spec.helper"
local sloop = require "sloop"

local up = {}

-- Works for a while, and says so.
local WORKER <const> = [[return {
  options = { ms = 20, word = "done", fails = "" },
  main = function(self)
    self:sleep(self.options.ms)
    self:log(self.options.word)
    if self.options.fails ~= "" then return nil, self.options.fails end
  end,
}]]
-- Never ends by itself.
local SERVER <const> = [[return {
  sockets = { clients = { "rep", bind = "inproc://server" } },
  on = { clients = function(_, x) return x end },
  stop = function(self) self:log "stopped" end,
}]]

--- The files of a topology of these nodes, with "worker.lua" and "server.lua", and `more`.
function up.system(nodes, more)
  local files = {
    ["topology.lua"] = ("return { nodes = { %s } }"):format(nodes),
    ["worker.lua"] = WORKER, ["server.lua"] = SERVER,
  }
  for name, text in pairs(more or {}) do files[name] = text end
  return files
end

--- How many of these lines match.
function up.count(lines, pattern)
  local times = 0
  for _, line in ipairs(lines) do times = times + (line:find(pattern) and 1 or 0) end
  return times
end

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
