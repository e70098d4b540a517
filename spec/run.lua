--- Runs specs with busted: sloop lua spec/run.lua [PATH ...] (files or folders; all of spec/).
--
-- Each file runs in a process of its own, in this same program: a crash, a leak or a sanitizer's
-- finding then costs one file and counts as one failure. The last line, "N passed, N failed",
-- comes from the process that started them, so it comes in any case. Exit status 0 only if tests
-- ran and none failed. SPEC_VERBOSE=1 names each test as it begins.
local INSIDE <const> = "--inside" -- followed by one file: run it, here
local RESULT <const> = "^RESULT (%d+) (%d+) (%d+)$"

--- Inside: one file through busted.
local function run_file(path)
  for _, module in ipairs { "luv", "lfs", "term", "system", "sloop" } do
    pcall(require, module) -- busted forgets what a file loads; C modules load only once
  end
  local busted = require "busted.core"()
  require "busted"(busted)
  local count = { success = 0, failure = 0, pending = 0 }

  local function name_of(element)
    local names = {}
    while element and element.descriptor ~= "file" do
      table.insert(names, 1, element.name or element.descriptor)
      element = busted.context.parent(element)
    end
    return table.concat(names, " ")
  end

  local function report(element, _, message, trace)
    if element.descriptor ~= "it" then count.failure = count.failure + 1 end
    print(("FAILED %s\n  %s"):format(name_of(element), tostring(message):gsub("\n", "\n  ")))
    if trace and trace.traceback and element.descriptor == "it" then
      print((trace.traceback:gsub("^%s*stack traceback:", ""):gsub("\n%s*", "\n    ")))
    end
    return nil, true
  end

  local function finished(_, _, status)
    if status == "error" then status = "failure" end
    count[status] = count[status] + 1
    return nil, true
  end

  busted.subscribe({ "failure" }, report)
  busted.subscribe({ "error" }, report)
  busted.subscribe({ "test", "end" }, finished)
  if os.getenv "SPEC_VERBOSE" then
    busted.subscribe({ "test", "start" }, function(element)
      print("- " .. name_of(element))
      return nil, true
    end)
  end

  os.exit = function() error("a spec ended the process", 2) end -- luacheck: ignore 122
  require "busted.modules.test_file_loader"(busted, { "lua" })({ path }, {}, { excludes = {} })
  require "busted.execute"(busted)(1, {})
  print(("RESULT %d %d %d"):format(count.success, count.failure, count.pending))
  return count.failure
end

--- Outside: which files, and the sum.
local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

local function find_files(paths)
  local words = {}
  for i, path in ipairs(paths) do words[i] = quoted(path) end
  local files = {}
  local places = table.concat(words, " ")
  local find = assert(io.popen("find " .. places .. " -type f -name '*_spec.lua'"))
  for path in find:lines() do files[#files + 1] = path end
  local found = find:close()
  table.sort(files)
  return found and files
end

local function run_outside(path, total)
  local child = assert(io.popen(table.concat({
    quoted(arg[-2]), "lua", quoted(arg[0]), INSIDE, quoted(path), "2>&1",
  }, " ")))
  local passed, failed, skipped
  for line in child:lines() do
    if line:find(RESULT) then
      passed, failed, skipped = line:match(RESULT)
    else
      print(line)
    end
  end
  local ok, kind, status = child:close()
  passed, failed = tonumber(passed or 0), tonumber(failed or 0)
  if not ok and failed == 0 then
    failed = 1
    print(("FAILED %s\n  the process ended with %s %d"):format(path, kind, status))
  end
  total.passed, total.failed = total.passed + passed, total.failed + failed
  total.skipped = total.skipped + tonumber(skipped or 0)
  print(("%-7s %4d passed%s  %s"):format(failed == 0 and "ok" or "FAILED", passed,
    failed == 0 and "" or (", %d failed"):format(failed), path))
end

if arg[1] == INSIDE then os.exit(run_file(arg[2]) == 0, true) end

local files = find_files(#arg > 0 and arg or { "spec" })
local total = { passed = 0, failed = files and 0 or 1, skipped = 0 }
for _, path in ipairs(files or {}) do run_outside(path, total) end
if total.passed + total.failed == 0 then
  print("No test ran.")
  total.failed = 1
end
print(("%d passed, %d failed%s"):format(total.passed, total.failed,
  total.skipped > 0 and (", %d skipped"):format(total.skipped) or ""))
os.exit(total.failed == 0, true)
