--- The standard input of a topology's nodes: in a simulation each has lines that its entry gives,
-- in one program only one node may read it.
local convert = require "role/convert"
local names = require "base/names"
local nearest = require "base/nearest"
local refusal = require "topology/refusal"
local role_inputs = require "role/inputs"

local inputs = {}

local refuse = refusal.raise

-- An element of a list of lines, "hello", { "hello", at = ms } or { at = ms }, the end; as
-- bindings/program/run_simulation.c takes it.
local function line_of(element, before, where)
  local text, at = element, before
  if type(element) == "table" then
    text, at = element[1], element.at
    for key in pairs(element) do
      if key ~= 1 and key ~= "at" then refuse("%s: unknown key '%s'", where, tostring(key)) end
    end
    if not math.type(at) or at ~= at or at < before then
      refuse("%s: 'at' is milliseconds from the beginning, not before the line before, not %s",
        where, convert.quote(at))
    end
  end
  if text == nil and type(element) == "table" then text = false end
  if text ~= false and type(text) ~= "string" then
    refuse("%s: a line is a string, not %s", where, convert.quote(text))
  elseif text and text:find("\n", 1, true) then
    refuse("%s: a line has no end of line in it", where)
  elseif text and #text > names.line_max then
    refuse("%s: a line has at most %d bytes", where, names.line_max)
  end
  return { text or nil, time = at < math.huge and at or nil, never = at == math.huge }, at
end

local function lines_of(list, where)
  local lines, at = {}, 0
  for i, element in ipairs(list) do
    if lines[1] and lines[#lines][1] == nil then
      refuse("%s[%d]: a line behind the end of the input", where, i)
    end
    lines[i], at = line_of(element, at, ("%s[%d]"):format(where, i))
  end
  return lines
end

--- Check what the node's entry gives its input, and note its name and lines: `node.reads`, and
-- `node.lines` for a simulation.
function inputs.resolve(node, declaration, path)
  node.reads = role_inputs.name(declaration)
  if node.inputs == nil then return end
  for name, list in pairs(node.inputs) do
    local where = ("%s: node '%s': inputs.%s"):format(path, node.name, tostring(name))
    if name ~= node.reads then
      refuse("%s: its role has no such input%s", where,
        node.reads and nearest.hint(tostring(name), { [node.reads] = true }) or "")
    elseif type(list) ~= "table" then
      refuse("%s is a list of lines, not %s", where, convert.quote(list))
    end
    node.lines = lines_of(list, where)
  end
end

--- Why these nodes can't run in one program, or nil.
function inputs.problem(nodes)
  local first
  for _, node in ipairs(nodes) do
    if node.reads and first then
      return ("'%s' and '%s' both read stdin, and a program has only one: run one of them by "
        .. "itself, with --only or 'sloop run'"):format(first, node.name)
    end
    first = first or node.reads and node.name
  end
end

return inputs
