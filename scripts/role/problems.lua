--- The problems of a role, each with its file and line: what `declare` returns when it refuses.
-- A problem is noted with the key path or the function it is about; its line is looked up only when
-- the list is asked for, so a role without problems costs nothing here.
local locate = require "check/locate"

local LAST <const> = "\xff" -- sorts behind every file's name

local problems = {}
problems.__index = problems

--- An empty list. `source(path)` gives the text of a file, or nil.
function problems.new(source)
  return setmetatable({ source = source, found = {}, texts = {}, written = {} }, problems)
end

--- The text of a file, or nil; read once.
function problems:read(file)
  if self.texts[file] == nil then
    self.texts[file] = self.source and self.source(file) or false
  end
  return self.texts[file] or nil
end

--- Something is wrong in `file`, in the table `role`, at `where`: a key path or a function.
function problems:add(file, role, where, message)
  table.insert(self.found, { file = file, role = role, where = where, message = message })
end

--- Something in the command line is wrong.
function problems:usage(message) table.insert(self.found, { usage = true, message = message }) end

function problems:is_empty() return #self.found == 0 end

local function line_of(self, index, problem)
  if type(problem.where) == "function" then
    local info = debug.getinfo(problem.where, "S")
    if info.source == "@" .. problem.file then return info.linedefined end
    return nil
  end
  if type(problem.where) == "number" then return problem.where end
  if index[problem.file] == nil then
    local text = self:read(problem.file)
    index[problem.file] = text and locate.places(text) or false
  end
  local places = index[problem.file]
  if not places then return nil end
  places.roots = places.roots or {}
  if problem.role and places.roots[problem.role] == nil then
    places.roots[problem.role] = locate.root(places, problem.role) or false
  end
  local root = places.roots[problem.role]
  return root and locate.line(places, root, problem.where) or places[1] and places[1].line
end

local function before(a, b)
  if (a.usage or false) ~= (b.usage or false) then return not a.usage end
  if a.file ~= b.file then return (a.file or LAST) < (b.file or LAST) end
  if a.line ~= b.line then return (a.line or 0) < (b.line or 0) end
  return a.message < b.message
end

--- The problems as { file =, line =, message =, usage = }: the role's own in the order of the file,
-- then those of its entry, then those of the command line (`usage`), which have no file.
function problems:list()
  local list, seen, index = {}, {}, {}
  for _, problem in ipairs(self.found) do
    local line = problem.file and line_of(self, index, problem)
    local key = ("%s:%s:%s"):format(problem.file, line, problem.message)
    if not seen[key] then -- the copies of a part have the same problems
      seen[key] = true
      table.insert(list, {
        file = problem.file, line = line, message = problem.message, usage = problem.usage,
      })
    end
  end
  table.sort(list, before)
  return list
end

--- One problem as a line: "file:line: message".
function problems.text(problem)
  if not problem.file then return problem.message end
  if not problem.line then return ("%s: %s"):format(problem.file, problem.message) end
  return ("%s:%d: %s"):format(problem.file, problem.line, problem.message)
end

--- A list of problems as one line, and the exit status it means: 2 when the command line alone is
-- wrong.
function problems.summary(list)
  local text = problems.text(list[1])
  if #list > 1 then text = ("%s (and %d more)"):format(text, #list - 1) end
  return text, list[1].usage and 2 or 1
end

return problems
