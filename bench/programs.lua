--- Programs that a measurement starts, signals and reads line by line. Built on luv.
local uv = require "luv"

local programs = {}
programs.__index = programs

local living = {} -- program -> true

--- Start a program with these arguments; what it writes, on either stream, is its lines.
function programs.start(program, arguments)
  local self = setmetatable({ lines = {}, seen = 0, rest = "" }, programs)
  local out, err = uv.new_pipe(false), uv.new_pipe(false)
  local options = { args = arguments, stdio = { nil, out, err } }
  local function ended()
    self.ended = true
    living[self] = nil
  end
  self.handle, self.pid = uv.spawn(program, options, ended)
  assert(self.handle, self.pid)
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

function programs.sloop(arguments) return programs.start("build/release/sloop", arguments) end

--- Its resident memory in bytes.
function programs:memory()
  local file <close> = assert(io.open(("/proc/%d/statm"):format(self.pid)))
  return tonumber(file:read("a"):match "^%d+ (%d+)") * 4096
end

--- Its processor time in seconds: what it has computed, whatever else ran meanwhile.
function programs:cpu()
  local file <close> = assert(io.open(("/proc/%d/stat"):format(self.pid)))
  local user, system = file:read("a"):match(".*%) %S" .. (" %S+"):rep(10) .. " (%d+) (%d+)")
  return (user + system) / 100
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

--- A function that says for how many ms at a time this program stood still, at most, since it was
--- called last: a machine that stands still explains a long wait.
function programs.stalls()
  local EVERY <const> = 10
  local last, longest, timer = uv.hrtime(), 0, uv.new_timer()
  local function look()
    local now = uv.hrtime()
    longest, last = math.max(longest, (now - last) / 1e6 - EVERY), now
  end
  timer:start(EVERY, EVERY, look)
  timer:unref()
  return function()
    look()
    local most = longest
    longest = 0
    return most
  end
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
