--- Specs: what roles that answer requests share: serve, check_frames, on_disconnect.
local check_frames = require "sloop.check_frames"
local helper = require "spec.helper"
local on_disconnect = require "sloop.on_disconnect"
local serve = require "sloop.serve"

describe("serve", function()
  local base = { options = { a = 1 }, work = print, serve = function(...) return ... end }

  it("makes a role that answers with a function, and may have more", function()
    local work = function() end
    local role = serve(base, work, { options = { b = 2 }, state = { c = 3 } })
    assert.same({ a = 1, b = 2 }, role.options)
    assert.same({ c = 3 }, role.state)
    assert.equal(work, role.work)
    assert.equal(print, base.work)
  end)
end)

describe("check_frames", function()
  local role = {}
  function role.request(_, ...) check_frames("request", ...) end

  local function refusal(...)
    local frames = table.pack(...)
    local _, reason = pcall(function() role:request(table.unpack(frames, 1, frames.n)) end)
    return reason
  end

  it("takes strings, one at least", function()
    assert.is_nil(refusal("", "a"))
  end)

  it("blames the line that gave something else", function()
    for wanted, frames in pairs {
      ["#1 to 'request' %(string expected, got no value%)"] = { n = 0 },
      ["#1 to 'request' %(string expected, got nil%)"] = { nil, n = 1 },
      ["#2 to 'request' %(string expected, got number%)"] = { "a", 7, n = 2 },
    } do
      assert.matches("^spec/unit/serve_spec.lua:26: bad argument " .. wanted,
        (refusal(table.unpack(frames, 1, frames.n)):gsub("^.*/spec/", "spec/")))
    end
  end)
end)

describe("on_disconnect", function()
  it("looks some ms after a connection was closed, and not for other events", function()
    local role = { state = { closed = 0 }, on = {} }
    local node, looks = helper.node(role), 0
    local handler = on_disconnect(function()
      looks = looks + 1
      return 0
    end)
    node:spawn(handler, "connected")
    node:advance(1000)
    assert.equal(0, looks)
    node:spawn(handler, "disconnected")
    assert.equal(0, looks)
    node:advance(10)
    assert.same({ 1, 0 }, { looks, node.closed })
  end)

  it("looks again for what closes meanwhile, later if it has to look at many", function()
    local node, times = helper.node { state = { closed = 0 } }, {}
    local handler = on_disconnect(function(self)
      table.insert(times, self.clock)
      return 1000
    end)
    node:spawn(handler, "disconnected")
    node:advance(5)
    for _ = 1, 50 do node:spawn(handler, "disconnected") end
    node:advance(1000)
    assert.same({ 10, 120 }, times)
    node:spawn(handler, "disconnected")
    node:advance(1000)
    assert.equal(3, #times)
  end)
end)
