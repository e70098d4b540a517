--- sloop ctl: ask running nodes, reload and stop them.
-- Sends requests and shows the answers; node/control_requests.lua and topology/node_requests.lua
-- make them.
local arguments = require "command/arguments"
local change = require "topology/change"
local columns = require "base/columns"
local core = require "sloop".core
local every_node = require "command/every_node"
local inspect = require "base/inspect"
local json = require "base/json"
local node_log = require "command/node_log"
local prompt = require "command/prompt"
local prompt_input = require "command/prompt_input"
local running = require "command/running_nodes"
local status_text = require "command/status_text"
local tap = require "command/tap"

local PATIENCE <const> = 1000 -- ms, for names to complete from
local LAST <const> = 20 -- lines of the log at the prompt

local ctl = {
  section = "operate",
  usage = { "[NODE] [REQUEST ...] [--json]", "--all REQUEST ... [--json]" },
  text = [[
Without a node: lists those that are running. NODE is the name `sloop ctl` shows, or the path of a
control socket; or a node of a topology, also as TOPOLOGY/NODE. A topology by itself has a status,
and can be stopped and reloaded: then new nodes of its file are started, nodes that are gone are
stopped, and nodes with other options take them over. Without a request the status is printed and,
on a terminal, a prompt opened: expressions print, statements run, ":help" says more. With --all
every node that runs here is asked. The requests:

  status               what it is, its code, sockets, timers, counts
  reload               load its script again; if that fails the old code goes on
  stop                 stop it in order
  start, restart       a node of a topology: start it after it has ended or was stopped; stop it
                       and start it again
  set OPTION=value     as on the command line: set timeout=500, set queue.connect=tcp://...;
                       prints the old and the new value
  state [PATH]         its state, or a part of it: state workers.w1, state 'list[2].t["a.b"]'
  eval CODE            run this in the node; an expression's values are printed:
                       eval '#self.requests', eval 'self.limit = 5'
  log                  the latest lines of its log; with --follow also those that come, until it
                       ends. It never waits for who reads them
  tap [RELAY]          print what passes through a relay, until a signal ends it; what comes too
                       fast is not shown, and nothing is delayed]],
  options = {
    { "json", "boolean", "print the answer as JSON" },
    { "all", "boolean", "every node that runs here", is_word = true },
    { "follow", "boolean", "log: go on until the node ends" },
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
    "node",
    { "status", "reload", "stop", "start", "restart", "set", "state", "eval", "log", "tap" },
    rest = "setting",
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

-- Of a node, or of a topology's file.
local function reload_text(answer)
  if not answer.generation then return change.text(answer) .. "\n" end
  return ("%s: generation %d (%s)\n"):format(
    answer.changed and "reloaded" or "no file has changed", answer.generation, answer.hash)
end

local function changes_text(answer)
  local lines = {}
  for i, each in ipairs(answer.changes or {}) do
    lines[i] = ("%s: %s -> %s\n"):format(each.option, each.old or "(unset)",
      each.new or "(unset)")
  end
  return table.concat(lines)
end

local function node_state_text(answer) return answer.state .. "\n" end

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

-- request -> what its arguments make of it, or nil and what is wrong; and its answer as text
local requests = {
  status = {
    function() return {} end, status_text.of,
  },
  reload = { function() return {} end, reload_text },
  stop = { function() return {} end, function() return "" end },
  start = { function() return {} end, node_state_text },
  restart = { function() return {} end, node_state_text },
  state = {
    function(words) return { path = words[1] } end,
    function(answer) return inspect.text(answer.value) .. "\n" end,
  },
  eval = {
    function(words)
      if not words[1] then return nil, "eval needs an expression" end
      return { text = table.concat(words, " ") }
    end,
    function(answer) return answer.text ~= "" and answer.text .. "\n" or "" end,
  },
  set = { settings_of, changes_text },
}

-- `text_of` makes text of its answer.
local function ask(name, path, request, as_json, text_of)
  local answer, reason = running.ask(name, path, request)
  if not answer then return arguments.fail(reason) end
  if as_json then say(json.text(answer), "\n")
  elseif answer.ok then say(text_of(answer))
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
  say(status.name, ": ", reload_text(answer))
  status = running.status(path) or status
  local worst = 0
  for _, node in ipairs(status.nodes) do
    if node.state == "running" then
      request.node = node.name
      io.stdout:write(node.name, ": ")
      io.stdout:flush()
      worst = math.max(worst, ask(node.name, path, request, false, reload_text))
    end
  end
  return worst
end

local UNKNOWN <const> = "unknown request '%s'; there are status, reload, stop, start, restart, "
  .. "set, state, eval, log and tap"

-- The request that these words make and what makes text of its answer; or nil and what is wrong.
local function request_of(words, settings)
  local command = table.remove(words, 1) or "status"
  if not requests[command] then return nil, UNKNOWN:format(command) end
  local make, text_of = table.unpack(requests[command])
  local request, wrong = make(words, settings)
  if not request then return nil, wrong end
  request.command, request.by = command, core.pid()
  return request, text_of
end

-- Make the request in these words and print the answer: the exit status.
local function perform(name, path, node, words, settings, flags)
  if words[1] == "tap" then return tap(name, path, node, words[2], flags) end
  if words[1] == "log" then return node_log(name, path, node, flags.follow, flags.last) end
  local request, text_of = request_of(words, settings)
  if not request then return arguments.usage_error(text_of) end
  request.node = node
  local all = request.command == "reload" and not node and reload_topology(path, request)
  return all or ask(name, path, request, flags.json, text_of)
end

local function perform_all(words, settings, flags)
  if words[1] == "tap" or words[1] == "log" then
    return arguments.usage_error(words[1] .. " is of one node: sloop ctl NODE " .. words[1])
  end
  local request, text_of = request_of(words, settings)
  if not request then return arguments.usage_error(text_of) end
  return every_node.ask(request, flags.json, text_of)
end

local function open_prompt(name, path, node)
  local status = perform(name, path, node, { "status" }, {}, {})
  if status ~= 0 then return status end
  local function eval(text)
    return running.ask(name, path, { command = "eval", node = node, text = text })
  end
  local function names_at(of)
    local answer = running.ask(name, path, { command = "names", node = node, path = of }, PATIENCE)
    return answer and answer.ok and answer.names or {}
  end
  return prompt.run(name, prompt_input.open(names_at), eval, function(words)
    return perform(name, path, node, words, {}, { last = LAST })
  end, say, arguments.fail)
end

-- Flags of one request; given with another they would mean nothing.
local OF_REQUEST <const> = { follow = "log", prefix = "tap", hex = "tap" }

local function misplaced(flags, request)
  for flag, of in pairs(OF_REQUEST) do
    if flags[flag] and request ~= of then return ("--%s is for '%s'"):format(flag, of) end
  end
  if flags.json and (request == "log" or request == "tap") then
    return ("'%s' prints no JSON"):format(request)
  end
end

function ctl.run(given)
  local words, settings = given.words, given.settings
  local wrong = misplaced(given.flags, words[given.flags.all and 1 or 2])
  if wrong then return arguments.usage_error(wrong) end
  if settings[1] and words[given.flags.all and 1 or 2] ~= "set" then
    return arguments.usage_error(("unknown option '--%s'"):format(
      table.concat(settings[1].path, ".")))
  end
  if given.flags.all then return perform_all(words, settings, given.flags) end
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
