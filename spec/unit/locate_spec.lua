--- Specs: locate.
local locate = require "sloop.private.check.locate"

local function line_of(text, role, ...)
  local places = locate.places(text)
  return locate.line(places, locate.root(places, role), { ... })
end

local TEXT <const> = [[
local helper = { sockets = 1 }
local role = {
  options = { one = 1, two = 2 },
  sockets = {
    ["queue"] = { "dealer",
      sndhwm = 5, connect = "tcp://localhost:1" },
  },
  on = {},
}
role.timers = { beat = 1 }
role.timers.late = function(a) if a == 1 then return { beat = 2 } end end
function role.on.queue(self) self.other = { beat = 3 } end
function role:ask() end
parts = { helper = 1 }
return role
]]

local ROLE <const> = {
  options = { one = 1, two = 2 }, sockets = { queue = {} }, on = { queue = 1 },
  timers = { beat = 1, late = 2 }, ask = 1,
}

describe("locate", function()
  for _, case in ipairs {
    { 3, "options", "two" }, { 4, "sockets" }, { 5, "sockets", "queue" },
    { 6, "sockets", "queue", "sndhwm" }, { 6, "sockets", "queue", "connect" },
    { 10, "timers", "beat" }, { 11, "timers", "late" }, { 12, "on", "queue" }, { 13, "ask" },
  } do
    it("finds " .. table.concat(case, ".", 2), function()
      assert.equal(case[1], line_of(TEXT, ROLE, table.unpack(case, 2)))
    end)
  end

  it("takes the nearest key around what it does not find", function()
    assert.equal(5, line_of(TEXT, ROLE, "sockets", "queue", "linger"))
    assert.equal(4, line_of(TEXT, ROLE, "sockets", "other", "linger"))
  end)

  it("takes ';' between the fields of a table", function()
    local text = "local r = { state = {};\n timers = { beat = 1;\n late = 2 } }"
    assert.equal(3, line_of(text, { state = {}, timers = { beat = 1, late = 2 } },
      "timers", "late"))
  end)

  it("prefers the first of two that are alike", function()
    local text = "local a = { state = 1 }\nlocal b = { state = 1 }"
    assert.equal(1, line_of(text, { state = 1 }, "state"))
  end)

  it("looks into a section that a function returns", function()
    local text = [[
local role = { options = {} }
role.sockets = function(options)
  local endpoint = { queue = 1 }
  return {
    queue = { "dealer", connect = endpoint },
  }
end]]
    local role = { options = {}, sockets = function() end }
    assert.equal(5, line_of(text, role, "sockets", "queue", "connect"))
  end)

  it("looks into a table that is returned at once", function()
    local text = "-- role\nreturn {\n  timers = {\n    beat = 1 } }"
    assert.equal(4, line_of(text, { timers = { beat = 1 } }, "timers", "beat"))
  end)

  it("tells the roles of one file apart by their keys", function()
    local text = [[
local one = { sockets = {
  peer = {} }, timers = { beat = 1 } }
local two = { sockets = {
  peer = {} }, state = { count = 1 } }]]
    local one = { sockets = { peer = {} }, timers = { beat = 1 } }
    local two = { sockets = { peer = {} }, state = { count = 1 } }
    assert.equal(2, line_of(text, one, "sockets", "peer"))
    assert.equal(4, line_of(text, two, "sockets", "peer"))
  end)

  it("is not led astray by brackets and ends that are missing", function()
    local text = "} end ) local role = { sockets = { a = f({ ( } }\nrole.on.b = 1"
    assert.equal(1, line_of(text, { sockets = { a = 1 }, on = { b = 1 } }, "sockets", "a"))
  end)

  it("finds nothing in a text without tables", function()
    assert.is_nil(line_of("return serve('echo')", { parts = {} }, "parts"))
  end)
end)
