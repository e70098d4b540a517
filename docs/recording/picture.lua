--- A terminal as an SVG: lines that appear one after the other.
local picture = {}

local COLUMNS <const>, LINE <const>, WIDTH <const>, TOP <const> = 112, 18, 8.43, 46

local FORMAT <const> = [[
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img"
 font-family="ui-monospace, Menlo, Consolas, monospace" font-size="14">
<style>
.line { white-space: pre; animation: appear 1ms linear both }
.typed { fill: #fff } .printed { fill: #b8c4ce } .log { fill: #e5c07b } .failed { fill: #ff7b86 }
.comment { fill: #7fb3d5 }
@keyframes appear { from { opacity: 0 } to { opacity: 1 } }
@media (prefers-reduced-motion) { .line { animation: none } }
</style>
<rect width="100%%" height="100%%" rx="8" fill="#1c2128"/>
<circle cx="20" cy="18" r="6" fill="#e06c75"/><circle cx="40" cy="18" r="6" fill="#e5c07b"/>
<circle cx="60" cy="18" r="6" fill="#98c379"/>
%s
</svg>
]]

local ROW <const> = '<text class="line %s" style="animation-delay:%dms" x="16" y="%d"'
  .. ' xml:space="preserve">%s</text>'

local ESCAPES <const> = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }
local PLAIN <const> = { amp = "&", lt = "<", gt = ">" }

-- The rows of a line: what does not fit goes on, indented, after a space.
local function rows_of(text)
  local rows = {}
  while #text > COLUMNS do
    local cut = text:sub(1, COLUMNS):match "^.*() " or COLUMNS + 1
    table.insert(rows, text:sub(1, cut - 1))
    text = "    " .. text:sub(cut):gsub("^ +", "")
  end
  table.insert(rows, text)
  return rows
end

--- The picture of these lines: { text =, class = "typed", "printed", "log", "failed" or "comment",
-- at = ms until it appears }, ...
function picture.svg(lines)
  local rows = {}
  for _, line in ipairs(lines) do
    for _, text in ipairs(rows_of(line.text)) do
      table.insert(rows, ROW:format(line.class, line.at, TOP + #rows * LINE + 10,
        (text:gsub("[&<>]", ESCAPES))))
    end
  end
  return FORMAT:format(math.ceil(COLUMNS * WIDTH + 32), TOP + #rows * LINE + 20,
    table.concat(rows, "\n"))
end

--- The rows of text of such a picture.
function picture.lines(svg)
  local rows = {}
  for text in svg:gmatch 'xml:space="preserve">(.-)</text>' do
    table.insert(rows, (text:gsub("&(%l+);", PLAIN)))
  end
  return rows
end

return picture
