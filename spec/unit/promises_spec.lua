--- The promises that topologies make: each holds where it holds, and tells where it is broken.
local history = require "spec.history"
local promises = require "sloop.promise_checkers"

local holds, broken = history.holds, history.broken

local function id(number, got) return { id = number, got = got } end

describe("answered", function()
  local promise = promises.answered { of = "client", within = 1000 }

  it("holds when each request has its reply or its report", function()
    holds(promise, {
      { 1, "client.1", "request", id(1) }, { 2, "client.2", "request", id(1) },
      { 500, "client.2", "gave_up", id(1) }, { 900, "client.1", "reply", id(1) },
      { 9000, nil, "heal" },
    })
  end)

  it("is broken by a request nobody answers", function()
    broken("client.1 at 1.000 ms: request 1 was neither", promise, {
      { 1, "client.1", "request", id(1) }, { 1500, nil, "heal" },
    })
  end)

  it("lets the last requests of a run be open", function()
    holds(promise, { { 700, "client", "request", id(1) }, { 1500, nil, "heal" } })
  end)

  it("is broken by an answer out of time", function()
    broken("took 1099 ms, more than 1000", promise, {
      { 1, "client", "request", id(1) }, { 1100, "client", "reply", id(1) },
    })
  end)

  it("forgives a late answer to a node that stood still", function()
    holds(promise, {
      { 1, "client", "request", id(1) }, { 2, "client", "fault", { fault = "pause" } },
      { 1050, "client", "fault_end", { fault = "pause" } }, { 1100, "client", "reply", id(1) },
    })
  end)

  it("does not forgive because another one stood still, or long before", function()
    broken("took 1099 ms", promise, {
      { 1, "server", "fault", { fault = "pause" } }, { 1, "client", "request", id(1) },
      { 1100, "client", "reply", id(1) },
    })
    broken("took 1099 ms", promise, {
      { 0, "client", "fault", { fault = "pause" } },
      { 1, "client", "fault_end", { fault = "pause" } },
      { 5, "client", "request", id(1) }, { 1104, "client", "reply", id(1) },
    })
  end)

  it("forgets what a node had asked when it dies, but not when it ends", function()
    holds(promise, {
      { 1, "client", "request", id(1) }, { 2, "client", "crash" }, { 3, "client", "restart" },
      { 9000, nil, "heal" },
    })
    broken("ended with request 1", promise, {
      { 1, "client", "request", id(1) }, { 2, "client", "stop", { status = 0 } },
    })
  end)

  it("looks at nobody else", function()
    holds(promise, { { 1, "clients", "request", id(1) }, { 2, "client.x", "request", id(1) },
                     { 9000, nil, "heal" } })
  end)
end)

describe("genuine", function()
  local promise = promises.genuine {}

  it("holds when each got what it asked for, compared as text", function()
    holds(promise, {
      { 1, "a", "request", id(1) }, { 1, "b", "request", id(1) }, { 2, "a", "reply", id(1, "1") },
      { 3, "b", "reply", id(1) }, { 4, "a", "request", id(2) }, { 5, "a", "gave_up", id(2) },
    })
  end)

  it("is broken by another's reply", function()
    broken("a at 2.000 ms: asked for 2, got 1", promise, {
      { 1, "a", "request", id(2) }, { 2, "a", "reply", id(2, "1") },
    })
  end)

  it("is broken by a second reply, and by one nobody asked for", function()
    broken("reply 1, which was not asked for", promise, {
      { 1, "a", "request", id(1) }, { 2, "a", "reply", id(1) }, { 3, "a", "reply", id(1) },
    })
    broken("was not asked for", promise, {
      { 1, "a", "request", id(1) }, { 2, "b", "reply", id(1) },
    })
  end)

  it("is broken by a reply after the report", function()
    broken("was not asked for", promise, {
      { 1, "a", "request", id(1) }, { 2, "a", "gave_up", id(1) }, { 3, "a", "reply", id(1) },
    })
  end)

  it("is broken by an id that is used twice at a time", function()
    broken("made twice", promise, { { 1, "a", "request", id(1) }, { 2, "a", "request", id(1) } })
  end)

  it("takes other names", function()
    broken("asked for x, got y", promises.genuine {
      request = "asked", reply = "answered", asked = "body", got = "echo",
    }, {
      { 1, "a", "asked", { id = 1, body = "x" } }, { 2, "a", "answered", { id = 1, echo = "y" } },
    })
  end)
end)

