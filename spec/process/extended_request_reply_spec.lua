--- The shared queue as real programs, over tcp and between threads; its relay paused and tapped.
local helper = require "spec.helper"
local role = require "spec.role"
local wire = require "spec.wire"

describe("extended request-reply over tcp", function()
  after_each(helper.cleanup)

  local function start_broker() return wire.start("extended_request_reply/broker",
    { "clients", "services" }) end

  local function start_worker(at)
    return helper.sloop { "run", "extended_request_reply/worker", "--control=none",
      "--services.connect=" .. at.services }
  end

  it("takes requests to workers and replies back, and counts them", function()
    local broker, at = start_broker()
    local worker = start_worker(at)
    local client = helper.sloop { "run", "extended_request_reply/client", "--control=none",
      "--requests=5", "--broker.connect=" .. at.clients }
    client:line "request 5: World"
    wire.ends(client)
    wire.stop(worker)
    wire.stop(broker)
    broker:line "5 requests, 5 replies, 0 dropped"
  end)

  it("joins the threads of one process as it joins programs", function()
    local up = helper.sloop { "up", "patterns/extended_request_reply/topology.lua",
      "--control=none", "--threads=3", "--strict", "--set", "broker.clients.bind=inproc://clients",
      "--set", "broker.services.bind=inproc://services",
      "--set", "client.requests=10", "--set", "client.interval=10" }
    up:line "broker: 30 requests, 30 replies, 0 dropped"
    wire.ends(up)
  end)

  it("passes the Guide's frames byte for byte", function()
    local broker, at = start_broker()
    wire.talk(at, [[
      local worker = connect(self, "dealer", AT.services)
      local client = connect(self, "dealer", AT.clients, "me")
      client:send("", "Hello", "", "\0\255")
      says("me||Hello||\0\255", worker)
      worker:send("me", "", "World", ("x"):rep(100000))
      says("|World|" .. ("x"):rep(100000), client)
      worker:send("stranger", "", "lost")]])
    wire.stop(broker)
    broker:line "1 requests, 1 replies, 1 dropped"
  end)

  it("goes on with the workers that are left", function()
    local broker, at = start_broker()
    local victim, other = start_worker(at), start_worker(at)
    wire.talk(at, [[
      local client = connect(self, "req", AT.clients)
      for _ = 1, 2 do client:send "Hello" says("World", client) end]])
    victim:signal "sigkill"
    victim:wait()
    wire.talk(at, [[ -- what was dealt to the dead one is lost, so each asks for itself
      local answered = 0
      for _ = 1, 10 do
        local client = connect(self, "req", AT.clients)
        client:send "Hello"
        if hear(client, 1000) then answered = answered + 1 end
      end
      if answered < 5 then error("only " .. answered) end]])
    wire.stop(other)
    wire.stop(broker)
  end)
end)

