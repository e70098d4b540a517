--- The smallest run that fails as a given one: with fewer faults and nodes, smaller options, less
-- time. A smaller topology counts only if it keeps the promise when there is no fault: otherwise it
-- fails for want of what was left out.
local one_run = require "simulation/one_run"
local shrink = require "simulation/shrink"
local sorted_keys = require "base/sorted_keys"

local smallest_run = {}

local search = {}
search.__index = search

-- ---- what is tried ----
-- A form of the run: { without = names of nodes, set = { NODE.OPTION -> value }, phases =, schedule
-- = the faults, whose nodes are numbers in the whole topology }.

-- A copy of a form, or of its `set`, with another value for this key.
local function changed(map, key, value)
  local copy = {}
  for name, each in pairs(map) do copy[name] = each end
  copy[key] = value
  return copy
end

-- Names the topology of a form, whatever its faults.
local function key_of(form)
  local parts = { form.phases.fault_ms, form.phases.quiet_ms, table.unpack(form.without) }
  for _, name in ipairs(sorted_keys(form.set)) do
    table.insert(parts, name .. "=" .. form.set[name])
  end
  return table.concat(parts, " ")
end

--- The faults with the numbers that these nodes have in the list `now`; those of others left out.
function smallest_run.renumbered(schedule, nodes, now)
  local numbers, list = {}, {}
  for number, node in ipairs(now) do numbers[node.name] = number end
  for _, fault in ipairs(schedule) do
    local copy, known = {}, numbers[nodes[fault.node].name] ~= nil
    for key, value in pairs(fault) do copy[key] = value end
    copy.node = numbers[nodes[fault.node].name]
    if fault.peer then
      copy.peer = numbers[nodes[fault.peer].name]
      known = known and copy.peer ~= nil
    end
    if known then table.insert(list, copy) end
  end
  return list
end

-- ---- one try ----

function search:is_over() return os.clock() >= self.over end

function search:prepare(form)
  if not form.without[1] and not next(form.set) then return self.prepared end
  return self.load(form.without, form.set)
end

function search:run(prepared, form, schedule)
  self.runs = self.runs + 1
  local faults = smallest_run.renumbered(schedule, self.prepared.nodes, prepared.nodes)
  return one_run.run(prepared, self.seed, faults, nil, form.phases)
end

-- Does this topology keep the promise without faults?
function search:is_sound(prepared, form)
  local key = key_of(form)
  if self.sound[key] == nil then
    local failure = self:run(prepared, form, {}).failure
    self.sound[key] = not failure or self.signature(failure) ~= self.wanted
  end
  return self.sound[key]
end

-- Its run, if that fails as wanted.
function search:fails(prepared, form)
  local result = self:run(prepared, form, form.schedule)
  local is_same = result.failure and self.signature(result.failure) == self.wanted
  return is_same and result or nil
end

-- The run of a form if it fails as wanted, and not for want of time, or of what was left out; nil
-- if it does not, or the time is over.
function search:failing(form)
  if self:is_over() then return nil end
  local prepared = self:prepare(form)
  local result = prepared and self:fails(prepared, form)
  if not result then return nil end
  local whole = changed(form, "phases", self.whole)
  local is_whole = form.phases == self.whole
  if not is_whole and not result.raised and not self:fails(prepared, whole) then return nil end
  return (not self.needs_faults or self:is_sound(prepared, form)) and result or nil
end

function search:take(form, result)
  self.form, self.result = form, result
  return true
end

-- Goes on with the form with this value if it fails as wanted.
function search:try(key, value)
  local form = changed(self.form, key, value)
  local result = self:failing(form)
  return result ~= nil and self:take(form, result)
end

-- ---- the steps ----

function search:fewer_faults()
  shrink.least(self.form.schedule, function(rest) return self:try("schedule", rest) end)
end

function search:shorter_faults()
  shrink.shorter(self.form.schedule, function(rest) return self:try("schedule", rest) end)
end

function search:less_time()
  shrink.phases(self.form.phases, self.form.schedule, function(phases)
    return self:try("phases", phases)
  end)
end

function search:fewer_nodes()
  local names = {}
  for i, node in ipairs(self.prepared.nodes) do names[i] = node.name end
  shrink.least(names, function(rest)
    local kept, without = {}, {}
    for _, name in ipairs(rest) do kept[name] = true end
    for _, name in ipairs(names) do
      if not kept[name] then table.insert(without, name) end
    end
    return rest[1] ~= nil and self:try("without", without)
  end)
end

-- Options that the file sets to a number: { name = NODE.OPTION, value =, default = }.
local function numbers_of(nodes, file)
  local list, seen = {}, {}
  for _, node in ipairs(nodes) do
    local entry = file.nodes[node.group]
    for option, default in pairs(node.declaration.options) do
      local name, value = node.group .. "." .. option, entry[option]
      if math.type(value) == "integer" and value > 1 and not seen[name] then
        table.insert(list, { name = name, value = value, default = default })
      end
      seen[name] = true
    end
  end
  table.sort(list, function(a, b) return a.name < b.name end)
  return list
end

-- A smaller value is only taken if less happens with it: a shorter heartbeat is no smaller run.
function search:smaller_options()
  local function try(name, value)
    local form = changed(self.form, "set", changed(self.form.set, name, value))
    local result = self:failing(form)
    local is_less = result and result.counts.runs < self.result.counts.runs
    return is_less and self:take(form, result) or false
  end
  for _, option in ipairs(numbers_of(self.prepared.nodes, self.file)) do
    shrink.number(option.value, function(value) return try(option.name, value) end)
  end
end

function search:cut()
  self:fewer_faults()
  self:less_time()
  if self.load then
    self:fewer_nodes()
    self:smaller_options()
    self:less_time()
    self:fewer_faults()
  end
  self:shorter_faults()
end

-- Whether a smaller run fails for the same reason, or for want of time or of what an option gave,
-- is not to be told here: nothing but nodes is left out. The place of an error says enough.
function search:cut_without_faults(result)
  self:take(changed(self.form, "schedule", {}), result)
  self.signature, self.needs_faults = shrink.exact_signature, false
  self.wanted = self.signature(result.failure)
  if self.load and not result.raised then self:fewer_nodes() end
end

--- The smallest run found in so many seconds of processor time: { form =, failure =, runs =,
-- ms = virtual time }. `given`: { prepared =, file = the topology's table, result = of the run,
-- load = function(without, set) that returns such a topology prepared or nil, or nil: then nodes
-- and options stay }.
function smallest_run.find(given, seconds)
  local spec, result = given.prepared.spec, given.result
  local self = setmetatable({
    prepared = given.prepared, file = given.file, load = given.load, seed = result.seed,
    over = os.clock() + seconds, runs = 0, sound = {}, result = result, needs_faults = true,
    signature = shrink.signature, wanted = shrink.signature(result.failure),
    whole = { fault_ms = spec.fault_ms, quiet_ms = spec.quiet_ms },
  }, search)
  self.form = {
    without = {}, set = {}, schedule = shrink.numbered(result.schedule), phases = self.whole,
  }
  local calm = self:run(self.prepared, self.form, {})
  if calm.failure and shrink.promise(calm.failure) == shrink.promise(result.failure) then
    self:cut_without_faults(calm)
  else
    self:cut()
  end
  return { form = self.form, failure = self.result.failure, runs = self.runs,
           ms = self.result.counts.ms }
end

return smallest_run
