--- Majordomo on the wire: peers that speak raw frames written by hand, in both directions.
local helper = require "spec.helper"
local majordomo = require "spec.majordomo"
local role = require "spec.role"

-- What a conversation may use: `peer` is a DEALER to the endpoint, or a ROUTER bound to it, and
-- `hear(socket)` is the next message as text, frames joined by "|", heartbeats left out.
local PRELUDE <const> = [[
local ENDPOINT <const> = %q
local BEATS <const> = { ["|MDPW01|\4"] = true, ["MDPW02|\5"] = true }
local function next_message(socket)
  local frames = table.pack(socket:recv(15000))
  if not frames[1] then error("nothing came: " .. tostring(frames[2]), 3) end
  return table.concat(frames, "|")
end
local function hear(socket)
  local text
  repeat text = next_message(socket) until not BEATS[text]
  return text
end
local function connect(self) return self:open { "dealer", connect = ENDPOINT } end
local function says(wanted, socket) same(wanted, hear(socket)) end
]]

-- Runs the conversation to its end, in this process.
local function converse(endpoint, text)
  local prelude = PRELUDE:format(endpoint):gsub("\n", " ")
  return role.run(prelude .. "\nreturn { main = function(self)\n" .. text .. "\nend }")
end

describe("our majordomo broker, to peers of MDP 0.1", function()
  local broker, endpoint
  before_each(function() broker, endpoint = majordomo.broker() end)
  after_each(function()
    broker:signal "sigterm"
    local status = broker:wait()
    helper.cleanup()
    assert.equal(0, status) -- with --strict: no handler failed
  end)

  it("hands requests to a worker and its replies to clients", function()
    converse(endpoint, [[
      local worker, client = connect(self), connect(self)
      worker:send("", "MDPW01", "\1", "echo")
      client:send("", "MDPC01", "echo", "a", "", "b")
      local frames = table.pack(worker:recv(15000))
      while frames[3] ~= "\2" do frames = table.pack(worker:recv(15000)) end
      same("", frames[1]) same("MDPW01", frames[2]) same("", frames[5])
      same("a||b", table.concat(frames, "|", 6, frames.n))
      worker:send("", "MDPW01", "\4")
      worker:send("", "MDPW01", "\3", frames[4], "", "x", "", "y")
      says("|MDPC01|echo|x||y", client)
    ]])
  end)

  it("serves a REQ client, whose envelope is its own", function()
    converse(endpoint, [[
      local worker, client = connect(self), self:open { "req", connect = ENDPOINT }
      worker:send("", "MDPW01", "\1", "echo")
      for i = 1, 3 do
        client:send("MDPC01", "echo", "a" .. i)
        local _, id = hear(worker):match "^|MDPW01|\2|((.*)||a.)$"
        worker:send("", "MDPW01", "\3", id, "", "x" .. i)
        says("MDPC01|echo|x" .. i, client)
      end
    ]])
  end)

  it("beats for idle and busy workers", function()
    converse(endpoint, [[
      local worker, client = connect(self), connect(self)
      worker:send("", "MDPW01", "\1", "echo")
      same("|MDPW01|\4", next_message(worker))
      client:send("", "MDPC01", "echo", "a")
      hear(worker)
      same("|MDPW01|\4", next_message(worker))
    ]])
  end)

  it("says DISCONNECT to whom it does not know, and takes him when he is READY", function()
    converse(endpoint, [[
      local worker, client = connect(self), connect(self)
      worker:send("", "MDPW01", "\4")
      says("|MDPW01|\5", worker)
      worker:send("", "MDPW01", "\3", "nobody", "", "x")
      says("|MDPW01|\5", worker)
      worker:send("", "MDPW01", "\1", "echo")
      same("|MDPW01|\4", next_message(worker))
      client:send("", "MDPC01", "mmi.service", "echo")
      says("|MDPC01|mmi.service|200", client)
    ]])
  end)

  it("forgets a worker that says DISCONNECT, at once", function()
    converse(endpoint, [[
      local worker, client = connect(self), connect(self)
      worker:send("", "MDPW01", "\1", "echo")
      client:send("", "MDPC01", "echo", "a")
      hear(worker)
      worker:send("", "MDPW01", "\5")
      local other <close> = connect(self)
      other:send("", "MDPW01", "\1", "echo")
      same("a", hear(other):sub(-1))
    ]])
  end)

  it("answers MMI", function()
    converse(endpoint, [[
      local worker, client = connect(self), connect(self)
      client:send("", "MDPC01", "mmi.service", "echo")
      says("|MDPC01|mmi.service|404", client)
      client:send("", "MDPC01", "mmi.nothing", "x")
      says("|MDPC01|mmi.nothing|501", client)
      worker:send("", "MDPW01", "\1", "echo")
      next_message(worker) -- a heartbeat: it is registered
      client:send("", "MDPC01", "mmi.services", "")
      says("|MDPC01|mmi.services|200|1 0 echo\n", client)
    ]])
  end)

  it("stands any malformed message, and nobody else notices", function()
    converse(endpoint, [[
      local worker, client = connect(self), connect(self)
      worker:send("", "MDPW01", "\1", "echo")
      for _, frames in ipairs {
        { "" }, { "", "" }, { "x" }, { "", "MDPC01" }, { "", "MDPC01", "echo" }, { "", "MDPW01" },
        { "", "MDPW01", "" }, { "", "MDPW01", "\1" }, { "", "MDPW01", "\1", "" },
        { "", "MDPW01", "\1", "a", "b" }, { "", "MDPW01", "\1", "mmi.service" },
        { "", "MDPW01", "\2" }, { "", "MDPW01", "\3" }, { "", "MDPW01", "\3", "x" },
        { "", "MDPW01", "\3", "x", "y", "z" }, { "", "MDPW01", "\4", "x" },
        { "", "MDPW01", "\5", "x" }, { "", "MDPW01", "\1\1", "a" }, { "", "MDPC01", "", "x" },
        { "", "MDPC01", ("n"):rep(1000), "x" }, { "MDPC02" }, { "MDPC02", "\1" },
        { "MDPC02", "\1", "echo" }, { "MDPC02", "\2", "echo", "x" }, { "MDPW02" },
        { "MDPW02", "\3", "x", "", "y" }, { "MDPW02", "\9" }, { "", "MDPC02", "\1", "echo", "x" },
      } do
        local peer <close> = connect(self)
        peer:send(table.unpack(frames))
        client:send("", "MDPC01", "echo", "ping")
        local id = hear(worker):match "^|MDPW01|\2|(.*)||ping$"
        worker:send("", "MDPW01", "\3", id, "", "pong")
        says("|MDPC01|echo|pong", client)
      end
    ]])
  end)

  it("takes a request of as many frames as it can hand on, and drops a longer one", function()
    converse(endpoint, [[
      local worker, client = connect(self), connect(self)
      worker:send("", "MDPW01", "\1", "echo")
      local body = {}
      for i = 1, 249 do body[i] = "x" end
      client:send("", "MDPC01", "echo", "y", table.unpack(body))
      client:send("", "MDPC01", "echo", table.unpack(body))
      local id = hear(worker):match("^|MDPW01|\2|(.*)||" .. table.concat(body, "|") .. "$")
      worker:send("", "MDPW01", "\3", id, "", table.unpack(body))
      says("|MDPC01|echo|" .. table.concat(body, "|"), client)
    ]])
  end)

  it("keeps two workers of one routing id apart: the second is not heard", function()
    converse(endpoint, [[
      local first <close> = self:open { "dealer", connect = ENDPOINT, routing_id = "same" }
      first:send("", "MDPW01", "\1", "echo")
      next_message(first)
      local second <close> = self:open { "dealer", connect = ENDPOINT, routing_id = "same" }
      second:send("", "MDPW01", "\1", "other")
      local client <close> = connect(self)
      client:send("", "MDPC01", "echo", "a")
      local id = hear(first):match "^|MDPW01|\2|(.*)||a$"
      first:send("", "MDPW01", "\3", id, "", "x")
      says("|MDPC01|echo|x", client)
    ]])
  end)

  it("says DISCONNECT to all workers when it stops", function()
    local peer = role.start(PRELUDE:format(endpoint):gsub("\n", " ") .. [[
      return { main = function(self)
        local old, new = connect(self), connect(self)
        old:send("", "MDPW01", "\1", "echo")
        new:send("MDPW02", "\1", "echo")
        next_message(old) next_message(new)
        self:log "registered"
        says("|MDPW01|\5", old)
        says("MDPW02|\6", new)
      end }]])
    peer:line "registered"
    broker:signal "sigterm"
    assert.equal(0, (peer:wait()))
  end)
end)

