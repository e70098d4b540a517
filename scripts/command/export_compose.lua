--- `sloop export compose`: a compose file with a service for each entry of a topology.
local json = require "base/json"

local export_compose = {}

local MOUNTED <const> = "/srv/topology" -- where the file's folder is in a container

local HEAD <const> = [[
# The topology %s. Its image has the program: "sloop", or what SLOOP_IMAGE says, as of
#   FROM debian:bookworm-slim
#   COPY sloop_*.deb /tmp/
#   RUN apt-get update && apt-get install -y /tmp/sloop_*.deb
name: %s
services:
]]

local SERVICE <const> = [[
  %s:
    image: ${SLOOP_IMAGE:-sloop}
    entrypoint: %s
    environment:
      SLOOP_RUNTIME_DIR: /run/sloop
%s    tmpfs:
      - /run/sloop:mode=0700
      - /tmp
    read_only: true
    cap_drop: [ALL]
    security_opt: ["no-new-privileges:true"]
    restart: on-failure
    stop_grace_period: 10s
]]

-- JSON is YAML; a "$" would be replaced.
local function quote(value) return (json.text(value):gsub("%$", "$$")) end

--- Each entry is a machine that has its name.
function export_compose.hosts(_, entries)
  local hosts = {}
  for _, entry in ipairs(entries) do hosts[entry.name] = entry.name end
  return hosts
end

function export_compose.is_apart() return true end

local function volumes_of(plan, entry)
  local lines = { "    volumes:\n" }
  if plan.folder then
    table.insert(lines, ("      - %s\n"):format(quote(("%s:%s:ro"):format(plan.folder, MOUNTED))))
  end
  if entry.has_store then
    table.insert(lines, ("      - %s-data:/var/lib/sloop\n"):format(entry.name))
  end
  return lines[2] and table.concat(lines) or ""
end

local function service(plan, entry)
  local names = {}
  for _, each in ipairs(plan.entries) do table.insert(names, each.name .. "=" .. each.name) end
  local file = plan.folder and MOUNTED .. plan.path:sub(#plan.folder + 1) or plan.path
  local words = {
    "sloop", "up", file, "--only=" .. entry.name,
    "--hosts=" .. table.concat(names, ","), "--name=" .. plan.name,
  }
  table.move(plan.settings, 1, #plan.settings, #words + 1, words)
  if entry.has_store then table.insert(words, "--data=/var/lib/sloop") end
  local text = SERVICE:format(entry.name, quote(words), volumes_of(plan, entry))
  if entry.reads then text = text .. "    stdin_open: true\n" end
  return text
end

-- A role's file that a container would not see, or nil.
local function outside(plan)
  local folder = plan.folder and plan.folder .. "/" or "/"
  for _, node in ipairs(plan.nodes) do
    local is_built_in = node.path:find "^patterns/"
    local path = require "sloop".core.real_path(node.path) or node.path
    if not is_built_in and path:sub(1, #folder) ~= folder then return path end
  end
end

--- The file, { { path =, text = } }; or nil and the reason.
function export_compose.files(plan)
  local path = outside(plan)
  if path then
    return nil, ("%s is outside the topology's folder %s, which is all that a container sees")
      :format(path, plan.folder or "of the program")
  end
  local parts, volumes = { HEAD:format(plan.path:match "[^/]*$", quote(plan.name:lower())) }, {}
  for _, entry in ipairs(plan.entries) do
    table.insert(parts, service(plan, entry))
    if entry.has_store then table.insert(volumes, ("  %s-data: {}\n"):format(entry.name)) end
  end
  if volumes[1] then table.insert(parts, "volumes:\n" .. table.concat(volumes)) end
  return { { path = "compose.yaml", text = table.concat(parts) } }
end

return export_compose
