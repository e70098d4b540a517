--- Real programs in specs: started, read line by line, signalled, waited for. Built on luv.
--
-- Nothing sleeps: every wait ends with the event it waits for, or fails at its deadline and then
-- shows all the output there was. A time that is not given is DEADLINE.
local uv = require "luv"

local process = {}
process.__index = process

local DEADLINE <const> = 20000 -- ms; generous: sanitized programs on a busy machine

local POLL <const> = 20 -- ms

local living = {} -- process -> true

--- Serve events until `done()` holds; false when `ms` have passed first.
function process.wait_until(done, ms)
  local expired = false
  local timer = uv.new_timer()
  uv.update_time()
  -- It repeats: one that is due as a turn of the loop begins fires first, and then the turn waits.
  timer:start(ms or DEADLINE, 1, function() expired = true end)
  while not done() and not expired do uv.run("once") end
  timer:close()
  return done()
end

--- The same for what no event tells of: looks again and again.
function process.poll_until(done, ms)
  local timer = uv.new_timer()
  timer:start(POLL, POLL, function() end)
  local held = process.wait_until(done, ms)
  timer:close()
  return held
end

local function split(self, stream)
  local rest = ""
  return function(reason, data)
    assert(not reason, reason)
    rest = rest .. (data or "")
    rest = rest:gsub("([^\n]*)\n", function(line)
      table.insert(self[stream], line)
      table.insert(self.lines, line)
      return ""
    end)
    if data == nil then
      if rest ~= "" then
        table.insert(self[stream], rest)
        table.insert(self.lines, rest)
      end
      self.open = self.open - 1
    end
  end
end

local function environment(changes)
  local variables, list = uv.os_environ(), {}
  for name, value in pairs(changes or {}) do variables[name] = value end
  for name, value in pairs(variables) do
    if value then table.insert(list, name .. "=" .. value) end
  end
  return list
end

--- Start `program` with a list of arguments. `options`: cwd; env, a table of changes (false
--- removes); unread = true: nobody reads its stderr; mute = true: nobody reads its stdout.
--- `lines` has the lines of both streams as they came, `stdout` and `stderr` those of one.
function process.start(program, arguments, options)
  options = options or {}
  local self = setmetatable({ lines = {}, stdout = {}, stderr = {}, seen = 0, open = 2 }, process)
  self.command = program .. " " .. table.concat(arguments, " ")
  self.pipes = { uv.new_pipe(false), uv.new_pipe(false), uv.new_pipe(false) }
  local handle, pid = uv.spawn(program, {
    args = arguments, stdio = self.pipes, cwd = options.cwd, env = environment(options.env),
  }, function(status, signal)
    self.status, self.signalled = status, signal
    self.handle:close()
  end)
  if not handle then
    for _, pipe in ipairs(self.pipes) do pipe:close() end
    error(("cannot start %s: %s"):format(program, pid), 2)
  end
  self.handle, self.pid = handle, pid
  living[self] = true
  if options.mute then self.open = 1 else self.pipes[2]:read_start(split(self, "stdout")) end
  if options.unread then self.open = 1 else self.pipes[3]:read_start(split(self, "stderr")) end
  return self
end

function process:fail(what)
  error(("%s: %s\n--- all it wrote:\n%s\n---"):format(self.command, what,
    table.concat(self.lines, "\n")), 3)
end

function process:has_ended() return self.status ~= nil and self.open == 0 end

--- Wait for a line that matches, on either stream, after the one returned last.
--- Returns the line, and the pattern's captures if it has any.
function process:line(pattern, ms)
  local found
  local function search()
    while not found and self.seen < #self.lines do
      self.seen = self.seen + 1
      if self.lines[self.seen]:find(pattern) then found = self.lines[self.seen] end
    end
    return found or self:has_ended()
  end
  process.wait_until(search, ms)
  if not found then
    local why = self:has_ended() and ", and it ended" or ""
    self:fail(("no line matched '%s'%s"):format(pattern, why))
  end
  return found, found:match(pattern)
end

--- Wait for its end. Returns its exit status and the number of the signal that killed it, or 0.
function process:wait(ms)
  if not process.wait_until(function() return self:has_ended() end, ms) then
    self:fail "it did not end"
  end
  return self.status, self.signalled
end

--- Send a signal by its name in lower case: "sigterm", "sigkill", "sigstop", ...
function process:signal(name) return self.handle:kill(name) end

function process:write(text) self.pipes[1]:write(text) end
function process:close_stdin() self.pipes[1]:close() end

--- Start it and wait for its end: status, stdout and stderr as text.
function process.run(program, arguments, options)
  local self = process.start(program, arguments, options)
  self:close_stdin()
  local status = self:wait(options and options.timeout)
  local function text(lines) return #lines > 0 and table.concat(lines, "\n") .. "\n" or "" end
  return status, text(self.stdout), text(self.stderr)
end

--- End what was started and is still there.
function process.cleanup()
  for self in pairs(living) do
    if not self.status then
      self.handle:kill("sigcont")
      self.handle:kill("sigkill")
    end
    process.wait_until(function() return self.status ~= nil end)
    for _, pipe in ipairs(self.pipes) do
      if not pipe:is_closing() then pipe:close() end
    end
  end
  living = {}
  uv.run("nowait") -- lets the handles' close callbacks run
end

return process
