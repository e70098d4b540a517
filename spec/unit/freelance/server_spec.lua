--- Specs: the freelance server.
local helper = require "spec.helper"
local server = require "freelance/server"

describe("the freelance server", function()
  local node
  local function start(options, role) node = helper.node(role or server, options) end
  local function ask(...)
    node.results = nil
    node:spawn(server.on.clients, ...)
    node:advance(0)
    return node.results
  end
  local function sockets(options)
    for name, value in pairs(server.options) do
      if options[name] == nil then options[name] = value end
    end
    return server.sockets(options).clients
  end

  it("binds the port that clients connect to, on all interfaces", function()
    assert.equal("tcp://*:5555", sockets({}).bind)
    assert.equal("tcp://*:77", sockets({ endpoint = "tcp://a.example:77" }).bind)
    assert.equal("ipc:///x", sockets({ endpoint = "ipc:///x" }).bind)
  end)

  it("is a REP in models 1 and 2, and in 3 a ROUTER with its endpoint for a name", function()
    assert.equal("rep", sockets({ model = 1 })[1])
    assert.equal("rep", sockets({ model = 2 })[1])
    assert.is_nil(sockets({ model = 2 }).routing_id)
    local router = sockets { model = 3, endpoint = "tcp://a:1" }
    assert.same({ "router", "tcp://a:1" }, { router[1], router.routing_id })
  end)

  it("knows no other model", function()
    local status, _, said = helper.run { "run", "freelance/server", "--model=4" }
    assert.equal(2, status)
    assert.matches("must be 1, 2 or 3, not 4", said)
  end)

  it("of model 1 echoes", function()
    start { model = 1 }
    assert.same({ "a", "", n = 2 }, ask("a", ""))
  end)

  it("of model 2 says OK to a number and a body, and an empty frame to all else", function()
    start { model = 2 }
    assert.same({ "7", "OK", n = 2 }, ask("7", "a"))
    assert.same({ "8", "OK", n = 2 }, ask("8", "a", "b"))
    assert.same({ "", n = 1 }, ask "7")
    assert.same({ "", n = 1 }, ask())
    assert.same({ ["malformed request"] = 2 }, node.rejects)
    assert.equal(1, #node.logged)
  end)

  it("of model 3 says PONG to PING, and OK to requests, with their control as it was", function()
    start { model = 3 }
    ask("c", "PING")
    ask("c", "\0x", "a", "b")
    assert.same({ { "c", "PONG" }, { "c", "\0x", "OK" } }, node.sent)
  end)

  it("of model 3 leaves without an answer what makes no sense", function()
    start { model = 3 }
    ask("c", "")
    ask("c", "PONG")
    ask("c", helper.frames(254))
    assert.same({}, node.sent)
    assert.same({ ["unknown command"] = 2, ["request of too many frames"] = 1 }, node.rejects)
  end)

  it("does the work that serve was given, behind the OK", function()
    local upper = server.serve(function(_, text) return text:upper() end)
    start({ model = 1 }, upper)
    assert.same({ "A", n = 1 }, ask "a")
    start({ model = 2 }, upper)
    assert.same({ "7", "OK", "A", n = 3 }, ask("7", "a"))
    start({ model = 3 }, upper)
    ask("c", "7", "a")
    assert.same({ { "c", "7", "OK", "A" } }, node.sent)
  end)

  it("works as long as it is told", function()
    start { model = 3, work = 100 }
    ask("c", "7", "a")
    node:advance(99)
    assert.same({}, node.sent)
    node:advance(1)
    assert.same({ { "c", "7", "OK" } }, node.sent)
  end)
end)