describe("progress", function()
  local promise = promises.progress { of = "client", note = "reply" }

  it("wants something of each living node after the faults", function()
    holds(promise, {
      { 1, "client.1", "start" }, { 2, "client.2", "start" }, { 3, "client.2", "stop" },
      { 5, nil, "heal" }, { 6, "client.1", "reply" },
    })
    broken("client.1", promise, { { 1, "client.1", "reply" }, { 5, nil, "heal" } })
  end)

  it("wants nothing of a run that was over before", function()
    holds(promise, { { 1, "client", "start" } })
  end)
end)

describe("count", function()
  local promise = promises.count { of = "client", note = "reply", count = 2 }

  it("wants so many of each", function()
    holds(promise, {
      { 1, "client.1", "reply" }, { 2, "client.2", "reply" }, { 3, "client.1", "reply" },
      { 4, "client.2", "reply" },
    })
    broken("client: 1 times 'reply', wanted 2", promise, { { 1, "client", "reply" } })
    broken("client: 3 times", promise, {
      { 1, "client", "reply" }, { 1, "client", "reply" }, { 1, "client", "reply" },
    })
  end)
end)

describe("exclusive", function()
  local promise = promises.exclusive {}

  it("holds while one follows another, or an end, or a death", function()
    holds(promise, {
      { 1, "a", "active" }, { 2, "a", "passive" }, { 3, "b", "active" }, { 4, "b", "active" },
      { 5, "b", "crash" }, { 6, "a", "active" }, { 7, "a", "stop" }, { 8, "b", "active" },
    })
  end)

  it("is broken by two", function()
    broken("b at 2.000 ms: active while a is, since 1.000 ms", promise, {
      { 1, "a", "active" }, { 2, "b", "active" },
    })
  end)

  it("is not ended by another's end", function()
    broken("active while a is", promise, {
      { 1, "a", "active" }, { 2, "c", "passive" }, { 2, "c", "crash" }, { 3, "b", "active" },
    })
  end)

  it("holds for each key of its own", function()
    local keyed = promises.exclusive { begins = "took", ends = { "done", "lost" }, key = "task" }
    holds(keyed, {
      { 1, "a", "took", { task = 1 } }, { 2, "b", "took", { task = 2 } },
      { 3, "a", "lost", { task = 1 } }, { 4, "b", "took", { task = 1 } },
    })
    broken("took 1 while a is", keyed, {
      { 1, "a", "took", { task = 1 } }, { 2, "b", "took", { task = 2 } },
      { 3, "a", "done", { task = 2 } }, { 4, "b", "took", { task = 1 } },
    })
  end)

  it("can be for ever, as a term is", function()
    local term = promises.exclusive { key = "term", once = true }
    holds(term, { { 1, "a", "active", { term = 1 } }, { 2, "b", "active", { term = 2 } } })
    broken("active 1 while a is", term, {
      { 1, "a", "active", { term = 1 } }, { 2, "a", "crash" }, { 3, "b", "active", { term = 1 } },
    })
  end)
end)

