--- The module `sloop`: run, simulate and check from a Lua program.
-- Gets what only C can do as its argument.
local core = ...
local loader = require "sloop.loader"

local sloop = { core = core, VERSION = "0.1.0" }
core.loader = loader

--- What this program is made of, in one line.
function sloop.version()
  return ("sloop %s (%s)"):format(sloop.VERSION, core.versions())
end

local function name_of(role) return (role:gsub("%.lua$", ""):gsub("^.*/patterns/", "")) end

--- Run a role until it ends. `entry` is written as in a topology:
-- { option = value, socket = { bind = ... } }. True and what the node stopped with; or nil and the
-- reason.
function sloop.run(role, entry)
  local status, result, reason = core.run {
    role = role, name = name_of(role), entry = entry or {}, args = {}, strict = false,
    data = require "base/data_folder" (name_of(role)),
  }
  result = result or { n = 0 }
  if status ~= 0 then return nil, reason or result[2] or "failed" end
  return true, table.unpack(result, 1, result.n)
end

--- Run a topology, a file or the table such a file returns, until it ends: true, or nil and the
-- reason. `options` are the flags of `sloop up`: { threads =, name =, memory =, ... }.
function sloop.up(topology, options)
  local nodes, reason, path = require "topology/topology".load(topology)
  if not nodes then return nil, reason end
  local flags = { path = path, name = "topology" }
  for name, value in pairs(options or {}) do flags[name] = value end
  local status
  status, reason = require "topology/supervisor".run(nodes, flags)
  if status ~= 0 then return nil, reason or "failed" end
  return true
end

--- Load and check a role, run nothing: true, or nil and the problems, a list of
-- { file =, line =, message = }.
function sloop.check(role, entry)
  local loaded, path = loader.load_role(role)
  if not loaded then return nil, { { message = path } } end
  local declaration, problems = require "role/find".declare(loaded, path, entry)
  if declaration then return true end
  return nil, problems
end

--- Simulate a topology, a file or the table such a file returns, in virtual time.
-- With `options.seed` one run: { seed =, failure = text or nil, hash =, ended =, counts =,
-- statuses =, schedule =, history = }; `messages = true` puts every message into the history.
-- Else `options.seeds` runs (100) from `options.from` (1), up to the first that fails or, with
-- `keep_going`, all: { seeds =, failures = { such a run without its history, ... },
-- failure = text of the first or nil }. Or nil and the reason why it can't be simulated.
-- In a plain lua5.4 the installed program does it (`options.program`, "sloop"), for a file.
function sloop.sim(topology, options)
  local from_lua = require "simulation/from_lua"
  if core.is_program then return from_lua.here(topology, options or {}) end
  return from_lua.elsewhere(topology, options or {})
end

return sloop
