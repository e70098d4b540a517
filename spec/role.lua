--- Roles in specs: written as text, run here or as a program of their own.
--
--   local role = require "spec.role"
--   assert.equal(3, role.run "return { main = function(self) return 1 + 2 end }")
--
-- The text may use what PRELUDE defines. Handlers' errors end the node: a spec sees them at once.
local helper = require "spec.helper"
local sloop = require "sloop"

local role = {}

local PRELUDE <const> = [[
local function ask(self, what) return self:wait(what, 15000) end
local function same(wanted, got)
  if wanted ~= got then
    error(("wanted %q, got %q"):format(tostring(wanted), tostring(got)), 2)
  end
end
local function refused(wanted, ...)
  local ok, reason = pcall(...)
  if ok or not tostring(reason):find(wanted, 1, true) then
    error(("wanted an error '%s', got %s"):format(wanted, tostring(reason)), 2)
  end
end
]]

local function write(path, text)
  return helper.write(path, PRELUDE:gsub("\n", " ") .. "\n" .. text)
end

--- Write a role; its path. `parts` are the texts of other roles, by the name that stands for
--- their path in this one.
function role.write(text, parts)
  local folder = helper.folder()
  for name, part in pairs(parts or {}) do
    local path = write(("%s/%s.lua"):format(folder, name:lower()), part)
    text = text:gsub("%f[%w]" .. name .. "%f[%W]", ("%q"):format(path))
  end
  return write(folder .. "/role.lua", text)
end

--- Run a role in this process, to its end: what it stopped with, or nil and the reason. Its stores
--- are in the folder `data`, or in one of its own.
function role.try(text, parts, entry, data)
  local path = role.write(text, parts)
  local status, result, reason = sloop.core.run {
    role = path, name = "spec", entry = entry or {}, args = {}, strict = true,
    control = "none", data = data or path:match "^(.*)/",
  }
  result = result or { n = 0 }
  if status ~= 0 then return nil, reason or result[2] or "failed" end
  return table.unpack(result, 1, result.n)
end

--- The same for one that must not fail.
function role.run(text, parts, entry, data)
  local results = table.pack(role.try(text, parts, entry, data))
  if results.n == 2 and results[1] == nil then error(results[2], 2) end
  return table.unpack(results, 1, results.n)
end

--- Start a role as a program of its own, with more arguments: a process as in spec/process.lua.
function role.start(text, parts, arguments, env, options)
  options = options or {}
  options.env = env
  return helper.sloop({
    "run", role.write(text, parts), "--name=spec", "--control=none", table.unpack(arguments or {}),
  }, options)
end

return role
