--- sloop ctl: asks running nodes, and tells them what to do.
-- Knows where control sockets are and how answers are shown; what a node answers is control.lua's.
local cli = require "command/arguments"
local columns = require "command/columns"
local help = require "command/help"
local inspect = require "base/inspect"
local json = require "base/json"
local running = require "command/running_nodes"

local function say(...) io.stdout:write(...) end

local function say_rows(rows, indent) say(columns.text(rows, indent or 0, 2), "\n") end

local function say_section(title, rows)
  if not rows[1] then return end
  say(title, "\n")
  say_rows(rows, 2)
end

local function list()
  local rows = {}
  for _, each in ipairs(running.sockets()) do
    local answer, _, code = running.status(each.path)
    if code == "ETIMEDOUT" then
      table.insert(rows, { each.name, "does not answer", "", "" })
    elseif answer and answer.ok then
      table.insert(rows, { each.name, answer.role, ("pid %d"):format(answer.pid),
        answer.topology and ("%d nodes"):format(#answer.nodes)
          or ("generation %d"):format(answer.generation) })
    end
  end
  if #rows == 0 then say "no nodes are running\n" else say_rows(rows) end
  return 0
end

-- ---- showing answers ----

local function duration(ms)
  local seconds = ms // 1000
  if seconds < 120 then return ("%d s"):format(seconds) end
  if seconds < 7200 then return ("%d min"):format(seconds // 60) end
  return ("%d h"):format(seconds // 3600)
end

local function sorted(map)
  local keys = {}
  for key in pairs(map) do table.insert(keys, key) end
  table.sort(keys)
  local i = 0
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

local function show_topology(status)
  say_rows {
    { "topology", status.name }, { "file", status.role }, { "pid", tostring(status.pid) },
    { "up", duration(status.uptime) }, { "phase", status.phase },
  }
  local rows = {}
  for i, node in ipairs(status.nodes) do
    rows[i] = { node.name, node.role, ("thread %d"):format(node.thread), node.state,
      ("%d restarts%s"):format(node.restarts, node.reason and ": " .. node.reason or "") }
  end
  say_section("nodes", rows)
end

local function show_status(status)
  if status.topology then return show_topology(status) end
  local reloads = status.reloads
  say_rows {
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
  }
  local rows = {}
  for name, socket in sorted(status.sockets) do table.insert(rows, socket_row(name, socket)) end
  say_section("sockets", rows)
  rows = {}
  for name, ms in sorted(status.timers) do
    table.insert(rows, { name, ("every %s ms"):format(ms) })
  end
  say_section("timers", rows)
  rows = {}
  for name, counts in sorted(status.relays) do
    table.insert(rows, { name, ("%d forward, %d backward, %d dropped, %d not captured"):format(
      counts.forward, counts.backward, counts.dropped, counts.uncaptured) })
  end
  say_section("relays", rows)
  rows = {}
  for name, role in sorted(status.parts) do table.insert(rows, { name, role }) end
  say_section("parts", rows)
end

local function show_reload(answer)
  say(("reloaded: generation %d (%s)\n"):format(answer.generation, answer.hash))
end

local function show_state(answer) say(inspect.text(answer.value), "\n") end

local function show_text(answer)
  if answer.text ~= "" then say(answer.text, "\n") end
end

-- ---- requests ----

-- command -> the request its arguments make, or nil and what is wrong; and how its answer is shown
local requests = {
  status = { function() return {} end, show_status },
  reload = { function() return {} end, show_reload },
  stop = { function() return {} end, function() end },
  state = { function(words) return { path = words[1] } end, show_state },
  eval = {
    function(words)
      if not words[1] then return nil, "eval needs an expression" end
      return { text = table.concat(words, " ") }
    end, show_text,
  },
  set = {
    function(words, settings)
      local options = {}
      for i, word in ipairs(words) do
        if not word:find("=", 1, true) then
          return nil, ("set takes OPTION=value, not '%s'"):format(word)
        end
        options[i] = "--" .. word
      end
      local given, wrong = cli.parse(options, {}, true)
      if not given then return nil, wrong end
      table.move(given.settings, 1, #given.settings, #settings + 1, settings)
      if not settings[1] then return nil, "set needs OPTION=value" end
      return { settings = settings }
    end, function() end,
  },
}

local function ask(name, path, request, as_json, show)
  local answer, reason = running.ask(name, path, request)
  if not answer then return cli.fail(reason) end
  if as_json then say(json.text(answer), "\n")
  elseif answer.ok then show(answer)
  else cli.fail(answer.reason) end
  return answer.ok and 0 or cli.FAILED
end

-- A request that every node of a topology gets; false when this is none.
local function ask_all(path, request)
  local status = running.status(path)
  if not (status and status.topology) then return false end
  local worst = 0
  for _, node in ipairs(status.nodes) do
    if node.state == "running" then
      request.node = node.name
      io.stdout:write(node.name, ": ")
      io.stdout:flush()
      worst = math.max(worst, ask(node.name, path, request, false, show_reload))
    end
  end
  return worst
end

local given, wrong = cli.parse(arg, { json = "boolean" }, true)
if not given then return cli.wrong(wrong) end
if given.flags.help then
  say(help.text "ctl", "\n")
  return 0
end
local words, settings = given.words, given.settings
if settings[1] and words[2] ~= "set" then
  return cli.wrong(("unknown option '--%s'"):format(table.concat(settings[1].path, ".")))
end
local name = table.remove(words, 1)
if not name then return list() end
local path, node = running.find(name)
if not path then return cli.fail(node) end
local command = table.remove(words, 1) or "status"
if not requests[command] then
  return cli.wrong(("unknown request '%s'; there are status, reload, stop, set, state and eval")
    :format(command))
end
local make, show = table.unpack(requests[command])
local request
request, wrong = make(words, settings)
if not request then return cli.wrong(wrong) end
request.command, request.node = command, node
local all = command == "reload" and not node and ask_all(path, request)
return all or ask(name, path, request, given.flags.json, show)
