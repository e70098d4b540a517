--- Figures, written as tables in Markdown that read as well on a terminal.
local report = {}

local function sorted(list)
  local copy = table.move(list, 1, #list, 1, {})
  table.sort(copy)
  return copy
end

local function median(list)
  local order = sorted(list)
  local middle = #order // 2
  if #order % 2 == 1 then return order[middle + 1] end
  return (order[middle] + order[middle + 1]) / 2
end

local function rate(value)
  if value >= 1e6 then return ("%.2f M"):format(value / 1e6) end
  if value >= 1e4 then return ("%.0f k"):format(value / 1e3) end
  return ("%.0f"):format(value)
end

local function field(name, value)
  if name ~= "size" then return tostring(value) end
  return value < 1024 and value .. " B" or value // 1024 .. " KiB"
end

--- Both programs' figures, round by round: rounds in which one failed are left out.
local function pairs_of(ours, theirs, combine)
  local list = {}
  for round, value in pairs(ours) do
    if theirs[round] then list[#list + 1] = combine(value, theirs[round]) end
  end
  return list
end

local function ratio_cells(ours, theirs)
  local ratios = pairs_of(ours, theirs, function(a, b) return a / b end)
  if #ratios == 0 then return "-", "-" end
  local added = pairs_of(ours, theirs, function(a, b) return 1e9 / a - 1e9 / b end)
  local order = sorted(ratios)
  return ("%.2f (%.2f..%.2f)"):format(median(ratios), order[1], order[#order]),
    ("%+.0f"):format(median(added))
end

--- The line of one row. `rates` has for each program its rate in each round.
function report.line(case, row, rates)
  local cells = {}
  for _, name in ipairs(case.columns) do cells[#cells + 1] = field(name, row[name]) end
  for _, program in ipairs(case) do
    local _, any = next(rates[program.name])
    local list = {}
    for _, value in pairs(rates[program.name]) do list[#list + 1] = value end
    cells[#cells + 1] = any and rate(median(list)) or "-"
  end
  for _, pair in ipairs(case.ratios) do
    local ratio, added = ratio_cells(rates[pair[1]], rates[pair[2]])
    cells[#cells + 1], cells[#cells + 2] = ratio, added
  end
  return cells
end

local function head(case)
  local cells = table.move(case.columns, 1, #case.columns, 1, {})
  for _, program in ipairs(case) do cells[#cells + 1] = program.name .. "/s" end
  for _, pair in ipairs(case.ratios) do
    cells[#cells + 1] = pair[1] .. " : " .. pair[2]
    cells[#cells + 1] = "added ns"
  end
  return cells
end

--- Write the table of a case that made it itself.
function report.verbatim(case, text)
  print("\n## " .. case.title .. "\n")
  io.stdout:write(text)
  io.stdout:flush()
end

--- Write the case's table; `lines` are lists of cells.
function report.table(case, lines)
  local all = table.move(lines, 1, #lines, 2, { head(case) })
  local widths, marks = {}, {}
  for _, cells in ipairs(all) do
    for i, cell in ipairs(cells) do widths[i] = math.max(widths[i] or 0, #cell) end
  end
  for i, width in ipairs(widths) do
    marks[i] = i == 1 and ("-"):rep(width) or ("-"):rep(width - 1) .. ":"
  end
  table.insert(all, 2, marks)
  print("\n## " .. case.title .. "\n")
  for _, cells in ipairs(all) do
    local padded = {}
    for i, cell in ipairs(cells) do
      local space = (" "):rep(widths[i] - #cell)
      padded[i] = i == 1 and cell .. space or space .. cell
    end
    print("| " .. table.concat(padded, " | ") .. " |")
  end
  io.stdout:flush()
end

return report
