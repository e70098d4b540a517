--- Stores as a role declares them, and the folder that they are in.
local data_folder = require "sloop.private.base.data_folder"
local declaring = require "spec.declaring"

local good, problems = declaring.good, declaring.problems

describe("the stores of a role", function()
  it("are declared as {} or true", function()
    assert.same({ jobs = { file = "jobs" }, terms = { file = "terms" } },
      good("return { stores = { jobs = {}, terms = true } }").stores)
  end)

  it("may depend on the options", function()
    local text = [[return { options = { keep = false },
      stores = function(options) return options.keep and { jobs = {} } or {} end }]]
    assert.same({}, good(text).stores)
    assert.same({ jobs = { file = "jobs" } }, good(text, { "--keep" }).stores)
  end)

  it("have files named after the part and the copy they belong to", function()
    local declaration = good(
      "return { parts = { one = { 'middle' }, two = { 'inner', count = 2 } } }", nil,
      { middle = "return { parts = { inner = { 'inner' } } }",
        inner = "return { stores = { own = {} } }" })
    assert.equal("one.inner.own", declaration.parts.one[1].parts.inner[1].stores.own.file)
    assert.equal("two.1.own", declaration.parts.two[1].stores.own.file)
    assert.equal("two.2.own", declaration.parts.two[2].stores.own.file)
  end)

  it("are refused with line and reason", function()
    assert.same({ "role.lua:2: store 'jobs': unknown key 'sync': a store is declared as {}" },
      problems "return { stores = { jobs = {\n sync = true } } }")
    assert.same({ "role.lua:2: 'jobs' is both a store and a field of the state" },
      problems "return { stores = { jobs = {} }, state = {\n jobs = 1 } }")
    assert.same({ "role.lua:2: 'sleep' is a name of the host's on self: it cannot be a store" },
      problems "return { stores = {\n sleep = {} } }")
  end)
end)

describe("the folder of stores", function()
  it("is the one that is given", function() assert.equal("d", data_folder("node", "d")) end)
end)
