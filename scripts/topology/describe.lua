--- The description of a topology that `sloop show FILE` prints.
local columns = require "base/columns"
local convert = require "role/convert"
local describe_role = require "role/describe"

local describe = {}

-- The node's entry as it is written, without the role: "service=echo router.bind=inproc://b".
local function entry_text(entry, prefix)
  local words = {}
  for key, value in pairs(entry) do
    local name = prefix .. tostring(key)
    if type(value) == "table" and type(next(value)) == "string" then
      table.insert(words, entry_text(value, name .. "."))
    elseif key ~= "--" then
      table.insert(words, ("%s=%s"):format(name, convert.text(value)))
    end
  end
  table.sort(words)
  return table.concat(words, " ")
end

local function short(path) return (path:gsub("^.*patterns/", ""):gsub("%.lua$", "")) end

local function node_rows(nodes)
  local rows = {}
  for i, node in ipairs(nodes) do
    local where = {}
    for _, each in ipairs(node.endpoints) do
      if each.way == "bind" then table.insert(where, "binds " .. each.text) end
    end
    rows[i] = { node.name, short(node.path), entry_text(node.entry, ""), table.concat(where, ", ") }
  end
  return rows
end

local function kinds_of(faults)
  local names = {}
  for name, said in pairs(faults) do
    if said then table.insert(names, (tostring(name):gsub("_", " "))) end
  end
  table.sort(names)
  return #names > 0 and table.concat(names, ", ") or "none"
end

--- A loaded topology as text that ends with a newline: its comment, its nodes, what a simulation of
-- it does. `source` is the text of its file.
function describe.text(path, nodes, file, source)
  local comment = describe_role.comment(source)
  return table.concat({
    comment ~= "" and comment or path,
    ("usage: sloop up %s [--set NODE.OPTION=value ...]\n       sloop sim %s [--seeds=N]"):format(
      path, path),
    "nodes\n" .. columns.text(node_rows(nodes), 2, 2),
    "simulation\n" .. columns.text({
      { "faults", file.faults and kinds_of(file.faults) or "all that there are" },
      { "check", file.check and "yes" or "no: only errors of handlers are failures" },
    }, 2, 2),
  }, "\n\n") .. "\n"
end

return describe
