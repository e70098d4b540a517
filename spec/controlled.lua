--- A node with a control socket in a folder of the spec's own, for specs of `sloop ctl`.
--
--   before_each(controlled.fresh)
--   local process, control = controlled.start("a")
--   controlled.await(control)
--   local status, out = controlled.ctl("a", "status")
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local sloop = require "sloop"
local uv = require "luv"

local controlled = {
  runtime = nil, -- the folder above that of the control sockets
  env = nil,     -- the environment in which nodes put them there
}

--- The text of the node's role.
controlled.NODE = [[return {
  options = { step = 1 }, limits = { step = { min = 1 } },
  state = { n = 5, off = false, workers = { w1 = { at = 1 }, list = { "a", "b" } },
            bytes = "\0\xff\27[2J" },
  sockets = { s = { "rep", bind = "inproc://s" }, t = { "req", connect = "inproc://s" } },
  timers = { beat = 3600000 },
  on = { s = function(_, x) return x end, t = function() end, beat = function() end },
}]]

--- A new folder.
function controlled.fresh()
  controlled.runtime = helper.folder()
  controlled.env = { XDG_RUNTIME_DIR = controlled.runtime }
end

--- Start the node by this name, with arguments of `sloop run`: its process, and its control path.
function controlled.start(name, ...)
  local path = helper.write(helper.folder() .. "/node.lua", controlled.NODE)
  local process = helper.sloop({ "run", path, "--name=" .. name, ... }, { env = controlled.env })
  return process, controlled.runtime .. "/sloop/" .. name .. ".sock"
end

--- Wait until the node answers at this path: its status.
function controlled.await(control)
  return reloading.wait(function()
    local answer = uv.fs_stat(control) and sloop.core.ask(control, { command = "status" }, 5000)
    return answer and answer.ok and answer
  end)
end

--- Run `sloop ctl` with these arguments, for the nodes of this folder only: see helper.run.
function controlled.ctl(...)
  local environment = { SLOOP_RUNTIME_DIR = controlled.runtime .. "/sloop" }
  for name, value in pairs(controlled.env) do environment[name] = value end
  return helper.run({ "ctl", ... }, { env = environment })
end

return controlled
