--- sloop complete: print how a command line may go on, for the completion of a shell.
-- Knows no command: what a word of one may be is in its `completes`. The scripts of the shells are
-- in packaging/.
local commands = require "command/commands"
local roles = require "role/find"
local running = require "command/running_nodes"

local complete = {
  usage = "[WORD ...] CURRENT",
  text = [[
Prints the words that may stand where CURRENT is begun, after the other words, each on a line with a
tab and what it is; a line ":files" stands for names of files.]],
  verbatim = true, hidden = true,
}

local function dashed(name) return (name:gsub("_", "-")) end

-- ---- kinds of words; each adds (word, what it is) ----

local kinds = {}

function kinds.listed_role(add)
  for _, role in ipairs(roles.list()) do add(role.name, role.comment) end
end

function kinds.role(add)
  kinds.listed_role(add)
  add ":files"
end

function kinds.file(add) add ":files" end

function kinds.node(add)
  for _, each in ipairs(running.sockets()) do
    local status = running.status(each.path)
    if status then
      add(each.name, status.topology and "a topology" or status.role)
      for _, node in ipairs(status.topology and status.nodes or {}) do
        add(each.name .. "/" .. node.name, node.role)
      end
    end
  end
end

function kinds.command(add)
  for _, command in ipairs(commands.shown()) do add(command.name, command.summary) end
  add "--help"
  add "--version"
end

-- ---- what a role declares ----

-- Of an option: "--name=", its values if they are few, "--no-name".
local function add_option(add, prefix, name, declaration)
  local option, kind = prefix .. dashed(name), declaration.kinds[name]
  local limit = declaration.limits[name]
  if kind.name == "boolean" then
    add(option)
    add(prefix .. "no-" .. dashed(name))
  elseif limit and limit[1] ~= nil then
    for _, value in ipairs(limit) do add(option .. "=" .. tostring(value)) end
  else
    add(option .. "=", kind.name)
  end
end

local function add_declared(add, prefix, declaration)
  for name in pairs(declaration.options) do add_option(add, prefix, name, declaration) end
  for name, socket in pairs(declaration.sockets) do
    add(prefix .. dashed(name) .. ".bind=", socket.type)
    add(prefix .. dashed(name) .. ".connect=", socket.type)
  end
  for name, part in pairs(declaration.parts) do
    if part[1] then add_declared(add, prefix .. dashed(name) .. ".", part[1]) end
  end
end

-- `prefix` is "--" on the command line, "" for `sloop ctl NODE set`.
local function add_settings(add, prefix, role)
  local declaration = role and roles.describe(role)
  if declaration then add_declared(add, prefix, declaration) end
end

function kinds.setting(add, words)
  local status = running.status(running.find(words[1]) or "")
  if words[2] == "set" and status then add_settings(add, "", status.role) end
end

-- ---- a command line ----

-- Words that are no options, or stand in the place of a word.
local function operands(words, options)
  local found, stands = {}, {}
  for _, option in ipairs(options or {}) do stands["--" .. option[1]] = option.is_word end
  for _, word in ipairs(words) do
    if stands[word] or not word:find "^%-" then table.insert(found, word) end
  end
  return found
end

local function add_options(add, command, current, words)
  for _, option in ipairs(command.options or {}) do
    local name = "--" .. dashed(option[1])
    local kind = kinds[option.completes or option[2] == "path" and "file"]
    if option[2] == "boolean" or option[2] == "setting" then
      add(name, option[3])
    elseif kind and current:find(name .. "=", 1, true) == 1 then
      kind(function(word, text) add(word == ":files" and word or name .. "=" .. word, text) end)
    else
      add(name .. "=", option[3])
    end
  end
  add("--help", "what it does and its options")
  if command.settings then add_settings(add, "--", words[1]) end
end

local function add_all(add, words, current)
  local command = words[1] and commands.find(words[1])
  if not words[1] then return kinds.command(add) end
  if words[1] == "help" and not words[2] then kinds.command(add) end
  if not command then return end
  words = operands(table.move(words, 2, #words, 1, {}), command.options)
  if current:find "^%-" then return add_options(add, command, current, words) end
  local completes = command.completes or {}
  local may_be = completes[#words + 1] or completes.rest
  if type(may_be) == "string" then return kinds[may_be](add, words) end
  for _, word in ipairs(may_be or {}) do add(word) end
end

function complete.run(given)
  local words, seen, lines = given.words, {}, {}
  local current = table.remove(words) or ""
  add_all(function(word, text)
    if seen[word] or not (word == ":files" or word:find(current, 1, true) == 1) then return end
    seen[word] = true
    table.insert(lines, text and word .. "\t" .. text:gsub("%c", " ") or word)
  end, words, current)
  table.sort(lines)
  if lines[1] then io.stdout:write(table.concat(lines, "\n"), "\n") end
  return 0
end

return complete
