--- Patterns with a bug planted, for specs: a copy of a pattern's folder with some text replaced.
--
--   local mutant = require "spec.mutant"
--   mutant.holds("patterns/forwarder/topology.lua", 100)
--   mutant.fails(mutant.copy("forwarder", { { "forwarder.lua", "connect", "bind" } }), 50, "lost")
local assert = require "luassert"
local helper = require "spec.helper"
local replaced = require "spec.replaced"

local mutant = {}

--- Simulate: exit status, and all that it said. A copy's folder goes before the source tree.
function mutant.simulate(topology, seeds)
  local status, out, err = helper.run({ "sim", topology, "--seeds=" .. seeds, "--shrink=false" },
    { timeout = 120000, env = { SLOOP_PATH = topology:match "^(/.*)/patterns/" or "" } })
  return status, out .. err
end

--- A copy of a pattern's folder, with changes: { file, from, to }, plain text that is there. The
--- path of its topology, or of the file `topology`.
function mutant.copy(pattern, changes, topology)
  local folder = helper.folder() .. "/patterns/" .. pattern
  assert(os.execute(("mkdir -p %s && cp patterns/%s/*.lua %s"):format(folder, pattern, folder)))
  for _, change in ipairs(changes) do
    local path = folder .. "/" .. change[1]
    helper.write(path, replaced(helper.read(path), change[2], change[3], change[1]))
  end
  return folder .. "/" .. (topology or "topology.lua")
end

--- So many seeds keep the topology's promise.
function mutant.holds(topology, seeds)
  local status, said = mutant.simulate(topology, seeds)
  assert.equal(0, status, said)
end

--- One of so many seeds breaks it, and what is said matches.
function mutant.fails(topology, seeds, wanted)
  local status, said = mutant.simulate(topology, seeds)
  assert.equal(1, status, said)
  assert.matches(wanted, said)
end

return mutant