describe("converge", function()
  local function map(values) return { map = values } end
  local promise = promises.converge { of = "client", like = "server" }

  it("compares the last maps", function()
    holds(promise, {
      { 1, "server", "map", map { a = 1 } }, { 2, "client.1", "map", map { a = 0 } },
      { 3, "client.1", "map", map { a = 1 } }, { 4, "other", "map", map { a = 7 } },
    })
    broken("client.1 at 3.000 ms: b is nil, but 2 at server", promise, {
      { 1, "server", "map", map { a = 1, b = 2 } }, { 3, "client.1", "map", map { a = 1 } },
    })
    broken("c is 3, but nil at server", promise, {
      { 1, "server", "map", map {} }, { 3, "client.1", "map", map { c = 3 } },
    })
  end)

  it("wants the map that is right", function()
    broken("server noted no 'map'", promise, { { 3, "client.1", "map", map { a = 1 } } })
  end)

  it("leaves out what a node noted before it died", function()
    holds(promise, {
      { 1, "server", "map", map { a = 1 } }, { 2, "client.1", "map", map {} },
      { 3, "client.1", "crash" },
    })
  end)
end)

describe("bounded", function()
  it("wants no note beyond its limit", function()
    local promise = promises.bounded { limit = 2 }
    holds(promise, { { 1, "a", "queue", { length = 2 } } })
    broken("a at 1.000 ms: queue length of 3, more than 2", promise, {
      { 1, "a", "queue", { length = 3 } },
    })
  end)

  it("wants the last of each to be settled", function()
    local promise = promises.bounded { limit = 9, settles = 0 }
    holds(promise, { { 1, "a", "queue", { length = 5 } }, { 2, "a", "queue", { length = 0 } } })
    broken("at the end, more than 0", promise, {
      { 1, "a", "queue", { length = 0 } }, { 2, "a", "queue", { length = 5 } },
    })
  end)
end)

describe("no_false_expiry", function()
  local promise = promises.no_false_expiry { of = "queue", window = 1000 }
  local expiry = { 5000, "queue", "expired", { worker = "worker.1" } }

  it("is broken when nothing was wrong", function()
    broken("expired worker.1, which lived and could be heard", promise, { expiry })
  end)

  it("forgives a node that was dead, stood still, or was cut off, of late", function()
    for _, row in ipairs {
      { 4500, "worker.1", "crash" }, { 1000, "worker.1", "stop" },
      { 100, "worker.1", "fault", { fault = "pause" } },
      { 4500, "worker.1", "fault", { fault = "slow" } },
      { 4500, "queue", "fault", { fault = "cut", peer = "worker.1" } },
      { 300, "worker.1", "fault", { fault = "partition" } },
    } do
      holds(promise, { row, expiry })
    end
  end)

  it("does not forgive because the judge stood still, but looks further back then", function()
    local pause = { 3000, "queue", "fault", { fault = "pause" } }
    broken("which lived", promise, { pause, expiry })
    holds(promise, { { 2500, "worker.1", "fault", { fault = "cut" } }, pause, expiry })
    broken("which lived", promise, {
      { 1900, "worker.1", "fault", { fault = "cut" } }, pause, expiry,
    })
  end)

  it("does not forgive what was long ago, or another's", function()
    broken("which lived", promise, {
      { 100, "worker.1", "crash" }, { 200, "worker.1", "restart" }, expiry,
    })
    broken("which lived", promise, { { 3000, "worker.1", "fault", { fault = "cut" } }, expiry })
    broken("which lived", promise, { { 4500, "worker.2", "crash" }, expiry })
    broken("which lived", promise, {
      { 100, "worker.1", "fault", { fault = "pause" } },
      { 3900, "worker.1", "fault_end", { fault = "pause" } }, expiry,
    })
  end)

  it("finds nodes that are called something else", function()
    broken("worker.1", promises.no_false_expiry {
      window = 1000, field = "address", name = function(text) return "worker." .. text end,
    }, { { 5000, "queue", "expired", { address = "1" } } })
  end)
end)

describe("all", function()
  it("tells of the first that is broken", function()
    local function good() end
    local function bad() return "bad" end
    local function worse() return "worse" end
    assert.is_nil(promises.all { good, good }({}))
    assert.equal("bad", promises.all { good, bad, worse }({}))
  end)
end)
