--- What a run shows: a line for each file that ended and, on a terminal, one that is redrawn.
local uv = require "luv"

local progress = {}
progress.__index = progress

--- For `total` files.
function progress.new(total)
  local self = setmetatable({ total = total, done = 0, failures = 0 }, progress)
  self.terminal = uv.guess_handle(1) == "tty" and uv.new_tty(1, false)
  return self
end

--- Draws the line again. `running`: a set of children.
function progress:draw(running)
  if not self.terminal then return end
  local names, count = {}, 0
  for child in pairs(running) do
    count = count + 1
    local name = child.path:match "([^/]*)_spec%.lua$"
    table.insert(names, ("%s %.0f s"):format(name, child:seconds()))
  end
  table.sort(names)
  local text = ("%d done, %d running, %d left, %d failures: %s"):format(self.done, count,
    self.total - self.done - count, self.failures, table.concat(names, ", "))
  local width = self.terminal:get_winsize()
  if not width or width == 0 then width = 80 end
  io.stdout:write("\r\27[K", text:sub(1, width - 1))
  io.stdout:flush()
end

--- Removes it, for other output.
function progress:clear()
  if self.terminal then io.stdout:write "\r\27[K" end
end

--- Shows the end of a child: its output in one piece, then its line.
function progress:ended(child)
  local result = child.result
  self.done, self.failures = self.done + 1, self.failures + result.failed
  self:clear()
  io.stdout:write(result.output, (result.output:find "[^\n]$" and "\n" or ""))
  print(("%-7s %4d passed%s  %s  %.1f s"):format(result.failed == 0 and "ok" or "FAILED",
    result.passed, result.failed == 0 and "" or (", %d failed"):format(result.failed),
    child.path, result.seconds))
  io.stdout:flush()
end

--- Ends the drawing.
function progress:close()
  self:clear()
  if self.terminal then self.terminal:close() end
end

--- Shows the failures of all children again, by file.
function progress.failures_again(ended)
  local header = "\nFailures:"
  for _, child in ipairs(ended) do
    for _, failure in ipairs(child.result.failures) do
      if header then print(header) end
      header = nil
      print(("%s: %s\n  %s"):format(child.path, failure.name, failure.message:gsub("\n", "\n  ")))
    end
  end
end

return progress
