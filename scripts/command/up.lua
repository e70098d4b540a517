--- sloop up: all nodes of a topology in this process. Here the command line is understood; how the
-- nodes live and end is leader.lua's.
local cli = require "command/arguments"
local help = require "command/help"
local leader = require "topology/supervisor"
local order = require "topology/shutdown_order"
local topology = require "topology/topology"

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

local nodes, reason, path = topology.load(file, settings, order.ends)
if not nodes then return cli.fail(reason, path) end -- why, and what it means
flags.path = path
flags.name = flags.name or path:match("([^/]*)/topology%.lua$") or path:match("([^/]*)%.lua$")
local status
status, reason = leader.run(nodes, flags)
if reason then return cli.fail(reason, status) end
return status
