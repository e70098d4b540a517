--- Freelance on the wire: peers that speak raw frames written by hand, both ways, and peers of
--- another implementation (pyzmq).
local helper = require "spec.helper"
local wire = require "spec.wire"

local function server(model, ...)
  return wire.start("freelance/server", { "clients" }, { "--model=" .. model, ... })
end

describe("our freelance server, to clients of raw frames", function()
  local process
  after_each(function()
    wire.stop(process)
    helper.cleanup()
  end)

  it("of model 1 echoes", function()
    local at
    process, at = server(1)
    wire.talk(at, [[
      local client = connect(self, "req", AT.clients)
      client:send("a", "", "b")
      says("a||b", client)]])
  end)

  it("of model 2 says OK to a number and a body, and stands all else", function()
    local at
    process, at = server(2)
    wire.talk(at, [[
      local client = connect(self, "dealer", AT.clients)
      for _, frames in ipairs { { "" }, { "", "1" }, { "x" }, { "", "" } } do
        client:send(table.unpack(frames))
      end
      client:send("", "7", "a")
      says("|7|OK", client, "|")
      client:send("", "8", "a", "b")
      says("|8|OK", client, "|")]])
  end)

  it("of model 3 is called what clients connect to, and says PONG and OK", function()
    local at
    process, at = server(3, "--endpoint=tcp://server:1")
    wire.talk(at, [[
      local client = connect(self, "router", AT.clients)
      while not client:send("tcp://server:1", "PING") do self:sleep(1) end
      says("tcp://server:1|PONG", client)
      for _, frames in ipairs { { "" }, { "PONG" }, { "ping" } } do
        client:send("tcp://server:1", table.unpack(frames))
      end
      for _, control in ipairs { "0", "7", "PING", "\0" } do
        client:send("tcp://server:1", control, "a", "", "b")
        says("tcp://server:1|" .. control .. "|OK", client)
      end]])
  end)

  it("of model 3 says PONG while it works", function()
    local at
    process, at = server(3, "--endpoint=tcp://server:1", "--work=300")
    wire.talk(at, [[
      local client = connect(self, "router", AT.clients)
      while not client:send("tcp://server:1", "7", "a") do self:sleep(1) end
      client:send("tcp://server:1", "PING")
      says("tcp://server:1|PONG", client)
      says("tcp://server:1|7|OK", client)]])
  end)

  for model = 1, 3 do
    it("of model " .. model .. " serves pyzmq's client", function()
      local at
      process, at = server(model, "--endpoint=tcp://server:1")
      local client = wire.python("freelance.py", "client", tostring(model), at.clients,
        "tcp://server:1")
      wire.ends(client)
      assert.same({ model == 1 and "hello" or "OK" }, client.stdout)
    end)
  end
end)

describe("our freelance client, to servers of raw frames", function()
  after_each(helper.cleanup)

  local function client(strategy, requests, endpoints, ...)
    local words = { "--strategy=" .. strategy, "--requests=" .. requests, "--interval=0", ... }
    for _, endpoint in ipairs(endpoints) do table.insert(words, "--servers=" .. endpoint) end
    return wire.start("freelance/client", {}, words)
  end
  -- A server that accepts and says nothing.
  local function mute(kind)
    return select(2, wire.peer(kind, "while true do peer:recv() if false then break end end"))
  end

  it("sequential asks one after the other, on a connection of each try", function()
    local peer, endpoint = wire.peer("router", [[
      local first, _, a = peer:recv(15000)
      same("1", a)
      local second, _, b = peer:recv(15000)
      same("1", b)
      if first == second then error "the same connection" end
      peer:send(first, "", "late")
      peer:send(second, "", "OK")]])
    local ours = client("sequential", 1, { endpoint }, "--timeout=900")
    wire.ends(peer)
    wire.ends(ours)
    ours:line "request 1: OK"
  end)

  it("shotgun takes the first reply to its number, and only to its number", function()
    local peer, endpoint = wire.peer("router", [[
      for i = 1, 3 do
        local id, empty, number, body = peer:recv(15000)
        same("", empty) same(tostring(i), number) same(tostring(i), body)
        for _, frames in ipairs {
          { "" }, { "x" }, { "", "" }, { "", number }, { "", "0", "old" },
          { "", tostring(i - 1), "double" }, { "", number, "OK" .. i }, { "", number, "double" },
        } do peer:send(id, table.unpack(frames)) end
      end]])
    local ours = client("shotgun", 3, { mute "rep", endpoint })
    wire.ends(ours)
    wire.ends(peer)
    ours.seen = 0
    for i = 1, 3 do ours:line(("request %d: OK%d "):format(i, i)) end
  end)

  it("complex asks who answered PING, and takes PONG for no reply", function()
    local peer, endpoint = wire.peer("router", [[
      local id, text
      repeat id, text = peer:recv(15000) until text == "PING"
      for _, frames in ipairs { { "" }, { "ping" }, { "PONG", "x" }, { "0", "OK" }, { "PONG" } } do
        peer:send(id, table.unpack(frames))
      end
      for i = 1, 3 do
        local _, control, body
        repeat _, control, body = peer:recv(15000) until control ~= "PING"
        same(tostring(i), control) same(tostring(i), body)
        peer:send(id, "PONG")
        peer:send(id, tostring(i - 1), "double")
        peer:send(id, control, "OK" .. i, "more")
        peer:send(id, control, "double")
      end]])
    local ours = client("complex", 3, { mute "router", endpoint })
    wire.ends(ours)
    wire.ends(peer)
    ours.seen = 0
    for i = 1, 3 do ours:line(("request %d: OK%d "):format(i, i)) end
  end)

  it("complex asks each request once while it waits", function()
    local peer, endpoint = wire.peer("router", [[
      local id, text
      repeat id, text = peer:recv(15000) until text == "PING"
      peer:send(id, "PONG")
      repeat id, text = peer:recv(15000) until text ~= "PING"
      same("PING", (select(2, peer:recv(15000)))) -- and no second request before it
      peer:send(id, text, "OK")]])
    local ours = client("complex", 1, { endpoint }, "--timeout=15000", "--pool.heartbeat=200")
    wire.ends(ours)
    wire.ends(peer)
  end)

  it("gives up in time, with every strategy, when all servers are mute", function()
    for strategy, kind in pairs { sequential = "rep", shotgun = "rep", complex = "router" } do
      local ours = client(strategy, 1, { mute(kind), mute(kind) }, "--timeout=300")
      assert.equal(1, (ours:wait()))
      ours:line "request 1: all servers are offline"
    end
  end)

  for model, strategy in ipairs { "sequential", "shotgun", "complex" } do
    it(strategy .. " is served by pyzmq's server of model " .. model, function()
      local theirs = wire.python("freelance.py", "server", tostring(model), "5")
      local _, endpoint = theirs:line "bound to (%S+)"
      local ours = client(strategy, 5, { endpoint }, "--timeout=15000")
      wire.ends(ours)
      ours.seen = 0
      for i = 1, 5 do
        ours:line(("request %d: %s after"):format(i, model == 1 and i or "OK"))
      end
      wire.ends(theirs)
    end)
  end
end)
