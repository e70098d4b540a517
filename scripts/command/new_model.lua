--- The role that a new one is like: its text, and a topology that runs it, as they are in a folder
--- of their own.
local model = {}

-- The first of a pattern's topologies whose text names one of these files.
local function find_topology(loader, pattern, files)
  for _, each in ipairs(loader.list("patterns/" .. pattern .. "/")) do
    if each.path:find "topology%.lua$" then
      local text = loader.source(each.path)
      for _, file in ipairs(files) do
        if text:find(('"%s"'):format(file), 1, true) then return text, file end
      end
    end
  end
end

-- The files of a pattern whose text requires this role: they specialise it.
local function specialised(loader, pattern, role)
  local files = {}
  for _, each in ipairs(loader.list("patterns/" .. pattern .. "/")) do
    if loader.source(each.path):find(('require "%s"'):format(role), 1, true) then
      table.insert(files, each.path:match "[^/]*$")
    end
  end
  return files
end

--- A role of a pattern for a new node `name`: { role = its name, text =, topology = text };
-- or nil and why not. A role that no topology runs itself is taken as specialised by one that is
-- run, as majordomo/worker by majordomo/echo.
function model.find(role, name, loader)
  local pattern, file = role:match "^([%w_]+)/([%w_]+)$"
  local path, reason
  if pattern then path, reason = loader.find_role(role) end
  if not path then
    return nil, reason or ("--like takes a role that 'sloop list' names, not '%s'"):format(role)
  end
  local files = specialised(loader, pattern, role)
  table.insert(files, 1, file .. ".lua")
  local topology, found = find_topology(loader, pattern, files)
  if not topology then return nil, ("no topology of %s runs %s"):format(pattern, role) end
  topology = topology:gsub('"([%w_]+)%.lua"', function(other)
    return ('"%s"'):format(other .. ".lua" == found and name .. ".lua" or pattern .. "/" .. other)
  end)
  role = pattern .. "/" .. found:gsub("%.lua$", "")
  return { role = role, text = loader.source((loader.find_role(role))), topology = topology }
end

return model