describe("a relay's tap", function()
  after_each(helper.cleanup)

  -- A relay with its tap in a program of its own, and 2,000 messages of 1 KiB through it.
  local RELAY <const> = [[
    return {
      sockets = {
        front = { "pull", bind = "tcp://127.0.0.1:*" },
        back = { "push", bind = "tcp://127.0.0.1:*" },
        tap = { %q, %s, sndhwm = 10, sndbuf = 4096 },
      },
      relays = { through = { "front", "back", capture = "tap" } },
      stop = function(self)
        local counts = self.through:counts()
        print(("%%d forward, %%d uncaptured"):format(counts.forward, counts.uncaptured))
      end,
    }]]

  local function start(kind, connect)
    local place = connect and ("connect = %q"):format(connect) or 'bind = "tcp://127.0.0.1:*"'
    local relay, at = role.start(RELAY:format(kind, place)), {}
    for _ = 1, connect and 2 or 3 do
      local _, name, endpoint = relay:line "(%w+) is bound to (%S+)"
      at[name] = endpoint
    end
    return relay, at
  end

  local STREAM <const> = [[
    local source = connect(self, "push", AT.front)
    local sink = connect(self, "pull", AT.back)
    self:spawn(function()
      for i = 1, 2000 do source:send(tostring(i), ("x"):rep(1024)) end
    end)
    for i = 1, 2000 do says(i .. "|" .. ("x"):rep(1024), sink) end]]

  local function finish(relay)
    wire.stop(relay)
    return select(2, relay:line "^2000 forward, (%d+) uncaptured")
  end

  it("that nobody listens to delays nothing, and all it missed is counted", function()
    local relay, at = start "push"
    wire.talk(at, STREAM)
    assert.equal("2000", finish(relay))
  end)

  it("that is stopped delays nothing: what does not fit is dropped and counted", function()
    local ear = role.start [[
      return {
        sockets = { tap = { "pull", bind = "tcp://127.0.0.1:*", rcvhwm = 10, rcvbuf = 4096 } },
        on = { tap = function() print "heard" end },
      }]]
    local relay, at = start("push", select(2, ear:line "tap is bound to (%S+)"))
    wire.talk(at, [[
      local source = connect(self, "push", AT.front)
      local sink = connect(self, "pull", AT.back)
      source:send "x"
      says("x", sink)]])
    ear:line "heard"
    ear:signal "sigstop"
    wire.talk(at, STREAM)
    wire.stop(relay)
    local _, forward, uncaptured = relay:line "^(%d+) forward, (%d+) uncaptured"
    assert.equal(2001, tonumber(forward))
    assert.is_true(tonumber(uncaptured) > 1000, uncaptured)
  end)

  it("that was full hears again as soon as it reads", function()
    role.run [[
      return {
        sockets = {
          front = { "pull", bind = "inproc://f" }, back = { "push", bind = "inproc://b" },
          tap = { "push", bind = "inproc://t", sndhwm = 5 },
          source = { "push", connect = "inproc://f" }, sink = { "pull", connect = "inproc://b" },
        },
        relays = { through = { "front", "back", capture = "tap" } },
        main = function(self)
          local function pass(from, to)
            for i = from, to do
              self.source:send(tostring(i))
              same(tostring(i), (self.sink:recv(5000)))
            end
          end
          pass(1, 20)
          local ear = self:open { "pull", connect = "inproc://t", rcvhwm = 5 }
          local last, all, heard = 20, 0
          for _ = 1, 2 do -- full, emptied, and full again
            repeat
              last = last + 1
              pass(last, last)
              heard = ear:recv(10)
            until heard
            same(tostring(last), heard)
            pass(last + 1, last + 40)
            local count = 0
            while true do -- what came before it was full, and no more
              heard = ear:recv(20)
              if not heard then break end
              count = count + 1
              same(tostring(last + count), heard)
            end
            if count < 5 or count > 10 then error(count) end
            last, all = last + 40, all + 1 + count
          end
          local counts = self.through:counts()
          same(last, counts.forward) same(last - all, counts.uncaptured)
        end,
      }]]
  end)

  it("hears every message when it keeps up, whole and in order", function()
    local relay, at = start "pub"
    wire.talk(at, [[
      local ear = self:open { "sub", connect = AT.tap, subscribe = "", rcvhwm = 0 }
      local source, sink = connect(self, "push", AT.front), connect(self, "pull", AT.back)
      local first, heard = 0
      repeat -- until the tap's subscription is there
        first = first + 1
        source:send(tostring(first))
        says(tostring(first), sink)
        heard = hear(ear, 20)
      until heard
      for i = first + 1, first + 200 do
        source:send(tostring(i), "x")
        says(i .. "|x", sink)
      end
      local expected = tonumber(heard)
      while expected < first + 200 do
        expected = expected + 1
        says(expected > first and expected .. "|x" or tostring(expected), ear)
      end]])
    wire.stop(relay)
  end)
end)
