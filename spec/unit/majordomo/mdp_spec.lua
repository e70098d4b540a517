--- Specs: mdp.from_peer, at the broker.
local helper = require "spec.helper"
local mdp = require "majordomo/mdp"

describe("mdp.from_peer, at the broker", function()
  local function parsed(...) return table.pack(mdp.from_peer(...)) end
  local function refused(reason, version, ...)
    local got = parsed(...)
    assert.same({ nil, reason, version }, { got[1], got[2], got[3] })
  end

  it("reads a client's request of either version", function()
    assert.same({ "request", 1, "echo", "a", "", n = 5 }, parsed("", "MDPC01", "echo", "a", ""))
    assert.same({ "request", 2, "echo", "a", n = 4 }, parsed("MDPC02", "\1", "echo", "a"))
  end)

  it("reads every command of a worker of MDP 0.1", function()
    local function said(...) return parsed("", "MDPW01", ...) end
    assert.same({ "ready", 1, "echo", n = 3 }, said("\1", "echo"))
    assert.same({ "final", 1, "client", "a", "b", n = 5 }, said("\3", "client", "", "a", "b"))
    assert.same({ "heartbeat", 1, n = 2 }, said "\4")
    assert.same({ "disconnect", 1, n = 2 }, said "\5")
  end)

  it("reads every command of a worker of MDP 0.2", function()
    local function said(...) return parsed("MDPW02", ...) end
    assert.same({ "ready", 2, "echo", n = 3 }, said("\1", "echo"))
    assert.same({ "partial", 2, "client", "a", n = 4 }, said("\3", "client", "", "a"))
    assert.same({ "final", 2, "client", "a", n = 4 }, said("\4", "client", "", "a"))
    assert.same({ "heartbeat", 2, n = 2 }, said "\5")
    assert.same({ "disconnect", 2, n = 2 }, said "\6")
  end)

  it("takes a body of empty frames and of any bytes", function()
    assert.same({ "request", 1, "s", "", "\0\255", n = 5 }, parsed("", "MDPC01", "s", "", "\0\255"))
    assert.same({ "final", 1, "\0", "", n = 4 }, parsed("", "MDPW01", "\3", "\0", "", ""))
  end)

  it("refuses what is not MDP", function()
    for _, frames in ipairs { {}, { "" }, { "hello" }, { "", "" }, { "", "MDPC03", "a", "b" },
      { "MDPC01", "echo", "a" }, { "", "MDPC02", "\1", "echo", "a" }, { "", "", "MDPC01" } } do
      refused("not MDP", nil, table.unpack(frames))
    end
  end)

  it("refuses a request without a service, without a body, of another command", function()
    refused("malformed request", nil, "", "MDPC01")
    refused("malformed request", nil, "", "MDPC01", "echo")
    refused("malformed request", nil, "", "MDPC01", "", "a")
    refused("malformed request", nil, "", "MDPC01", ("x"):rep(256), "a")
    refused("malformed request", nil, "MDPC02")
    refused("malformed request", nil, "MDPC02", "\1", "echo")
    refused("malformed request", nil, "MDPC02", "\2", "echo", "a")
    refused("malformed request", nil, "MDPC02", "echo", "a")
  end)

  it("takes so many frames of a body as fit in a message to a worker, and no more", function()
    assert.equal("request", (mdp.from_peer("", "MDPC01", "echo", helper.frames(mdp.MAX_FRAMES))))
    refused("request of too many frames", nil, "", "MDPC01", "echo",
      helper.frames(mdp.MAX_FRAMES + 1))
  end)

  it("refuses a worker's malformed commands, telling the version to answer in", function()
    refused("unknown command of a worker", 1, "", "MDPW01")
    refused("unknown command of a worker", 1, "", "MDPW01", "")
    refused("unknown command of a worker", 1, "", "MDPW01", "\6")
    refused("unknown command of a worker", 2, "MDPW02", "\7")
    refused("unknown command of a worker", 1, "", "MDPW01", "\2", "client", "", "a")
    refused("malformed ready", 1, "", "MDPW01", "\1")
    refused("malformed ready", 1, "", "MDPW01", "\1", "")
    refused("malformed ready", 2, "MDPW02", "\1", "echo", "more")
    refused("malformed final", 1, "", "MDPW01", "\3")
    refused("malformed final", 1, "", "MDPW01", "\3", "client", "")
    refused("malformed final", 1, "", "MDPW01", "\3", "client", "a", "b")
    refused("malformed final", 1, "", "MDPW01", "\3", "", "", "b")
    refused("malformed partial", 2, "MDPW02", "\3", "client")
    refused("malformed heartbeat", 1, "", "MDPW01", "\4", "x")
    refused("READY for a reserved name", 1, "", "MDPW01", "\1", "mmi.x")
    refused("malformed disconnect", 2, "MDPW02", "\6", "x")
  end)

  it("has a result for any frames, and few reasons", function()
    local pool = { "", "MDPC01", "MDPC02", "MDPW01", "MDPW02", "\1", "\2", "\3", "\4", "\5", "\6",
      "echo", "x", "\0", ("y"):rep(300) }
    local reasons, count = {}, 0
    for _ = 1, 20000 do
      local frames = {}
      for i = 1, math.random(0, 6) do frames[i] = pool[math.random(#pool)] end
      local command, reason = mdp.from_peer(table.unpack(frames))
      local heard, why = mdp.worker_from_broker(table.unpack(frames))
      local answer, fault = mdp.client_from_broker("echo", table.unpack(frames))
      assert.truthy((command or reason) and (heard or why) and (answer or fault or #frames == 0))
      if not command then reasons[reason] = true end
    end
    for _ in pairs(reasons) do count = count + 1 end
    assert.is_true(count <= 12, count)
  end)
end)

describe("mdp, saying", function()
  it("writes each command to a worker of either version", function()
    local function frames(version, ...)
      return mdp.to_worker({ address = "w", version = version }, ...)
    end
    assert.same({ "w", "", "MDPW01", "\2", "c", "", "a" }, { frames(1, "request", "c", "", "a") })
    assert.same({ "w", "", "MDPW01", "\4" }, { frames(1, "heartbeat") })
    assert.same({ "w", "", "MDPW01", "\5" }, { frames(1, "disconnect") })
    assert.same({ "w", "MDPW02", "\2", "c", "", "a" }, { frames(2, "request", "c", "", "a") })
    assert.same({ "w", "MDPW02", "\5" }, { frames(2, "heartbeat") })
    assert.same({ "w", "MDPW02", "\6" }, { frames(2, "disconnect") })
  end)

  it("writes replies to a client of either version", function()
    local function frames(version, ...)
      return mdp.to_client({ address = "c", version = version, service = "s" }, ...)
    end
    assert.same({ "c", "", "MDPC01", "s", "a", "" }, { frames(1, "final", "a", "") })
    assert.same({ "c", "MDPC02", "\2", "s", "a" }, { frames(2, "partial", "a") })
    assert.same({ "c", "MDPC02", "\3", "s", "a" }, { frames(2, "final", "a") })
  end)

  it("writes what our worker and client say", function()
    assert.same({ "", "MDPW01", "\1", "echo" }, { mdp.worker_to_broker("ready", "echo") })
    assert.same({ "", "MDPW01", "\3", "c", "", "a" },
      { mdp.worker_to_broker("final", "c", "", "a") })
    assert.same({ "", "MDPC01", "echo", "a", "b" }, { mdp.client_to_broker("echo", "a", "b") })
  end)
end)

describe("mdp.worker_from_broker, at our worker", function()
  it("reads every command of a broker", function()
    local function read(...) return { mdp.worker_from_broker("", "MDPW01", ...) } end
    assert.same({ "request", "c", "a", "b" }, read("\2", "c", "", "a", "b"))
    assert.same({ "heartbeat" }, read "\4")
    assert.same({ "disconnect" }, read "\5")
  end)

  it("refuses anything else", function()
    for _, frames in ipairs { {}, { "" }, { "", "MDPW01" }, { "", "MDPW01", "\1", "echo" },
      { "", "MDPW02", "\2", "c", "", "a" }, { "MDPW01", "\4" }, { "", "MDPW01", "\9" } } do
      assert.same({ nil, "not a broker's command" },
        { mdp.worker_from_broker(table.unpack(frames)) })
    end
    local function refused(...)
      assert.same({ nil, "malformed request" }, { mdp.worker_from_broker("", "MDPW01", ...) })
    end
    refused("\2")
    refused("\2", "c", "")
    refused("\2", "c", "a", "b")
  end)
end)

describe("mdp.client_from_broker, at our client", function()
  it("is the body of a reply of the service that was asked", function()
    assert.same({ "a", "" }, { mdp.client_from_broker("echo", "", "MDPC01", "echo", "a", "") })
  end)

  it("is nil and the reason when nothing came", function()
    assert.same({ nil, "timeout" }, { mdp.client_from_broker("echo", nil, "timeout") })
  end)

  it("is nil for another service, and for what is no reply", function()
    for _, frames in ipairs { { "", "MDPC01", "other", "a" }, { "", "MDPC01", "echo" }, { "" },
      { "x" }, { "MDPC02", "\3", "echo", "a" }, { "", "MDPC02", "echo", "a" } } do
      assert.same({ nil, "malformed reply" },
        { mdp.client_from_broker("echo", table.unpack(frames)) })
    end
  end)
end)
