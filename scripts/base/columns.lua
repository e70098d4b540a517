--- Rows of text as aligned columns, for what people read.
local columns = {}

local function width(text) return utf8.len(text) or #text end

--- The rows (lists of strings) as lines: each column as wide as its widest cell, `gap` blanks
-- between them and `indent` before; no blanks at the end of a line.
function columns.text(rows, indent, gap)
  local widths, lines = {}, {}
  for _, row in ipairs(rows) do
    for i, cell in ipairs(row) do widths[i] = math.max(widths[i] or 0, width(cell)) end
  end
  for n, row in ipairs(rows) do
    local cells = {}
    for i, cell in ipairs(row) do
      local space = widths[i] > 0 and widths[i] - width(cell) + gap or 0
      cells[i] = cell .. (" "):rep(space)
    end
    lines[n] = ((" "):rep(indent) .. table.concat(cells)):gsub(" +$", "")
  end
  return table.concat(lines, "\n")
end

return columns
