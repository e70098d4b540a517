--- Runs one spec file through busted, in this process, and records what happens to a file.
--
-- The record has a line for each event, a Lua table: { "begin", name }, { "end", status } and
-- { "failed", name, message }. It is written as the tests run, so after a crash it says which one
-- ran then. A failure is also printed at once, with its traceback.
local uv = require "luv"

local one_file = {}

local function record_to(file)
  return function(...)
    local fields = {}
    for i, field in ipairs { ... } do fields[i] = ("%q"):format(field):gsub("\n", "n") end
    assert(file:write("{", table.concat(fields, ","), "}\n"))
    file:flush()
  end
end

--- "describe it": all names from the file down to the element.
local function full_name(busted, element)
  local names = {}
  while element and element.descriptor ~= "file" do
    table.insert(names, 1, element.name or element.descriptor)
    element = busted.context.parent(element)
  end
  return table.concat(names, " ")
end

local function indented(trace)
  trace = trace:gsub("^%s*stack traceback:%s*", ""):gsub("%s*$", "")
  return "    " .. trace:gsub("\n%s*", "\n    ")
end

local function print_failure(name, message, trace)
  print(("FAILED %s\n  %s"):format(name, message:gsub("\n", "\n  ")))
  if trace then print(indented(trace)) end
end

--- Runs the specs of the file at `path` and records them in the file at `record_path`.
-- Returns whether all passed. SPEC_VERBOSE=1 in the environment prints each test's name.
function one_file.run(path, record_path)
  local file <close> = assert(io.open(record_path, "w"))
  local record = record_to(file)
  for _, module in ipairs { "lfs", "term", "system", "sloop" } do
    pcall(require, module) -- busted forgets what a file loads; C modules load only once
  end
  local broken_pipe = uv.new_signal() -- writing to a peer that is gone is an error, no end
  broken_pipe:start("sigpipe", function() end)
  broken_pipe:unref()
  local busted = require "busted.core"()
  require "busted"(busted)
  local all_passed = true

  local function failed(element, _, message, trace)
    all_passed = false
    local name = full_name(busted, element)
    if element.descriptor ~= "it" then record("end", "failure") end -- a file, or a setup
    record("failed", name, tostring(message))
    print_failure(name, tostring(message), element.descriptor == "it" and trace and trace.traceback)
    return nil, true
  end
  busted.subscribe({ "failure" }, failed)
  busted.subscribe({ "error" }, failed)
  busted.subscribe({ "test", "start" }, function(element)
    local name = full_name(busted, element)
    record("begin", name)
    if os.getenv "SPEC_VERBOSE" then print("- " .. name) end
    return nil, true
  end)
  busted.subscribe({ "test", "end" }, function(_, _, status)
    record("end", status == "error" and "failure" or status)
    return nil, true
  end)

  os.exit = function() error("a spec ended the process", 2) end -- luacheck: ignore 122
  require "busted.modules.test_file_loader"(busted, { "lua" })({ path }, {}, { excludes = {} })
  require "busted.execute"(busted)(1, {})
  broken_pipe:close()
  uv.run "nowait" -- luv does not survive an exit with a close callback due
  record "finished"
  return all_passed
end

return one_file
