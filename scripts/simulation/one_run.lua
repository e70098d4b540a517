--- One simulated run of a topology: the faults it may have, and whether its check holds.
local core = require "sloop".core
local loader = require "sloop.loader"
local fault_list = require "simulation/fault_list"
local nearest = require "base/nearest"
local sorted_keys = require "base/sorted_keys"

local one_run = {}

local DURATION <const>, QUIET <const> = 30000, 30000 -- ms
local MAX_RUNS <const> = 20000000 -- handlers
local MAX_SAME_RUNS <const> = 200000 -- handlers without anything new: messages that go round

local KINDS <const> = {}
for _, fault in ipairs(core.faults) do KINDS[fault.name] = fault end

-- Few promises hold under these: they happen only in topologies that name them.
local NAMED_ONLY <const> = {
  death = true, descriptors = true, address = true, garbage = true, reload = true,
}

local LIMIT_KEYS <const> = {
  nodes = true, every = true, duration = true, amount = true, always = true,
}

local function refuse(format, ...) error(format:format(...), 0) end

-- ---- faults ----

-- A name of `without`, the nodes that are left out, names none.
local function numbers_of(names, nodes, kind, without)
  local numbers, left_out = {}, {}
  for _, name in ipairs(without or {}) do
    left_out[name], left_out[name:match "^(.*)%.%d+$" or name] = true, true
  end
  for _, name in ipairs(names) do
    local before = #numbers
    for number, node in ipairs(nodes) do
      if node.name == name or node.group == name then table.insert(numbers, number) end
    end
    if #numbers == before and not left_out[name] then
      refuse("faults.%s: there is no node '%s'", kind, tostring(name))
    end
  end
  return numbers
end

local DISK <const> = { disk_error = true, disk_slow = true }

local function has_store(declaration)
  if next(declaration.stores) then return true end
  for _, copies in pairs(declaration.parts) do
    for _, part in ipairs(copies) do
      if has_store(part) then return true end
    end
  end
  return false
end

-- Faults of disks hit nodes that have stores, unless others are named.
local function only_with_stores(limit, nodes)
  if limit.nodes or limit.use == "never" then return limit end
  limit.nodes = {}
  for number, node in ipairs(nodes) do
    if has_store(node.declaration) then table.insert(limit.nodes, number) end
  end
  if not limit.nodes[1] then limit.use = "never" end
  return limit
end

local function is_range(value)
  return #value == 2 and math.type(value[1]) and math.type(value[2]) and value[1] <= value[2]
end

-- The limits of one kind of fault, from the file: true, false, "always", { "node", ... },
-- { least, most }, or all of these by name.
local function limit_of(kind, value, nodes, without)
  if value == true then return { use = "maybe" } end
  if value == false then return { use = "never" } end
  if value == "always" then return { use = "always" } end
  if type(value) ~= "table" then
    refuse("faults.%s is true, false, \"always\", a list of nodes or a range", kind)
  end
  if is_range(value) then
    if not KINDS[kind].amount then refuse("faults.%s has no amount, so no range", kind) end
    return { use = "maybe", amount = value }
  end
  if #value > 0 then return { use = "maybe", nodes = numbers_of(value, nodes, kind, without) } end
  for key in pairs(value) do
    if not LIMIT_KEYS[key] then
      refuse("faults.%s: unknown key '%s'%s", kind, tostring(key), nearest.hint(key, LIMIT_KEYS))
    end
  end
  return {
    use = value.always and "always" or "maybe", every = value.every, duration = value.duration,
    amount = value.amount,
    nodes = value.nodes and numbers_of(value.nodes, nodes, kind, without),
  }
end

-- { broker = "broker_v2.lua" }: the nodes that change to another file.
local function names_of_reload(value)
  if type(value) ~= "table" or #value > 0 or not next(value) then
    refuse("faults.reload is a table: { NODE = \"FILE\" }")
  end
  return sorted_keys(value)
end

