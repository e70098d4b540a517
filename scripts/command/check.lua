--- sloop check: loads roles and checks them, and runs nothing.
local cli = require "command/arguments"
local faults = require "base/problems"
local help = require "command/help"
local loader = require "sloop.loader"
local roles = require "role/find"
local undeclared = require "check/self_fields"

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
  local declaration, problems = roles.declare(role, path)
  return problems or undeclared.problems(declaration, loader.source(path))
end

local function check(name)
  local path, reason = loader.find_role(name)
  if not path then return cli.wrong(reason) end
  local value
  value, reason = loader.load_role(name)
  if not value then return cli.fail(reason) end
  local status = 0
  for _, role in ipairs(roles_in(value)) do
    for _, problem in ipairs(problems_of(role, path)) do
      status = cli.fail(faults.text(problem))
    end
  end
  if status == 0 then io.stdout:write(name, ": ok\n") end
  return status
end

local given, wrong = cli.parse(arg, {})
if not given then return cli.wrong(wrong) end
if given.flags.help then
  io.stdout:write(help.text "check", "\n")
  return 0
end
if not given.words[1] then return cli.wrong "check what? a role or a file" end

local worst = 0
for _, name in ipairs(given.words) do worst = math.max(worst, check(name)) end
return worst
