--- The nodes that run on this machine for this user, and where each is asked.
-- A process has one control socket, named after its node or its topology; a node of a topology is
-- asked through that of its topology.
local core = require "sloop".core

local running = {}

local IS_GONE <const> = { ECONNREFUSED = true, ENOENT = true } -- a socket that a crash left
local SERVICES <const> = "/run/sloop/" -- the RuntimeDirectory of packaging/systemd/
local PATIENCE <const> = 1000 -- ms for a status

-- The folders of control sockets: of this user's sessions, and those of services, one each.
local function folders()
  local _, reason = core.control_folder()
  if reason then io.stderr:write("sloop: ", reason, "\n") end
  local found = core.control_folders()
  for _, service in ipairs(core.files(SERVICES)) do
    if not service:find "^%." then table.insert(found, SERVICES .. service) end
  end
  return found
end

--- Every control socket there is: { { name =, path = }, ... }.
function running.sockets()
  local found = {}
  for _, folder in ipairs(folders()) do
    for _, file in ipairs(core.files(folder)) do
      local name = file:match("^(.*)%.sock$")
      if name then table.insert(found, { name = name, path = folder .. "/" .. file }) end
    end
  end
  table.sort(found, function(a, b) return a.name < b.name end)
  return found
end

local function not_running(name)
  return ("no node '%s' is running here; 'sloop ctl' lists those that are"):format(name)
end

-- Does this process live? Then Linux shows it.
local function lives(pid)
  local file <close> = io.open(("/proc/%d/stat"):format(pid))
  return file ~= nil
end

--- Remove what a `sloop ctl NODE tap` that was killed has left: "tap.PID" and its lock.
function running.sweep_taps()
  for _, folder in ipairs(folders()) do
    for _, file in ipairs(core.files(folder)) do
      local pid = file:match "^tap%.(%d+)$" or file:match "^tap%.(%d+)%.lock$"
      if pid and not lives(tonumber(pid)) then os.remove(folder .. "/" .. file) end
    end
  end
end

--- The status of the process behind a socket; or nil, the reason and its code.
function running.status(path) return core.ask(path, { command = "status" }, PATIENCE) end

--- Every process that runs: { { name =, path =, status = }, ... }; without a status one that does
-- not answer.
function running.list()
  local found = {}
  running.sweep_taps()
  for _, each in ipairs(running.sockets()) do
    local answer, _, code = running.status(each.path)
    if code == "ENOENT" then os.remove(each.path) end -- a link that a crash left
    if code == "ETIMEDOUT" or answer and answer.ok then
      table.insert(found, { name = each.name, path = each.path, status = answer })
    end
  end
  return found
end

-- The only one of a list; or nil and the reason.
local function only(found, name)
  if #found == 0 then return nil, not_running(name) end
  if #found == 1 then return found[1] end
  return nil, ("there are several '%s': name one by its number, or as TOPOLOGY/NODE"):format(name)
end

-- The path of a process's socket: a name, with or without its number, or a path.
local function find_process(name)
  local file, near = name:gsub("/", "."), {}
  for _, each in ipairs(running.sockets()) do
    if each.name == file or each.path == name then return each.path end
    if each.name:match("^(.*)%.%d+$") == file then table.insert(near, each.path) end
  end
  if #near == 0 and name:find("%.sock$") then return name end
  return only(near, name)
end

-- The path of the topology that has a node of this name.
local function find_topology_of(name)
  local found = {}
  for _, each in ipairs(running.sockets()) do
    local status = running.status(each.path)
    for _, node in ipairs(status and status.topology and status.nodes or {}) do
      if node.name == name then table.insert(found, each.path) end
    end
  end
  return only(found, name)
end

--- Where a node is asked: the path of a socket and, of a node of a topology, its name there; or nil
-- and the reason. NAME is of a process, of a topology, or of a node of one, also as TOPOLOGY/NODE.
function running.find(name)
  local path, reason = find_process(name)
  if path then return path end
  local topology, node = name:match("^(.+)/([^/]+)$")
  if topology then
    path = find_process(topology)
    if path then return path, node end
  end
  if reason ~= not_running(name) then return nil, reason end
  path, reason = find_topology_of(name)
  if path then return path, name end
  return nil, reason
end

local function explain(name, path, reason, code)
  if code == "EPERM" then return nil, path .. ": a process of another user listens there" end
  return nil, IS_GONE[code] and not_running(name) or reason
end

--- Send a request: the answer, or nil and the reason. It is waited for so many ms (30,000).
function running.ask(name, path, request, ms)
  local answer, reason, code = core.ask(path, request, ms)
  if answer then return answer end
  return explain(name, path, reason, code)
end

--- A file with the latest lines of the log of the process there, and, with `follow`, those that
-- come until it ends; or nil and the reason.
function running.log(name, path, follow)
  local file, reason, code = core.log(path, follow or false)
  if file then return file end
  return explain(name, path, reason, code)
end

return running
