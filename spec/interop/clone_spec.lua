--- Clone with peers of raw frames, which say what the Guide's clonesrv6 and clonecli6 do: five
--- frames, a ttl in seconds or (from its server) a date, HUGZ without properties, no terms.
local clone = require "spec.clone"
local helper = require "spec.helper"
local role = require "spec.role"
local wire = require "spec.wire"

local TOOLS <const> = [[
  local function seq(n) return (">I8"):pack(n) end
  local UUID <const> = ("u"):rep(16)
  local function at(endpoint, n)
    local host, port = endpoint:match "^(.*):(%d+)$"
    return ("%s:%d"):format(host, port + n)
  end
  local function next_of(socket, ignored)
    local frames
    repeat frames = table.pack(socket:recv(15000)) until frames[1] ~= ignored
    if not frames[1] then error("nothing came", 2) end
    return frames
  end
  local function open_server(self, first)
    return self:open { "router", bind = first }, self:open { "pub", bind = at(first, 1) },
      self:open { "sub", bind = at(first, 2), subscribe = "" }
  end
]]

describe("our clone server, to a client of raw frames,", function()
  local pair
  before_each(function()
    pair = clone.new()
    pair:start_both()
  end)
  after_each(helper.cleanup)

  local function talk(text)
    wire.talk({ first = pair.primary }, TOOLS .. [[
      local updates = self:open { "sub", connect = at(AT.first, 1), subscribe = { "/c/", "HUGZ" } }
      local setter = self:open { "xpub", connect = at(AT.first, 2) }
      setter:recv(15000) -- the server listens
      local line = self:open { "dealer", connect = AT.first }
    ]] .. text)
    wire.stop(pair.processes.primary)
  end

  it("speaks CHP: ICANHAZ, KVSYNC, KTHXBAI, KVSET, KVPUB, HUGZ", function()
    talk [[
      same("HUGZ", next_of(updates)[1])
      setter:send("/c/1", seq(0), UUID, "ttl=30\n", "one")
      local kv = next_of(updates, "HUGZ")
      same("/c/1", kv[1]) same(UUID, kv[3]) same("one", kv[5]) same(5, kv.n)
      local number = (">I8"):unpack(kv[2])
      same(30, math.tointeger(kv[4]:match "ttl=(%d+)\n"))
      setter:send("/d/1", seq(0), UUID, "", "not below")
      setter:send("/c/2", seq(0), UUID, "", "two")
      kv = next_of(updates, "HUGZ")
      same("/c/2", kv[1]) same(number + 2, (">I8"):unpack(kv[2]))
      line:send("ICANHAZ?", "/c/")
      local got = {}
      repeat
        kv = next_of(line)
        same(5, kv.n)
        got[kv[1] ] = kv[5]
      until kv[1] == "KTHXBAI"
      same("one", got["/c/1"]) same("two", got["/c/2"]) same(nil, got["/d/1"])
      same(number + 2, (">I8"):unpack(kv[2])) same("/c/", kv[5])
      setter:send("/c/1", seq(0), UUID, "", "")
      kv = next_of(updates, "HUGZ")
      same("/c/1", kv[1]) same("", kv[5])
    ]]
  end)

  it("deletes what has ended, as a client would", function()
    talk [[
      setter:send("/c/1", seq(0), UUID, "ttl=1\n", "one")
      same("one", next_of(updates, "HUGZ")[5])
      local kv = next_of(updates, "HUGZ")
      same("/c/1", kv[1]) same("", kv[5]) same(UUID, kv[3])
    ]]
  end)

  it("stands any malformed message", function()
    talk [[
      for _, frames in ipairs {
        { "" }, { "k" }, { "k", seq(0), UUID, "" }, { "k", seq(0), UUID, "", "v", "" },
        { "k", "0", UUID, "", "v" }, { "k", seq(0), "u", "", "v" }, { "k", seq(0), "", "", "v" },
        { ("k"):rep(300), seq(0), UUID, "", "v" }, { "HUGZ", seq(0), UUID, "", "" },
        { "KTHXBAI", seq(0), UUID, "", "" }, { "k", ("\xff"):rep(8), UUID, "", "v" },
        { "k", seq(0), UUID, ("x"):rep(100000), "v" },
      } do setter:send(table.unpack(frames)) end
      for _, frames in ipairs {
        { "" }, { "ICANHAZ?" }, { "ICANHAZ?", "", "" }, { "icanhaz?", "" },
        { "ICANHAZ?", ("x"):rep(300) },
      } do line:send(table.unpack(frames)) end
      setter:send("/c/1", seq(0), UUID, ("p=\0\n"):rep(5000), "20 KB of properties")
      same("/c/1", next_of(updates, "HUGZ")[1])
      line:send("ICANHAZ?", "")
      same("/c/1", next_of(line)[1])
      same("KTHXBAI", next_of(line)[1])
    ]]
  end)
end)

