--- sloop help: print help, or a chapter of the documents.
local commands = require "command/commands"
local arguments = require "command/arguments"
local loader = require "sloop.loader"
local nearest = require "base/nearest"
local terminal_text = require "command/terminal_text"

-- The chapters in the order of docs/README.md: { name =, summary = }, ...
local function chapters()
  local found = {}
  for line in (loader.source "docs/README.md" or ""):gmatch "[^\n]+" do
    local title, name, rest = line:match "^%d+%. %[(.-)%]%(([%w-]+)%.md%)(.*)$"
    if name then table.insert(found, { name = name, summary = title .. rest }) end
  end
  return found
end

local function names()
  local list = {}
  for i, chapter in ipairs(chapters()) do list[i] = chapter.name end
  return list
end

local function topics()
  local lines = { "", "Chapters, for `sloop help TOPIC`:", "" }
  for _, chapter in ipairs(chapters()) do
    table.insert(lines, ("  %-12s  %s"):format(chapter.name, chapter.summary))
  end
  return table.concat(lines, "\n")
end

local USUAL <const> = 80 -- columns

local function columns_of_terminal()
  local size <close> = io.popen "stty size 2>/dev/null </dev/tty"
  local _, columns = size:read("n", "n")
  return columns and columns > 0 and columns or USUAL
end

-- Through a pager on a terminal, as it is in a pipe. `is_chapter`: the text is Markdown.
local function print_paged(text, is_chapter)
  local pager = os.execute "test -t 1" and (os.getenv "PAGER" or "less -R 2>/dev/null || cat")
  if not pager then return io.stdout:write(text) end
  if is_chapter then text = terminal_text.from(text, columns_of_terminal()) end
  local pipe = assert(io.popen(pager, "w"))
  pipe:write(text)
  pipe:close()
end

return {
  section = "other", usage = "[COMMAND|TOPIC]", completes = { names() },
  text = [[
Prints the help of a command, or a chapter of the documents: `sloop help reload`. Without a name:
which commands and chapters there are.]],
  run = function(given)
    local name = given.words[1]
    if not name then
      print_paged(commands.overview() .. "\n" .. topics() .. "\n")
      return 0
    end
    local text = name:find "^[%w-]+$" and loader.source("docs/" .. name .. ".md")
    if text then
      print_paged(text, true)
      return 0
    end
    local known = commands.list()
    for _, each in ipairs(names()) do known[each] = true end
    return arguments.usage_error(("no command and no chapter '%s'%s"):format(name,
      nearest.hint(name, known)))
  end,
}