describe("our majordomo broker, to peers of MDP 0.2", function()
  local broker, endpoint
  before_each(function() broker, endpoint = majordomo.broker() end)
  after_each(function()
    broker:signal "sigterm"
    local status = broker:wait()
    helper.cleanup()
    assert.equal(0, status)
  end)

  it("passes partial and final replies", function()
    converse(endpoint, [[
      local worker, client = connect(self), connect(self)
      worker:send("MDPW02", "\1", "echo")
      client:send("MDPC02", "\1", "echo", "a", "b")
      local id = hear(worker):match "^MDPW02|\2|(.*)||a|b$"
      worker:send("MDPW02", "\3", id, "", "1")
      worker:send("MDPW02", "\3", id, "", "2", "")
      says("MDPC02|\2|echo|1", client)
      says("MDPC02|\2|echo|2|", client)
      worker:send("MDPW02", "\4", id, "", "3")
      says("MDPC02|\3|echo|3", client)
    ]])
  end)

  it("beats, says DISCONNECT, and answers MMI", function()
    converse(endpoint, [[
      local worker, client = connect(self), connect(self)
      worker:send("MDPW02", "\5")
      says("MDPW02|\6", worker)
      worker:send("MDPW02", "\1", "echo")
      same("MDPW02|\5", next_message(worker))
      client:send("MDPC02", "\1", "mmi.service", "echo")
      says("MDPC02|\3|mmi.service|200", client)
      worker:send("MDPW02", "\6")
      client:send("MDPC02", "\1", "mmi.service", "echo")
      local answer = hear(client)
      while answer == "MDPC02|\3|mmi.service|200" do
        client:send("MDPC02", "\1", "mmi.service", "echo")
        answer = hear(client)
      end
      same("MDPC02|\3|mmi.service|404", answer)
    ]])
  end)

  it("lets either version of client talk to either version of worker", function()
    converse(endpoint, [[
      local old_worker, new_worker = connect(self), connect(self)
      local old, new = connect(self), connect(self)
      old_worker:send("", "MDPW01", "\1", "old")
      new_worker:send("MDPW02", "\1", "new")
      old:send("", "MDPC01", "new", "a")
      new:send("MDPC02", "\1", "old", "b")
      local id = hear(new_worker):match "^MDPW02|\2|(.*)||a$"
      new_worker:send("MDPW02", "\3", id, "", "1")
      new_worker:send("MDPW02", "\4", id, "", "2")
      says("|MDPC01|new|1|2", old)
      id = hear(old_worker):match "^|MDPW01|\2|(.*)||b$"
      old_worker:send("", "MDPW01", "\3", id, "", "3")
      says("MDPC02|\3|old|3", new)
    ]])
  end)
end)

