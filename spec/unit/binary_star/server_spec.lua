--- Specs: a server of a binary star.
local helper = require "spec.helper"
local server = require "binary_star/server"

describe("a server of a binary star", function()
  local node, term
  local function start(role)
    local pair = {
      vote = function() return term end,
      holds = function(_, wanted) return term ~= nil and term == wanted end,
    }
    node = helper.node(role or server, {}, { pair = pair })
  end
  local function ask(...) node:spawn(server.on.clients, ...) end
  before_each(function()
    term = 1
    start()
  end)

  it("echoes while it is active, to whichever addresses", function()
    ask("c", "", "hello", "you")
    ask("c", "queue", "", "hello", "", "x")
    assert.same({ { "c", "", "hello", "you" }, { "c", "queue", "", "hello", "", "x" } }, node.sent)
    assert.same({ kind = "answered", fields = { term = 1 } }, node.notes[1])
  end)

  it("drops requests while it is not: the client is to ask the other one", function()
    term = nil
    ask("c", "", "hello")
    assert.same({}, node.sent)
  end)

  it("gives a function's answer, of any number of frames", function()
    start(server.serve(function(_, a, b) return b, a, "!" end))
    ask("c", "", "1", "2")
    assert.same({ { "c", "", "2", "1", "!" } }, node.sent)
    start(server.serve(function() return "short" end))
    ask("c", "", "1", "2", "3")
    assert.same({ { "c", "", "short" } }, node.sent)
  end)

  it("gives its owner's answer", function()
    node.answer = table.pack("x", "y")
    ask("c", "", "hello")
    assert.same({ { "hello" } }, node.emitted)
    assert.same({ { "c", "", "x", "y" } }, node.sent)
  end)

  it("lets no answer leave that belongs to another term", function()
    start(server.serve(function(self)
      self:sleep(100)
      return "late"
    end))
    ask("c", "", "hello")
    term = 3
    node:advance(100)
    assert.same({}, node.sent)
    assert.same({}, node.notes)
  end)

  it("counts what is no request, and votes for nothing with it", function()
    node.pair.vote = function() error "voted" end
    ask("c")
    ask("c", "x")
    ask("c", "")
    assert.same({ ["no request"] = 3 }, node.rejects)
  end)

  it("has the Guide's ports, by role", function()
    assert.equal("tcp://*:5001", server.sockets({ role = "primary" }).clients.bind)
    assert.equal("tcp://*:5002", server.sockets({ role = "backup" }).clients.bind)
  end)
end)
