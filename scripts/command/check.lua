--- sloop check: load and check, run nothing.
local arguments = require "command/arguments"
local loader = require "sloop.loader"
local problems = require "role/problems"
local roles = require "role/find"
local self_fields = require "check/self_fields"

local check = {
  section = "write",
  usage = "ROLE|FILE ...", completes = { rest = "role" },
  text = [[
Loads each and checks it, and runs nothing: unknown keys, types and options, handlers and timers
that name nothing, clashing names, bad endpoints, state that is not declared. Each problem is one
line on stderr: FILE:LINE: what is wrong, and the nearest right name.]],
  notes = "Exit status: 0 no problem, 1 problems, 2 no such role or file.",
}

-- The roles a file returns: one, or several by name.
local function roles_in(value)
  if roles.is_role(value) then return { value } end
  local several = {}
  for _, each in pairs(value) do
    if not roles.is_role(each) then return { value } end
    table.insert(several, each)
  end
  return several[1] and several or { value }
end

local function problems_of(role, path)
  local declaration, found = roles.declare(role, path)
  return found or self_fields.problems(declaration, loader.source(path))
end

local function check_one(name)
  local path, reason = loader.find_role(name)
  if not path then return arguments.usage_error(reason) end
  local value
  value, reason = loader.load_role(name)
  if not value then return arguments.fail(reason) end
  local status = 0
  for _, role in ipairs(roles_in(value)) do
    for _, problem in ipairs(problems_of(role, path)) do
      status = arguments.fail(problems.text(problem))
    end
  end
  if status == 0 then io.stdout:write(name, ": ok\n") end
  return status
end

function check.run(given)
  if not given.words[1] then return arguments.usage_error "check what? a role or a file" end
  local worst = 0
  for _, name in ipairs(given.words) do worst = math.max(worst, check_one(name)) end
  return worst
end

return check