local function limits_of(file, nodes)
  local faults = file.faults
  local limits = {}
  if faults == nil then -- anything that heals may happen
    for kind in pairs(NAMED_ONLY) do limits[kind] = { use = "never" } end
    for kind in pairs(DISK) do limits[kind] = only_with_stores({ use = "maybe" }, nodes) end
    return limits
  end
  for kind in pairs(faults or {}) do
    if not KINDS[kind] then
      refuse("unknown fault '%s'%s", tostring(kind), nearest.hint(tostring(kind), KINDS))
    end
  end
  for kind in pairs(KINDS) do
    local value = (faults or {})[kind]
    if kind == "reload" and value ~= nil then value = names_of_reload(value) end
    local limit = value == nil and { use = "never" } or limit_of(kind, value, nodes, file.without)
    limits[kind] = DISK[kind] and only_with_stores(limit, nodes) or limit
  end
  return limits
end

-- ---- a run ----

--- The path by which simulated nodes know a file: the same however it was given. Built-in ones are
-- known as they are found.
function one_run.canonical_path(path)
  return not path:find "^patterns/" and core.real_path(path) or path
end

local function program(node, role, next_role)
  return core.pack {
    role = role, entry = node.entry, args = {}, name = node.name, strict = false,
    next_role = next_role,
  }
end

-- The file that a node changes to at a reload, or nil.
local function reloaded_path(node, faults, path)
  local reload = type(faults) == "table" and type(faults.reload) == "table" and faults.reload
  local name = reload and (reload[node.name] or reload[node.group])
  if not name then return nil end
  local found, reason = loader.find_role(name, path)
  if not found then refuse("faults.reload.%s: %s", node.group, reason) end
  return found
end

-- The file of a role below another folder: the longest end of its path that is there, or nil.
local function old_path(node, folder)
  local rest = node.role:gsub("^/", "")
  while rest do
    local path = ("%s/%s"):format(folder, rest)
    local file = io.open(path)
    if file then
      file:close()
      return path
    end
    rest = rest:match "^[^/]*/(.*)$"
  end
end

local function node_spec(node, file, path, old)
  local canonical = one_run.canonical_path
  local now, later = canonical(node.role), reloaded_path(node, file.faults, path)
  local before = old and old_path(node, old)
  if before then now, later = canonical(before), now end
  later = later and canonical(later)
  return {
    name = node.name, host = node.host, has_main = node.has_main, restarts = node.restart,
    entry = program(node, now, later), next = later and program(node, later),
    changes = before ~= nil, input = node.lines,
  }
end

-- STREAM sockets are not simulated. Adds the names of such sockets to the list.
local function streams(declaration, prefix, list)
  for name, socket in pairs(declaration.sockets) do
    if socket.type == "stream" then table.insert(list, prefix .. name) end
  end
  for name, copies in pairs(declaration.parts) do
    for _, part in ipairs(copies) do streams(part, prefix .. name .. ".", list) end
  end
  return list
end

local function refuse_streams(nodes)
  for _, node in ipairs(nodes) do
    local list = streams(node.declaration, "", {})
    table.sort(list)
    if list[1] then
      refuse("node '%s': socket '%s' is a stream, which is not simulated", node.name, list[1])
    end
  end
end