describe("our clone client, to servers of raw frames,", function()
  after_each(helper.cleanup)

  -- `theirs` is the server, at FIRST and behind; `ours` is our node's main.
  local function play(theirs, ours)
    local pair = clone.new()
    local server = role.start(("local FIRST <const> = %q "):format(pair.primary) .. TOOLS .. [[
      return { main = function(self)
        local line, updates, sets = open_server(self, FIRST)
        local function beat(n) updates:send("HUGZ", seq(n), "", "", "") end
        self:spawn(function() while true do beat(0) self:sleep(100) end end)
    ]] .. theirs .. "\nend }")
    local client = pair:node(ours)
    if client:wait(60000) ~= 0 then client:fail "it did not end well" end
    wire.ends(server)
  end

  it("asks, follows, and sets", function()
    play([[
      local client, word, subtree, more = line:recv(15000)
      same("ICANHAZ?", word) same("", subtree) same(nil, more)
      line:send(client, "/k/1", seq(3), UUID, "ttl=2000000000000\n", "one") -- a date
      line:send(client, "/k/2", seq(4), "", "", "two")
      updates:send("/k/2", seq(4), "", "", "two")   -- it is in the snapshot
      updates:send("/k/3", seq(6), UUID, "", "three")
      line:send(client, "KTHXBAI", seq(5), "", "", "")
      local key, number, uuid, properties, value = sets:recv(15000)
      same("/k/4", key) same(seq(0), number) same(16, #uuid) same("four", value)
      same("ttl=3\nms=2500\n", properties)
      updates:send(key, seq(7), uuid, properties, value)
      key, number, uuid, properties, value = sets:recv(15000)
      same("/k/1", key) same("", value) same("", properties)
      updates:send(key, seq(8), uuid, "", "")
      self:sleep(300)
    ]], [[
      await(self, function() return self.map:get "/k/3" == "three" end)
      if self.map:get "/k/1" ~= "one" or self.map:get "/k/2" ~= "two" then error "wrong" end
      self.map:set("/k/4", "four", 2500)
      await(self, function() return self.map:get "/k/4" == "four" end)
      self.map:set("/k/1", nil)
      await(self, function() return self.map:get "/k/1" == nil end)
    ]])
  end)

  it("takes a snapshot that is cut for none, and asks again", function()
    play([[
      local client = line:recv(15000)
      line:send(client, "/k/1", seq(1), UUID, "", "cut")
      repeat client = line:recv(15000) until client -- again, when it has waited
      line:send(client, "/k/2", seq(2), UUID, "", "whole")
      line:send(client, "KTHXBAI", seq(2), "", "", "")
      self:sleep(1000)
    ]], [[
      await(self, function() return self.map:is_synced() end)
      if self.map:get "/k/1" or self.map:get "/k/2" ~= "whole" then error "it is merged" end
    ]])
  end)

  it("stands any malformed message", function()
    play([[
      local client = line:recv(15000)
      local nonsense <const> = {
        { "" }, { "k" }, { "k", seq(0), UUID, "" }, { "k", seq(1), UUID, "", "v", "" },
        { "k", "1", UUID, "", "v" }, { "HUGZ" }, { "HUGZ", "x", "", "", "" },
        { "HUGZ", seq(0), "", "updates=x\nsubtree=\nstate=\n", "" }, { "KTHXBAI" },
      }
      for _, frames in ipairs(nonsense) do updates:send(table.unpack(frames)) end
      line:send(client, "no", "snapshot")
      client = line:recv(15000)
      for _, frames in ipairs(nonsense) do updates:send(table.unpack(frames)) end
      line:send(client, "KTHXBAI", seq(1), "", "", "")
      updates:send("/k/1", seq(2), "", ("p=\0\n"):rep(5000), "good")
      self:sleep(1000)
    ]], [[await(self, function() return self.map:get "/k/1" == "good" end)]])
  end)
end)

describe("our backup, to a primary and clients of raw frames,", function()
  after_each(helper.cleanup)

  it("follows it, holds what clients set, and serves all of it when the primary is dead", function()
    local pair = clone.new()
    local primary = role.start(("local FIRST <const>, STATES <const> = %q, %q ")
      :format(pair.primary, pair.states[1]) .. TOOLS .. [[
      return { main = function(self)
        local line, updates, sets = open_server(self, FIRST)
        local states = self:open { "pub", bind = STATES }
        self:spawn(function()
          while true do
            states:send("3")
            updates:send("HUGZ", seq(1), "", "", "")
            self:sleep(100)
          end
        end)
        local client, word, subtree = line:recv(15000)
        same("ICANHAZ?", word) same("", subtree)
        line:send(client, "/k/1", seq(1), UUID, "", "one")
        line:send(client, "KTHXBAI", seq(1), "", "", "")
        local key, number, uuid, properties, value = sets:recv(15000) -- the first of two
        same("/k/2", key)
        updates:send(key, seq(2), uuid, properties, value)
        same("/k/3", (sets:recv(15000))) -- and now it dies
        self:sleep(300)
      end }]])
    local backup = pair:start "backup"
    backup:line "passive, term"
    assert.is_true(helper.poll_until(function() return pair:is_synced "backup" end))
    local client = wire.peer("pair", TOOLS .. ("local backup <const>, primary <const> = %q, %q")
      :format(pair.backup, pair.primary) .. [[

      local setter = self:open { "xpub", connect = { at(backup, 2), at(primary, 2) },
                                 xpub_verboser = true }
      setter:recv(15000) setter:recv(15000)
      for i = 2, 3 do
        setter:send("/k/" .. i, seq(0), ("%016d"):format(i), "", "v" .. i)
        self:sleep(50)
      end
      local kv, got, line = nil, {}, nil
      repeat -- the passive one says nothing, until the other one is dead
        if line then line:close() end
        line = self:open { "dealer", connect = backup, linger = 0 }
        line:send("ICANHAZ?", "")
        kv = table.pack(line:recv(500))
      until kv[1]
      while kv[1] ~= "KTHXBAI" do
        got[kv[1] ] = kv[5]
        kv = next_of(line)
      end
      same("one", got["/k/1"]) same("v2", got["/k/2"]) same("v3", got["/k/3"])
      same(2, (">I8"):unpack(kv[2]) >> 40) -- a number of term 2, above all of the primary's
    ]])
    wire.ends(client)
    wire.ends(primary)
    wire.stop(backup)
  end)
end)

describe("our primary, to a backup and a client of which one is of raw frames,", function()
  after_each(helper.cleanup)

  it("gives its map to their backup, which our client follows when the primary is dead", function()
    local pair = clone.new()
    local backup = role.start(([[
      local THEIRS <const>, OURS <const>, STATES <const>, OUR_STATES <const> = %q, %q, %q, %q ]])
      :format(pair.backup, pair.primary, pair.states[2], pair.states[1]) .. TOOLS .. [[
      return { state = { map = {}, last = 0, said = "2" }, main = function(self)
        local line, updates, sets = open_server(self, THEIRS)
        local states = self:open { "pub", bind = STATES }
        local heard = self:open { "sub", connect = OUR_STATES, subscribe = "" }
        self:spawn(function()
          while true do
            states:send(self.said)
            updates:send("HUGZ", seq(self.last), "", "", "")
            self:sleep(100)
          end
        end)
        self:spawn(function() while true do sets:recv() end end)
        repeat until (heard:recv(15000)):sub(1, 1) == "3"
        self.said = "4"
        local feed = self:open { "sub", connect = at(OURS, 1), subscribe = "" }
        same("HUGZ", feed:recv(15000))
        local ask = self:open { "dealer", connect = OURS }
        ask:send("ICANHAZ?", "")
        local kv = next_of(ask)
        while kv[1] ~= "KTHXBAI" do
          same(5, kv.n)
          self.map[kv[1] ] = kv
          kv = next_of(ask)
        end
        self.last = (">I8"):unpack(kv[2])
        kv = table.pack(feed:recv(6000))
        while kv[1] do -- until it is silent
          local number = (">I8"):unpack(kv[2])
          if number > self.last then
            self.last = number
            self.map[kv[1] ] = kv
          end
          kv = table.pack(feed:recv(6000))
        end
        self.said = "3"
        while true do -- those that asked while it was passive may be gone
          local client, word, subtree = line:recv()
          same("ICANHAZ?", word) same("", subtree)
          for _, entry in pairs(self.map) do line:send(client, table.unpack(entry, 1, 5)) end
          line:send(client, "KTHXBAI", seq(self.last), "", "", "")
          updates:send("/theirs", seq(self.last + 1), UUID, "", "yes")
        end
      end }]])
    local primary = pair:start "primary"
    primary:line "active, term"
    local client = pair:node [[
      for i = 1, 50 do self.map:set("/k/" .. i, "v" .. i) end
      await(self, function() return count(self) == 50 end)
      self:log("has 50")
      await(self, function() return self.map:get "/theirs" == "yes" end)
      if count(self) ~= 51 or self.map:get "/k/50" ~= "v50" then error "wrong" end]]
    client:line "has 50"
    pair:kill "primary"
    if client:wait(60000) ~= 0 then client:fail "it did not end well" end
    wire.stop(backup)
  end)
end)
