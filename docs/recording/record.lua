--- Makes the README's pictures from real output, in the source tree:
--
--   sloop lua docs/recording/record.lua          writes docs/recording.svg and README.md's diagram
--   sloop lua docs/recording/record.lua --check  ends with 1 if they are no longer what happens
--
-- recording.svg: a node runs and is asked; its file is edited, then broken; then its topology is
-- simulated. The diagram is the failure that was found.
local picture = require "docs.recording.picture"
local printed = require "spec.documents.printed"
local process = require "spec.process"
local uv = require "luv"

local SOURCE <const>, TARGET <const> = "docs/recording", "docs/recording.svg"
local PROGRAM <const> = uv.cwd() .. "/build/release/sloop"

local folder = assert(uv.fs_mkdtemp "/tmp/sloop-XXXXXX")
local ENVIRONMENT <const> = { SLOOP_RUNTIME_DIR = folder .. "/sloop", TERM = "dumb" }
local shown = {} -- { text =, class =, at = ms }
local now = 600

local function show(text, class, delay)
  now = now + delay
  table.insert(shown, { text = text, class = class, at = now })
end

-- ---- the story ----

local function say(text) show("# " .. text, "comment", 1200) end

local function type_command(text) show("$ " .. text, "typed", 900) end

local function shell(command)
  local _, out = process.run("/bin/sh", { "-c",
    ("exec 2>&1; sloop() { '%s' \"$@\"; }; %s"):format(PROGRAM, command) },
    { cwd = folder, env = ENVIRONMENT })
  return out
end

local function run(command, keep)
  type_command(command)
  for line in shell(command):gmatch "[^\n]+" do
    if not keep or keep(line) then
      show(line, line:find "FAILED" and "failed" or "printed", 120)
    end
  end
end

local function edit(from, to)
  local command = ("sed -i 's/%s/%s/' greeter.lua"):format(from, to)
  type_command(command)
  shell(command)
end

-- What is said of all runs in the end, and how fast they were, is left out.
local function is_of_the_failure(line)
  return not line:find "^%l+: " and not line:find "^%d+ of %d+ " and not line:find "^%d+ seeds"
end

local function tell()
  type_command "sloop run greeter.lua --watch &"
  local node = process.start(PROGRAM, { "run", "greeter.lua", "--watch" },
    { cwd = folder, env = ENVIRONMENT })
  run "sloop run ask.lua -- Ada"
  say "other code while it runs: state and connections stay"
  edit("hello", "good day")
  show(node:line "reloaded", "log", 400)
  run "sloop run ask.lua -- Ada"
  say "a mistake: the old code goes on"
  edit("state", "stat")
  show(node:line "refused", "log", 400)
  run "sloop run ask.lua -- Ada"
  edit("stat ", "state ")
  say "a virtual network with faults, seed after seed, until the promise breaks"
  run("sloop sim topology.lua --shrink", is_of_the_failure)
  node:signal "sigterm"
  node:wait()
end

-- The failure as a diagram, up to the reply that is wrong.
local function draw()
  local lines = {}
  for line in shell "sloop sim topology.seed*.lua --diagram":gmatch "[^\n]+" do
    table.insert(lines, line)
    local number, reply = line:match "asked number=(%d+) reply=(.+)"
    if reply and reply ~= "none" and not reply:find("client " .. number, 1, true) then break end
  end
  return table.concat(lines, "\n") .. "\n"
end

-- ---- files ----

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

local function write(path, text)
  local file <close> = assert(io.open(path, "w"))
  assert(file:write(text))
end

local MERMAID <const> = "```mermaid\n(.-)```"

local function check(svg, diagram)
  local there, now_there = picture.lines(read(TARGET)), picture.lines(svg)
  for i, line in ipairs(now_there) do
    assert(printed.agree({ line }, { there[i] }, true), ("%s says\n  %s\nand now it is\n  %s")
      :format(TARGET, tostring(there[i]), line))
  end
  assert(#there == #now_there, TARGET .. " has more lines than there are")
  local said = read("README.md"):match(MERMAID)
  assert(said == diagram, ("README.md's diagram is now\n%s"):format(diagram))
end

assert(os.execute(("cp %s/*.lua '%s'"):format(SOURCE, folder)))
local ok, reason = pcall(function()
  tell()
  local svg, diagram = picture.svg(shown), draw()
  if arg[1] == "--check" then return check(svg, diagram) end
  write(TARGET, svg)
  write("README.md", (read("README.md"):gsub(MERMAID, function()
    return "```mermaid\n" .. diagram .. "```"
  end, 1)))
  print(("%s: %d lines, %.1f s"):format(TARGET, #shown, now / 1000))
end)
process.cleanup()
os.execute("rm -r '" .. folder .. "'")
if not ok then
  io.stderr:write(tostring(reason), "\n")
  os.exit(1)
end
