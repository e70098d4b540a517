--- Warnings of a fixed routing_id: which sockets talk to which ROUTER, and what helps.
local declaring = require "spec.declaring"
local fixed_ids = require "sloop.private.role.fixed_ids"

-- The types and options that are needed here besides those of declaring.
declaring.socket_options.router_handover = "boolean"

local function node(name, text, more)
  local made = { name = name, group = name, declaration = declaring.good(text) }
  for key, value in pairs(more or {}) do made[key] = value end
  return made
end

local function router(bind, option)
  return ([[return { on = { all = print },
    sockets = { all = { "router", bind = %q, %s } } }]]):format(bind, option or "")
end

local function dealer(connect, option)
  return ([[return { on = { up = print },
    sockets = { up = { "dealer", connect = %q, %s } } }]]):format(connect, option or "")
end

local function between(...)
  local texts = {}
  for i, each in ipairs(fixed_ids.between { ... }) do texts[i] = each.message end
  return texts
end

describe("a fixed routing_id", function()
  local ID <const> = "routing_id = 'me'"

  it("that talks to a ROUTER of another node without handover is warned of", function()
    local texts = between(node("a", router "tcp://*:5555"),
      node("b", dealer("tcp://localhost:5555", ID)))
    assert.same({
      "socket 'up' of node 'b' has the fixed routing_id 'me' and connects to the router 'all' of "
        .. "node 'a' (role.lua), which has no router_handover: when it comes back before its old "
        .. "connection is seen to end, it is not heard any more. "
        .. "Write router_handover = true there, or leave routing_id out",
    }, texts)
  end)

  it("is fine with handover, and without a ROUTER", function()
    assert.same({}, between(node("a", router("tcp://*:5555", "router_handover = true")),
      node("b", dealer("tcp://localhost:5555", ID))))
    assert.same({}, between(node("b", dealer("tcp://localhost:5555", ID))))
  end)

  it("is fine where there is none, where it is empty, and at another endpoint", function()
    for _, text in ipairs {
      dealer "tcp://localhost:5555", dealer("tcp://localhost:5556", ID),
      dealer("inproc://a", ID), dealer("tcp://elsewhere:5555", ID),
    } do
      assert.same({}, between(node("a", router "tcp://*:5555", { host = "here" }),
        node("b", text, { host = "here" })))
    end
  end)

  it("is fine where the ROUTER connects: its pipe outlives connections", function()
    assert.same({}, between(
      node("a", [[return { on = { all = print },
        sockets = { all = { "router", connect = "tcp://localhost:5555" } } }]]),
      node("b", [[return { on = { up = print },
        sockets = { up = { "dealer", bind = "tcp://*:5555", routing_id = "me" } } }]])))
  end)

  it("is found by host, by inproc and by ipc endpoints", function()
    local id_at = function(connect) return dealer(connect, ID) end
    assert.equal(1, #between(node("a", router "tcp://*:5555", { host = "there" }),
      node("b", id_at "tcp://there:5555", { host = "here" })))
    assert.equal(1, #between(node("a", router "inproc://x"), node("b", id_at "inproc://x")))
    assert.equal(1, #between(node("a", router "ipc://x"), node("b", id_at "ipc://x")))
    assert.same({}, between(node("a", router "ipc://x", { host = "there" }),
      node("b", id_at "ipc://x", { host = "here" })))
  end)

  it("is told once for all copies of a node", function()
    assert.equal(1, #between(node("a", router "tcp://*:5555"),
      node("b.1", dealer("tcp://localhost:5555", "routing_id = '1'"), { group = "b" }),
      node("b.2", dealer("tcp://localhost:5555", "routing_id = '2'"), { group = "b" })))
  end)

  it("that two have is told apart: handover would not help", function()
    local texts = between(node("a", router "tcp://*:5555"),
      node("b.1", dealer("tcp://localhost:5555", ID), { group = "b" }),
      node("b.2", dealer("tcp://localhost:5555", ID), { group = "b" }),
      node("b.3", dealer("tcp://localhost:5555", ID), { group = "b" }))
    assert.equal(2, #texts)
    assert.matches("^socket 'up' of node 'b.2' and socket 'up' of node 'b.1' have the same "
      .. "routing_id, 'me', and connect to the router 'all' of node 'a'", texts[2])
  end)

  it("that talks to a REP is warned of, which has no handover", function()
    local texts = between(
      node("a", [[return { on = { all = print },
        sockets = { all = { "rep", bind = "tcp://*:5555" } } }]]),
      node("b", dealer("tcp://localhost:5555", ID)))
    assert.matches("Leave routing_id out$", texts[1])
  end)

  it("within a role is warned of by itself, also between its parts", function()
    local own = declaring.good [[return { on = { back = print, front = print }, sockets = {
      back = { "router", bind = "inproc://x" },
      front = { "dealer", connect = "inproc://x", routing_id = "me" } } }]]
    local found = fixed_ids.within(own)
    assert.equal(1, #found)
    assert.equal("role.lua", found[1].place)
    assert.matches("^socket 'front' has the fixed routing_id 'me' and connects to the router "
      .. "'back' %(role.lua%), which", found[1].message)
    local parted = declaring.good([[return { on = { down = print },
      parts = { up = { "b" } }, sockets = { down = { "router", bind = "inproc://x" } } }]], nil,
      { ["b.lua"] = dealer("inproc://x", ID) })
    assert.equal(1, #fixed_ids.within(parted))
    assert.same({}, between({ name = "a", group = "a", declaration = parted }))
  end)
end)
