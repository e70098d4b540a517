--- The table of what socket options accept, against libzmq: check refuses what run would refuse.
local role = require "spec.role"
local sloop = require "sloop"

-- Values at and around every edge, by the kind of option.
local VALUES <const> = {
  boolean = "{ true, false }",
  integer = "{ -2^31|0, -2, -1, 0, 1, 2, 3, 255, 256, 6553599, 6553600, 2^31-1|0, 2^31|0 }",
  string = [[{ "", "x", ("x"):rep(32), ("x"):rep(40), ("x"):rep(41), ("x"):rep(255),
               ("x"):rep(256) }]],
}
VALUES.binary = VALUES.string

-- Accepted by libzmq, and refused here on purpose: ignored (conflate), of a base class (a rep is a
-- router inside), a wrap-around (affinity, maxmsgsize), or rounded to another value.
local STRICTER <const> = {
  conflate = true, affinity = true, maxmsgsize = true, heartbeat_ttl = true, probe_router = true,
  router_handover = true, router_mandatory = true, router_raw = true, connect_routing_id = true,
  xpub_manual = true, xpub_verbose = true, xpub_verboser = true,
}

-- Depends on the process that opens the socket: its descriptors, who authenticates peers.
local UNKNOWN <const> = { use_fd = true, curve_server = true, plain_server = true }

-- Runs in a node: { name = { type = { accepted for each value } } } of libzmq itself.
local PROBE <const> = [[
local kinds, types, values = KINDS, TYPES, { boolean = BOOLEAN, integer = INTEGER, string = STRING }
values.binary = values.string
return { main = function(self)
  local found = {}
  for name, kind in pairs(kinds) do
    found[name] = {}
    for type in pairs(types) do
      found[name][type] = {}
      for i, value in ipairs(values[kind]) do
        local ok, socket = pcall(self.open, self, { type, [name] = value })
        found[name][type][i] = ok and socket ~= nil
        if ok and socket then socket:close() end
      end
    end
  end
  return found
end }]]

local function written(map)
  local parts = {}
  for key, value in pairs(map) do table.insert(parts, ("[%q] = %q"):format(key, value)) end
  return "{" .. table.concat(parts, ", ") .. "}"
end

local function of_libzmq()
  local function literal(text) return (text:gsub("%s+", " ")) end
  local text = PROBE:gsub("KINDS", function() return written(sloop.core.socket_options()) end)
    :gsub("TYPES", function() return written(sloop.core.socket_types()) end)
    :gsub("BOOLEAN", function() return literal(VALUES.boolean) end)
    :gsub("INTEGER", function() return literal(VALUES.integer) end)
    :gsub("STRING", function() return literal(VALUES.string) end)
  return role.run(text)
end

describe("the limits of socket options", function()
  it("refuse what libzmq refuses, and hardly anything else", function()
    local roles = require "sloop.private.role.find"
    local differ = {}
    for name, types in pairs(of_libzmq()) do
      local kind = sloop.core.socket_options()[name]
      local values = load("return " .. VALUES[kind])()
      for type, accepted in pairs(types) do
        for i, value in ipairs(values) do
          local declared = roles.declare({ sockets = { s = { type, [name] = value } } }, "x.lua")
          local ours, theirs = declared ~= nil, accepted[i]
          if UNKNOWN[name] then ours = theirs end
          if ours and not theirs or theirs and not ours and not STRICTER[name] then
            table.insert(differ, ("%s of %s = %s"):format(name, type, tostring(value):sub(1, 50)))
          end
        end
      end
    end
    table.sort(differ)
    assert.same({}, differ)
  end)
end)
