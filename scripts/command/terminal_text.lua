--- A chapter of the documents for a terminal: Markdown as lines of its width, with aligned tables.
-- Knows the Markdown that the documents have: headings, paragraphs, lists, tables, fenced blocks,
-- and in a line bold, code and links.
local terminal_text = {}

local BOLD <const>, PLAIN <const> = "\27[1m", "\27[0m"
local WIDEST <const> = 100 -- columns: longer lines are hard to read
local GAP <const> = 2      -- blanks between the columns of a table

local function width(text) return utf8.len(text) or #text end

-- "[text](file.md)" names the command that prints that chapter; other links are their text.
local function link(text, target)
  local chapter = target:match "^([%w-]+)%.md"
  if not chapter then return text end
  local command = "`sloop help " .. chapter .. "`"
  return text:lower():gsub(" ", "-") == chapter and command or ("%s (%s)"):format(text, command)
end

local function inline(text)
  return (text:gsub("%[([^%]]+)%]%(([^)]+)%)", link):gsub("\\|", "|"))
end

-- Bold after wrapping, since its marks take no room; a bold text may go on in the next line.
local function with_bold(lines)
  local on = false
  for i, line in ipairs(lines) do
    local began = on and BOLD or ""
    line = line:gsub("%*%*", function()
      on = not on
      return on and BOLD or PLAIN
    end)
    lines[i] = began .. line .. (on and PLAIN or "")
  end
  return lines
end

--- The words of a text in lines of so many columns; a longer word has a line of its own.
function terminal_text.wrap(text, columns)
  local lines, line = {}, ""
  for word in text:gmatch "%S+" do
    local longer = line == "" and word or line .. " " .. word
    if line ~= "" and width(longer:gsub("%*%*", "")) > columns then
      table.insert(lines, line)
      line = word
    else
      line = longer
    end
  end
  table.insert(lines, line)
  return lines
end

-- ---- tables ----

local function cells_of(line)
  local cells = {}
  for cell in line:gsub("\\|", "\1"):gsub("^|", ""):gmatch "([^|]*)|" do
    table.insert(cells, inline((cell:gsub("\1", "|"):match "^%s*(.-)%s*$")))
  end
  return cells
end

-- How wide each column is: as wide as its widest cell; if that is too much the widest give way.
local function widths_of(rows, columns)
  local widths, total = {}, -GAP
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 1, width(cell)) end
  end
  for _, each in ipairs(widths) do total = total + each + GAP end
  while total > columns do
    local widest = 1
    for i, each in ipairs(widths) do
      if each > widths[widest] then widest = i end
    end
    if widths[widest] <= 8 then break end
    widths[widest], total = widths[widest] - 1, total - 1
  end
  return widths
end

local function row_lines(row, widths)
  local wrapped, height, lines = {}, 0, {}
  for i, cell in ipairs(row) do
    wrapped[i] = terminal_text.wrap(cell, widths[i])
    height = math.max(height, #wrapped[i])
  end
  for n = 1, height do
    local parts = {}
    for i in ipairs(row) do
      local text = wrapped[i][n] or ""
      parts[i] = text .. (" "):rep(widths[i] - width(text))
    end
    lines[n] = (table.concat(parts, (" "):rep(GAP)):gsub(" +$", ""))
  end
  return lines
end

-- The lines of a table. Rows of several lines have an empty one after them.
local function table_lines(source, columns)
  local rows, out = {}, {}
  for i, line in ipairs(source) do
    if i ~= 2 then table.insert(rows, cells_of(line)) end -- the second has only dashes
  end
  local widths, tall = widths_of(rows, columns), false
  local blocks = {}
  for i, row in ipairs(rows) do
    blocks[i] = row_lines(row, widths)
    tall = tall or i > 1 and #blocks[i] > 1
  end
  for i, block in ipairs(blocks) do
    for _, line in ipairs(block) do
      table.insert(out, i == 1 and line ~= "" and BOLD .. line .. PLAIN or line)
    end
    if tall and i < #blocks then table.insert(out, "") end
  end
  return out
end

-- ---- blocks ----

local function kind_of(line)
  if line:find "^```" then return "fence" end
  if line:find "^#" then return "heading" end
  if line:find "^|" then return "table" end
  if line:find "^%s*[-*] " or line:find "^%s*%d+%. " then return "item" end
  return line == "" and "blank" or "text"
end

local function paragraph_lines(text, columns)
  local mark, rest = text:match "^(%s*[-*] )(.*)$"
  if not mark then mark, rest = text:match "^(%s*%d+%. )(.*)$" end
  local lines = with_bold(terminal_text.wrap(inline(rest or text), columns - #(mark or "")))
  for i, line in ipairs(lines) do
    lines[i] = (i == 1 and (mark or "") or (" "):rep(#(mark or ""))) .. line
  end
  return lines
end

-- The next block from line `at` on: its lines as shown, and the number of the line after it.
local function block(source, at, columns)
  local kind, first = kind_of(source[at]), at
  if kind == "fence" then
    local out, name = {}, source[at]:match "^```lua (%S+)"
    if name then out[1] = "  " .. BOLD .. name .. PLAIN end
    repeat
      at = at + 1
      local line = source[at]
      if line and kind_of(line) ~= "fence" then table.insert(out, "  " .. line) end
    until not line or kind_of(line) == "fence"
    return out, at + 1
  elseif kind == "table" then
    while source[at] and kind_of(source[at]) == "table" do at = at + 1 end
    return table_lines(table.move(source, first, at - 1, 1, {}), columns), at
  elseif kind == "heading" then
    return { BOLD .. inline(source[at]:gsub("^#+ ", ""):gsub("`", "")) .. PLAIN }, at + 1
  elseif kind == "blank" then
    return { "" }, at + 1
  end
  repeat at = at + 1 until not source[at] or kind_of(source[at]) ~= "text"
  return paragraph_lines(table.concat(source, " ", first, at - 1), columns), at
end

--- The text for a terminal of so many columns.
function terminal_text.from(markdown, columns)
  local source, out, at = {}, {}, 1
  for line in markdown:gmatch "([^\n]*)\n?" do table.insert(source, line) end
  columns = math.min(columns, WIDEST)
  while at <= #source do
    local lines
    lines, at = block(source, at, columns)
    table.move(lines, 1, #lines, #out + 1, out)
  end
  return table.concat(out, "\n"):gsub("\n+$", "") .. "\n"
end

return terminal_text
