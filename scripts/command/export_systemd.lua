--- `sloop export systemd`: a unit for each entry of a topology, and a target for all.
local export_systemd = {}

-- As packaging/systemd/service.in, which is for sloop@.service; a spec compares them.
local HARDENED <const> = [[
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
RestartSec=1
DynamicUser=yes
StateDirectory=sloop/%N
StateDirectoryMode=0700
RuntimeDirectory=sloop/%N
RuntimeDirectoryMode=0700
UMask=0077
CapabilityBoundingSet=
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
PrivateUsers=yes
ProcSubset=pid
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
]]

local SERVICE <const> = [[
[Unit]
Description=Sloop %s: %s
Documentation=man:sloop-up(1)
After=network-online.target
Wants=network-online.target
PartOf=%s.target

[Service]
Type=notify
ExecStart=%s
%s
[Install]
WantedBy=%s.target
]]

local TARGET <const> = [[
[Unit]
Description=Sloop topology %s
Documentation=man:sloop-up(1)
Wants=%s

[Install]
WantedBy=multi-user.target
]]

-- A word of a command line as systemd reads it: "%" and "$" would be replaced.
local function quote(word)
  word = word:gsub("%%", "%%%%"):gsub("%$", "$$")
  if word:find "^[%w_./:@%%$+=,-]+$" then return word end
  return '"' .. word:gsub('[\\"]', "\\%0"):gsub("\n", "\\n") .. '"'
end

--- Entries without an address of their own are on one machine.
function export_systemd.hosts(file)
  return not file.hosts and { ["*"] = "127.0.0.1" } or {}
end

function export_systemd.is_apart(entry, other) return entry.host ~= other.host end

local function service(plan, entry)
  local words = { plan.program, "up", plan.path, "--only=" .. entry.name }
  if plan.hosts["*"] then table.insert(words, "--hosts=" .. plan.hosts["*"]) end
  table.insert(words, ("--name=%s-%s"):format(plan.name, entry.name))
  table.move(plan.settings, 1, #plan.settings, #words + 1, words)
  for i, word in ipairs(words) do words[i] = quote(word) end
  table.insert(words, "--control=%t/sloop/%N/%N.sock")
  return SERVICE:format(plan.name, entry.name, plan.name, table.concat(words, " "), HARDENED,
    plan.name)
end

local function is_hidden(path)
  for _, folder in ipairs { "/home/", "/root/", "/tmp/", "/var/tmp/" } do
    if path:find(folder, 1, true) == 1 then return folder:sub(1, -2) end
  end
end

--- The files, { path =, text = }; `warn(text)` for what is to be done by hand.
function export_systemd.files(plan, warn)
  local files, of_machine, order = {}, {}, {}
  for _, entry in ipairs(plan.entries) do
    local folder = entry.host and entry.host:gsub("[^%w_.-]", "_") .. "/" or ""
    local unit = ("%s-%s.service"):format(plan.name, entry.name)
    table.insert(files, { path = folder .. unit, text = service(plan, entry) })
    if not of_machine[folder] then
      of_machine[folder] = {}
      table.insert(order, folder)
    end
    table.insert(of_machine[folder], unit)
    if entry.reads then
      warn(("'%s' reads stdin, which is empty in a service"):format(entry.name))
    end
  end
  for _, folder in ipairs(order) do
    table.insert(files, { path = ("%s%s.target"):format(folder, plan.name),
      text = TARGET:format(plan.name, table.concat(of_machine[folder], " ")) })
  end
  for _, path in ipairs { plan.path, plan.program } do
    local hidden = is_hidden(path)
    if hidden then
      warn(("%s: a service does not see %s; put it elsewhere and export again"):format(path,
        hidden))
    end
  end
  return files
end

return export_systemd
