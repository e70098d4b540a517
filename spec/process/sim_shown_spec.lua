--- sloop sim: what it says of a failure, and parts of a trace and of a diagram.
local helper = require "spec.helper"

-- The second of two requests is always too late: it fails with each seed.
local LATE <const> = [[
return {
  nodes = {
    server = { "lazy_pirate/server", slow_after = 1 },
    client = { "lazy_pirate/client", requests = 2, timeout = 300, retries = 1 },
    pong = { "pair/pong", peer = { bind = "tcp://*:6000" } },
    ping = { "pair/ping", rounds = 3, peer = { connect = "@pong.peer" } },
  },
  duration = 5000, quiet = 1000,
  faults = { step = { always = true, nodes = { "client" }, every = { 10, 20 } } },
  check = function(history)
    for _, event in ipairs(history) do
      if event.kind == "gave_up" then
        return ("%s gave up"):format(event.node)
      end
    end
  end,
}]]

describe("sloop sim", function()
  local folder, path

  before_each(function()
    folder = helper.folder()
    path = helper.write(folder .. "/topology.lua", LATE)
  end)

  after_each(helper.cleanup)

  local function sim(...)
    return helper.run({ "sim", path, ... }, { cwd = folder })
  end

  local function lines_of(...)
    local _, out = sim("--seed=1", ...)
    local lines = {}
    for line in out:match("^(.-)seed 1 FAILED"):gmatch "[^\n]+" do table.insert(lines, line) end
    return lines
  end

  it("says of a failure what happened, and where the check found it", function()
    local status, out = sim "--seeds=2"
    assert.equal(1, status)
    assert.matches("^seed 1 FAILED: client gave up\n", out)
    assert.truthy(out:find("  found by the check at " .. path .. ":13\n", 1, true), out)
    assert.matches("\n  faults: step %d+\n  notes: [^\n]*gave_up 1, [^\n]*request %d+\n", out)
  end)

  it("says where a check raised an error", function()
    helper.write(path, [[
return { nodes = { pong = { "pair/pong" } }, check = function(history)
  return history.none.kind
end, faults = false, duration = 10, quiet = 0 }]])
    local status, out = sim "--seed=1"
    assert.equal(1, status)
    assert.matches("^seed 1 FAILED: [^\n]*topology.lua:2: attempt to index", out)
    assert.is_nil(out:find("found by", 1, true))
  end)

  it("narrows a trace to nodes and messages of theirs", function()
    local expected = {}
    for _, line in ipairs(lines_of "--trace") do
      if line:find " ms  server " or line:find "peer=server" or line:find " ms  %- " then
        table.insert(expected, line)
      end
    end
    assert.is_true(#expected > 5)
    assert.same(expected, lines_of("--trace", "--node=server"))
    assert.same(lines_of "--trace", lines_of("--trace", "--node=server,client,ping,pong"))
  end)

  it("narrows a trace to a part of the time", function()
    local expected = {}
    for _, line in ipairs(lines_of "--trace") do
      local time = tonumber(line:match "^ *([%d.]+) ms")
      if time and time >= 100 and time <= 400 then table.insert(expected, line) end
    end
    assert.is_true(#expected > 5 and #expected < #lines_of "--trace")
    assert.same(expected, lines_of("--trace", "--from=100", "--to=400"))
  end)

  it("narrows a diagram, which has only those that take part", function()
    local text = table.concat(lines_of("--diagram", "--node=ping"), "\n")
    assert.matches("participant ping", text)
    assert.matches("participant pong", text)
    assert.is_nil(text:find "server")
    assert.is_nil(text:find "client")
  end)

  it("refuses parts of nothing", function()
    for reason, words in pairs {
      ["no node 'sever' (did you mean 'server'?)"] = { "--seed=1", "--trace", "--node=sever" },
      ["narrow --trace or --diagram"] = { "--seed=1", "--node=server" },
      ["--from is later than --to"] = { "--seed=1", "--trace", "--from=2", "--to=1" },
    } do
      local status, out, err = sim(table.unpack(words))
      assert.same({ 2, "" }, { status, out })
      assert.truthy(err:find(reason, 1, true), err)
    end
  end)
end)
