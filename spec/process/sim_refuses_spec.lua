--- sloop sim refuses what makes no sense, in one line.
local helper = require "spec.helper"

local ROBUST <const> = [[
return {
  nodes = { server = { "request_reply/server" }, client = { "request_reply/client" } },
  faults = { delay = true },
}]]

-- Its check keeps it from a warning.
local CHECKED <const> = ROBUST:gsub("faults", "check = function() end, %0")

local folder

local function file(text, name)
  folder = folder or helper.folder()
  return helper.write(("%s/%s.lua"):format(folder, name or "topology"), text)
end

describe("sloop sim refuses, in one line and with exit 2,", function()
  after_each(function()
    helper.cleanup()
    folder = nil
  end)

  local function refused(wanted, ...)
    local status, out, err = helper.run { "sim", ... }
    assert.same({ 2, "" }, { status, out })
    assert.matches("^sloop: [^\n]*\n$", err)
    assert.is_truthy(err:find(wanted, 1, true), err)
  end

  it("no file, or two", function()
    refused "simulate one topology file"
    refused("simulate one topology file", "a", "b")
  end)

  it("a file that is not there", function() refused("nowhere.lua", "nowhere.lua") end)

  it("a flag it does not know, and values that make no sense", function()
    local path = file(ROBUST)
    refused("'--seds' (did you mean", path, "--seds=1")
    refused("--seeds takes an integer of at least 1, not '0'", path, "--seeds=0")
    refused("--seeds takes an integer of at least 1, not 'many'", path, "--seeds=many")
    refused("--seed takes an integer, not 'x'", path, "--seed=x")
    refused("--jobs takes", path, "--jobs=-1")
    refused("show one run: --seed=S", path, "--trace")
    refused("show one run: --seed=S", path, "--diagram")
    refused("those of one run: --seed=S", path, "--faults=1")
    refused("there is no fault '700': this seed has ", file(CHECKED), "--seed=1", "--faults=700")
    refused("there is no node 'x'", path, "--without=x")
    refused("there is no node 'x'", path, "--set", "x.work=1")
    refused("no node is left", path, "--without=client,server")
  end)

  for name, case in pairs {
    ["a file that does not load"] = { "return {", "topology.lua:1" },
    ["a file that is no topology"] = { "return 7", "topology.lua" },
    ["a topology without nodes"] = { "return {}", "a table with 'nodes'" },
    ["a key it does not know"] = { "return { node = {} }", "unknown key 'node'" },
    ["a role that is missing"] = {
      "return { nodes = { a = { 'nosuch/role' } } }", "node 'a': ",
    },
    ["an option the role does not have"] = {
      "return { nodes = { a = { 'request_reply/server', wrok = 1 } } }", "wrok",
    },
    ["nodes that are not there, to leave out"] = {
      "return { nodes = { a = { 'request_reply/server' } }, without = { 'b' } }",
      "there is no node 'b'",
    },
    ["a setting of no option"] = {
      "return { nodes = { a = { 'request_reply/server' } }, set = { a = 1 } }",
      "set has keys NODE.OPTION, not 'a'",
    },
    ["a fault it does not know"] = {
      "return { nodes = { a = { 'request_reply/server' } }, faults = { crush = true } }",
      "unknown fault 'crush' (did you mean 'crash'?)",
    },
    ["an amount of a fault that has none"] = {
      "return { nodes = { a = { 'request_reply/server' } }, faults = { pause = { 1, 5 } } }",
      "faults.pause has no amount",
    },
    ["a schedule that names a node"] = {
      "return { nodes = { a = { 'request_reply/server' } }, " ..
        "schedule = { { kind = 'pause', node = 'a' } } }",
      "schedule[1].node is an integer, not a string",
    },
    ["a schedule of no fault there is"] = {
      "return { nodes = { a = { 'request_reply/server' } }, schedule = { { kind = 'pouse' } } }",
      "schedule[1].kind: unknown fault 'pouse' (did you mean 'pause'?)",
    },
    ["a schedule of a node that is not there"] = {
      "return { nodes = { a = { 'request_reply/server' } }, " ..
        "schedule = { { kind = 'pause', node = 2 } } }",
      "schedule[1].node is the number of a node, 1 to 1, not 2",
    },
    ["faults of a node that is not there"] = {
      "return { nodes = { a = { 'request_reply/server' } }, faults = { crash = { 'b' } } }",
      "there is no node 'b'",
    },
    ["an endpoint of a socket that is not there"] = {
      "return { nodes = { a = { 'request_reply/client', server = { connect = '@b.x' } } } }",
      "'@b.x' names no socket",
    },
  } do
    it(name, function() refused(case[2], file(case[1])) end)
  end
end)
