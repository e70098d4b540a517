--- Paranoid pirate on the wire: peers that speak raw frames written by hand, both ways, and peers
--- of another implementation (pyzmq).
local helper = require "spec.helper"
local wire = require "spec.wire"

local QUICK <const> = "--heartbeat=50"

describe("our paranoid pirate queue, to peers of raw frames", function()
  local queue, at
  before_each(function()
    queue, at = wire.start("paranoid_pirate/queue", { "clients", "workers" }, { QUICK })
  end)
  after_each(function()
    wire.stop(queue)
    helper.cleanup()
  end)

  it("hands requests of any frames to a worker, and its replies to REQ clients", function()
    wire.talk(at, [[
      local worker, client = connect(self, "dealer", AT.workers), connect(self, "req", AT.clients)
      worker:send("\1")
      for i = 1, 3 do
        client:send("a" .. i, "", "b")
        local got repeat got = hear(worker) until got ~= "\2"
        local id = got:match("^(.*)||a" .. i .. "||b$")
        worker:send(id, "", "x" .. i, "")
        says("x" .. i .. "|", client)
      end]])
  end)

  it("beats for idle and for busy workers, not for strangers", function()
    wire.talk(at, [[
      local worker, stranger = connect(self, "dealer", AT.workers),
        connect(self, "dealer", AT.workers)
      local client = connect(self, "req", AT.clients)
      stranger:send("\2")
      worker:send("\1")
      says("\2", worker)
      client:send("a")
      local got repeat got = hear(worker) until got ~= "\2"
      says("\2", worker)
      same(nil, hear(stranger, 0))
      stranger:send("\1")
      says("\2", stranger)]])
  end)

  it("never gives a busy worker a second request, however it beats", function()
    wire.talk(at, [[
      local busy, other = connect(self, "dealer", AT.workers), connect(self, "dealer", AT.workers)
      local first, second = connect(self, "req", AT.clients), connect(self, "req", AT.clients)
      busy:send("\1")
      first:send("a")
      local got repeat got = hear(busy) until got ~= "\2"
      second:send("b")
      for _ = 1, 10 do
        busy:send("\2")
        says("\2", busy)
      end
      other:send("\1")
      local text repeat text = hear(other) until text ~= "\2"
      same("||b", text:sub(-3))
      busy:send(got:sub(1, -4), "", "x")
      says("x", first)]])
  end)

  it("forgets a worker that falls silent, though its connection is open", function()
    wire.talk(at, [[
      local silent = connect(self, "dealer", AT.workers)
      local living = connect(self, "dealer", AT.workers)
      local client = connect(self, "req", AT.clients)
      silent:send("\1")
      says("\2", silent)
      living:send("\1")
      for _ = 1, 8 do
        says("\2", living)
        living:send("\2")
      end
      client:send("a")
      local got repeat got = hear(living) until got ~= "\2"
      same("||a", got:sub(-3))]])
  end)

  it("passes on the reply of a worker that it had forgotten, and takes it for idle", function()
    wire.talk(at, [[
      local worker, client = connect(self, "dealer", AT.workers), connect(self, "req", AT.clients)
      worker:send("\1")
      for i = 1, 2 do
        client:send("a")
        local got repeat got = hear(worker) until got ~= "\2"
        while hear(worker, 200) do end -- no beat any more: it is forgotten
        worker:send(got:sub(1, -4), "", "x" .. i)
        says("x" .. i, client)
      end]])
  end)

  it("takes no client's id for a command, whatever is in it", function()
    wire.talk(at, [[
      local worker = connect(self, "dealer", AT.workers)
      worker:send("\1")
      for _, id in ipairs { "\1", "\2", "\1x" } do
        local client <close> = connect(self, "req", AT.clients, id)
        client:send("a")
        says(id .. "||a", worker, "\2")
        worker:send(id, "", "x")
        says("x", client)
      end]])
  end)

  it("stands any malformed message, and nobody else notices", function()
    wire.talk(at, [[
      local worker, client = connect(self, "dealer", AT.workers), connect(self, "req", AT.clients)
      local bad_worker = connect(self, "dealer", AT.workers)
      local bad_client = connect(self, "dealer", AT.clients)
      for _, frames in ipairs {
        { "" }, { "", "" }, { "\3" }, { "\1\1" }, { "c", "" }, { "c", "x" }, { "c", "x", "y" },
      } do bad_worker:send(table.unpack(frames)) end
      for _, frames in ipairs { { "" }, { "x" }, { "x", "y" }, { "x", "" } } do
        bad_client:send(table.unpack(frames))
      end
      bad_worker:close()
      worker:send("\1")
      worker:send("nobody", "", "x")
      worker:send("", "", "")
      for _ = 1, 5 do
        client:send("a")
        local got repeat got = hear(worker) until got ~= "\2"
        worker:send(got:sub(1, -4), "", "x")
        says("x", client)
      end]])
  end)

  it("serves pyzmq's worker and client", function()
    wire.stop(queue) -- a patient one: pyzmq may be slow
    queue, at = wire.start("paranoid_pirate/queue", { "clients", "workers" },
      { QUICK, "--liveness=200" })
    local worker = wire.python("pirates.py", "ppp_worker", at.workers, "2")
    local client = wire.python("pirates.py", "client", at.clients, "a,b", "c")
    wire.ends(client)
    assert.same({ "A,B", "C" }, client.stdout)
    wire.ends(worker)
  end)
end)