-- The conversation is a broker, bound; `start(endpoint)` starts ours, which connects to it.
local function host(start, text)
  local ours
  local broker = role.start(PRELUDE:format("tcp://127.0.0.1:*"):gsub("\n", " ") .. [[
    return { sockets = { router = { "router", bind = ENDPOINT } }, main = function(self)
      local router = self.router
      local function expect(...)
        local wanted, address, text = table.concat({ ... }, "|"), nil, nil
        repeat
          local frames = table.pack(router:recv(15000))
          if not frames[1] then error("nothing came instead of " .. wanted, 2) end
          address = table.remove(frames, 1)
          text = table.concat(frames, "|")
        until not BEATS[text] or text == wanted
        same(wanted, text)
        return address
      end
      local READY <const> = { "", "MDPW01", "\1", "echo" }
  ]] .. text .. "\nend }")
  local _, endpoint = broker:line "router is bound to (%S+)"
  ours = start(endpoint)
  local status = broker:wait()
  if status ~= 0 then broker:fail "it did not like what it heard" end
  return ours
end

describe("our majordomo worker, to a broker of raw frames", function()
  after_each(helper.cleanup)

  it("says READY, HEARTBEAT, its reply, and DISCONNECT when it leaves", function()
    host(function(endpoint)
      local worker = majordomo.worker(endpoint)
      return worker
    end, [[
      local worker = expect(table.unpack(READY))
      expect("", "MDPW01", "\4")
      router:send(worker, "", "MDPW01", "\4")
      router:send(worker, "", "MDPW01", "\2", "client", "", "a", "", "b")
      same(worker, expect("", "MDPW01", "\3", "client", "", "a", "", "b"))
    ]])
  end)

  it("comes back on another connection when it is told DISCONNECT", function()
    host(majordomo.worker, [[
      local worker = expect(table.unpack(READY))
      router:send(worker, "", "MDPW01", "\5")
      local again = expect(table.unpack(READY))
      if again == worker then error "it is the same connection" end
    ]])
  end)

  it("comes back when the broker is silent", function()
    host(majordomo.worker, [[
      local worker = expect(table.unpack(READY))
      if worker == expect(table.unpack(READY)) then error "it is the same connection" end
    ]])
  end)

  it("stands any malformed message", function()
    host(majordomo.worker, [[
      local worker = expect(table.unpack(READY))
      for _, frames in ipairs {
        { "" }, { "x" }, { "", "MDPW01" }, { "", "MDPW01", "" }, { "", "MDPW01", "\1" },
        { "", "MDPW01", "\2" }, { "", "MDPW01", "\2", "c" }, { "", "MDPW01", "\2", "c", "" },
        { "", "MDPW01", "\2", "c", "x", "y" }, { "", "MDPW01", "\3", "c", "", "x" },
        { "", "MDPW01", "\9" }, { "MDPW02", "\5" }, { "", "MDPC01", "echo", "x" },
      } do
        router:send(worker, table.unpack(frames))
      end
      router:send(worker, "", "MDPW01", "\2", "client", "", "a")
      expect("", "MDPW01", "\3", "client", "", "a")
    ]])
  end)
end)

describe("our majordomo client, to a broker of raw frames", function()
  after_each(helper.cleanup)

  it("asks in MDP 0.1 and takes the reply", function()
    local client = host(function(endpoint)
      return majordomo.client(endpoint, { "--requests=2" })
    end, [[
      for i = 1, 2 do
        local client = expect("", "MDPC01", "echo", "me " .. i)
        router:send(client, "", "MDPC01", "echo", "x", "y")
      end
    ]])
    assert.equal(0, (client:wait()))
  end)

  it("asks again on another connection when the reply is late, and takes no late one", function()
    local client = host(function(endpoint)
      return majordomo.client(endpoint, { "--requests=2", "--timeout=300", "--retries=20" })
    end, [[
      local first = expect("", "MDPC01", "echo", "me 1")
      local second = expect("", "MDPC01", "echo", "me 1")
      if first == second then error "it is the same connection" end
      router:send(first, "", "MDPC01", "echo", "late")
      local client, frames = second, nil
      router:send(client, "", "MDPC01", "echo", "good")
      repeat
        frames = table.pack(router:recv(15000))
        if not frames[1] then error "nothing came" end
        router:send(frames[1], "", "MDPC01", "echo", "good") -- a slow machine may ask once more
      until frames[5] == "me 2"
    ]])
    assert.equal(0, (client:wait()))
    for _, line in ipairs(client.lines) do assert.not_matches("late", line) end
  end)

  it("stands any malformed reply, and gives up in good order", function()
    local client = host(function(endpoint)
      return majordomo.client(endpoint, { "--requests=1", "--retries=6" })
    end, [[
      for _, frames in ipairs {
        { "" }, { "x" }, { "", "MDPC01" }, { "", "MDPC01", "echo" }, { "", "MDPC01", "other", "x" },
        { "MDPC02", "\3", "echo", "x" },
      } do
        router:send(expect("", "MDPC01", "echo", "me 1"), table.unpack(frames))
      end
      self:sleep(0)
    ]])
    assert.equal(1, (client:wait()))
    client:line "request 1: echo is offline"
  end)
end)
