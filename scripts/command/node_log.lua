--- `sloop ctl NODE log`: the latest lines of a running node's log, and with --follow those that
-- come. A process keeps so many of them, and never waits for who reads them.
local arguments = require "command/arguments"
local running = require "command/running_nodes"

local COLOUR <const> = "\27%[%d*m" -- of a log that goes to a terminal

-- Lines of this node alone, of a process that has several; what is indented belongs to the line
-- before.
local function filter(node)
  local is_its = node == nil
  local head = "^[%d:.]+ " .. (node or ""):sub(1, 64):gsub("%p", "%%%0") .. ": "
  return function(line)
    if node and not line:find "^  " then is_its = line:find(head) ~= nil end
    return is_its
  end
end

-- Print the last so many lines.
local function print_last(lines, count)
  for i = math.max(1, #lines - count + 1), #lines do io.stdout:write(lines[i], "\n") end
end

--- Print the log of the node that is asked at `path`: the exit status. `last`, if given, is how
-- many lines.
return function(name, path, node, follow, last)
  local file <close>, reason = running.log(name, path, follow)
  if not file then return arguments.fail(reason) end
  local is_its, lines = filter(node), {}
  for line in file:lines() do
    line = line:gsub(COLOUR, "")
    if is_its(line) and last then table.insert(lines, line)
    elseif is_its(line) then io.stdout:write(line, "\n") end
  end
  if last then print_last(lines, last) end
  return 0
end
