--- Topologies: what an entry says of the node, and what to its role.
local helper = require "spec.helper"
local topology = require "topology"

describe("a topology", function()
  local role

  before_each(function() role = helper.folder() .. "/role.lua" end)
  after_each(helper.cleanup)

  -- Load a topology of one node: its role's text, and its entry without the role.
  local function load_one(text, entry)
    helper.write(role, "--- A role.\nreturn " .. text)
    entry[1] = role
    return topology.load { nodes = { node = entry } }
  end

  for what, text in pairs {
    ["an option"] = "{ options = { host = 'here' } }",
    ["a socket"] = "{ sockets = { host = { 'pull' } } }",
    ["a part"] = "{ parts = { host = { {} } } }",
  } do
    it("does not guess what its own words mean where the role has " .. what, function()
      local nodes, reason = load_one(text, { host = "there" })
      assert.is_nil(nodes)
      assert.equal(("node 'node': 'host' is the topology's own word, and %s of its role: "):format(
        what) .. "it can't be said here", reason)
      assert.is_table(load_one(text, {}))
    end)
  end
end)
