--- Specs: the paranoid pirate queue.
local helper = require "spec.helper"
local paranoid = require "paranoid_pirate/queue"

describe("the paranoid pirate queue", function()
  local node
  local function setup(options) node = helper.node(paranoid, options) end
  before_each(function() setup() end)

  -- The handler waits while no worker is idle, and so is a task.
  local function ask(client, ...) node:spawn(paranoid.on.clients, client, "", ...) end
  local function from(...) paranoid.on.workers(node, ...) end
  local function ready(worker) from(worker, "\1") end
  local function beat(count)
    for _ = 1, count or 1 do paranoid.on.beat(node) end
  end
  -- Who was sent requests, in order.
  local function busy()
    local list = {}
    for _, message in ipairs(node.workers.sent) do
      if #message > 2 then table.insert(list, message[1]) end
    end
    return list
  end
  local function known()
    local list = {}
    for address in pairs(node.known) do table.insert(list, address) end
    table.sort(list)
    return list
  end

  local function unreachable(...)
    local away = {}
    for _, address in ipairs { ... } do away[address] = true end
    node.workers.send = function(self, address, ...)
      if away[address] then return nil, "unreachable" end
      return getmetatable(self).__index.send(self, address, ...)
    end
  end

  it("gives each request, of any frames, to the worker that is idle for longest", function()
    ready "w1"
    ready "w2"
    ask("c1", "a", "", "b")
    ask("c2", "c")
    assert.same({ { "w1", "c1", "", "a", "", "b" }, { "w2", "c2", "", "c" } }, node.sent)
  end)

  it("reads no client while no worker is idle, and so has no request to lose", function()
    local function reads() return paranoid.sockets.clients.when(node) end
    assert.is_false(reads())
    ready "w"
    assert.is_true(reads())
    ask("c", "a")
    assert.is_false(reads())
    from("w", "c", "", "x")
    assert.is_true(reads())
    beat(4)
    assert.is_false(reads())
  end)

  it("keeps a request until a worker is idle", function()
    ask("c", "a")
    assert.same({}, node.sent)
    ready "w"
    assert.same({ { "w", "c", "", "a" } }, node.sent)
  end)

  it("sends a reply of any frames to its client; then its worker is idle", function()
    ready "w"
    ask("c", "a")
    from("w", "c", "", "x", "", "y")
    assert.same({ { "c", "", "x", "", "y" } }, node.clients.sent)
    ask("c", "b")
    assert.same({ "w", "w" }, busy())
  end)

  it("never gives a busy worker a second request, though it beats", function()
    ready "w"
    ask("c1", "a")
    ask("c2", "b")
    for _ = 1, 10 do
      from("w", "\2")
      beat()
    end
    assert.same({ "w" }, busy())
    assert.same({ "w" }, known())
  end)

  it("beats for idle and for busy workers", function()
    ready "w1"
    ready "w2"
    ask("c", "a")
    beat()
    assert.equal("\2", node.sent[2][2])
    assert.equal("\2", node.sent[3][2])
  end)

  it("forgets a worker after so many beats of silence, and not before", function()
    setup { liveness = 3 }
    ready "w"
    beat(3)
    assert.same({ "w" }, known())
    beat()
    assert.same({}, known())
    ask("c", "a")
    assert.same({}, busy())
  end)

  it("forgets the dead behind a living one, too", function()
    for _, worker in ipairs { "living", "dead", "alive" } do ready(worker) end
    for _ = 1, 4 do
      from("living", "\2")
      from("alive", "\2")
      beat()
    end
    assert.same({ "alive", "living" }, known())
    for _ = 1, 3 do ask("c", "a") end
    assert.same({ "living", "alive" }, busy())
  end)

  it("takes anything that makes sense for a sign of life", function()
    ready "w"
    for _, message in ipairs { { "\2" }, { "\1" }, { "c", "", "x" } } do
      beat(3)
      from("w", table.unpack(message))
    end
    beat(3)
    from("w", "nonsense")
    beat()
    assert.same({}, known())
  end)

  it("blames nobody when it has stood still: the time that passed is no silence", function()
    ready "w"
    node:advance(3600000)
    beat()
    assert.same({ "w" }, known())
  end)

  it("forgets a worker whose connection is gone at the next beat", function()
    ready "w"
    unreachable "w"
    beat()
    assert.same({}, known())
  end)

  it("gives the request of a worker that is gone to the next", function()
    ready "w1"
    ready "w2"
    unreachable "w1"
    ask("c", "a")
    assert.same({ "w2" }, busy())
    assert.same({ "w2" }, known())
  end)

  -- Connections are closed, and these workers are gone.
  local function closed(...)
    unreachable(...)
    node:spawn(paranoid.on.monitor, "disconnected")
    node:advance(10)
  end

  it("gives the request of a busy worker whose connection was closed to the next", function()
    ready "w1"
    ready "w2"
    ask("c", "a", "b")
    closed "w1"
    assert.same({ "w1", "w2" }, busy())
    assert.same({ "w2", "c", "", "a", "b" }, node.workers.sent[#node.workers.sent])
    assert.same({ "w2" }, known())
  end)

  it("does so before it reads another request, and no more than --retries times", function()
    setup { retries = 2 }
    ready "w1"
    ask("c", "poison")
    for i = 1, 4 do
      closed("w" .. i)
      ready("w" .. i + 1)
    end
    assert.same({ "w1", "w2", "w3" }, busy())
    assert.same({ ["request of dead workers"] = 1 }, node.rejects)
    assert.is_true(paranoid.sockets.clients.when(node))
  end)

  it("asks no other worker when one has fallen silent: its client has asked again", function()
    ready "w1"
    ask("c", "a")
    beat(4)
    ready "w2"
    assert.same({ "w1" }, busy())
  end)

  it("leaves a stranger's heartbeat without an answer, so that it comes with READY", function()
    from("w", "\2")
    beat()
    assert.same({}, node.sent)
    ask("c", "a")
    assert.same({}, busy())
  end)

  it("passes on the reply of a worker that it had forgotten, which is idle by that", function()
    ready "w"
    ask("c", "a")
    beat(4)
    assert.same({}, known())
    from("w", "c", "", "x")
    assert.same({ { "c", "", "x" } }, node.clients.sent)
    ask("c", "b")
    assert.same({ "w", "w" }, busy())
  end)

  it("counts a worker that is ready twice once", function()
    ready "w"
    ready "w"
    ask("c1", "a")
    ask("c2", "b")
    assert.same({ "w" }, busy())
  end)

  it("takes what fits in a message to a worker; more costs no worker its place", function()
    ready "w"
    ask("c", helper.frames(253))
    assert.same({}, node.sent)
    ask("c", helper.frames(252))
    assert.equal(255, #node.sent[1])
  end)

  it("rejects what makes no sense, logs each reason once, and counts", function()
    for _ = 1, 3 do
      from("w", "x")
      from("w", "c", "x", "y")
      paranoid.on.clients(node, "c", "no delimiter")
    end
    assert.same({}, known())
    assert.equal(3, #node.logged)
    assert.same({ ["unknown command"] = 3, ["malformed reply"] = 3, ["malformed request"] = 3 },
      node.rejects)
  end)

  it("has room for so many workers", function()
    setup { max_workers = 5 }
    for i = 1, 100 do ready("w" .. i) end
    assert.equal(5, #known())
    for _ = 1, 5 do ask("c", "a") end
    assert.same({ "w1", "w2", "w3", "w4", "w5" }, busy())
  end)

  it("keeps nothing of workers that come and go", function()
    for i = 1, 1000 do
      ready("w" .. i)
      beat()
    end
    beat(4)
    assert.same({}, known())
    for key in pairs(node.idle) do assert.is_string(key) end
  end)

  it("has at most 125 lines", function()
    local count = 0
    for _ in io.lines("patterns/paranoid_pirate/queue.lua") do count = count + 1 end
    assert.is_true(count <= 125, count)
  end)
end)
