--- The fake node that unit specs build on.
local helper = require "spec.helper"

describe("a fake node", function()
  local role = {
    options = { limit = 2 },
    state = { count = 0, names = {} },
    sockets = function(options)
      return { peer = { "pair", connect = "inproc://" .. options.limit } }
    end,
    relays = { flow = { "peer", "peer" } },
  }
  function role.add(self, n)
    self.count = self.count + n
    return self.count
  end

  it("has a role's options, state, sockets and methods", function()
    local node = helper.node(role, { limit = 5 })
    assert.equal("inproc://5", node.peer.declaration.connect)
    assert.equal(3, node:add(3))
    assert.same({}, node.names)
    assert.not_equal(role.state.names, node.names)
  end)

  it("refuses state that is not declared", function()
    local node = helper.node(role)
    assert.error_matches(function() node.cuont = 1 end, "state 'cuont' is not declared")
  end)

  it("records what is sent, and refuses what is no string or too much", function()
    local node = helper.node(role)
    assert.is_true(node.peer:send("a", ""))
    assert.same({ { "a", "" } }, node.sent)
    assert.has_error(function() node.peer:send("a", 1) end)
    assert.is_true(node.peer:send(helper.frames(255)))
    assert.has_error(function() node.peer:send(helper.frames(256)) end)
    node.peer.refuse = "full"
    assert.same({ nil, "full" }, { node.peer:try_send "b" })
    assert.equal(2, #node.peer.sent)
  end)

  it("moves time only when the spec does, waking tasks in order of their deadlines", function()
    local node, order = helper.node(role), {}
    for _, ms in ipairs { 30, 10, 20 } do
      node:spawn(function(self)
        self:sleep(ms)
        order[#order + 1] = self:now()
      end)
    end
    assert.same({}, order)
    node:advance(25)
    assert.same({ 10, 20 }, order)
    assert.equal(25, node:now())
  end)

  it("gives a waiting task what wakes it, or a timeout", function()
    local node = helper.node(role)
    node:spawn(function(self) return self:wait("reply", 100) end)
    assert.equal(1, node:wake("reply", 7))
    assert.same({ true, 7, n = 2 }, node.results)
    node:spawn(function(self) return self.peer:recv(100) end)
    node:advance(100)
    assert.same({ nil, "timeout", n = 2 }, node.results)
    node:spawn(function(self) return self.peer:recv() end)
    node.peer:deliver("x", "y")
    assert.same({ "x", "y", n = 2 }, node.results)
  end)

  it("ends the scopes of a task that fails", function()
    local node, closed = helper.node(role), false
    assert.error_matches(function()
      node:spawn(function()
        local _ <close> = setmetatable({}, { __close = function() closed = true end })
        error "oh"
      end)
    end, "oh")
    assert.is_true(closed)
  end)

  it("cannot wait outside a task", function()
    assert.error_matches(function() helper.node(role):sleep(1) end, "cannot wait here")
  end)

  it("has stores in memory", function()
    local node = helper.node { stores = { jobs = {} } }
    node.jobs:put("b/2", { n = 2 })
    node.jobs:put("a", "x")
    node.jobs:put("b/1", "y")
    local seen = {}
    for key, value in node.jobs:each "b/" do
      table.insert(seen, { key, value })
      node.jobs:put("b/2")
    end
    assert.same({ { "b/1", "y" }, { "b/2", { n = 2 } } }, seen)
    assert.is_nil(node.jobs:get "b/2")
    assert.is_true(node.jobs:sync())
    assert.equal(1, node.jobs.synced)
  end)

  it("is served to users, also where Lua itself looks for modules", function()
    assert.equal(require "sloop.fake_node", helper.node)
  end)
end)
