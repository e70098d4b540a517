--- What a role says its options accept: checked at load, in entries, on the command line.
local declaring = require "spec.declaring"

local good, problems = declaring.good, declaring.problems

local ROLE <const> = [[
return {
  options = {
    liveness = 3, rate = 5, strategy = "sequential", names = { "x" }, service = "echo", port = 1,
  },
  limits = {
    liveness = { min = 1 }, rate = { type = "number", min = 0, max = 1e6 },
    strategy = { "sequential", "shotgun", "complex" }, names = { min = 1, max = 3 },
    service = { max = 255 }, port = { 1, 2 },
  },
  sockets = { queue = { "dealer" } },
}]]

local function values(words, entry) return good(ROLE, words, nil, entry).options end

describe("limits of a role", function()
  it("accept their bounds and what is between", function()
    for word, value in pairs { ["--liveness=1"] = 1, ["--liveness=99"] = 99 } do
      assert.equal(value, values { word }.liveness)
    end
    for _, value in ipairs { 0, 0.5, 1e6 } do
      assert.equal(value, values { "--rate=" .. value }.rate)
    end
    assert.equal("complex", values { "--strategy=complex" }.strategy)
    assert.same({ "a", "abc" }, values { "--names=a", "--names=abc" }.names)
    assert.equal(2, values { "--port=2" }.port)
  end)

  it("make a number of an option whose default is written as an integer", function()
    assert.equal("float", math.type(values().rate))
    assert.equal(5.5, values { "--rate=5.5" }.rate)
  end)

  for word, reason in pairs {
    ["--liveness=0"] = "option 'liveness' must be at least 1, not 0",
    ["--rate=-0.5"] = "option 'rate' must be from 0 to 1000000, not -0.5",
    ["--rate=2e6"] = "option 'rate' must be from 0 to 1000000, not 2000000",
    ["--strategy=shotgnu"] = "option 'strategy' must be 'sequential', 'shotgun' or 'complex', "
      .. "not 'shotgnu' (did you mean 'shotgun'?)",
    ["--names=abcd"] = "option 'names' must be of 1 to 3 bytes, not of 4",
    ["--names="] = "option 'names' must be of 1 to 3 bytes, not empty",
    ["--port=3"] = "option 'port' must be 1 or 2, not 3",
  } do
    it("refuse " .. word, function()
      assert.same({ "usage: " .. reason }, problems(ROLE, { word }))
    end)
  end

  it("hold in an entry, which is blamed where it is written", function()
    assert.same({ "option 'liveness' must be at least 1, not 0" },
      problems(ROLE, nil, nil, { liveness = 0 }))
    assert.same({ "role.lua:2: option 'w.strategy' must be 'sequential', 'shotgun' or 'complex', "
      .. "not 'x'" }, problems([[
return { parts = {
  w = { "worker", strategy = "x" } }, main = function() end }]], nil, { worker = ROLE }))
    assert.same({ "usage: option 'w.liveness' must be at least 1, not 0" }, problems([[
return { parts = { w = { "worker" } }, main = function() end }]], { "--w.liveness=0" },
      { worker = ROLE }))
  end)

  it("hold for the defaults too", function()
    assert.same({ "role.lua:2: option 'liveness': its default must be at least 1, not 0" },
      problems [[return {
  options = { liveness = 0 },
  limits = { liveness = { min = 1 } } }]])
  end)

  for text, reason in pairs {
    ["livness = { min = 1 }"] =
      "limits.livness: there is no option 'livness' (did you mean 'liveness'?)",
    ["liveness = 1"] = "limits.liveness is { min =, max = } or a list of values, not 1",
    ["liveness = { mn = 1 }"] = "limits.liveness: unknown key 'mn' (did you mean 'min'?)",
    ["liveness = { min = '1' }"] = "limits.liveness: 'min' is a number, not '1'",
    ["liveness = { min = 2, max = 1 }"] = "limits.liveness: 'min' is greater than 'max'",
    ["liveness = { 1, 'x' }"] = "limits.liveness: a list of values is of integers, not 'x'",
    ["fast = { max = 1 }"] = "limits.fast: true or false has no 'max'",
    ["fast = { type = 'number' }"] =
      "limits.fast: 'type' is \"number\", for an option that is one",
  } do
    it("refuse " .. text, function()
      assert.same({ "role.lua:3: " .. reason }, problems(([[return {
  options = { liveness = 3, fast = false },
  limits = { %s } }]]):format(text)))
    end)
  end

  it("are shown with the option", function()
    local describe_role = require "sloop.private.role.describe"
    local text = describe_role.text("x", good(ROLE), ROLE)
    assert.matches("--liveness +integer, at least 1 +3\n", text)
    assert.matches("--rate +number, from 0 to 1000000 +5\n", text)
    assert.matches("--strategy +'sequential', 'shotgun' or 'complex' +sequential\n", text)
    assert.matches("--service +string, of at most 255 bytes +echo\n", text)
  end)
end)
