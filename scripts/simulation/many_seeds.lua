--- Simulated runs of one topology, one seed after another.
local one_run = require "simulation/one_run"

local many_seeds = {}

--- The results of `count` runs from the seed `from` on, as one_run.run has them, for a `for` loop.
-- While it runs, files of scripts are read once.
function many_seeds.results(prepared, from, count)
  local seed = from - 1
  local function next_result()
    seed = seed + 1
    if seed < from + count then return one_run.run(prepared, seed) end
  end
  return next_result, nil, nil, one_run.keep_files()
end

return many_seeds
