--- Specs: extend.
local extend = require "sloop.extend_role"

describe("extend", function()
  local role = { options = { service = "a", list = { 1, 2 } }, on = { x = 1 }, main = 1 }

  it("makes a role in which the changes win, by name", function()
    local made = extend(role, { options = { service = "b" }, on = { y = 2 }, init = 3 })
    assert.same({
      options = { service = "b", list = { 1, 2 } }, on = { x = 1, y = 2 }, main = 1, init = 3,
    }, made)
  end)

  it("leaves the role as it was", function()
    extend(role, { options = { service = "b" } })
    assert.equal("a", role.options.service)
  end)

  it("replaces lists whole", function()
    assert.same({ 3 }, extend(role, { options = { list = { 3 } } }).options.list)
  end)

  it("replaces what is a table on one side only", function()
    local sockets = function() end
    assert.equal(sockets, extend({ sockets = {} }, { sockets = sockets }).sockets)
  end)
end)
