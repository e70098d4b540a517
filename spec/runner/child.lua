--- A process that runs one spec file: started, limited, its record read.
--
-- It leads a process group of its own, so that with it ends what it started; its output goes to a
-- file, so that a process that outlives it holds nothing up; temporary files, control sockets and
-- stores lie in a folder of its own, so that files of specs may run side by side.
local uv = require "luv"

local child = {}
child.__index = child

local function environment(folder)
  local variables, list = uv.os_environ(), {}
  for _, name in ipairs { "TMPDIR", "XDG_RUNTIME_DIR", "XDG_STATE_HOME" } do
    variables[name] = folder
  end
  for name, value in pairs(variables) do table.insert(list, name .. "=" .. value) end
  return list
end

--- Starts `command` (a list) with the spec file `path`. `folder` must not exist yet. `limit`: ms
-- until it is killed. `done(self)` is called after its end; `self.result` is filled by then.
function child.start(command, path, folder, limit, done)
  assert(uv.fs_mkdir(folder, tonumber("700", 8)))
  local self = setmetatable({ path = path, folder = folder, began = uv.hrtime() }, child)
  local arguments = table.move(command, 2, #command, 1, {})
  table.move({ path, folder .. "/record" }, 1, 2, #arguments + 1, arguments)
  local input = assert(uv.fs_open("/dev/null", "r", 0))
  local output = assert(uv.fs_open(folder .. "/output", "w", tonumber("600", 8)))
  self.timer = uv.new_timer()
  local function ended(status, signal)
    self.timer:close()
    self:read_result(status, signal)
    done(self)
  end
  local handle, pid = uv.spawn(command[1], {
    args = arguments, stdio = { input, output, output }, detached = true,
    env = environment(folder),
  }, function(status, signal)
    self.handle:close()
    self:kill() -- what it left running
    ended(status, signal)
  end)
  uv.fs_close(input)
  uv.fs_close(output)
  if handle then
    self.handle, self.pid = handle, pid
    self.timer:start(limit, 0, function()
      self.problem = ("no end after %d s"):format(limit // 1000)
      self:kill()
    end)
  else
    self.problem = "it can't be started: " .. pid
    self.timer:start(0, 0, function() ended(0, 0) end)
  end
  return self
end

--- Seconds since its start, until now or its end.
function child:seconds() return self.result and self.result.seconds
  or (uv.hrtime() - self.began) / 1e9 end

--- Kills it and all that it started.
function child:kill()
  if self.pid then uv.kill(-self.pid, "sigkill") end
end

local function read(path)
  local file <close> = io.open(path, "rb")
  return file and file:read "a" or ""
end

--- What happened: result.passed, failed, skipped; failures, a list of { name, message };
-- output; seconds.
function child:read_result(status, signal)
  local result = { success = 0, failure = 0, pending = 0, failures = {},
    output = read(self.folder .. "/output"), seconds = self:seconds() }
  local test, finished
  for line in read(self.folder .. "/record"):gmatch "[^\n]+" do
    local event, first, second = table.unpack(load("return " .. line, "=record", "t", {})())
    if event == "begin" then test = first end
    if event == "end" then result[first], test = result[first] + 1, nil end
    if event == "failed" then table.insert(result.failures, { name = first, message = second }) end
    finished = finished or event == "finished"
  end
  local clean = finished and status == (result.failure == 0 and 0 or 1) and signal == 0
  if not clean then
    result.failure = result.failure + 1
    local how = self.problem or signal ~= 0 and "killed by signal " .. signal
      or "ended with exit status " .. status
    table.insert(result.failures, { name = test or "after its last test",
      message = ("%s: the process: %s"):format(self.path, how) })
  end
  result.passed, result.failed, result.skipped = result.success, result.failure, result.pending
  self.result = result
end

return child
