--- Taps: sockets that `sloop ctl NODE tap` attaches to a relay that runs, and that get a copy of
-- each message. The listener binds; a tap is taken off when it is gone, or never comes.
local node = ...
local core = node.core

local SELF <const> = 1 -- as C has it: bindings/objects/instance.h
local QUEUE <const> = 1000 -- messages that wait for a listener
local TRIES <const> = 100 -- to connect, ten a second

local taps = {}

-- Events come when `node.core` is forgotten, so this one is kept. What the tap missed is, too,
-- until a request or the next tap comes.
local function take_off(endpoint)
  local tap = node.taps[endpoint]
  if not tap or not tap.socket then return end
  tap.missed = core.release_capture(tap.relay, tap.socket)
  core.release(tap.socket)
  tap.relay, tap.socket = nil, nil
end

local function forget_those_gone()
  for endpoint, tap in pairs(node.taps) do
    if not tap.socket then node.taps[endpoint] = nil end
  end
end

-- What C takes for the instance of a role: a socket's events are its handlers'.
local function listener(inst, endpoint)
  local tries = 0
  local on = {}
  function on.connection(_, event)
    if event == "connect_retried" then tries = tries + 1 end
    if event == "handshake_succeeded" then tries = 0 end
    if event == "disconnected" or tries > TRIES then take_off(endpoint) end
  end
  return { inst[SELF], on, {} }
end

--- Attach a tap to this relay of an instance: true, or nil and the reason.
function taps.attach(inst, relay, endpoint)
  forget_those_gone()
  if node.taps[endpoint] then return nil, "there is such a tap already" end
  local socket = core.socket(listener(inst, endpoint), "tap",
    { "push", connect = endpoint, sndhwm = QUEUE, linger = 0, events = "connection" }, "connection")
  local ok, reason = core.open(socket)
  if ok then ok, reason = core.capture(relay, socket) end
  if not ok then
    core.release(socket)
    return nil, reason
  end
  node.taps[endpoint] = { relay = relay, socket = socket }
  return true
end

--- Take off the tap whose listener is there: how many messages it missed.
function taps.detach(endpoint)
  take_off(endpoint)
  local tap = node.taps[endpoint]
  node.taps[endpoint] = nil
  return tap and tap.missed or 0
end

return taps
