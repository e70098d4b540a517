--- sloop.sim: simulated runs for a Lua program. Here, or in the installed program when this one
-- can't choose the hash seed of a Lua state.
local nearest = require "base/nearest"
local one_run = require "simulation/one_run"
local many_seeds = require "simulation/many_seeds"
local shell = require "base/shell"
local topology = require "topology/topology"

local from_lua = {}

local KNOWN <const> = {
  seed = true, seeds = true, from = true, keep_going = true, messages = true, program = true,
  schedule = true,
}

local function check(options)
  for key in pairs(options) do
    if not KNOWN[key] then
      error(("unknown option '%s'%s"):format(tostring(key), nearest.hint(tostring(key), KNOWN)), 4)
    end
  end
end

local function text_of(result) return ("seed %d: %s"):format(result.seed, result.failure) end

local function many(prepared, options)
  local summary = { seeds = 0, failures = {} }
  for result in many_seeds.results(prepared, options.from or 1, options.seeds or 100) do
    summary.seeds = summary.seeds + 1
    if result.failure then
      result.history = nil
      table.insert(summary.failures, result)
      summary.failure = summary.failure or text_of(result)
      if not options.keep_going then break end
    end
  end
  return summary
end

--- In this process.
function from_lua.here(file, options)
  check(options)
  local nodes, read, path = topology.load(file, { keep = true })
  if not nodes then return nil, read end
  local prepared, reason = one_run.prepare(nodes, read, path)
  if not prepared then return nil, ("%s: %s"):format(path, reason) end
  local seed = options.seed or not options.seeds and read.seed
  if not seed then return many(prepared, options) end
  return one_run.run(prepared, seed, options.schedule, options.messages)
end

-- What the program runs: it gets its arguments, and gives its results, as packed data.
local PROGRAM <const> = [[
local sloop = require "sloop"
local file <close> = assert(io.open(arg[1], "rb"))
local request = sloop.core.unpack(file:read("a"))
io.stdout:write(sloop.core.pack(table.pack(sloop.sim(request.topology, request.options))))
]]

local function write(text)
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "wb"))
  file:write(text)
  return path
end

--- By the installed program. The topology has to be data: a file's name, or a table that has no
-- functions.
function from_lua.elsewhere(file, options)
  check(options)
  local core = require "sloop".core
  local asked = {}
  for key, value in pairs(options) do asked[key] = value end
  asked.program = nil
  local packed, request = pcall(core.pack, { topology = file, options = asked })
  if not packed then
    return nil, "only the program can simulate a table with functions: put it into a file"
  end
  local program, data = write(PROGRAM), write(request)
  local name = options.program or "sloop"
  local pipe = assert(io.popen(("%s lua %s %s"):format(shell.quote(name), program, data), "r"))
  local output = pipe:read("a")
  local ok = pipe:close()
  os.remove(program)
  os.remove(data)
  if not ok then return nil, ("%s could not be run, or failed"):format(name) end
  local results = core.unpack(output)
  return table.unpack(results, 1, results.n)
end

return from_lua
