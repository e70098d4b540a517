--- Binary star as real programs over tcp: killed, stopped, started again, cut off from each other.
local Cable = require "spec.cable"
local binary_star = require "spec.binary_star"
local helper = require "spec.helper"

describe("a binary star over tcp", function()
  local star
  local function new(interval) star = binary_star.new { interval = interval } end
  before_each(function() new() end)
  after_each(function()
    Cable.remove_all()
    helper.cleanup()
  end)

  local function ends_well(client) assert.equal(0, (client:wait())) end
  -- 20 more answers, from now on.
  local function goes_on(client)
    client.seen = #client.lines
    for _ = 1, 20 do client:line("answered", 60000) end
  end
  -- A client without end goes on, and each reply was to its own request: the server echoes.
  local function is_genuine(client)
    goes_on(client)
    client:signal "sigterm"
    ends_well(client)
    local number = 0
    for _, line in ipairs(client.lines) do
      local asked, got = line:match "request (%d+): answered (%S+)"
      if asked then
        number = number + 1
        assert.same({ tostring(number), tostring(number) }, { asked, got })
      end
    end
  end

  it("serves as soon as both are there, and tells ctl who is what", function()
    new(3000)
    star:start_both()
    ends_well(star:client(5))
    local primary, backup = star:state "primary", star:becomes("backup", "passive")
    assert.same({ "primary", "active", 1, "passive" },
      { primary.role, primary.phase, primary.term, star:becomes("primary", "active").peer })
    assert.same({ "backup", "passive", "active" }, { backup.role, backup.phase, backup.peer })
  end)

  for name, alone in pairs { primary = 2, backup = 4 } do
    it(("has a %s that is alone serve after %d intervals"):format(name, alone), function()
      star:start(name)
      ends_well(star:client(3))
      star:becomes(name, "active")
    end)
  end

  it("goes on with the backup when the primary is killed, and stays there", function()
    star:start_both()
    local client = star:client(0)
    client:line "request 20: answered"
    star:kill "primary"
    star:becomes("backup", "active")
    is_genuine(client)
    star:start "primary"
    star:becomes("primary", "passive")
    ends_well(star:client(20, { "--interval=50" })) -- for more than an interval
    assert.same({ "active", "passive" },
      { star:state("backup").phase, star:state("primary").phase })
  end)

  it("goes back to the primary by hand: the backup is told to stop, and hands over", function()
    star:start_both()
    star:kill "primary"
    local client = star:client(0)
    client:line "request 20: answered"
    star:start "primary"
    star:becomes("primary", "passive")
    star:hears("primary", "active")
    star:kill("backup", "sigterm")
    star.processes.primary:line "active, term"
    is_genuine(client)
  end)

  it("notices that the active stands still; that one steps down as it goes on", function()
    local primary = star:start_both()
    local client = star:client(0)
    client:line "request 20: answered"
    primary:signal "sigstop"
    star.processes.backup:line "active, term"
    primary:signal "sigcont"
    primary:line "stood still for %d+ ms: stepping down"
    is_genuine(client)
    star:becomes("primary", "passive")
  end)

  it("takes no notice of a passive one that is killed, or stands still, and has it back", function()
    new(2000)
    star:start_both()
    local client = star:client(0)
    goes_on(client)
    star:kill "backup"
    goes_on(client)
    star:start "backup"
    star:becomes("backup", "passive")
    star.processes.backup:signal "sigstop"
    star:hears("primary", "silent")
    goes_on(client)
    star.processes.backup:signal "sigcont"
    star:hears("primary", "passive")
    assert.same({ "active", 1 }, { star:state("primary").phase, star:state("primary").term })
    goes_on(client)
    for _, line in ipairs(client.lines) do assert.not_matches("timeout", line) end
  end)

  it("goes on when the active is started again faster than a heartbeat", function()
    star:start_both()
    local client = star:client(0)
    client:line "request 20: answered"
    star:kill "primary"
    star:start "primary"
    star:becomes("backup", "active")
    is_genuine(client)
    star:becomes("primary", "passive")
  end)

  it("goes on above its terms when both were killed", function()
    star:start_both()
    star:kill "primary"
    ends_well(star:client(3))
    assert.equal(2, star:becomes("backup", "active").term)
    star:kill "backup"
    star:start "backup"
    star:start "primary"
    ends_well(star:client(3))
    local state = star:becomes("backup", "active") -- it served last
    assert.is_true(state.term >= 4 and state.term % 2 == 0, "term " .. state.term)
    star:becomes("primary", "passive")
  end)

  it("leaves one of two alive and active when their link was cut both ways", function()
    star:start_both()
    local here, there = star:client(0), star:client_of_backup()
    here:line "request 20: answered"
    star:cut()
    there:line "request 1: answered" -- README says so: each has clients, and nothing in between
    star:mend()
    star.processes.primary:line "the other one serves in term %d+: stepping down"
    star:becomes("primary", "passive")
    star:becomes("backup", "active")
    goes_on(here)
  end)

  it("has the older one yield at once when only one of them hears the other", function()
    star:start_both()
    star:cut "primary"
    local there = star:client_of_backup()
    there:line "request 1: answered"
    star.processes.primary:line "the other one serves in term %d+: stepping down"
  end)

  it("serves 50 clients through a failover", function()
    star:start_both()
    local path = helper.write(star.folder .. "/crowd.lua", ([[return {
      nodes = { client = { "binary_star/client", count = 50, servers = { %q, %q }, requests = 40,
        interval = 50, timeout = 1000, settle = 500, retries = 40 } } }]]):format(
      star.endpoints.primary, star.endpoints.backup))
    local crowd = helper.sloop { "up", path, "--control=none" }
    crowd:line "request 10: answered"
    star:kill "primary"
    assert.equal(0, (crowd:wait(60000)))
    local last = 0
    for _, line in ipairs(crowd.lines) do
      if line:find "request 40: answered" then last = last + 1 end
    end
    assert.equal(50, last)
  end)

  it("has its active reloaded under load without a failover", function()
    new(3000)
    local primary = star:start_both()
    local client = star:client(0, { "--interval=5" })
    client:line "request 20: answered"
    star:reload("primary", 5)
    is_genuine(client)
    assert.same({ "active", 1 }, { star:state("primary").phase, star:state("primary").term })
    for _, line in ipairs(client.lines) do assert.not_matches("timeout", line) end
    primary:signal "sigterm"
    assert.equal(0, (primary:wait()))
  end)

  it("takes no notice of states that are none, and of bytes that are no ZMTP", function()
    new(3000)
    star:start_both()
    local uv = require "luv"
    local tcp, sent = uv.new_tcp(), false
    tcp:connect("127.0.0.1", star.to.primary.target, function(reason)
      assert(not reason, reason)
      tcp:write(("nonsense "):rep(1000), function() sent = true end)
    end)
    assert.is_true(helper.wait_until(function() return sent end))
    tcp:close()
    ends_well(star:client(20))
    assert.equal("active", star:state("primary").phase)
  end)
end)

describe("a binary star of publishers over tcp", function()
  after_each(function()
    Cable.remove_all()
    helper.cleanup()
  end)

  it("has its subscribers fail over, and tells them so", function()
    local star = binary_star.new {
      role = "binary_star/publisher", socket = "feed", arguments = { "--every=20" },
      interval = 2000,
    }
    local primary = star:start_both()
    local subscribers = {}
    for i = 1, 3 do
      subscribers[i] = helper.sloop {
        "run", "binary_star/subscriber", "--strict", "--control=none", "--silence=4000",
        "--servers=" .. star.endpoints.primary, "--servers=" .. star.endpoints.backup,
        "--topics=A",
      }
      subscribers[i]:line "following tcp://%S+, term 1"
      subscribers[i]:line "A 1 %d+"
    end
    primary:signal "sigkill"
    for _, subscriber in ipairs(subscribers) do
      subscriber:line "following tcp://%S+, term 2"
      subscriber:line "A 2 %d+"
    end
    star:start "primary"
    for _, subscriber in ipairs(subscribers) do
      for _ = 1, 10 do subscriber:line "A 2 %d+" end
      subscriber:signal "sigterm"
      assert.equal(0, (subscriber:wait()))
    end
  end)
end)
