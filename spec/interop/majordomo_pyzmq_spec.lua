--- Majordomo with peers of another implementation, pyzmq: spec/interop/mdp.py.
local helper = require "spec.helper"
local majordomo = require "spec.majordomo"

describe("majordomo with peers of another implementation", function()
  after_each(helper.cleanup)

  local function python(...)
    return helper.start("/usr/bin/python3", { helper.root .. "/spec/interop/mdp.py", ... })
  end
  local function run(...)
    local process = python(...)
    assert.equal(0, (process:wait()), table.concat(process.lines, "\n"))
    return process.stdout
  end

  for _, version in ipairs { "1", "2" } do
    it("has our broker serve a worker and a client of MDP 0." .. version, function()
      local broker, endpoint = majordomo.broker()
      local worker = python("worker", version, endpoint, "upper")
      local parts = version == "2" and { "partial A", "final B", "final LEAVE" }
        or { "final A,B", "final LEAVE" }
      assert.same(parts, run("client", version, endpoint, "upper", "a,b", "leave"))
      assert.equal(0, (worker:wait()))
      assert.same({ "final 404" }, run("client", version, endpoint, "mmi.service", "upper"))
      broker:signal "sigterm"
      assert.equal(0, (broker:wait()))
    end)
  end

  it("has our broker serve a client of 0.1 with a worker of 0.2, and the reverse", function()
    local _, endpoint = majordomo.broker()
    python("worker", "2", endpoint, "new")
    python("worker", "1", endpoint, "old")
    assert.same({ "final A,B,C" }, run("client", "1", endpoint, "new", "a,b,c"))
    assert.same({ "final A,B,C" }, run("client", "2", endpoint, "old", "a,b,c"))
  end)

  it("tells such a worker when our broker stops", function()
    local broker, endpoint = majordomo.broker()
    local worker = python("worker", "1", endpoint, "upper")
    run("client", "1", endpoint, "upper", "a")
    broker:signal "sigterm"
    worker:line "told to leave"
  end)

  it("has our worker and our client serve under its broker", function()
    local broker = python("broker", "tcp://127.0.0.1:*")
    local _, endpoint = broker:line "bound to (%S+)"
    local worker = majordomo.worker(endpoint)
    broker:line "worker is ready for echo"
    local client = majordomo.client(endpoint, { "--requests=3" })
    assert.equal(0, (client:wait()))
    worker:signal "sigterm"
    assert.equal(0, (worker:wait()))
    broker:line "worker leaves"
    assert.equal(0, (broker:wait()))
  end)
end)
