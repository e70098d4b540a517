--- `sloop ctl NODE tap`: prints what passes through a relay of a running node.
-- The role espresso/tap runs here and binds beside the node's control socket; the node connects to
-- it, copies each message to it as long as it keeps up, and lets go of it when it is gone.
local arguments = require "command/arguments"
local core = require "sloop".core
local running = require "command/running_nodes"

local PATIENCE <const> = 5000 -- ms for the node to connect

-- Run the role until a signal ends it, or the node goes: its exit status.
local function listen(endpoint, flags, has_subscriptions)
  local status, _, problem = core.run {
    role = "espresso/tap", name = "tap", control = "none", args = {}, strict = true, watch = false,
    entry = {
      pull = true, hex = flags.hex or false, plain = not has_subscriptions, patience = PATIENCE,
      prefixes = { flags.prefix or "" }, source = { bind = endpoint },
    },
  }
  if problem ~= nil then return arguments.fail(problem, status) end
  return status
end

--- Listen to a relay of the node that is asked at `path`: the exit status. `relay` may be nil when
-- there is only one.
return function(name, path, node, relay, flags)
  running.sweep_taps()
  local endpoint = ("ipc://%s/tap.%d"):format(path:match("^(.*)/") or ".", core.pid())
  local request = { command = "tap", node = node, relay = relay, endpoint = endpoint }
  local answer, reason = running.ask(name, path, request)
  if not answer or not answer.ok then return arguments.fail(reason or answer.reason) end
  local status = listen(endpoint, flags, answer.subscriptions)
  request.command = "untap"
  answer = running.ask(name, path, request)
  if answer and answer.ok and answer.missed > 0 then
    io.stderr:write(("%d messages were not shown: they came too fast\n"):format(answer.missed))
  end
  return status
end
