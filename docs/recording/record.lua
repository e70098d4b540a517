--- Makes the README's pictures from real output: `sloop lua docs/recording/record.lua`, in the
-- source tree. recording.svg: a node runs and is asked; its file is edited, then broken; then its
-- topology is simulated. The README's sequence diagram is the failure that was found.
local process = require "spec.process"
local uv = require "luv"

local SOURCE <const>, TARGET <const> = "docs/recording", "docs/recording.svg"
local PROGRAM <const> = uv.cwd() .. "/build/release/sloop"
local COLUMNS <const>, LINE <const>, WIDTH <const>, TOP <const> = 118, 18, 8.4, 46

local folder = assert(uv.fs_mkdtemp "/tmp/sloop-XXXXXX")
local shown = {} -- { text =, class =, at = ms }
local now = 600

local function show(text, class, delay)
  now = now + delay
  table.insert(shown, { text = text:sub(1, COLUMNS), class = class, at = now })
end

-- ---- the story ----

local function type_command(text) show("$ " .. text, "typed", 900) end

local function shell(command)
  local _, out = process.run("/bin/sh", { "-c",
    ("exec 2>&1; sloop() { '%s' \"$@\"; }; %s"):format(PROGRAM, command) },
    { cwd = folder, env = { XDG_RUNTIME_DIR = folder } })
  return out
end

local function run(command, keep)
  type_command(command)
  for line in shell(command):gmatch "[^\n]+" do
    if not keep or keep(line) then show(line, "printed", 120) end
  end
end

local function edit(what, from, to)
  type_command(("sed -i 's/%s/%s/' greeter.lua   # %s"):format(from, to, what))
  shell(("sed -i 's/%s/%s/' greeter.lua"):format(from, to))
end

assert(os.execute(("cp %s/*.lua '%s'"):format(SOURCE, folder)))
type_command "sloop run greeter.lua --watch &"
local node = process.start(PROGRAM, { "run", "greeter.lua", "--watch" },
  { cwd = folder, env = { XDG_RUNTIME_DIR = folder } })
run "sloop run ask.lua -- Ada"
edit("while it runs", "hello", "good morning")
show(node:line "reloaded", "log", 400)
run "sloop run ask.lua -- Ada"
edit("and now a mistake", "state", "stat")
show(node:line "refused", "log", 400)
run "sloop run ask.lua -- Ada"
edit("mended", "stat ", "state ")
run("sloop sim topology.lua --shrink", function(line) return not line:find "^  %l+ %l+.* at " end)
local failure = shell "sloop sim topology.seed*.lua --diagram" -- the shrunk file names its seed
node:signal "sigterm"
node:wait()
process.cleanup()

-- ---- the picture ----

local function escaped(text)
  return (text:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

local lines = {}
local height = TOP + #shown * LINE + 10
for i, each in ipairs(shown) do
  lines[i] = ('<text class="line %s" style="animation-delay:%dms" x="16" y="%d">%s</text>'):format(
    each.class, each.at, TOP + i * LINE - 8, escaped(each.text))
end

local svg = ([[
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="monospace" font-size="14">
<style>
.line { white-space: pre; animation: appear 1ms linear both }
.typed { fill: #fff } .printed { fill: #b8c4ce } .log { fill: #e5c07b }
@keyframes appear { from { opacity: 0 } to { opacity: 1 } }
</style>
<rect width="100%%" height="100%%" rx="8" fill="#1c2128"/>
<circle cx="20" cy="18" r="6" fill="#e06c75"/><circle cx="40" cy="18" r="6" fill="#e5c07b"/>
<circle cx="60" cy="18" r="6" fill="#98c379"/>
%s
</svg>
]]):format(math.ceil(COLUMNS * WIDTH + 32), height, table.concat(lines, "\n"))

local function write(path, text)
  local file <close> = assert(io.open(path, "w"))
  assert(file:write(text))
end

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

write(TARGET, svg)
print(("%s: %d lines, %.1f s"):format(TARGET, #shown, now / 1000))

-- ---- the diagram ----

local diagram = {}
for line in failure:gmatch "[^\n]+" do
  local part = line:match "^  (%S+)"
  local is_message = line:find("->>", 1, true) ~= nil
  if line == "sequenceDiagram" or part == "participant" or part == "Note" or is_message then
    table.insert(diagram, (line:gsub("%s+$", "")))
  end
end
local replaced = read "README.md":gsub("```mermaid\n.-```", function()
  return "```mermaid\n" .. table.concat(diagram, "\n") .. "\n```"
end, 1)
write("README.md", replaced)
print(("README.md: a diagram of %d lines"):format(#diagram))
os.execute("rm -r '" .. folder .. "'")
