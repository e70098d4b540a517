--- In which order the nodes of a topology end.
local shutdown_order = require "sloop.private.topology.shutdown_order"

-- A node with sockets, name -> { type, "bind" or "connect", endpoint }, and options.
local function node(sockets, options)
  local declared = {}
  for name, socket in pairs(sockets) do
    declared[name] = { type = socket[1], [socket[2]] = { socket[3] } }
  end
  return { declaration = { sockets = declared, options = options or {}, parts = {} } }
end

-- Nodes as topology.load returns them.
local function prepared(nodes)
  for _, each in ipairs(nodes) do each.endpoints = shutdown_order.endpoints(each.declaration) end
  return nodes
end

local function levels(nodes) return shutdown_order.levels(prepared(nodes)) end
local function binds(each) return shutdown_order.binds(prepared({ each })[1]) end

local A <const>, B <const>, C <const> = "inproc://a", "inproc://b", "inproc://c"

describe("nodes stop", function()
  it("sources before sinks, whoever binds", function()
    local sink = node { from = { "pull", "bind", A } }
    local middle = node { from = { "pull", "connect", B }, to = { "push", "connect", A } }
    local source = node { to = { "push", "bind", B } }
    assert.same({ { 3 }, { 2 }, { 1 } }, levels { sink, middle, source })
  end)

  it("those who ask before those who answer", function()
    local server = node { clients = { "router", "bind", "tcp://*:5555" } }
    local client = node { server = { "req", "connect", "tcp://localhost:5555" } }
    local other = node { server = { "dealer", "connect", "tcp://127.0.0.1:5555" } }
    assert.same({ { 2, 3 }, { 1 } }, levels { server, client, other })
  end)

  it("together when nothing joins them", function()
    assert.same({ { 1, 2 } }, levels { node {}, node { a = { "pub", "bind", A } } })
  end)

  it("as an option says, where a role opens its sockets itself", function()
    local server = node { clients = { "rep", "bind", A } }
    local client = node({}, { server = A, others = { B, C }, word = "x" })
    assert.same({ { 2 }, { 1 } }, levels { server, client })
  end)

  it("as their parts' sockets say", function()
    local sink = node { from = { "pull", "bind", A } }
    local owner = node {}
    owner.declaration.parts.part = { node({ to = { "push", "connect", A } }).declaration }
    assert.same({ { 2 }, { 1 } }, levels { sink, owner })
  end)

  it("with a cycle cut where only news goes round", function()
    -- The sink tells workers to stop: its PUB does not make it their source.
    local function worker()
      return node { to = { "push", "connect", A }, control = { "sub", "connect", B } }
    end
    local function sink()
      return node { from = { "pull", "bind", A }, control = { "pub", "bind", B } }
    end
    assert.same({ { 1 }, { 2 } }, levels { worker(), sink() })
    assert.same({ { 2 }, { 1 } }, levels { sink(), worker() })
  end)

  it("all at once in a cycle that can't be cut, and what feeds it before", function()
    local one = node { from = { "pull", "bind", A }, to = { "push", "connect", B } }
    local two = node { from = { "pull", "bind", B }, to = { "push", "connect", A } }
    local source = node { to = { "push", "connect", A } }
    local sink = node { from = { "pull", "connect", C } }
    one.declaration.sockets.out = { type = "push", bind = { C } }
    assert.same({ { 3 }, { 1, 2 }, { 4 } }, levels { one, two, source, sink })
  end)
end)

describe("shutdown_order.binds", function()
  it("tells who can be reached, also by a part", function()
    assert.is_true(binds(node { a = { "rep", "bind", A } }))
    assert.is_false(binds(node { a = { "req", "connect", A } }))
    local owner = node {}
    owner.declaration.parts.part = { node({ a = { "rep", "bind", A } }).declaration }
    assert.is_true(binds(owner))
  end)
end)
