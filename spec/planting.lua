--- Specs of a pattern in virtual time: its topologies keep their promises, and a bug planted into a
-- copy of its files is found.
--
--   planting.specify("binary_star", {
--     topologies = { topology = 20, stalls = 10 },  -- name -> seeds; spec/pattern/binary_star/ too
--     failed = { topology = { 21234 } },            -- seeds that failed once
--     within = 300,                                 -- seeds in which a bug has to be found
--     bugs = { { "nobody yields", "stalls", "what is said", pair = { "if yields", "do" } } },
--   })
-- What is said of a bug may be a list: it shows as one or the other. A bug that few seeds show has
-- a topology of its own: which seeds do is another matter with each change of the simulator.
local assert = require "luassert"
local busted = require "busted"
local helper = require "spec.helper"
local replaced = require "spec.replaced"

local planting = {}

-- For each Lua file in a folder: its name without the ending, and its path.
local function files_of(folder)
  local list = {}
  local files <close> = assert(io.popen(("ls '%s' 2>/dev/null"):format(folder)))
  for file in files:lines() do
    local name = file:match "^(.*)%.lua$"
    if name then list[name] = folder .. "/" .. file end
  end
  return list
end

-- Copies a pattern with changes, file -> { from, to, ... }, and the topologies of its specs, in
-- which the folder's name in capitals stands for where the copies are: that folder.
local function copy(pattern, changes)
  local folder = helper.folder() .. "/" .. pattern
  local files = files_of(("%s/patterns/%s"):format(helper.root, pattern))
  for name in pairs(changes) do
    if type(name) == "string" then assert(files[name], "no such file: " .. name) end
  end
  for name, path in pairs(files) do
    local text, list = helper.read(path), changes[name] or {}
    for i = 1, #list, 2 do text = replaced(text, list[i], list[i + 1], path) end
    helper.write(("%s/%s.lua"):format(folder, name), text)
  end
  for name, path in pairs(files_of(("%s/spec/pattern/%s"):format(helper.root, pattern))) do
    local text = helper.read(path):gsub('"' .. pattern:upper() .. "/", '"' .. folder .. "/")
    helper.write(("%s/%s.lua"):format(folder, name), text)
  end
  return folder
end

-- Status and output of the simulation of one of the topologies. Parts are copies, too.
local function simulate(folder, name, option)
  return helper.run_program(helper.release,
    { "sim", ("%s/%s.lua"):format(folder, name), "--shrink=false", option },
    { timeout = 3600000, env = { SLOOP_PATH = folder:match "^(.*)/" } })
end

local function holds(pattern, name, option)
  local status, out, err = simulate(copy(pattern, {}), name, option)
  assert.equal(0, status, out .. err)
end

--- Specifies a pattern, as above.
function planting.specify(pattern, specs)
  busted.describe(pattern .. ", simulated,", function()
    busted.after_each(helper.cleanup)
    for name, seeds in pairs(specs.topologies) do
      busted.it("keeps what its " .. name .. " promises", function()
        holds(pattern, name, "--seeds=" .. math.max(1, math.tointeger(seeds // 1)))
      end)
    end
    for name, seeds in pairs(specs.failed or {}) do
      for _, seed in ipairs(seeds) do
        busted.it(("keeps it with seed %d of %s, which failed once"):format(seed, name), function()
          holds(pattern, name, "--seed=" .. seed)
        end)
      end
    end
    for _, bug in ipairs(specs.bugs) do
      local seeds = "--seeds=" .. specs.within
      busted.it("is found out when " .. bug[1], function()
        local topology, wanted = bug[2], bug[3]
        if type(wanted) == "string" then wanted = { wanted } end
        local status, out, err = simulate(copy(pattern, bug), topology, seeds)
        local seed, said = out:match "seed (%d+) FAILED: ([^\n]*)"
        if os.getenv "SPEC_VERBOSE" then print(topology, "seed " .. tostring(seed), said) end
        local is_found = false
        for _, words in ipairs(wanted) do
          is_found = is_found or status == 1 and said and said:find(words)
        end
        assert(is_found, out .. err)
      end)
    end
  end)
end

return planting
