--- Runs specs with busted: sloop lua spec/run.lua [PATH ...] (files or folders; all of spec/).
--
-- Each file runs in a process of its own, in this same program: a crash, a hang, a leak or a
-- sanitizer's finding costs one file and counts as one failure. They run side by side, the longest
-- first, two for each core, since most of their time is waiting (JOBS=N in the environment: N); one
-- that takes more than LIMIT seconds (600) is killed. SPEC_VERBOSE=1 names each test as it begins.
-- The last line is "N passed, N failed"; exit status 0 only if tests ran and none failed.
local uv = require "luv"
local child = require "spec.runner.child"
local durations = require "spec.runner.durations"
local one_file = require "spec.runner.one_file"
local progress = require "spec.runner.progress"

local INSIDE <const> = "--inside" -- followed by one file and its record: run it here
local DURATIONS <const> = "build/spec_durations"

local function number_from(variable, default)
  local text = os.getenv(variable)
  if not text or text == "" then return default end
  local number = math.tointeger(tonumber(text))
  if number and number >= 1 then return number end
  io.stderr:write(("%s=%s: must be a whole number from 1 on\n"):format(variable, text))
  os.exit(2)
end

local function find_files(paths)
  local words, files = {}, {}
  for i, path in ipairs(paths) do words[i] = "'" .. path:gsub("'", "'\\''") .. "'" end
  local find = assert(io.popen("find " .. table.concat(words, " ")
    .. " -type f -name '*_spec.lua'"))
  for path in find:lines() do files[#files + 1] = path end
  return find:close() and files
end

--- Runs the files, `jobs` at a time. Returns the children that ended, and whether the run was
-- interrupted by a signal.
local function run_files(files, jobs, limit)
  local folder = assert(uv.fs_mkdtemp "/tmp/sloop-specs-XXXXXX")
  local seconds = durations.read(DURATIONS)
  durations.sort(files, seconds)
  local shown, ended, running, started, interrupted = progress.new(#files), {}, {}, 0, false
  local command = { arg[-2], "lua", arg[0], INSIDE }

  local function start_next()
    started = started + 1
    if interrupted or not files[started] then return end
    local one = child.start(command, files[started], folder .. "/" .. started, limit, function(one)
      running[one] = nil
      table.insert(ended, one)
      seconds[one.path] = one.result.seconds
      if not interrupted then shown:ended(one) end
      start_next()
    end)
    running[one] = true
  end

  local function interrupt()
    interrupted = true
    for one in pairs(running) do one:kill() end
  end

  local handles = { uv.new_timer() }
  handles[1]:start(0, 200, function() shown:draw(running) end)
  for _, name in ipairs { "sigint", "sigterm", "sighup" } do
    local handle = uv.new_signal()
    handle:start(name, interrupt)
    table.insert(handles, handle)
  end
  for _ = 1, jobs do start_next() end
  while next(running) do uv.run "once" end
  for _, handle in ipairs(handles) do handle:close() end
  shown:close()
  uv.run "nowait" -- the handles' close callbacks
  durations.write(DURATIONS, seconds)
  os.execute("rm -rf '" .. folder .. "'")
  table.sort(ended, function(a, b) return a.path < b.path end)
  return ended, interrupted
end

if arg[1] == INSIDE then os.exit(one_file.run(arg[2], arg[3]), true) end

local jobs, limit = number_from("JOBS", 2 * #uv.cpu_info()), number_from("LIMIT", 600) * 1000
local files = find_files(#arg > 0 and arg or { "spec" })
local ended, interrupted = run_files(files or {}, jobs, limit)
local passed, failed, skipped = 0, files and 0 or 1, 0
for _, one in ipairs(ended) do
  passed, failed = passed + one.result.passed, failed + one.result.failed
  skipped = skipped + one.result.skipped
end
progress.failures_again(ended)
if interrupted then print(("\nInterrupted: %d files did not run."):format(#files - #ended)) end
if passed + failed == 0 then
  print "No test ran."
  failed = 1
end
print(("%d passed, %d failed%s"):format(passed, failed,
  skipped > 0 and (", %d skipped"):format(skipped) or ""))
os.exit(failed == 0 and not interrupted, true)
