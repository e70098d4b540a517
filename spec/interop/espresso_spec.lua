--- Espresso on the wire: raw frames both ways, what the Guide's publisher, subscriber and listener
--- say and hear.
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("our espresso relay, to peers of raw frames", function()
  after_each(helper.cleanup)

  it("shows a tap what the Guide's listener sees: subscriptions, messages, an end", function()
    local relay, at = wire.start("espresso/relay", { "upstream", "downstream", "taps" },
      { "--no-upstream.connect" })
    wire.talk(at, [[
      local publisher = connect(self, "xpub", AT.upstream)
      local tap = self:open { "sub", connect = AT.taps, subscribe = "" }
      local probe = connect(self, "xsub", AT.downstream)
      repeat probe:send "probe" until hear(tap, 50) == "probe" -- the tap is there
      while hear(tap, 200) do end
      while hear(publisher, 50) do end
      local subscriber = self:open { "sub", connect = AT.downstream, subscribe = { "A", "B" } }
      local first = { [hear(tap)] = true, [hear(tap)] = true }
      same(true, first["\1A"]) same(true, first["\1B"])
      says("\1A", publisher) says("\1B", publisher)
      publisher:send("A-12345")
      publisher:send("B-00000", "", "\0\255")
      publisher:send("C-00000")
      for _, socket in ipairs { tap, subscriber } do
        says("A-12345", socket)
        says("B-00000||\0\255", socket)
      end
      subscriber:close()
      local last = { [hear(tap)] = true, [hear(tap)] = true }
      same(true, last["\0A"]) same(true, last["\0B"])
      same(nil, hear(tap, 100)) -- then silence]])
    wire.stop(relay)
  end)

  it("stands and shows anything that is said to it", function()
    local relay, at = wire.start("espresso/relay", { "upstream", "downstream", "taps" },
      { "--no-upstream.connect" })
    local tap = helper.sloop { "run", "espresso/tap", "--control=none",
      "--source.connect=" .. at.taps }
    local PEERS <const> = [[
      local publisher = connect(self, "xpub", AT.upstream)
      local strange = connect(self, "xsub", AT.downstream)
      repeat strange:send "probe" until hear(publisher, 20)
    ]]
    local tries = 0
    repeat -- until the tap is there
      wire.talk(at, PEERS)
      tries = tries + 1
    until helper.wait_until(function() return tap.stdout[1] end, 200) or tries == 100
    wire.talk(at, PEERS .. [[
      for _, frames in ipairs { { "" }, { "\2", "" }, { "\1" }, { ("\255"):rep(100) },
          { "\27[2J" }, { "last" } } do strange:send(table.unpack(frames)) end
      repeat local got = hear(publisher) until got == "last"]])
    tap:line "^%[000%] $"
    tap:line "^%[001%] 02  %[000%] $"
    tap:line "^subscribe to everything$"
    tap:line("^%[100%] " .. ("FF"):rep(64) .. "%.%.%. and 36 bytes$")
    tap:line "^%[004%] 1B5B324A$"
    tap:line "^%[004%] last$"
    wire.stop(tap)
    wire.stop(relay)
  end)
end)

describe("our espresso publisher, subscriber and tap", function()
  after_each(helper.cleanup)

  it("say and hear the Guide's messages", function()
    local publisher, at = wire.start("espresso/publisher", { "feed" }, { "--interval=5" })
    wire.talk(at, [[
      local sub = self:open { "sub", connect = AT.feed, subscribe = "" }
      for _ = 1, 20 do
        local text, more = sub:recv(15000)
        same(nil, more)
        if not text:find "^[A-J]%-%d%d%d%d%d$" then error(text) end
      end]])
    wire.stop(publisher)
    local peer, endpoint = wire.peer("xpub", [[
      same(true, ({ ["\1A"] = true, ["\1B"] = true })[hear(peer)])
      same(true, ({ ["\1A"] = true, ["\1B"] = true })[hear(peer)])
      for i = 1, 5 do peer:send("A-0000" .. i) end
      local last = { [hear(peer)] = true, [hear(peer)] = true }
      same(true, last["\0A"]) same(true, last["\0B"])]])
    local subscriber = wire.start("espresso/subscriber", {}, { "--feed.connect=" .. endpoint })
    subscriber:line "A%-00005"
    wire.ends(subscriber)
    wire.ends(peer)
  end)

  it("filter by prefix at the relay, subscriptions too", function()
    local peer, endpoint = wire.peer("xpub", [[
      local wanted = { ["\1A"] = true, ["\1\1A"] = true, ["\1\0A"] = true }
      for _ = 1, 3 do same(true, wanted[hear(peer)]) end
      peer:send "A-1" peer:send "B-1" peer:send "\1A" peer:send "\1B" peer:send "\0AB"
      self:wait "ever"]])
    local tap = helper.sloop { "run", "espresso/tap", "--control=none", "--prefixes=A",
      "--source.connect=" .. endpoint }
    tap:line '^unsubscribe from "AB"$'
    assert.same({ "[003] A-1", 'subscribe to "A"', 'unsubscribe from "AB"' }, tap.stdout)
    wire.stop(tap)
    assert.is_nil(peer.status)
  end)
end)
