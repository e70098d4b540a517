--- sloop up: all nodes of a topology in this process. Here the command line is understood, and who
-- runs on which thread is settled; how the nodes live and end is leader.lua's.
local cli = require "cli"
local core = require "sloop".core
local help = require "help"
local leader = require "leader"
local order = require "order"
local topology = require "topology"

local FLAGS <const> = {
  threads = "positive", name = "name", watch = "boolean", strict = "boolean", data = "string",
  control = "string", handler_warn = "milliseconds", handler_limit = "milliseconds",
  memory = "positive",
}

-- `--set NODE.option=value`, taken out of the words: a list of settings as cli.parse has them, and
-- the other words; or nil and what is wrong.
local function split(words)
  local settings, rest, i = {}, {}, 1
  while words[i] do
    local setting = words[i]:match("^%-%-set=(.*)$")
    if words[i] == "--set" then
      i = i + 1
      setting = words[i] or ""
    end
    if not setting then
      table.insert(rest, words[i])
    else
      local given = cli.parse({ "--" .. setting }, {}, true)
      local path = given and given.settings[1] and given.settings[1].path
      if not path or #path < 2 then
        return nil, ("--set takes NODE.OPTION=value, not '%s'"):format(setting)
      end
      table.insert(settings, given.settings[1])
    end
    i = i + 1
  end
  return settings, rest
end

-- Give each node a thread: one of its own, one it shares with those that name the same, or the
-- next of the common ones. Returns how many there are.
local function spread(nodes, common)
  local own, next_common, named = common, 0, {}
  for _, node in ipairs(nodes) do
    local wish = node.thread
    if wish == true or (wish and not named[wish]) then
      own = own + 1
      if wish ~= true then named[wish] = own end
      node.thread = own
    elseif wish then
      node.thread = named[wish]
    else
      next_common = next_common % common + 1
      node.thread = next_common
    end
  end
  return own
end

local settings, words = split(arg)
if not settings then return cli.wrong(words) end
local given, wrong = cli.parse(words, FLAGS)
if not given then return cli.wrong(wrong) end
local flags = given.flags
if flags.help then
  io.stdout:write(help.text "up", "\n")
  return 0
end
local file = given.words[1]
if not file or given.words[2] then return cli.wrong "run one topology file: sloop up FILE" end

local nodes, _, path = topology.load(file, settings, order.ends)
if not nodes then return cli.wrong(_) end
local common = math.min(flags.threads or core.processors(), math.max(#nodes, 1))
local threads = spread(nodes, common)
for _, node in ipairs(nodes) do
  node.entry = core.pack {
    role = node.role, name = node.name, entry = node.entry, args = {},
    strict = flags.strict or false, data = flags.data, memory = flags.memory,
    handler_warn = flags.handler_warn, handler_limit = flags.handler_limit,
  }
end
local name = flags.name or path:match("([^/]*)/topology%.lua$") or path:match("([^/]*)%.lua$")
local status, reason = leader.run(nodes, {
  name = name, path = path, threads = threads, watch = flags.watch, control = flags.control,
})
if reason then return cli.fail(reason, status) end
return status
