--- Programs that a measurement starts, signals and reads line by line. Built on luv.
local uv = require "luv"

local programs = {}
programs.__index = programs

local living = {} -- program -> true

--- Start build/release/sloop with these arguments; what it writes, on either stream, is its lines.
function programs.sloop(arguments)
  local self = setmetatable({ lines = {}, seen = 0, rest = "" }, programs)
  local out, err = uv.new_pipe(false), uv.new_pipe(false)
  local options = { args = arguments, stdio = { nil, out, err } }
  self.handle = assert(uv.spawn("build/release/sloop", options,
    function()
      self.ended = true
      living[self] = nil
    end))
  living[self] = true
  for _, pipe in ipairs { out, err } do
    pipe:read_start(function(_, data)
      self.rest = (self.rest .. (data or "")):gsub("([^\n]*)\n", function(line)
        table.insert(self.lines, line)
        return ""
      end)
    end)
  end
  return self
end

--- Wait for a line that matches, after the one returned last: its captures.
function programs:line(pattern)
  while true do
    while self.seen < #self.lines do
      self.seen = self.seen + 1
      local line = self.lines[self.seen]
      if line:find(pattern) then return line:match(pattern) end
    end
    if self.ended then error("it ended:\n" .. table.concat(self.lines, "\n"), 2) end
    uv.run("once")
  end
end

--- Send a signal and wait for the end.
function programs:kill(signal)
  self.handle:kill(signal or "sigkill")
  while not self.ended do uv.run("once") end
end

--- Let events be served for `ms`.
function programs.pause(ms)
  local over, timer = false, uv.new_timer()
  timer:start(ms, 0, function() over = true end)
  while not over do uv.run("once") end
  timer:close()
end

--- Measure: `act(folder)`, with a folder for the programs' disks. Whatever becomes of it, no
--- program and no file is left.
function programs.measure(act)
  local folder = assert(uv.fs_mkdtemp("/tmp/sloop-bench-XXXXXX"))
  local ok, why = xpcall(act, debug.traceback, folder)
  for self in pairs(living) do self.handle:kill("sigkill") end
  while next(living) do uv.run("once") end
  os.execute("rm -rf " .. folder)
  if not ok then error(why, 0) end
end

return programs
