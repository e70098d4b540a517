--- sloop ctl: ask running nodes, reload and stop them.
-- Sends requests and shows the answers; node/control_requests.lua and topology/node_requests.lua
-- make them.
local arguments = require "command/arguments"
local change = require "topology/change"
local columns = require "base/columns"
local inspect = require "base/inspect"
local json = require "base/json"
local prompt = require "command/prompt"
local running = require "command/running_nodes"
local status_text = require "command/status_text"
local tap = require "command/tap"

local ctl = {
  section = "operate",
  usage = "[NODE] [REQUEST ...] [--json]",
  text = [[
Without a node: lists those that are running. NODE is the name `sloop ctl` shows, or the path of a
control socket; or a node of a topology, also as TOPOLOGY/NODE. A topology by itself has a status,
and can be stopped and reloaded: then new nodes of its file are started, nodes that are gone are
stopped, and nodes with other options take them over. Without a request the status is printed and,
on a terminal, a prompt opened: expressions print, statements run, ":help" says more. The requests:

  status               what it is, its code, sockets, timers, counts
  reload               load its script again; if that fails the old code goes on
  stop                 stop it in order
  start, restart       a node of a topology: start it after it has ended or was stopped; stop it
                       and start it again
  set OPTION=value     as on the command line: set timeout=500, set queue.connect=tcp://...;
                       prints the old and the new value
  state [PATH]         its state, or a part of it: state workers.w1, state 'list[2].t["a.b"]'
  eval EXPRESSION      run this in the node and print the value: eval '#self.requests'
  tap [RELAY]          print what passes through a relay, until a signal ends it; what comes too
                       fast is not shown, and nothing is delayed]],
  options = {
    { "json", "boolean", "print the answer as JSON" },
    { "prefix", "string", "tap: only messages, and subscriptions to what, begins so" },
    { "hex", "boolean", "tap: print every byte as hex" },
  },
  notes = [[
In JSON a string that is not UTF-8 is {"$base64":"..."}, a key "$base64:..."; a number that is not
finite {"$number":"nan"}, "inf" or "-inf"; a socket, a function and the like {"$value":"..."}. A key
that begins with "$" has another "$" before it.

Nodes are found by their sockets, in $XDG_RUNTIME_DIR/sloop, /run/user/UID/sloop, $TMPDIR/sloop-UID
and /tmp/sloop-UID, or only in $SLOOP_RUNTIME_DIR if it is set.

Exit status: 0 done, 1 refused or no such node, 2 wrong usage.]],
  settings = true,
  completes = {
    "node", { "status", "reload", "stop", "set", "state", "eval", "tap" }, rest = "setting",
  },
}

local function say(...) io.stdout:write(...) end

local function list_row(each)
  if not each.status then return { each.name, "does not answer", "", "" } end
  local status = each.status
  return { each.name, status.role, ("pid %d"):format(status.pid),
    status.topology and ("%d nodes"):format(#status.nodes)
      or ("generation %d"):format(status.generation) }
end

-- As JSON: an array of { "name":, "path":, "status": }; no status when there was no answer.
local function list(as_json)
  local found, rows = running.list(), {}
  if as_json then
    say(found[1] and json.text(found) or "[]", "\n")
    return 0
  end
  for i, each in ipairs(found) do rows[i] = list_row(each) end
  say(rows[1] and columns.text(rows, 0, 2) or "no nodes are running", "\n")
  return 0
end

-- ---- requests ----

local function show_reload(answer)
  say(("%s: generation %d (%s)\n"):format(answer.changed and "reloaded" or "no file has changed",
    answer.generation, answer.hash))
end

local function show_changes(answer)
  for _, each in ipairs(answer.changes or {}) do
    say(("%s: %s -> %s\n"):format(each.option, each.old or "(unset)", each.new or "(unset)"))
  end
end

local function show_node_state(answer) say(answer.state, "\n") end

local function settings_of(words, settings)
  local options = {}
  for i, word in ipairs(words) do
    if not word:find("=", 1, true) then
      return nil, ("set takes OPTION=value, not '%s'"):format(word)
    end
    options[i] = "--" .. word
  end
  local given, wrong = arguments.parse(options, {}, true)
  if not given then return nil, wrong end
  table.move(given.settings, 1, #given.settings, #settings + 1, settings)
  if not settings[1] then return nil, "set needs OPTION=value" end
  return { settings = settings }
end

-- request -> what its arguments make of it, or nil and what is wrong; and how its answer is shown
local requests = {
  status = {
    function() return {} end, function(answer) say(status_text.of(answer)) end,
  },
  reload = { function() return {} end, show_reload },
  stop = { function() return {} end, function() end },
  start = { function() return {} end, show_node_state },
  restart = { function() return {} end, show_node_state },
  state = {
    function(words) return { path = words[1] } end,
    function(answer) say(inspect.text(answer.value), "\n") end,
  },
  eval = {
    function(words)
      if not words[1] then return nil, "eval needs an expression" end
      return { text = table.concat(words, " ") }
    end,
    function(answer) if answer.text ~= "" then say(answer.text, "\n") end end,
  },
  set = { settings_of, show_changes },
}

local function ask(name, path, request, as_json, show)
  local answer, reason = running.ask(name, path, request)
  if not answer then return arguments.fail(reason) end
  if as_json then say(json.text(answer), "\n")
  elseif answer.ok then show(answer)
  else arguments.fail(answer.reason) end
  return answer.ok and 0 or arguments.FAILED
end

-- Reload a topology: its file, then each node; false when this is a single node.
local function reload_topology(path, request)
  local status = running.status(path)
  if not (status and status.topology) then return false end
  local answer, reason = running.ask(status.name, path, request)
  if not answer then return arguments.fail(reason) end
  if not answer.ok then return arguments.fail(answer.reason) end
  say(status.name, ": ", change.text(answer), "\n")
  status = running.status(path) or status
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

-- Make the request in these words and print the answer: the exit status.
local function perform(name, path, node, words, settings, flags)
  local command = table.remove(words, 1) or "status"
  if command == "tap" then return tap(name, path, node, words[1], flags) end
  if not requests[command] then
    return arguments.usage_error(
      ("unknown request '%s'; there are status, reload, stop, start, restart, "
        .. "set, state, eval and tap"):format(command))
  end
  local make, show = table.unpack(requests[command])
  local request, wrong = make(words, settings)
  if not request then return arguments.usage_error(wrong) end
  request.command, request.node = command, node
  local all = command == "reload" and not node and reload_topology(path, request)
  return all or ask(name, path, request, flags.json, show)
end

local function read_line(text)
  io.stdout:write(text)
  io.stdout:flush()
  return io.read "l"
end

local function open_prompt(name, path, node)
  local status = perform(name, path, node, { "status" }, {}, {})
  if status ~= 0 then return status end
  local function eval(text)
    return running.ask(name, path, { command = "eval", node = node, text = text })
  end
  return prompt.run(name, read_line, eval, function(words)
    return perform(name, path, node, words, {}, {})
  end, say, arguments.fail)
end

function ctl.run(given)
  local words, settings = given.words, given.settings
  if settings[1] and words[2] ~= "set" then
    return arguments.usage_error(("unknown option '--%s'"):format(
      table.concat(settings[1].path, ".")))
  end
  local name = table.remove(words, 1)
  if not name then return list(given.flags.json) end
  local path, node = running.find(name)
  if not path then return arguments.fail(node) end
  if not words[1] and not given.flags.json and prompt.is_possible() then
    return open_prompt(name, path, node)
  end
  return perform(name, path, node, words, settings, given.flags)
end

return ctl
