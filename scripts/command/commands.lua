--- The commands there are: found by their files, and what `--help` says of them.
-- A command is a file of this folder, built in or on disk, whose first line is
-- "--- sloop NAME: SUMMARY." and which returns
--   { section =, usage =, text =, options =, notes =, settings =, verbatim =, completes =,
--     hidden =, run = }
-- `usage` is what follows the name, a string or a list of them; `text` is help before the options,
-- `notes` help after them; `options` is as arguments.parse takes it; with `settings` every other
-- --NAME=value is a setting of a role; with `verbatim` all arguments are words, options too; with
-- `role_help` run answers `--help` after a word itself.
-- `completes` says what a shell may complete: for the first word, the second, ... and the `rest`;
-- "role", "listed_role", "file", "node", "setting" or a list of words. The row of an option may
-- have one, too; an option with `is_word` stands in the place of a word. A command that is `hidden`
-- is for programs: the overview does not have it.
-- run(given) gets what arguments.parse returns, and returns the exit status.
local columns = require "base/columns"
local loader = require "sloop.loader"
local terminal_text = require "command/terminal_text"

local commands = {
  PURPOSE = "Runs Lua scripts as ZeroMQ nodes.",
  NEXT = "Begin with `sloop new NAME`: it writes a node that runs at once, and says what is next.",
}

local FOLDER <const> = "scripts/command/"
local COLUMNS <const> = 80 -- of the overview

-- The overview's parts in order; a command is in the one it names, or the last.
local SECTIONS <const> = {
  { "run", "run nodes" }, { "write", "write roles" }, { "operate", "look after running nodes" },
  { "other", "besides" },
}

-- In a command's first comment its summary begins with a capital only in the file.
local function summary_of(name, comment)
  return comment:match("^sloop " .. name:gsub("%p", "%%%0") .. ": (.-)%.?$")
end

--- All commands: { name = summary }.
function commands.list()
  local found = {}
  for _, file in ipairs(loader.list(FOLDER)) do
    found[file.name] = summary_of(file.name, file.comment)
  end
  return found
end

--- The command of this name, or nil when there is none.
function commands.find(name)
  if not (name:find("^%l[%w_]*$") and commands.list()[name]) then return nil end
  local command = require("command/" .. name)
  command.name = name
  return command
end

--- What follows the name, as a list of lines.
function commands.usage(command)
  local usage = command.usage
  return type(usage) == "table" and usage or { usage }
end

local PLACEHOLDERS <const> = {
  name = "NAME", milliseconds = "MS", seed = "S", positive = "N", path = "FILE", string = "TEXT",
}

--- An option as it is written: "--threads=N"; `placeholder` replaces that of its kind.
function commands.written(option)
  local name, kind = "--" .. option[1]:gsub("_", "-"), option[2]
  local placeholder = option.as or PLACEHOLDERS[kind]
  if kind == "setting" then return name .. " " .. placeholder end
  return kind == "boolean" and name or name .. "=" .. placeholder
end

local WIDTH <const> = 100

-- Words of a text in lines of at most this width.
local function wrap(text, width)
  local lines, line = {}, nil
  for word in text:gmatch("%S+") do
    if line and #line + 1 + #word <= width then
      line = line .. " " .. word
    else
      table.insert(lines, line)
      line = word
    end
  end
  table.insert(lines, line)
  return lines
end

local function option_rows(options)
  local widest, rows = 0, {}
  for _, option in ipairs(options) do widest = math.max(widest, #commands.written(option)) end
  for _, option in ipairs(options) do
    for i, line in ipairs(wrap(option[3], WIDTH - widest - 4)) do
      table.insert(rows, { i == 1 and commands.written(option) or "", line })
    end
  end
  return rows
end

--- What `sloop NAME --help` prints.
function commands.help(command)
  local lines = {}
  for i, usage in ipairs(commands.usage(command)) do
    lines[i] = ("%s sloop %s %s"):format(i == 1 and "usage:" or "      ", command.name, usage)
      :gsub(" +$", "")
  end
  local blocks = { table.concat(lines, "\n"), command.text }
  if command.options and command.options[1] then
    table.insert(blocks, columns.text(option_rows(command.options), 2, 2))
  end
  table.insert(blocks, command.notes)
  return table.concat(blocks, "\n\n")
end

--- Those that are not hidden, in order of name; each has a `name` and a `summary`.
function commands.shown()
  local shown = {}
  for name, summary in pairs(commands.list()) do
    local command = commands.find(name)
    command.summary = summary
    if not command.hidden then table.insert(shown, command) end
  end
  table.sort(shown, function(a, b) return a.name < b.name end)
  return shown
end

--- The parts of the overview: { title =, commands = { command, ... } }, in order.
function commands.sections()
  local by_key, sections = {}, {}
  for i, section in ipairs(SECTIONS) do
    sections[i] = { title = section[2], commands = {} }
    by_key[section[1]] = sections[i]
  end
  for _, command in ipairs(commands.shown()) do
    table.insert((by_key[command.section] or by_key.other).commands, command)
  end
  return sections
end

--- What `sloop --help` prints.
function commands.overview()
  local function usage(command)
    local words = commands.usage(command)[1]:gsub(" %[%-%-.-%]", "")
    return ("sloop %s %s"):format(command.name, words)
  end
  local widest = 0
  for _, command in ipairs(commands.shown()) do widest = math.max(widest, #usage(command)) end
  local blocks = { "usage: sloop COMMAND ...", commands.PURPOSE }
  for _, section in ipairs(commands.sections()) do
    local rows = {}
    for _, command in ipairs(section.commands) do
      for i, line in ipairs(terminal_text.wrap(command.summary, COLUMNS - widest - 4)) do
        local cell = i == 1 and usage(command) or ""
        table.insert(rows, { ("%-" .. widest .. "s"):format(cell), line })
      end
    end
    if rows[1] then table.insert(blocks, section.title .. "\n" .. columns.text(rows, 2, 2)) end
  end
  local more = "`sloop COMMAND --help` says more of one; `sloop --version` names the libraries' "
    .. "versions."
  for _, text in ipairs { commands.NEXT, more } do
    table.insert(blocks, table.concat(terminal_text.wrap(text, COLUMNS), "\n"))
  end
  return table.concat(blocks, "\n\n")
end

return commands
