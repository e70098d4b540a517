--- What runs of a topology have seen: which faults, notes and handlers how often, and which
-- handlers and lines never.
local core = require "sloop".core
local one_run = require "simulation/one_run"
local sorted_keys = require "base/sorted_keys"

local coverage = {}
coverage.__index = coverage

--- An empty one, for a prepared topology.
function coverage.new(prepared)
  core.covered()
  return setmetatable({ prepared = prepared, faults = {}, notes = {}, lines = {} }, coverage)
end

-- Kinds of events that are not notes.
local OF_HOST <const> = {
  start = true, stop = true, crash = true, restart = true, log = true, fault = true,
  fault_end = true, heal = true, sent = true, delivered = true, dropped = true,
}

local function counts(map)
  local parts = {}
  for _, key in ipairs(sorted_keys(map)) do table.insert(parts, ("%s %d"):format(key, map[key])) end
  return parts[1] and table.concat(parts, ", ") or "none"
end

local function count(map, key, more) map[key] = (map[key] or 0) + (more or 1) end

local function add_counts(map, more)
  for key, number in pairs(more) do count(map, key, number) end
end

-- { path -> { line -> count } } of what ran since the last time.
local function add_covered(self, covered)
  for path, lines in pairs(covered) do
    self.lines[path] = self.lines[path] or {}
    add_counts(self.lines[path], lines)
  end
end

--- Add a run.
function coverage:add(result)
  for _, event in ipairs(result.history or {}) do
    if event.kind == "fault" then
      count(self.faults, event.fault)
    elseif not OF_HOST[event.kind] then
      count(self.notes, event.kind)
    end
  end
end

--- The faults and notes of one run: { "faults: crash 2", "notes: reply 10" }.
function coverage.of_run(result)
  local self = setmetatable({ faults = {}, notes = {} }, coverage)
  self:add(result)
  return { "faults: " .. counts(self.faults), "notes: " .. counts(self.notes) }
end

--- What was added since the last time, as text without spaces, for `merge` in another process.
function coverage:take()
  local packed = core.pack { faults = self.faults, notes = self.notes, covered = core.covered() }
  self.faults, self.notes = {}, {}
  return (packed:gsub(".", function(byte) return ("%02x"):format(byte:byte()) end))
end

--- Add what another process has taken.
function coverage:merge(text)
  local packed = text:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end)
  local more = core.unpack(packed)
  add_counts(self.faults, more.faults)
  add_counts(self.notes, more.notes)
  add_covered(self, more.covered)
end

-- Calls visit(name, function, path) for each handler of a declaration and of its parts.
local function each_handler(declaration, prefix, visit)
  for name, handler in pairs(type(declaration.role.on) == "table" and declaration.role.on or {}) do
    if type(handler) == "function" then visit(prefix .. "on." .. name, handler) end
  end
  for name, copies in pairs(declaration.parts) do
    for _, part in ipairs(copies) do each_handler(part, prefix .. name .. ".", visit) end
  end
end

-- The handlers that no run has called: { "broker: on.beat", ... }.
local function idle_handlers(self, covered)
  local idle, seen = {}, {}
  for _, node in ipairs(self.prepared.nodes) do
    each_handler(node.declaration, "", function(name, handler)
      local info = debug.getinfo(handler, "S")
      local text = ("%s: %s"):format(node.group, name)
      local path = info.source:sub(2) -- of the role's file, or of one in the program
      local lines = covered[one_run.canonical_path(path)] or covered[path] or {}
      if not seen[text] and not lines[info.linedefined] then table.insert(idle, text) end
      seen[text] = true
    end)
  end
  table.sort(idle)
  return idle
end

-- Adds the lines with code of a function, and of those it refers to in the same file.
local function add_lines(func, path, lines, seen)
  if seen[func] then return end
  seen[func] = true
  local info = debug.getinfo(func, "SL")
  if info.source ~= "@" .. path then return end
  for line in pairs(info.activelines or {}) do lines[line] = true end
  for i = 1, math.huge do
    local name, value = debug.getupvalue(func, i)
    if not name then break end
    if type(value) == "function" then add_lines(value, path, lines, seen) end
  end
end

-- { path -> lines with code } of the roles' files.
local function all_lines(self)
  local files, seen = {}, {}
  local function add(declaration)
    local path = declaration.path
    files[path] = files[path] or {}
    for _, value in pairs(declaration.role) do
      if type(value) == "function" then add_lines(value, path, files[path], seen) end
    end
    each_handler({ role = declaration.role, parts = {} }, "", function(_, handler)
      add_lines(handler, path, files[path], seen)
    end)
    for _, copies in pairs(declaration.parts) do
      for _, part in ipairs(copies) do add(part) end
    end
  end
  for _, node in ipairs(self.prepared.nodes) do add(node.declaration) end
  return files
end

-- 3, 4, 5, 9 -> "3-5, 9"
local function ranges(list)
  local parts, first = {}, nil
  for i, line in ipairs(list) do
    first = first or line
    if list[i + 1] ~= line + 1 then
      table.insert(parts, first == line and tostring(line) or ("%d-%d"):format(first, line))
      first = nil
    end
  end
  return table.concat(parts, ", ")
end

--- The text of what was seen; `lines`: runs were watched line by line.
function coverage:text(lines)
  add_covered(self, core.covered())
  local covered = self.lines
  local out = { "faults: " .. counts(self.faults), "notes: " .. counts(self.notes) }
  local idle = not lines and idle_handlers(self, covered) or {}
  if idle[1] then table.insert(out, "never ran: " .. table.concat(idle, ", ")) end
  if lines then
    local files = all_lines(self)
    for _, path in ipairs(sorted_keys(files)) do
      local ran, missed = covered[one_run.canonical_path(path)], {}
      for _, line in ipairs(sorted_keys(files[path])) do
        if not (ran and ran[line]) then table.insert(missed, line) end
      end
      if missed[1] then
        table.insert(out, ("%s: never ran: lines %s"):format(path, ranges(missed)))
      end
    end
  end
  return table.concat(out, "\n") .. "\n"
end

return coverage
