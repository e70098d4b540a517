--- Checkers of the work that is asked for and done.
local history = require "spec.history"
local promises = require "sloop.promise_checkers"

local holds, broken = history.holds, history.broken

describe("persistent", function()
  local promise = promises.persistent { of = "client", within = 1000 }

  it("holds when nobody gives up, or late enough", function()
    holds(promise, {
      { 1, "client", "request", { id = 1 } }, { 20, "client", "reply", { id = 1 } },
      { 30, "client", "request", { id = 2 } }, { 1030, "client", "gave_up", { id = 2 } },
    })
  end)

  it("is broken by one that gives up too soon", function()
    broken("request 1 was given up after 999 ms, sooner than 1000", promise, {
      { 1, "client", "request", { id = 1 } }, { 1000, "client", "gave_up", { id = 1 } },
    })
  end)
end)

describe("sockets", function()
  local promise = promises.sockets { of = "client", most = 2 }

  it("holds for so many, and for other nodes", function()
    assert.is_nil(promise { sockets = { ["client.1"] = 2, server = 9 } })
  end)

  it("is broken by one more", function()
    assert.equal("client.2 had 3 sockets open at once, more than 2",
      promise { sockets = { ["client.1"] = 2, ["client.2"] = 3 } })
  end)
end)

describe("in_hand", function()
  local promise = promises.in_hand { of = "worker", most = 1, tries = 2 }

  local function begin(time, id) return { time, "worker", "begin", { request = id } } end
  local function done(time, id) return { time, "worker", "done", { request = id } } end

  it("holds for one after the other, and again after a crash", function()
    holds(promise, { begin(1, "a"), done(2, "a"), begin(3, "b"), { 4, "worker", "crash" },
                     { 5, "worker", "restart" }, begin(6, "b"), done(7, "b") })
  end)

  it("is broken by two at once", function()
    broken("begin b: it has 2 at once, more than 1", promise, { begin(1, "a"), begin(2, "b") })
  end)

  it("is broken by one try too many", function()
    broken("begin a for the 3th time, of 2", promise,
      { begin(1, "a"), done(2, "a"), begin(3, "a"), done(4, "a"), begin(5, "a") })
  end)
end)

describe("caused", function()
  local promise = promises.caused { of = "worker", causes = { "asked", "requeued" } }

  it("holds when no more is done than is asked for", function()
    holds(promise, { { 1, "client", "asked" }, { 2, "worker", "begin" }, { 3, "q", "requeued" },
                     { 4, "worker", "begin" } })
  end)

  it("is broken by what was not", function()
    broken("begin for the 2th time, but it was asked for 1 times", promise,
      { { 1, "client", "asked" }, { 2, "worker", "begin" }, { 4, "worker", "begin" } })
  end)
end)

describe("prompt", function()
  local promise = promises.prompt {
    of = "client", servers = "worker", within = 100, window = 50, silent = 5000,
  }

  local function run(between)
    local rows = { { 0, "worker.1", "start" }, { 0, "worker.2", "start" } }
    table.move(between, 1, #between, 3, rows)
    table.insert(rows, { 10000, "client", "request", { id = 1 } })
    table.insert(rows, { 11000, "client", "reply", { id = 1 } })
    return rows
  end

  it("is broken by a late reply", function()
    broken("request 1 took 1000 ms, when nothing was wrong", promise, run {})
  end)

  it("is broken by one that came after a death that was heard", function()
    broken("took 1000 ms", promise, run { { 9000, "worker.1", "crash" } })
  end)

  it("holds after a silent death, while no server lives, and with a fault", function()
    holds(promise, run { { 9000, "worker.1", "crash", { silent = true } } })
    holds(promise, run { { 1000, "worker.1", "crash" }, { 1000, "worker.2", "crash" } })
    holds(promise, run { { 9999, "queue", "fault", { fault = "pause" } } })
    holds(promise, run { { 9960, "queue", "crash" } })
  end)
end)

describe("deserted", function()
  local promise = promises.deserted {
    of = "worker", heard = "begin", peer = "broker", within = 1000,
  }

  local function run(after)
    local rows = { { 500, "worker", "begin" }, { 1000, "broker", "fault", { fault = "pause" } } }
    table.move(after, 1, #after, 3, rows)
    table.insert(rows, { 3000, "broker", "fault_end", { fault = "pause" } })
    return rows
  end

  it("holds when the silence is noticed", function()
    holds(promise, run { { 1900, "worker", "lost" } })
  end)

  it("is broken when it is not, or too late", function()
    broken("worker did not notice within 1000 ms that broker is silent from 1000.000 ms on",
      promise, run {})
    broken("did not notice", promise, run { { 2100, "worker", "lost" } })
  end)

  it("holds when something else happened to one of them", function()
    holds(promise, run { { 1200, "broker", "fault", { fault = "cut" } } })
    holds(promise, run { { 1200, "worker", "crash" } })
  end)
end)
