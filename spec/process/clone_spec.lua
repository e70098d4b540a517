--- Clone as real programs over tcp: servers killed, stopped, started again, late joiners, a disk.
local clone = require "spec.clone"
local helper = require "spec.helper"
local role = require "spec.role"

local SOAK <const> = os.getenv "SOAK"
local KEYS <const>, LONG <const> = SOAK and 100000 or 5000, SOAK and 1200000 or 90000

describe("clone over tcp", function()
  local pair
  after_each(helper.cleanup)

  local function ends_well(process)
    if process:wait(90000) ~= 0 then process:fail "it did not end well" end
  end

  it("gives all clients one map: what one sets, the others have", function()
    pair = clone.new { interval = 3000 }
    pair:start_both()
    local reader = pair:node([[
      await(self, function() return self.map:get "/a/2" == "two" end)
      if self.map:get "/b/1" then error "that is not below /a/" end
      self:log("has it")
      await(self, function() return self.map:get "/a/2" == nil end)
      await(self, function() return self.map:get "/a/1" == nil end)]], { "--subtree=/a/" })
    ends_well(pair:node [[
      self.map:set("/b/1", "other")
      self.map:set("/a/1", "one", 2000)
      self.map:set("/a/2", "two")
      await(self, function() return count(self) == 3 end)
    ]])
    reader:line "has it"
    ends_well(pair:node [[
      await(self, function() return count(self) >= 2 end)
      self.map:set("/a/2", nil)
      await(self, function() return self.map:get "/a/2" == nil end)
    ]])
    ends_well(reader)
  end)

  for _, signal in ipairs { "sigkill", "sigstop" } do
    it("loses nothing that was or is set when the active gets " .. signal, function()
      pair = clone.new()
      pair:start_both()
      local writer = pair:node [[
        for i = 1, 300 do
          self.map:set("/k/" .. i, "v" .. i)
          self:sleep(10)
          if i == 100 then self:log("has set 100") end
        end
        await(self, function() return count(self) == 300 end)
        for i = 1, 300 do
          if self.map:get("/k/" .. i) ~= "v" .. i then error("wrong: " .. i) end
        end]]
      pair:node 'self:wait "the end"' -- asks for a map, however soon the other one is done
      writer:line "has set 100"
      pair.processes.primary:signal(signal)
      pair.processes.backup:line "active, term"
      ends_well(writer)
      if signal == "sigkill" then pair:start "primary"
      else pair.processes.primary:signal "sigcont" end
      pair.processes.primary:line "passive, term"
      assert.is_true(helper.poll_until(function() return pair:is_synced "primary" end))
      pair:hears("primary", "active")
      pair:kill("backup", "sigterm")
      pair.processes.primary:line "active, term"
      ends_well(pair:node "await(self, function() return count(self) == 300 end)")
    end)
  end

  -- A node sets keys of these numbers, and ends when it has seen all there are.
  local function set(first, last)
    ends_well(pair:node(([[
      for i = %d, %d do self.map:set("/k/" .. i, "v" .. i) end
      await(self, function() return count(self) == %d end)]]):format(first, last, last)))
  end

  it("loses nothing when the passive one is killed, or stands still, and then serves", function()
    pair = clone.new()
    pair:start_both()
    set(1, 100)
    pair:kill "backup"
    set(101, 200)
    pair:start "backup"
    pair:becomes("backup", "passive")
    assert.is_true(helper.poll_until(function() return pair:is_synced "backup" end))
    pair.processes.backup:signal "sigstop"
    set(201, 300)
    pair.processes.backup:signal "sigcont"
    ends_well(pair:node [[ -- what is set from now on comes back: both hear it
      self.map:set("/k/301", "v301")
      await(self, function() return count(self) == 301 end)]])
    assert.is_true(helper.poll_until(function()
      return pair:is_synced "backup" and pair:state("backup", "replica.map./k/301") ~= nil
    end))
    pair:kill "primary"
    ends_well(pair:node "await(self, function() return count(self) == 301 end)")
    assert.equal("active", pair:state("backup").phase)
  end)

  it("keeps the map when the active is started again faster than a heartbeat", function()
    pair = clone.new()
    pair:start_both()
    set(1, 100)
    assert.is_true(helper.poll_until(function() return pair:is_synced "backup" end))
    pair:kill "primary"
    pair:start "primary"
    set(101, 200)
    pair:becomes("backup", "active")
    pair:becomes("primary", "passive")
  end)

  it("has the map on disk, if it is told to, when both were killed", function()
    pair = clone.new { arguments = { "--keep" } }
    pair:start_both()
    ends_well(pair:node [[
      for i = 1, 200 do self.map:set("/k/" .. i, "v" .. i) end
      self.map:set("/short", "x", 1500)
      self.map:set("/long", "x", 3600000)
      await(self, function() return count(self) == 202 end)
      self:sleep(2500)]])
    pair:kill "primary"
    pair:kill "backup"
    pair:start_both()
    ends_well(pair:node [[
      await(self, function() return count(self) == 201 end)
      if self.map:get "/k/77" ~= "v77" or not self.map:get "/long" then error "wrong" end
      if self.map:get "/short" then error "it has ended" end]])
  end)

  -- With SOAK=1 as many keys as a busy server may have.
  it("completes 50 clients that join while updates run, though its queues are short", function()
    pair = clone.new { interval = 3000, arguments = { "--snapshot.sndhwm=100" } }
    pair:start_both()
    local filler = pair:node([[
      for i = 1, self.options.keys do
        self.map:set("/k/" .. i, "v" .. i)
        if i % 500 == 0 then self:sleep(20) end
      end
      await(self, function() return self.changes >= self.options.keys end)
      self:log("filled")
      while true do
        self.map:set("/now", tostring(self:now()))
        self:sleep(2)
      end]], { "--keys=" .. KEYS })
    filler:line("filled", LONG)
    helper.write(pair.folder .. "/joiner.lua", ([[return {
      parts = { map = { "clone/client", servers = { %q, %q } } },
      main = function(self)
        repeat self:sleep(20) until self.map:is_synced()
        for i = 1, %d do
          if self.map:get("/k/" .. i) ~= "v" .. i then error("wrong: " .. i) end
          if i %% 1000 == 0 then self:sleep(0) end
        end
        self:log("is complete")
      end }]]):format(pair.primary, pair.backup, KEYS))
    local path = helper.write(pair.folder .. "/joiners.lua",
      'return { nodes = { joiner = { "joiner.lua", count = 50 } } }')
    local joiners = helper.start(helper.release, { "up", path, "--control=none", "--strict" })
    assert.equal(0, (joiners:wait(LONG)))
    local complete = 0
    for _, line in ipairs(joiners.lines) do
      if line:find "is complete" then complete = complete + 1 end
    end
    assert.equal(50, complete)
    local state = pair:state "primary"
    assert.same({ "active", 1 }, { state.phase, state.term }) -- it stood still for none of them
    filler:signal "sigkill"
  end)

  it("has its active reloaded under load without a failover", function()
    pair = clone.new { interval = 3000 }
    pair:start_both()
    local writer = pair:node [[
      for i = 1, 200 do
        self.map:set("/k/" .. i, "v")
        self:sleep(10)
        if i == 20 then self:log("has set 20") end
      end
      await(self, function() return count(self) == 200 end)]]
    writer:line "has set 20"
    pair:reload("primary", 5)
    ends_well(writer)
    local state = pair:state "primary"
    assert.same({ "active", 1 }, { state.phase, state.term })
  end)

  for model, sets in ipairs { false, false, true, true, true } do
    it(("shows model %d: a client follows its server"):format(model), function()
      local server = helper.sloop { "run", ("clone/model%d_server"):format(model), "--strict",
        "--control=none", "--updates.bind=tcp://127.0.0.1:*",
        table.unpack(model > 1 and { "--snapshot.bind=tcp://127.0.0.1:*",
          sets and "--setters.bind=tcp://127.0.0.1:*" or nil } or {}) }
      local at = {}
      for _ = 1, model == 1 and 1 or sets and 3 or 2 do
        local _, socket, endpoint = server:line "(%S+) is bound to (tcp://%S+)"
        at[socket] = endpoint
      end
      local words = { "run", ("clone/model%d_client"):format(model), "--strict", "--control=none",
        "--updates.connect=" .. at.updates }
      if model > 1 then table.insert(words, "--snapshot.connect=" .. at.snapshot) end
      if sets then
        table.insert(words, "--setter.connect=" .. at.setters)
        table.insert(words, "--every=20")
      end
      local client = helper.sloop(words)
      client:line(model == 1 and "[1-9]%d* updates" or "synced at %d+")
      if sets then
        local other = helper.sloop(words)
        other:line "synced at [1-9]" -- what the first one set
        other:signal "sigterm"
        ends_well(other)
      end
      for _, process in ipairs { client, server } do
        process:signal "sigterm"
        ends_well(process)
      end
    end)
  end

  it("tells who uses a client wrongly", function()
    for call, reason in pairs {
      ['self.map:set("", "x")'] = "a key is a string of 1 to 255 bytes",
      ['self.map:set("k", 7)'] = "a value a string",
      ['self.map:set("k", "x", 1.5)'] = "a ttl is a number of ms, at least 1",
    } do
      local ok, why = role.try(([[return { parts = { map = { "clone/client" } },
        main = function(self) %s end }]]):format(call))
      assert.is_nil(ok)
      assert.matches(reason, why, 1, true)
    end
  end)
end)
