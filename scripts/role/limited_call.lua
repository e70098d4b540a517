--- Calls a function that runs code of a role which is only loaded or checked, with a limit of CPU
-- time: an endless loop at the top of a file ends with its place.
local STEP <const> = 10000 -- instructions between two looks at the clock
local LIMIT <const> = 1 -- s of CPU time

local OWN_SOURCE <const> = debug.getinfo(1, "S").source

-- A hook that raises at every instruction once the time is up, so that a loop around a pcall ends
-- too; but not in this file, which removes it.
local function new_hook()
  local deadline, message = os.clock() + LIMIT, nil
  local function hook()
    local place = debug.getinfo(2, "Sl")
    if os.clock() < deadline or place.source == OWN_SOURCE then return end
    message = message or ("%s:%d: takes too long: is there an endless loop?"):format(
      place.short_src, place.currentline)
    debug.sethook(hook, "", 1)
    error(message, 0)
  end
  return hook
end

--- The results of fn(...). An error in it is raised here too.
return function(fn, ...)
  local hook, mask, count = debug.gethook()
  debug.sethook(new_hook(), "", STEP)
  local results = table.pack(pcall(fn, ...))
  debug.sethook(hook, mask, count)
  if not results[1] then error(results[2], 0) end
  return table.unpack(results, 2, results.n)
end
