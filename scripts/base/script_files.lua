--- The scripts in every place: in the folders of SLOOP_PATH, in the working tree, in the program.
-- `host` is what C knows: entries(folder) -> the names in it, built_in() -> the program's files,
-- source(path) -> a text.
local nearest = require "base/nearest"

local script_files = {}

local DEEPEST <const> = 3 -- folders within one another: SLOOP_PATH may name a home directory

-- Adds the files below `base .. folder`, by their name behind `base`; an earlier place wins.
local function add_folder(found, host, base, folder, depth)
  for _, entry in ipairs(host.entries(base .. folder)) do
    local name = folder .. entry
    local script = name:match "^(.+)%.lua$"
    if script then
      found[script] = found[script] or base .. name
    elseif entry:find "^[^.]" and depth < DEEPEST then
      add_folder(found, host, base, name .. "/", depth + 1)
    end
  end
end

local function find(folder, host)
  local found = {}
  for place in (os.getenv "SLOOP_PATH" or ""):gmatch "[^:]+" do
    add_folder(found, host, place .. "/" .. folder, "", 0)
  end
  if folder == "" then return found end
  add_folder(found, host, folder, "", 0)
  for _, path in ipairs(host.built_in()) do
    local name = path:sub(1, #folder) == folder and path:match("^(.+)%.lua$", #folder + 1)
    if name then found[name] = found[name] or path end
  end
  return found
end

-- The first line of its comment; "" when it begins with code.
local function comment_of(text)
  return text:gsub("^\xEF\xBB\xBF", ""):gsub("^#[^\n]*\n", ""):match "^%-%-[%- ]*([^\n]*)" or ""
end

--- All below this folder, "patterns/" say: { { name =, path =, comment = }, ... } in order of name.
function script_files.list(folder, host)
  local list = {}
  for name, path in pairs(find(folder, host)) do
    local text = host.source(path)
    if text then table.insert(list, { name = name, path = path, comment = comment_of(text) }) end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

--- That there is no such role, and which may have been meant.
function script_files.unknown(name, host)
  if name:find "%.lua$" then return "no such file: " .. name end
  return ("unknown role '%s'%s"):format(name, nearest.hint(name, find("patterns/", host)))
end

return script_files
