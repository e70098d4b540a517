--- The load balancer, and so the simple pirate, on the wire: peers that speak raw frames written by
--- hand, both ways, and peers of another implementation (pyzmq).
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("our load balancing broker, to peers of raw frames", function()
  local broker, at
  before_each(function()
    broker, at = wire.start("load_balancer/broker", { "clients", "workers" })
  end)
  after_each(function()
    wire.stop(broker)
    helper.cleanup()
  end)

  it("serves REQ workers and REQ clients", function()
    wire.talk(at, [[
      local worker, client = connect(self, "req", AT.workers), connect(self, "req", AT.clients)
      worker:send("READY")
      for i = 1, 3 do
        client:send("a" .. i, "", "b")
        local id = hear(worker):match("^(.*)||a" .. i .. "||b$")
        worker:send(id, "", "x" .. i, "")
        says("x" .. i .. "|", client)
      end]])
  end)

  it("serves DEALERs that write the empty frames themselves", function()
    wire.talk(at, [[
      local worker = connect(self, "dealer", AT.workers)
      local client = connect(self, "dealer", AT.clients)
      worker:send("", "\1")
      client:send("", "a")
      local id = hear(worker):match "^|(.*)||a$"
      worker:send("", id, "", "x")
      says("|x", client)]])
  end)

  it("takes no client's id for READY, whatever is in it", function()
    wire.talk(at, [[
      local worker = connect(self, "dealer", AT.workers)
      worker:send("", "\1")
      for _, id in ipairs { "\1", "\1x", "READY" } do
        local client <close> = connect(self, "req", AT.clients, id)
        client:send("a")
        says("|" .. id .. "||a", worker)
        worker:send("", id, "", "x")
        says("x", client)
      end]])
  end)

  it("stands any malformed message, and nobody else notices", function()
    wire.talk(at, [[
      local worker, client = connect(self, "dealer", AT.workers), connect(self, "req", AT.clients)
      local bad_worker = connect(self, "dealer", AT.workers)
      local bad_client = connect(self, "dealer", AT.clients)
      for _, frames in ipairs {
        { "" }, { "", "" }, { "\1" }, { "", "\2" }, { "x", "y" }, { "", "c", "" }, { "", "c", "x" },
        { "", "c", "x", "y" }, { "", "c", "" },
      } do bad_worker:send(table.unpack(frames)) end
      for _, frames in ipairs { { "" }, { "x" }, { "x", "y" }, { "x", "" } } do
        bad_client:send(table.unpack(frames))
      end
      bad_worker:close()
      worker:send("", "\1")
      worker:send("", "nobody", "", "x")
      worker:send("", "", "", "")
      for _ = 1, 5 do
        client:send("a")
        local id = hear(worker):match "^|(.*)||a$"
        worker:send("", id, "", "x")
        says("x", client)
      end]])
  end)

  it("serves pyzmq's worker and client", function()
    local worker = wire.python("pirates.py", "req_worker", at.workers, "2")
    local client = wire.python("pirates.py", "client", at.clients, "a,b", "c")
    wire.ends(client)
    assert.same({ "A,B", "C" }, client.stdout)
    wire.ends(worker)
  end)
end)

describe("our load balancer's worker and client", function()
  after_each(helper.cleanup)

  it("say READY, replies and READY again after nonsense, to a broker of raw frames", function()
    local peer, endpoint = wire.peer("router", [[
      local worker, empty, ready = peer:recv(15000)
      same("", empty) same("\1", ready)
      peer:send(worker, "", "client", "", "a", "", "b")
      says(worker .. "||client||a||b", peer)
      for _, frames in ipairs { { "c" }, { "c", "" }, { "c", "x", "y" } } do
        peer:send(worker, "", table.unpack(frames))
        says(worker .. "||\1", peer)
      end
      peer:send(worker, "", "client", "", "a")
      says(worker .. "||client||a", peer)]])
    local worker = wire.start("load_balancer/worker", {}, { "--broker.connect=" .. endpoint })
    wire.ends(peer)
    wire.stop(worker)
  end)

  it("serve pyzmq's client under pyzmq's broker", function()
    local broker = wire.python("pirates.py", "broker", "4")
    local _, clients, workers = broker:line "bound to (%S+) (%S+)"
    wire.start("load_balancer/worker", {}, { "--broker.connect=" .. workers })
    local ours = wire.start("load_balancer/client", {},
      { "--broker.connect=" .. clients, "--requests=2" })
    wire.ends(ours)
    local client = wire.python("pirates.py", "client", clients, "a,b", "c")
    wire.ends(client)
    assert.same({ "a,b", "c" }, client.stdout)
    wire.ends(broker)
  end)
end)
