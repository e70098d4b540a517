--- TCP ports for specs of programs that bind several in a row, or are started again where they were
-- bound before: below those the system gives out, so no connection of another program gets one.
-- Specs run side by side: each process has a block of its own, whose first port it keeps bound.
local uv = require "luv"

local ports = {}

local FIRST <const>, LAST <const>, BLOCK <const> = 20000, 32000, 120

local guard, base, taken

local function bind(port)
  local tcp = uv.new_tcp()
  if tcp:bind("127.0.0.1", port) and tcp:listen(1, function() end) then return tcp end
  tcp:close()
  uv.run("nowait")
  return nil
end

local function is_free(port)
  local tcp = bind(port)
  if tcp then tcp:close() end
  uv.run("nowait")
  return tcp ~= nil
end

-- The processes that this one starts have nothing of the guard: libuv's sockets are closed by exec.
local function take_block()
  local blocks = (LAST - FIRST) // BLOCK
  for i = 0, blocks - 1 do
    base = FIRST + (math.tointeger(uv.os_getpid()) + i) % blocks * BLOCK
    guard, taken = bind(base), 1
    if guard then return guard:unref() end
  end
  error "no block of ports is free"
end

--- The first of `count` ports in a row that no program has bound.
function ports.take(count)
  if not guard then take_block() end
  for _ = 1, BLOCK do
    if taken + count > BLOCK then taken = 1 end
    local first, free = base + taken, true
    taken = taken + count
    for port = first, first + count - 1 do free = free and is_free(port) end
    if free then return first end
  end
  error "no port is free"
end

--- An endpoint with such a port.
function ports.endpoint() return "tcp://127.0.0.1:" .. ports.take(1) end

return ports
