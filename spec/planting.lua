--- Plants bugs into copies of a pattern's files, and simulates topologies with them.
--
--   local plot = planting.of("binary_star", { "stalls", "alone" }) -- of spec/pattern/binary_star/
--   plot.finds({ pair = { "if yields", "if false" } }, "stalls", 100)
local helper = require "spec.helper"

local planting = {}

local function replace(text, changes)
  for i = 1, #changes, 2 do
    local start, stop = text:find(changes[i], 1, true)
    assert(start, "no such text: " .. changes[i])
    text = text:sub(1, start - 1) .. changes[i + 1] .. text:sub(stop + 1)
  end
  return text
end

--- For a pattern, by its folder, and topologies of its specs: there the folder's name in capitals
--- stands for where the copies are.
function planting.of(pattern, topologies)
  local plot = {}

  --- Copies all files, with changes, file -> { from, to, ... }: their folder.
  function plot.copy(changes)
    local folder, left = helper.folder() .. "/" .. pattern, {}
    for name in pairs(changes) do left[name] = true end
    local source = ("%s/patterns/%s"):format(helper.root, pattern)
    local files <close> = assert(io.popen(("ls '%s'"):format(source)))
    for file in files:lines() do
      local name = file:match "^(.*)%.lua$"
      if name then
        local text = replace(helper.read(source .. "/" .. file), changes[name] or {})
        helper.write(folder .. "/" .. file, text)
        left[name] = nil
      end
    end
    assert(next(left) == nil, "no such file: " .. tostring(next(left)))
    for _, name in ipairs(topologies) do
      local path = ("%s/spec/pattern/%s/%s.lua"):format(helper.root, pattern, name)
      local text = helper.read(path):gsub('"' .. pattern:upper() .. "/", '"' .. folder .. "/")
      helper.write(("%s/%s.lua"):format(folder, name), text)
    end
    return folder
  end

  --- Status and output of the simulation of one of the topologies.
  function plot.simulate(folder, name, seeds)
    return helper.run_program(helper.release,
      { "sim", ("%s/%s.lua"):format(folder, name), "--seeds=" .. seeds },
      { timeout = 3600000, env = { SLOOP_PATH = folder:match "^(.*)/" } }) -- parts are copies, too
  end

  --- Is a bug found? The simulation says of a seed that it failed, and not for want of a start.
  function plot.finds(changes, name, seeds)
    local status, out = plot.simulate(plot.copy(changes), name, seeds)
    assert(status == 1 and out:find "seed %d+ FAILED" and not out:find "does not start", out)
  end

  return plot
end

return planting
