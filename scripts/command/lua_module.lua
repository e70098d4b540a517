--- The module `sloop`: run, simulate and check from a Lua program.
-- Its argument has the functions written in C.
local core = ...
local loader = require "sloop.loader"

local sloop = { core = core, VERSION = "0.1.0" }
core.loader = loader

--- The versions of this program and of its libraries, in one line.
function sloop.version()
  return ("sloop %s (%s)"):format(sloop.VERSION, core.versions())
end

-- Raise at the caller of the function of this name when an argument is of none of these types.
local function expect(name, number, value, wanted, what)
  for kind in wanted:gmatch "%a+" do
    if type(value) == kind then return end
  end
  error(("bad argument #%d to 'sloop.%s' (%s, not a %s)"):format(number, name, what, type(value)),
    3)
end

local ROLE <const> = "a role's name or file is wanted"
local TOPOLOGY <const> = "a topology's file, or the table it returns, is wanted"
local OPTIONS <const> = "a table of options is wanted"

--- Run a role until it ends. `entry` is written as in a topology:
-- { option = value, socket = { bind = ... } }. True and what the node stopped with; or nil and the
-- reason.
function sloop.run(role, entry)
  expect("run", 1, role, "string", ROLE)
  expect("run", 2, entry, "table nil", OPTIONS)
  local name = require "role/find".title(role, loader.find_role(role) or role)
  local status, result, reason = core.run {
    role = role, name = name, entry = entry or {}, args = {}, strict = false,
    data = require "base/data_folder" (name),
  }
  result = result or { n = 0 }
  if status ~= 0 then return nil, reason or result[2] or "failed" end
  return true, table.unpack(result, 1, result.n)
end

--- Run a topology, a file or the table such a file returns, until it ends: true, or nil and the
-- reason. `options` are the flags of `sloop up`: { threads =, name =, memory =, ... }.
function sloop.up(topology, options)
  expect("up", 1, topology, "string table", TOPOLOGY)
  expect("up", 2, options, "table nil", OPTIONS)
  local nodes, reason, path = require "topology/topology".load(topology, { one_program = true })
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
  expect("check", 1, role, "string", ROLE)
  expect("check", 2, entry, "table nil", OPTIONS)
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
  expect("sim", 1, topology, "string table", TOPOLOGY)
  expect("sim", 2, options, "table nil", OPTIONS)
  local from_lua = require "simulation/from_lua"
  if core.is_program then return from_lua.here(topology, options or {}) end
  return from_lua.elsewhere(topology, options or {})
end

return sloop
