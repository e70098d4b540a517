--- The chapters in docs/ tell of everything there is: of each fault what the program has, of each
-- key of a role and a topology, each name on self, each module and each chapter.
local core = require "sloop".core
local helper = require "spec.helper"
local names = require "sloop.private.base.names"
local reference = require "spec.reference"

local sorted, keys_of = reference.sorted, reference.keys_of

-- The names in the first cells of the rows of a chapter's tables: "`wait(key)`, `name`".
local function told(chapter)
  local found = {}
  for cell in helper.read("docs/" .. chapter .. ".md"):gmatch "\n| (`.-) |" do
    for code in cell:gmatch "`([^`]+)`" do found[code:match "[%w_.]+"] = true end
  end
  return found
end

-- The words of which the chapter has no row.
local function missing(chapter, words)
  local found, list = told(chapter), {}
  for _, word in ipairs(words) do
    if not found[word] then table.insert(list, word) end
  end
  table.sort(list)
  return list
end

describe("the chapter", function()
  it("roles.md has every key of a role and of a socket", function()
    assert.same({}, missing("roles", sorted(names.role, names.socket)))
  end)

  it("roles.md has every type of socket", function()
    local text = helper.read "docs/roles.md"
    for _, kind in ipairs(core.socket_types()) do
      assert.truthy(text:find(('`"%s"`'):format(kind), 1, true), kind)
    end
  end)

  it("handlers.md has every event of a connection", function()
    local events = {}
    for name in helper.read("host/real/zmq_monitor.c"):gmatch '{ZMQ_EVENT_[%u_]+, "([%l_]+)"}' do
      events[name] = true
    end
    assert.is_true(next(events) ~= nil)
    assert.same({}, missing("handlers", sorted(events)))
  end)

  it("self.md has every name on self, on a socket, a relay and a store", function()
    assert.same({}, missing("self", sorted(names.self, core.names.socket, core.names.relay,
      core.names.store)))
  end)

  it("topologies.md has every key of a file and of a node", function()
    assert.same({}, missing("topologies", keys_of("scripts/topology/topology.lua", "KEYS")))
    assert.same({}, missing("topologies", keys_of("scripts/topology/topology.lua", "NODE_KEYS")))
  end)

  it("require.md has every module of scripts/library", function()
    local text = helper.read "docs/require.md"
    local listing <close> = assert(io.popen "ls scripts/library")
    for name in listing:lines() do
      local module = "`sloop." .. name:gsub("%.lua$", "") .. "`"
      assert.truthy(text:find(module, 1, true), module)
    end
  end)

  it("running.md has the signals that are not a role's", function()
    assert.same({}, missing("running", { "SIGINT", "SIGTERM", "SIGHUP" }))
  end)

  it("handlers.md has the signals that are", function()
    local text = helper.read "docs/handlers.md"
    for name in pairs(core.signals()) do assert.truthy(text:find("`" .. name, 1, true), name) end
  end)

  it("README.md lists each of them", function()
    local text, listing <close> = helper.read "docs/README.md", assert(io.popen "ls docs/*.md")
    for path in listing:lines() do
      local name = path:match "([^/]+)$"
      assert.truthy(name == "README.md" or text:find("](" .. name .. ")", 1, true), path)
    end
  end)
end)

describe("the table of faults in docs/testing.md", function()
  local function number(value)
    local digits = ("%d"):format(value)
    while digits:find "%d%d%d%d" do digits = digits:gsub("^(%-?%d+)(%d%d%d)", "%1,%2") end
    return digits
  end

  local function text(range)
    if not range then return "" end
    local least, most = number(range[1]), number(range[2])
    return least == most and least or least .. " to " .. most
  end

  local function rows()
    local found = {}
    local ROW <const> = "^| `([%l_]+)` | (.-) |" .. (" *([^|]-) *|"):rep(4) .. "$"
    local table_of_faults = helper.read "docs/testing.md":match "\n| fault |.-\n\n"
    for line in table_of_faults:gmatch "[^\n]+" do
      local name, what, every, duration, amount, unit = line:match(ROW)
      if name then
        assert.is_nil(found[name], name)
        assert.is_true(#what > 0, name)
        found[name] = { every = every, duration = duration, amount = amount }
        assert.equal(amount ~= "", unit ~= "", name .. " has an amount and no unit, or vice versa")
      end
    end
    return found
  end

  it("has all that there are, with their defaults", function()
    local said, there = rows(), {}
    for _, fault in ipairs(core.faults) do
      there[fault.name] = { every = text(fault.every), duration = text(fault.duration),
                            amount = text(fault.amount) }
    end
    assert.same(there, said)
  end)

  it("is as long as the README says", function()
    local kinds = helper.read "README.md":match "has all (%d+) kinds"
    assert.equal(#core.faults, tonumber(kinds))
  end)
end)
