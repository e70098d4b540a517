--- Pairs on hosts with networks of their own, whose links are cut one way and both ways: a binary
--- star with 50 clients, and a clone. Packets are lost, and no side is told. SOAK=1: more of them.
local clone = require "spec.clone"
local helper = require "spec.helper"
local network = require "spec.network"
local two_servers = require "spec.two_servers"

local missing = network.missing()
if missing then
  describe("a network that is split", function()
    it("is skipped: needs network namespaces", function()
      print("skipped: needs network namespaces: " .. missing)
    end)
  end)
  return
end

local in_soak = os.getenv "SOAK" and it or function() end
local INTERVAL <const> = 2500 -- ms; a machine under load stalls for less than 1.8 of these

describe("a binary star on hosts of its own", function()
  local hosts, star, crowds

  -- A process of 25 clients, each with a request every 300 ms.
  local function crowd(host)
    local path = helper.write(("%s/%s.lua"):format(star.folder, host), ([[return {
      nodes = { client = { "binary_star/client", count = 25, retries = 0, interval = 300,
        servers = { "tcp://%s:5001", "tcp://%s:5002" }, timeout = %d, settle = %d } } }]]):format(
      hosts:address "primary", hosts:address "backup", INTERVAL, INTERVAL))
    return hosts:start(host, { "up", path, "--control=none" })
  end

  -- Each client of a process is answered twice more, and by its own request each time.
  local function is_served(process)
    process.seen = #process.lines
    local answers, waiting = {}, 25
    while waiting > 0 do
      local line = process:line("client%.%d+.*request %d+: answered", 60000)
      local client, asked, got = line:match "client%.(%d+).*request (%d+): answered (%d+)"
      assert.equal(asked, got)
      answers[client] = (answers[client] or 0) + 1
      if answers[client] == 2 then waiting = waiting - 1 end
    end
  end

  local function in_term(name, phase, term)
    assert.equal(term, star:becomes(name, phase).term)
  end

  before_each(function()
    hosts = network.new { "primary", "backup", "near", "far" }
    star = two_servers.new(two_servers.extend(), {
      role = "binary_star/server", interval = INTERVAL,
      start = function(name, words) return hosts:start(name, words) end,
      arguments = {
        ("--pair.primary=tcp://%s:5003"):format(hosts:address "primary"),
        ("--pair.backup=tcp://%s:5004"):format(hosts:address "backup"),
      },
    })
    function star:start(name) return self:run(name, {}) end
    star:start_both()
    crowds = { crowd "near", crowd "far" }
    for _, process in ipairs(crowds) do is_served(process) end
    in_term("primary", "active", 1)
  end)
  after_each(function()
    helper.cleanup()
    network.remove_all()
  end)

  for what, ways in pairs {
    ["both ways"] = { "primary", "backup" }, ["from the primary"] = { "primary" },
    ["from the backup"] = { "backup" },
  } do
    local test = #ways == 2 and it or in_soak
    test("has one active though their link is cut " .. what .. ": clients reach it", function()
      for _, from in ipairs(ways) do
        hosts:cut(from, from == "primary" and "backup" or "primary")
      end
      star:hears(ways[#ways] == "backup" and "primary" or "backup", "silent")
      for _, process in ipairs(crowds) do is_served(process) end
      in_term("primary", "active", 1)
      in_term("backup", "passive", 0)
      hosts:mend()
      star:hears("primary", "passive")
      star:hears("backup", "active")
      in_term("primary", "active", 1)
    end)
  end

  it("serves all 50 clients again after their link and half of the clients were cut off", function()
    hosts:part("primary", "backup")
    hosts:part("primary", "far")
    for _, process in ipairs(crowds) do is_served(process) end
    in_term("primary", "active", 1) -- README says so: each has clients, and can't know
    in_term("backup", "active", 2)
    hosts:mend()
    in_term("primary", "passive", 1) -- its term was the lower one
    for _, process in ipairs(crowds) do is_served(process) end
    in_term("backup", "active", 2)
  end)

  in_soak("does not serve clients that are cut off while the link holds", function()
    hosts:part("primary", "far")
    crowds[2]:line("asking tcp://%S+5002 from now on", 60000)
    crowds[2]:line("tcp://%S+5002: timeout", 60000) -- the backup was asked
    is_served(crowds[1])
    in_term("backup", "passive", 0)
    hosts:mend()
    for _, process in ipairs(crowds) do is_served(process) end
    in_term("primary", "active", 1)
  end)

  it("goes on when the active's host is gone, and has one active when it is back", function()
    hosts:isolate "primary"
    for _, process in ipairs(crowds) do is_served(process) end
    assert.is_true(star:becomes("backup", "active").term > 1)
    hosts:mend()
    star:becomes("primary", "passive")
    for _, process in ipairs(crowds) do is_served(process) end
    star:becomes("backup", "active")
  end)
end)

describe("a clone on hosts of its own", function()
  after_each(function()
    helper.cleanup()
    network.remove_all()
  end)

  it("keeps one map while links are cut and hosts are gone", function()
    local hosts = network.new { "primary", "backup", "near", "far" }
    local function at(name, port) return ("tcp://%s:%d"):format(hosts:address(name), port) end
    local pair = clone.new {
      interval = INTERVAL, primary = at("primary", 5556), backup = at("backup", 5566),
      states = { at("primary", 5003), at("backup", 5004) },
      start = function(host, words) return hosts:start(host, words) end,
    }
    pair:start_both()
    local function ends_well(process)
      if process:wait(60000) ~= 0 then process:fail "it did not end well" end
    end
    -- A node sets keys, and ends when it has seen them all.
    local function set(first, last)
      ends_well(pair:node(([[
        for i = %d, %d do self.map:set("/k/" .. i, "v" .. i) end
        await(self, function() return count(self) == %d end)]]):format(first, last, last), {},
        "near"))
    end
    local function is_synced(name)
      assert.is_true(helper.poll_until(function() return pair:is_synced(name) end, 60000))
    end

    set(1, 50)
    hosts:part("primary", "backup")
    set(51, 100)
    assert.equal("passive", pair:state("backup").phase)
    hosts:mend()
    is_synced "backup"
    hosts:isolate "primary"
    set(101, 150)
    pair:becomes("backup", "active")
    hosts:mend()
    pair:becomes("primary", "passive")
    is_synced "primary"
    ends_well(pair:node([[
      await(self, function() return count(self) == 150 end)
      for i = 1, 150 do
        if self.map:get("/k/" .. i) ~= "v" .. i then error("wrong: " .. i) end
      end]], {}, "far"))
  end)
end)
