--- One sample: a node is started, loaded for some time, and ended.
local sample = {}

local LOG <const> = "build/bench/node.log"

local taken = 0 -- samples so far: no two share an endpoint

local function endpoints(transport)
  taken = taken + 1
  if transport == "inproc" then return "inproc://a", "inproc://b" end
  if transport == "ipc" then
    local path = ("/tmp/sloop-bench-%d-"):format(taken)
    return "ipc://" .. path .. "a", "ipc://" .. path .. "b"
  end
  local port = 21000 + taken * 2 % 8000 -- below the ports that the kernel gives out
  return "tcp://127.0.0.1:" .. port, "tcp://127.0.0.1:" .. port + 1
end

local function fill(command, fields)
  return (command:gsub("%$(%w+)", function(name) return tostring(fields[name]) end))
end

-- Shell commands that run a load and a node.
local APART <const> = [[
  load='%s'; { %s >&2 & node=$!
  build/bench/load $load; kill $node 2>/dev/null; wait $node; } 2>%s]]
-- The load is a thread of the node's process, and ends it.
local TOGETHER <const> = "{ LD_PRELOAD=build/bench/load.so LOAD='%s' timeout 60 %s; } 2>%s"

-- What the node said last, or else the load.
local function complaint(path)
  local node, load
  for line in io.lines(path) do
    if line:find "^bench:" then load = line
    elseif line:find "%S" and not line:find "^Terminated" then node = line end
  end
  return node or load or "no result"
end

--- What was done in how many seconds, or nil and the reason.
function sample.take(row, node, load, ms)
  local fields = { ms = ms }
  for name, value in pairs(row) do fields[name] = value end
  fields.a, fields.b = endpoints(row.transport)
  local form = row.transport == "inproc" and TOGETHER or APART
  local command = form:format(fill(load, fields), fill(node, fields), LOG)
  local pipe <close> = assert(io.popen(command))
  local done, seconds = pipe:read("a"):match("load: (%d+) in ([%d.]+) s")
  if row.transport == "ipc" then os.execute("rm -f /tmp/sloop-bench-" .. taken .. "-*") end
  if not done then return nil, complaint(LOG) end
  return tonumber(done), tonumber(seconds)
end

--- What a load writes that starts its node itself.
function sample.run(load)
  local fields = {}
  fields.a, fields.b = endpoints "tcp"
  local pipe <close> = assert(io.popen("build/bench/load " .. fill(load, fields)))
  return pipe:read "a"
end

--- What a script of this folder writes, which measures by itself.
function sample.script(path)
  local pipe <close> = assert(io.popen("build/release/sloop lua " .. path))
  return pipe:read "a"
end

return sample
