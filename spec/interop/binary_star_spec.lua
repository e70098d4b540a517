--- Binary star with peers of another implementation, which do what the Guide's programs do
--- (spec/interop/binary_star.py), and with raw frames.
local Cable = require "spec.cable"
local binary_star = require "spec.binary_star"
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("a binary star, half of which is another implementation's,", function()
  local star
  after_each(function()
    Cable.remove_all()
    helper.cleanup()
  end)

  local OTHER <const> = { primary = "backup", backup = "primary" }

  local function start_theirs(name)
    local port = star.to[OTHER[name]].port
    local process = wire.python("binary_star.py", "server", name, tostring(star.interval),
      tostring(port))
    local _, clients, states = process:line "bound (%d+) (%d+)"
    star.endpoints[name] = "tcp://127.0.0.1:" .. clients
    star.to[name].target = tonumber(states)
    return process
  end
  local function their_client()
    return wire.python("binary_star.py", "client", tostring(star.interval), star.endpoints.primary,
      star.endpoints.backup)
  end
  local function goes_on(client, what)
    client.seen = #client.lines
    for _ = 1, 20 do client:line(what, 60000) end
  end

  for kind, arguments in pairs { ["with terms"] = {}, compatible = { "--pair.compatible" } } do
    it("goes on with their backup when our primary, " .. kind .. ", is killed", function()
      star = binary_star.new { arguments = arguments }
      local theirs = start_theirs "backup"
      local ours = star:start "primary"
      theirs:line "passive"
      local client = their_client()
      goes_on(client, "reply")
      ours:signal "sigkill"
      theirs:line "active"
      goes_on(client, "reply")
    end)

    it("goes on with our backup, " .. kind .. ", when their primary is killed", function()
      star = binary_star.new { arguments = arguments }
      local ours = star:start "backup"
      local theirs = start_theirs "primary"
      theirs:line "active"
      ours:line "passive, term 0"
      local client = star:client(0)
      goes_on(client, "answered")
      theirs:signal "sigkill"
      ours:line "active, term 2"
      goes_on(client, "answered")
      wire.stop(client)
    end)
  end

  it("keeps ours when both became active: theirs ends then", function()
    star = binary_star.new {}
    local theirs = start_theirs "backup"
    local ours = star:start "primary"
    theirs:line "passive"
    star:cut()
    local there = star:client_of_backup()
    there:line "request 1: answered"
    star:mend()
    assert.equal(1, (theirs:wait()))
    theirs:line "dual active"
    local client = star:client(3)
    assert.equal(0, (client:wait()))
    ours:signal "sigterm"
    assert.equal(0, (ours:wait()))
  end)
end)

local HEARS <const> = [[
  local heard = self:open { "sub", connect = "tcp://127.0.0.1:%d", subscribe = "" }
  local function becomes(wanted, said)
    repeat
      if said then peer:send(said) end
    until heard:recv(100) == wanted
  end
]]

describe("our pair, to peers of raw frames,", function()
  after_each(function()
    Cable.remove_all()
    helper.cleanup()
  end)

  it("tells its states with terms, and understands them with and without", function()
    local star = binary_star.new { interval = 1000 }
    local ours = star:start "backup"
    local peer, endpoint = wire.peer("pub", HEARS:format(star.to.backup.target) .. [[
      becomes("2 0")
      becomes("2 0", "1")      -- it lets the primary go first
      becomes("4 0", "3")      -- the Guide's primary serves
      becomes("4 17", "3 17")  -- ours does
      becomes("3 18", "1 17")  -- it was started again
      becomes("2 19", "4 19")  -- it has served meanwhile
      for _, nonsense in ipairs { "", "5", "3 x", "3 99999999", ("3"):rep(1000) } do
        peer:send(nonsense)
      end
      peer:send("3 21", "more")
      becomes("4 21", "3 21")
    ]])
    star.to.primary.target = tonumber(endpoint:match ":(%d+)$")
    wire.ends(peer)
    ours:line "rejected: not a state"
    ours:signal "sigterm"
    wire.ends(ours)
  end)

  it("tells digits only when it is to be compatible", function()
    local star = binary_star.new { interval = 1000, arguments = { "--pair.compatible" } }
    local ours = star:start "backup"
    local peer, endpoint = wire.peer("pub", HEARS:format(star.to.backup.target) .. [[
      becomes("2")
      becomes("4", "3")
      becomes("3", "1")
    ]])
    star.to.primary.target = tonumber(endpoint:match ":(%d+)$")
    wire.ends(peer)
    wire.stop(ours)
  end)

  it("answers a REQ and a DEALER, and nobody whose message is no request", function()
    local star = binary_star.new { interval = 3000 }
    star:start_both()
    wire.talk({ clients = star.endpoints.primary }, [[
      local req, dealer = connect(self, "req", AT.clients), connect(self, "dealer", AT.clients)
      req:send("a", "", "b")
      says("a||b", req)
      dealer:send("hop", "", "x", "y")
      says("hop||x|y", dealer)
      dealer:send("no request")
      dealer:send("")
      dealer:send("", "1")
      says("|1", dealer)
    ]])
    wire.stop(star.processes.primary)
  end)
end)
