--- The options of `sloop run` and `sloop up` that every node understands.
-- base/names.lua has their kinds, since no role may declare an option of such a name.
local names = require "base/names"

local TEXTS <const> = { -- in the order of the help
  { "name", "what it is called, in its log and to `sloop ctl`" },
  { "strict", "the first error in a handler ends the node with exit status 1" },
  { "watch", "load the script again whenever it changes" },
  { "probation", "after a reload, go back to the old code if the new code raises more than N "
    .. "errors in its first 5 seconds" },
  { "data", "the folder of its stores", as = "DIR" },
  { "handler_warn", "report a handler that computes for this long (100; 0: never)" },
  { "handler_limit", "end a handler that computes for this long (10000; 0: never)" },
  { "memory", "the most its Lua state may use", as = "MIB" },
  { "control", "the path of its control socket, or none", as = "PATH|none" },
}

local node_options = {}

--- These options as arguments.parse takes them; without those whose names are keys of `except`.
function node_options.rows(except)
  local rows = {}
  for _, each in ipairs(TEXTS) do
    if not (except and except[each[1]]) then
      table.insert(rows, { each[1], names.flags[each[1]], each[2], as = each.as })
    end
  end
  return rows
end

return node_options