describe("our paranoid pirate worker", function()
  after_each(helper.cleanup)

  local function serve(endpoint, ...)
    return wire.start("paranoid_pirate/worker", {},
      { "--queue.connect=" .. endpoint, QUICK, "--reconnect=50", ... })
  end

  it("says READY, HEARTBEAT and its replies, and stands nonsense", function()
    local peer, endpoint = wire.peer("router", [[
      local worker, ready = peer:recv(15000)
      same("\1", ready)
      for _, frames in ipairs { { "" }, { "\1" }, { "\3" }, { "c", "" }, { "c", "x", "y" } } do
        peer:send(worker, table.unpack(frames))
      end
      for _ = 1, 8 do
        says(worker .. "|\2", peer)
        peer:send(worker, "\2")
      end
      for _, id in ipairs { "client", "\1", "\2" } do
        peer:send(worker, id, "", "a", "", "b")
        says(worker .. "|" .. id .. "||a||b", peer, worker .. "|\2")
      end]])
    local worker = serve(endpoint)
    wire.ends(peer)
    wire.stop(worker)
  end)

  it("joins a silent queue anew on another connection, again and again", function()
    local peer, endpoint = wire.peer("router", [[
      local seen = {}
      for _ = 1, 3 do
        local worker, said
        repeat worker, said = peer:recv(15000) until said ~= "\2"
        same("\1", said)
        same(nil, seen[worker])
        seen[worker] = true
      end]])
    local worker = serve(endpoint)
    wire.ends(peer)
    worker:line "the queue is silent: connecting again in 50 ms"
    worker:line "the queue is silent: connecting again in 100 ms"
    wire.stop(worker)
  end)

  it("beats while it works, and takes a second request only after the first", function()
    local peer, endpoint = wire.peer("router", [[
      local worker = peer:recv(15000)
      peer:send(worker, "c1", "", "a")
      peer:send(worker, "c2", "", "b")
      for _ = 1, 8 do says(worker .. "|\2", peer) end -- it does not take us for dead meanwhile
      says(worker .. "|c1||a", peer, worker .. "|\2")
      says(worker .. "|\2", peer)
      says(worker .. "|c2||b", peer, worker .. "|\2")]])
    local worker = serve(endpoint, "--work=800")
    wire.ends(peer)
    wire.stop(worker)
  end)

  it("serves under pyzmq's queue", function()
    local queue = wire.python("pirates.py", "ppp_queue", "22")
    local _, clients, workers = queue:line "bound to (%S+) (%S+)"
    local worker = serve(workers, "--liveness=200") -- it must not rejoin while pyzmq is slow
    local ours = wire.start("lazy_pirate/client", {},
      { "--server=" .. clients, "--requests=20", "--interval=20", "--timeout=15000" })
    wire.ends(ours)
    local client = wire.python("pirates.py", "client", clients, "a,b", "c")
    wire.ends(client)
    assert.same({ "a,b", "c" }, client.stdout)
    wire.ends(queue)
    wire.stop(worker)
  end)
end)
