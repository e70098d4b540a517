--- Writes the manual pages, from the texts that --help prints: sloop lua packaging/man.lua FOLDER
--
-- sloop.1 lists the commands; each has a page of its own, sloop-NAME.1. The date is that of
-- SOURCE_DATE_EPOCH, or today's.
local commands = require "sloop.private.command.commands"

local folder = assert(arg[1], "usage: sloop lua packaging/man.lua FOLDER")

-- A line of text that no character of makes mdoc's; `code` is set in bold.
local function escaped(line)
  line = line:gsub("\\", "\\e"):gsub("%-", "\\-"):gsub("`([^`]*)`", "\\fB%1\\fP")
  return (line:gsub("^[.']", "\\&%0"))
end

local function header(name)
  return ([[
.Dd %s
.Dt %s 1
.Os
.Sh NAME
.Nm %s]]):format(os.date("!%B %d, %Y", tonumber(os.getenv "SOURCE_DATE_EPOCH")):gsub(" 0", " "),
    name:upper(), name)
end

-- Text as mdoc wants it: each sentence begins a line, no line is longer than 78.
local function add_sentences(lines, text)
  for sentence in (text:gsub("%s+", " "):gsub("([.!?]) ", "%1\n") .. "\n"):gmatch "([^\n]+)\n" do
    local line
    for word in escaped(sentence):gmatch "%S+" do
      if line and #line + 1 + #word > 78 then
        table.insert(lines, line)
        line = nil
      end
      line = line and line .. " " .. word or word:gsub("^'", "\\&%0")
    end
    table.insert(lines, line)
  end
end

-- Blocks of help, separated by empty lines: paragraphs, and indented ones that stay as they are.
local function add_text(lines, text)
  local section
  for block in (text:gsub("\n+$", "") .. "\n\n"):gmatch "(.-)\n\n+" do
    if block:find "^  " then
      if section then table.insert(lines, ".Sh EXAMPLES") end
      table.insert(lines, ".Bd -literal -offset indent")
      for line in (block .. "\n"):gmatch "([^\n]*)\n" do
        table.insert(lines, escaped(line:gsub("^  ", "")))
      end
      table.insert(lines, ".Ed")
    elseif block:find "^Exit status: " then
      section = true
      table.insert(lines, ".Sh EXIT STATUS")
      add_sentences(lines, block:sub(#"Exit status: " + 1))
    else
      if not lines[#lines]:find "^%.Sh" then table.insert(lines, ".Pp") end
      add_sentences(lines, block)
    end
  end
end

local function add_options(lines, options)
  if not options[1] then return end
  table.insert(lines, ".Bl -tag -width Ds")
  for _, option in ipairs(options) do
    table.insert(lines, ".It Sy " .. escaped(commands.written(option)))
    add_sentences(lines, option[3]:gsub("^%l", string.upper) .. ".")
  end
  table.insert(lines, ".El")
end

local function page_of(command)
  local lines = {
    header("sloop-" .. command.name),
    ".Nd " .. escaped(command.summary),
    ".Sh SYNOPSIS",
  }
  for _, usage in ipairs(commands.usage(command)) do
    table.insert(lines, ".Nm sloop " .. command.name)
    if usage ~= "" then table.insert(lines, escaped(usage)) end
  end
  table.insert(lines, ".Sh DESCRIPTION")
  add_text(lines, command.text)
  add_options(lines, command.options or {})
  if command.notes then add_text(lines, command.notes) end
  table.insert(lines, ".Sh SEE ALSO\n.Xr sloop 1")
  return lines
end

local function overview()
  local lines = {
    header "sloop",
    ".Nd " .. escaped(commands.PURPOSE:gsub("^%u", string.lower):gsub("%.$", "")),
    ".Sh SYNOPSIS\n.Nm\n.Ar command ...",
    ".Sh DESCRIPTION",
  }
  add_text(lines, commands.PURPOSE .. "\n\n" .. commands.NEXT)
  for _, section in ipairs(commands.sections()) do
    if section.commands[1] then
      table.insert(lines, ".Ss " .. section.title:gsub("^%l", string.upper))
      table.insert(lines, ".Bl -tag -width Ds")
      for _, command in ipairs(section.commands) do
        table.insert(lines, ".It Xr sloop-" .. command.name .. " 1")
        add_sentences(lines, command.summary:gsub("^%l", string.upper) .. ".")
      end
      table.insert(lines, ".El")
    end
  end
  table.insert(lines, ".Sh SEE ALSO")
  local shown = commands.shown()
  for i, command in ipairs(shown) do
    table.insert(lines, (".Xr sloop-%s 1%s"):format(command.name, i < #shown and " ," or ""))
  end
  return lines
end

local function write(name, lines)
  local file <close> = assert(io.open(("%s/%s.1"):format(folder, name), "w"))
  assert(file:write(table.concat(lines, "\n"), "\n"))
end

write("sloop", overview())
for _, command in ipairs(commands.shown()) do write("sloop-" .. command.name, page_of(command)) end
