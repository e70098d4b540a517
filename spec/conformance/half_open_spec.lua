--- A connection that falls mute, in both worlds: heartbeats find it, and without them nothing does.
-- The real one goes through a proxy that falls mute, the simulated one has the fault half_open.
local helper = require "spec.helper"
local ports = require "spec.ports"
local scenario = require "spec.conformance.scenario"
local sloop = require "sloop"

local MUTE_AFTER <const> = 400 -- ms

local ECHO <const> = [[
local echo = {
  sockets = { s = { "router", bind = "tcp://127.0.0.1:PORT", heartbeat_ivl = 0 } }, on = {},
}
function echo.on.s(self, ...) self.s:send(...) end
return echo]]

local ASKER <const> = [[
local asker = {
  options = { peer = "", heartbeat = 0 }, state = { seen = {} }, on = {},
  sockets = function(options)
    return { s = {
      "dealer", connect = options.peer, events = "events", reconnect_ivl = 50,
      heartbeat_ivl = options.heartbeat, heartbeat_timeout = 2 * options.heartbeat,
    } }
  end,
}
function asker.on.events(self, event) table.insert(self.seen, event) end
local function ask(self, text, ms)
  self.s:send(text)
  return self.s:recv(ms) or "nothing"
end
function asker.main(self)
  local first = ask(self, "first", 3000)
  self:sleep(1500) -- meanwhile it falls mute, and is found or not
  local second = ask(self, "second", 500)
  local counts = {}
  for _, event in ipairs(self.seen) do counts[event] = (counts[event] or 0) + 1 end
  local outcome = ("%s, %s, %d handshakes, %d ends"):format(first, second,
    counts.handshake_succeeded or 0, counts.disconnected or 0)
  self:note("outcome", { text = outcome })
  return outcome
end
return asker]]

local function real(heartbeat)
  local folder, proxied = helper.folder(), ports.take(1)
  local echo_file = helper.write(folder .. "/echo.lua", (ECHO:gsub("PORT", "*")))
  local echo = helper.sloop { "run", echo_file, "--control=none" }
  local _, bound = echo:line "bound to %S+:(%d+)" -- else the first connection may be refused
  local proxy = helper.sloop { "lua", helper.root .. "/spec/conformance/mute_proxy.lua",
                               tostring(proxied), bound, tostring(MUTE_AFTER) }
  proxy:line "listening"
  local status, result, reason = sloop.core.run {
    role = helper.write(folder .. "/asker.lua", ASKER), name = "asker", args = {}, strict = true,
    control = "none",
    entry = { peer = "tcp://127.0.0.1:" .. proxied, heartbeat = heartbeat },
  }
  proxy:signal "sigkill"
  echo:signal "sigkill"
  assert.equal(0, status, reason)
  return result[1]
end

local function simulated(heartbeat)
  local folder = helper.folder()
  local result = assert(sloop.sim({
    nodes = {
      asker = { helper.write(folder .. "/asker.lua", ASKER), peer = "tcp://127.0.0.1:5555",
                heartbeat = heartbeat },
      echo = { helper.write(folder .. "/echo.lua", (ECHO:gsub("PORT", "5555"))) },
    },
    duration = 20000, quiet = 0,
    schedule = { { kind = "half_open", time = MUTE_AFTER, duration = 15000, node = 1, peer = 2 } },
  }, { seed = 1 }))
  assert.is_nil(result.failure)
  for _, event in ipairs(result.history) do
    if event.kind == "outcome" then return event.text end
  end
end

describe("a connection that falls mute", function()
  after_each(helper.cleanup)

  for heartbeat, outcome in pairs {
    [100] = "first, second, 2 handshakes, 1 ends", [0] = "first, nothing, 1 handshakes, 0 ends",
  } do
    it(("with heartbeats every %d ms: %s"):format(heartbeat, outcome), function()
      assert.equal(outcome, simulated(heartbeat))
      assert.equal(outcome, scenario.in_time(outcome, function() return real(heartbeat) end))
    end)
  end
end)
