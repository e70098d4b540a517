--- What is wrong with a role, and where: the list that `declare` answers with.
-- A fault is noted with the key path or the function it is about; its line is looked up only when
-- somebody asks for the list, so a role without faults costs nothing here.
local locate = require "check/locate"

local LAST <const> = "\xff" -- sorts behind every file's name

local faults = {}
faults.__index = faults

--- An empty list. `source(path)` gives the text of a file, or nil.
function faults.new(source)
  return setmetatable({ source = source, list = {}, texts = {}, written = {} }, faults)
end

--- The text of a file, or nil; read once.
function faults:read(file)
  if self.texts[file] == nil then
    self.texts[file] = self.source and self.source(file) or false
  end
  return self.texts[file] or nil
end

--- Something is wrong in `file`, in the table `role`, at `where`: a key path or a function.
function faults:add(file, role, where, message)
  table.insert(self.list, { file = file, role = role, where = where, message = message })
end

--- Something the user gave is wrong.
function faults:usage(message) table.insert(self.list, { usage = true, message = message }) end

function faults:none() return #self.list == 0 end

local function line_of(self, index, fault)
  if type(fault.where) == "function" then
    local info = debug.getinfo(fault.where, "S")
    if info.source == "@" .. fault.file then return info.linedefined end
    return nil
  end
  if type(fault.where) == "number" then return fault.where end
  if index[fault.file] == nil then
    local text = self:read(fault.file)
    index[fault.file] = text and locate.places(text) or false
  end
  local places = index[fault.file]
  if not places then return nil end
  local root = fault.role and locate.root(places, fault.role)
  return root and locate.line(places, root, fault.where) or places[1] and places[1].line
end

local function before(a, b)
  if (a.usage or false) ~= (b.usage or false) then return not a.usage end
  if a.file ~= b.file then return (a.file or LAST) < (b.file or LAST) end
  if a.line ~= b.line then return (a.line or 0) < (b.line or 0) end
  return a.message < b.message
end

--- The faults as { file =, line =, message =, usage = }: the role's own first, in the order of the
-- file, then what its entry has wrong, then what the user gave wrongly (`usage`): these have no
-- file.
function faults:problems()
  local problems, seen, index = {}, {}, {}
  for _, fault in ipairs(self.list) do
    local line = fault.file and line_of(self, index, fault)
    local key = ("%s:%s:%s"):format(fault.file, line, fault.message)
    if not seen[key] then -- the copies of a part have the same faults
      seen[key] = true
      table.insert(problems, {
        file = fault.file, line = line, message = fault.message, usage = fault.usage,
      })
    end
  end
  table.sort(problems, before)
  return problems
end

--- One problem as a line: "file:line: message".
function faults.text(problem)
  if not problem.file then return problem.message end
  if not problem.line then return ("%s: %s"):format(problem.file, problem.message) end
  return ("%s:%d: %s"):format(problem.file, problem.line, problem.message)
end

--- A list of problems as one line, and the exit status it means: 2 when it is only the user's.
function faults.summary(problems)
  local text = faults.text(problems[1])
  if #problems > 1 then text = ("%s (and %d more)"):format(text, #problems - 1) end
  return text, problems[1].usage and 2 or 1
end

return faults
