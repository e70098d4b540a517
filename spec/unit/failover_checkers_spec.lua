--- Checkers of pairs of which one serves: each holds where it holds, and tells where it is broken.
local history = require "spec.history"
local promises = require "sloop.promise_checkers"

local holds, broken = history.holds, history.broken

describe("fenced", function()
  local promise = promises.fenced { of = { "a", "b" } }
  local function active(term) return { term = term } end

  it("holds while each answers in its own term, one after the other", function()
    holds(promise, {
      { 1, "a", "active", active(1) }, { 5, "a", "answered", active(1) }, { 9, "a", "crash" },
      { 9000, "b", "active", active(2) }, { 9001, "b", "answered", active(2) },
    })
  end)

  it("is broken by an answer after another one became active", function()
    broken("a at 9001.000 ms: answered in term 1, but b is active in 2 since 9000", promise, {
      { 1, "a", "active", active(1) }, { 9000, "b", "active", active(2) },
      { 9001, "a", "answered", active(1) },
    })
  end)

  it("forgives while the connection is disturbed, and for a window after it", function()
    local rows = {
      { 1, "a", "active", active(1) }, { 5000, "a", "fault", { fault = "partition", peer = "b" } },
      { 9000, "b", "active", active(2) }, { 9500, "a", "answered", active(1) },
      { 10000, "a", "fault_end", { fault = "partition", peer = "b" } },
      { 15999, "a", "answered", active(1) },
    }
    holds(promise, rows)
    table.insert(rows, { 16001, "a", "answered", active(1) })
    broken("a at 16001.000 ms: answered in term 1", promise, rows)
  end)

  it("does not forgive for another connection, nor because the old one stood still", function()
    broken("answered in term 1", promise, {
      { 1, "a", "active", active(1) }, { 5000, "a", "fault", { fault = "partition", peer = "c" } },
      { 6000, "a", "fault", { fault = "pause" } }, { 9000, "b", "active", active(2) },
      { 9001, "a", "fault_end", { fault = "pause" } }, { 9001, "a", "answered", active(1) },
    })
  end)

  it("forgives one that was dead all the time, until it could hear of it", function()
    local rows = {
      { 1, "b", "active", active(2) }, { 2, "b", "crash" }, { 3000, "a", "active", active(3) },
      { 4000, "a", "crash" }, { 5000, "b", "restart" }, { 9000, "b", "active", active(2) },
      { 9001, "b", "answered", active(2) },
    }
    holds(promise, rows)
    table.insert(rows, { 10000, "a", "restart" })
    table.insert(rows, { 15999, "b", "answered", active(2) })
    holds(promise, rows)
    table.insert(rows, { 16001, "b", "answered", active(2) })
    broken("b at 16001.000 ms", promise, rows)
  end)

  it("is broken by an answer in a term that is not one's own, as after a restart", function()
    broken("answered in term 1, but it is active in nil", promise, {
      { 1, "a", "active", active(1) }, { 2, "a", "crash" }, { 3, "a", "restart" },
      { 4, "a", "answered", active(1) },
    })
  end)
end)

describe("unprovoked", function()
  local promise = promises.unprovoked { of = { "a", "b" } }

  it("holds when the active was dead, or had said that it is not", function()
    holds(promise, {
      { 1, "a", "active" }, { 9000, "a", "crash" }, { 11000, "b", "active" },
      { 12000, "a", "restart" }, { 20000, "b", "passive" }, { 20001, "a", "active" },
    })
  end)

  it("is broken by a take-over from one that was well", function()
    broken("b at 9000.000 ms: took over from a, which was well", promise, {
      { 1, "a", "active" }, { 9000, "b", "active" },
    })
  end)

  it("holds when that had only just come, stood still, or their link was disturbed", function()
    local faults = { late = false, pause = false, slow = false, cut = "b", partition = "b" }
    for fault, peer in pairs(faults) do
      holds(promise, {
        { 1, "a", "active" }, { 5000, "a", "fault", { fault = fault, peer = peer or nil } },
        { 6000, "a", "fault_end", { fault = fault, peer = peer or nil } }, { 9000, "b", "active" },
      })
      broken("took over", promise, {
        { 1, "a", "active" }, { 2, "a", "fault", { fault = fault, peer = peer or nil } },
        { 3, "a", "fault_end", { fault = fault, peer = peer or nil } }, { 9000, "b", "active" },
      })
    end
  end)
end)

describe("settled", function()
  local promise = promises.settled { of = { "a", "b" } }

  it("holds when one is active at the end", function()
    holds(promise, {
      { 1, "a", "active" }, { 30000, nil, "heal" }, { 31000, "a", "passive" },
      { 32000, "b", "active" },
    })
  end)

  it("is broken by two, by none, and by a change long after the faults", function()
    broken("2 are active at the end", promise, {
      { 1, "a", "active" }, { 2, "b", "active" }, { 30000, nil, "heal" },
    })
    broken("0 are active at the end", promise, { { 1, "a", "crash" }, { 30000, nil, "heal" } })
    broken("b at 45001.000 ms: active, long after the faults ended", promise, {
      { 30000, nil, "heal" }, { 45001, "b", "active" },
    })
  end)

  it("wants nobody to be active when all are dead for good", function()
    holds(promise, { { 1, "a", "crash" }, { 2, "b", "crash" }, { 30000, nil, "heal" } })
  end)
end)

describe("link_disturbed", function()
  it("tells whether two nodes could talk to each other all the time", function()
    local rows = history.of {
      { 10, "a", "fault", { fault = "half_open", peer = "b" } },
      { 20, "a", "fault_end", { fault = "half_open", peer = "b" } },
      { 30, "b", "fault", { fault = "delay" } }, { 40, "b", "fault_end", { fault = "delay" } },
      { 50, "b", "fault", { fault = "cut", peer = "c" } }, { 60, "a", "crash" },
      { 70, "c", "fault", { fault = "partition" } },
    }
    for _, row in ipairs {
      { 0, 9, false }, { 0, 10, true }, { 15, 16, true }, { 21, 29, false }, { 35, 35, true },
      { 41, 100, false },
    } do
      assert.equal(row[3], promises.link_disturbed(rows, "a", "b", row[1], row[2]), row[1])
    end
  end)
end)

describe("converge, with a model that the history tells", function()
  local function map(fields) return { map = fields } end

  it("compares with the map of whoever is active at the end", function()
    local promise = promises.converge { like = promises.active { of = { "a", "b" } } }
    local rows = {
      { 1, "a", "active" }, { 2, "a", "crash" }, { 3, "b", "active" },
      { 4, "b", "map", map { k = 1 } }, { 5, "c", "map", map { k = 1 } },
    }
    holds(promise, rows)
    table.insert(rows, { 6, "c", "map", map { k = 2 } })
    broken("c at 6.000 ms: k is 2, but 1 at b", promise, rows)
    broken("no node has a 'map' to compare with", promise, { { 1, "c", "map", map {} } })
  end)

  it("compares what a node has a part of", function()
    local promise = promises.converge {
      like = "b", part = function(node, key) return node ~= "c" or key:find "^x" end,
    }
    local rows = { { 1, "b", "map", map { x1 = 1, y1 = 1 } }, { 2, "c", "map", map { x1 = 1 } } }
    holds(promise, rows)
    table.insert(rows, { 3, "c", "map", map { x1 = 1, y1 = 1 } })
    broken("y1 is 1, but nil at b", promise, rows)
  end)
end)
