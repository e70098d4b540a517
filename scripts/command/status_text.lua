--- The status of a node or of a topology as text, for `sloop ctl`.
local columns = require "base/columns"
local sorted_keys = require "base/sorted_keys"

local status_text = {}

local function duration(ms)
  local seconds = ms // 1000
  if seconds < 120 then return ("%d s"):format(seconds) end
  if seconds < 7200 then return ("%d min"):format(seconds // 60) end
  return ("%d h"):format(seconds // 3600)
end

local function sorted(map)
  local keys, i = sorted_keys(map), 0
  return function()
    i = i + 1
    return keys[i], map[keys[i]]
  end
end

local function socket_row(name, socket)
  local where = {}
  for _, endpoint in ipairs(socket.bound or {}) do table.insert(where, "bind " .. endpoint) end
  for _, endpoint in ipairs(socket.connect or {}) do table.insert(where, "connect " .. endpoint) end
  local lost = {}
  for _, key in ipairs { "dropped", "unreachable", "full" } do
    if socket[key] > 0 then table.insert(lost, (", %d %s"):format(socket[key], key)) end
  end
  return { name, socket.type, table.concat(where, " "),
    ("%d in, %d out%s"):format(socket.received, socket.sent, table.concat(lost)) }
end

-- "connected for 5 s, 2 times", "connecting for 9 s, 40 attempts: the handshake failed"
local function connection_text(known)
  if not known then return "connecting" end
  local text
  if known.connected then
    text = ("connected for %s, %d times"):format(duration(known.age), known.times)
  else
    text = ("connecting for %s, %d attempts"):format(duration(known.age), known.attempts)
    if known.times > 0 then text = ("%s; connected %d times before"):format(text, known.times) end
  end
  return known.error and text .. ": " .. known.error or text
end

-- A row for each endpoint, of all sockets.
local function endpoint_rows(sockets)
  local rows = {}
  for name, socket in sorted(sockets) do
    for _, endpoint in ipairs(socket.bound or {}) do
      table.insert(rows, { name, endpoint, "bound" })
    end
    for _, endpoint in ipairs(socket.connect or {}) do
      local text = endpoint:find "^inproc:" and "in this process"
        or connection_text(socket.connections and socket.connections[endpoint])
      table.insert(rows, { name, endpoint, text })
    end
  end
  return rows
end

-- Blocks of rows, each but the first with a title, as text.
local function text_of(sections)
  local out = {}
  for _, section in ipairs(sections) do
    local rows, title = section[1], section.title
    if title and rows[1] then table.insert(out, title .. "\n") end
    if rows[1] then table.insert(out, columns.text(rows, title and 2 or 0, 2) .. "\n") end
  end
  return table.concat(out)
end

local function of_topology(status)
  local nodes = { title = "nodes", {} }
  for i, node in ipairs(status.nodes) do
    nodes[1][i] = { node.name, node.role, ("thread %d"):format(node.thread), node.state,
      ("%d restarts%s"):format(node.restarts, node.reason and ": " .. node.reason or "") }
  end
  return text_of { { {
    { "topology", status.name }, { "file", status.role }, { "pid", tostring(status.pid) },
    { "up", duration(status.uptime) }, { "phase", status.phase },
  } }, nodes }
end

-- The rows of a map, each made by `row(name, value)`.
local function rows_of(map, row)
  local rows = {}
  for name, value in sorted(map) do table.insert(rows, row(name, value)) end
  return rows
end

local function of_node(status)
  local reloads = status.reloads
  return text_of {
    { {
      { "name", status.name }, { "role", status.role }, { "pid", tostring(status.pid) },
      { "up", duration(status.uptime) },
      { "generation", ("%d (%s)"):format(status.generation, status.hash) },
      { "reloads", ("%d done, %d refused%s"):format(reloads.done, reloads.refused,
        reloads.reason and ": " .. reloads.reason or "") },
      { "errors", ("%d in handlers"):format(status.errors) },
      { "slow", ("%d handlers, %d ended%s"):format(status.slow, status.ended,
        status.computing and "; one computes now" or "") },
      { "waiting", ("%d tasks"):format(status.waiting) },
      { "memory", ("%.1f KiB"):format(status.memory / 1024) },
    } },
    { title = "sockets", rows_of(status.sockets, socket_row) },
    { title = "endpoints", endpoint_rows(status.sockets) },
    { title = "timers", rows_of(status.timers, function(name, ms)
      return { name, ("every %s ms"):format(ms) }
    end) },
    { title = "relays", rows_of(status.relays, function(name, counts)
      return { name, ("%d forward, %d backward, %d dropped, %d not captured%s"):format(
        counts.forward, counts.backward, counts.dropped, counts.uncaptured,
        counts.taps > 0 and (", %d taps"):format(counts.taps) or "") }
    end) },
    { title = "stores", rows_of(status.stores, function(name, counts)
      return { name, ("%d commits, %d bytes not synced"):format(counts.commits, counts.unsynced) }
    end) },
    { title = "inputs", rows_of(status.inputs, function(name, counts)
      return { name, counts.source, ("%d lines%s%s"):format(counts.lines,
        counts.dropped > 0 and (", %d left out"):format(counts.dropped) or "",
        counts.ended and ", at its end" or "") }
    end) },
    { title = "parts", rows_of(status.parts, function(name, role) return { name, role } end) },
  }
end

--- The answer to a request "status", as text that ends with a newline.
function status_text.of(status)
  if status.topology then return of_topology(status) end
  return of_node(status)
end

return status_text