--- The problem of the keys of a topology's file that are about simulation; or nil.
function one_run.problem(nodes, file)
  local ok, reason = pcall(limits_of, file, nodes)
  if not ok then return reason end
  if file.check ~= nil and type(file.check) ~= "function" then
    return ("'check' is a function, not a %s"):format(type(file.check))
  end
  for _, key in ipairs { "duration", "quiet" } do
    local ms = file[key]
    if ms ~= nil and not (math.type(ms) and ms >= 0 and ms < math.huge) then
      return ("'%s' is milliseconds, not %s"):format(key, tostring(ms))
    end
  end
  return fault_list.problem(file.schedule, #nodes, KINDS)
end

--- What `run` needs of a loaded topology, made once for many seeds; nil and the reason.
-- `path` is the file's; `old` a folder with the code that the nodes begin with: each changes to its
-- present one at some moment.
function one_run.prepare(nodes, file, path, old)
  local reason = one_run.problem(nodes, file)
  if reason then return nil, reason end
  local ok, limits = pcall(function()
    refuse_streams(nodes)
    return limits_of(file, nodes)
  end)
  if not ok then return nil, limits end
  local spec = {
    nodes = {}, limits = limits, fault_ms = file.duration or DURATION,
    quiet_ms = file.quiet or QUIET, max_runs = MAX_RUNS,
    max_same_runs = MAX_SAME_RUNS, schedule = file.schedule,
  }
  local changing = {}
  ok, reason = pcall(function()
    for number, node in ipairs(nodes) do
      spec.nodes[number] = node_spec(node, file, path, old)
      if spec.nodes[number].changes then table.insert(changing, number) end
    end
  end)
  if not ok then return nil, reason end
  if old and not changing[1] then return nil, ("%s has none of the roles' files"):format(old) end
  if old then limits.reload = { use = "always", nodes = changing } end
  return { spec = spec, check = file.check, nodes = nodes }
end

-- A handler that raises is a failure, whatever the check says.
local function first_error(history)
  for _, event in ipairs(history) do
    if event.kind == "log" and event.level == "error" then
      return ("%s at %.3f ms: %s"):format(event.node, event.time, event.text)
    end
  end
end

-- The failure, or nil; then whether a handler raised it.
local function judge(prepared, result)
  if result.failed then
    return ("%s does not start: %s"):format(prepared.nodes[result.failed.node].name,
      result.failed.reason)
  end
  if result.ended == "too many runs" then
    return ("not done after %d handlers"):format(MAX_RUNS)
  end
  if result.ended == "livelock" then
    return ("livelock: %d handlers ran, and nothing new was sent, noted or logged")
      :format(MAX_SAME_RUNS)
  end
  local raised = first_error(result.history)
  if raised or not prepared.check then return raised, raised ~= nil end
  local ok, wrong = pcall(prepared.check, result.history)
  if not ok or (wrong ~= nil and wrong ~= true) then return tostring(wrong) end
end

--- While the result, which is to be closed, is open, the files of scripts are read once.
function one_run.keep_files()
  core.keep_files(true)
  return setmetatable({}, { __close = function() core.keep_files(false) end })
end

--- Run one seed: { seed =, failure = (text or nil), raised = (an error of a handler is it), hash =,
-- counts =, schedule =, history =, statuses =, ended = }. `schedule` replaces the faults the seed
-- draws; with `messages` the history has them too; `phases` are other durations, { fault_ms =,
-- quiet_ms = }.
function one_run.run(prepared, seed, schedule, messages, phases)
  local spec = {}
  for key, value in pairs(prepared.spec) do spec[key] = value end
  spec.seed, spec.schedule, spec.messages = seed, schedule or spec.schedule, messages
  if phases then spec.fault_ms, spec.quiet_ms = phases.fault_ms, phases.quiet_ms end
  local kept <close> = one_run.keep_files() -- luacheck: ignore kept
  local result = core.simulate(spec)
  result.seed, result.history.ended = seed, result.counts.ms
  result.failure, result.raised = judge(prepared, result)
  return result
end

-- ---- words ----

--- One fault of a schedule in words.
function one_run.fault_text(fault, nodes)
  local function name(number) return nodes[number] and nodes[number].name or "?" end
  local text = ("%s %s"):format(fault.kind:gsub("_", " "), name(fault.node))
  if fault.peer then text = text .. " - " .. name(fault.peer) end
  if fault.amount ~= 0 and fault.kind ~= "death" then
    text = ("%s by %g"):format(text, fault.amount)
  end
  if fault.silent then text = text .. " silently" end
  if fault.aim then text = ("%s just after a %s"):format(text, fault.aim) end
  text = ("%s at %.3f s"):format(text, fault.time / 1000)
  if fault.duration > 0 then text = ("%s for %.3f s"):format(text, fault.duration / 1000) end
  return text
end

return one_run
