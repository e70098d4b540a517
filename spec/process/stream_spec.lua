--- STREAM sockets: plain TCP in a node, and what the simulated world says of them.
local helper = require "spec.helper"
local role = require "spec.role"
local uv = require "luv"

describe("a STREAM socket", function()
  local peers

  before_each(function() peers = {} end)
  after_each(function()
    for _, handle in ipairs(peers) do
      if not handle:is_closing() then handle:close() end
    end
    helper.cleanup()
  end)

  local function wait_until(done)
    if not helper.wait_until(done) then error("waited in vain", 2) end
  end

  -- What this peer gets, in `text`; `ended` when it was told that nothing more comes.
  local function reading(handle)
    local peer = { handle = handle, text = "", ended = false }
    table.insert(peers, handle)
    handle:read_start(function(reason, data)
      peer.text = peer.text .. (data or "")
      if reason or not data then peer.ended = true end
    end)
    return peer
  end

  local function connect(port, silent)
    local handle, connected = uv.new_tcp(), false
    assert(handle:connect("127.0.0.1", tonumber(port), function(reason)
      assert(not reason, reason)
      connected = true
    end))
    wait_until(function() return connected end)
    if silent then return table.insert(peers, handle) end
    return reading(handle)
  end

  -- A program that serves TCP; the port.
  local function start(handler)
    local process = role.start([[return {
      sockets = { tcp = { "stream", bind = "tcp://127.0.0.1:*", sndhwm = 10 } },
      state = { first = "" },
      on = { tcp = function(self, id, bytes)
        ]] .. handler .. [[
      end },
    }]], nil, { "--strict" })
    local _, port = process:line "tcp is bound to tcp://127.0.0.1:(%d+)"
    return process, port
  end

  it("serves plain TCP: an id and bytes, no bytes when a peer comes or goes", function()
    local process, port = start [[
      self:log("%d %s", #id, bytes)
      if bytes == "hello" then self.tcp:send(id, "welcome") end
      if bytes == "bye" then self.tcp:send(id, "") end]]
    local peer, other = connect(port), connect(port)
    process:line "5 $"
    process:line "5 $"
    peer.handle:write "hello"
    process:line "5 hello"
    wait_until(function() return peer.text == "welcome" end)
    peer.handle:write "bye" -- and it is closed by an empty frame
    wait_until(function() return peer.ended end)
    assert.same({ "welcome", "" }, { peer.text, other.text })
    process:line "5 bye"
    other.handle:close()
    process:line "5 $"
    process:signal "sigterm"
    assert.equal(0, (process:wait()))
  end)

  it("speaks to a TCP server, whose id its first message tells", function()
    local server, peer = uv.new_tcp(), nil
    table.insert(peers, server)
    assert(server:bind("127.0.0.1", 0))
    server:listen(1, function()
      local handle = uv.new_tcp()
      server:accept(handle)
      peer = reading(handle)
    end)
    local process = role.start([[return { main = function(self)
      local tcp = self:open { "stream", connect = "tcp://127.0.0.1:]]
        .. server:getsockname().port .. [[" }
      local id, none = tcp:recv()
      same("", none)
      tcp:send(id, "ask")
      same("answer", select(2, tcp:recv()))
      same("", select(2, tcp:recv()))
    end }]])
    wait_until(function() return peer and peer.text == "ask" end)
    peer.handle:write("answer", function() peer.handle:close() end)
    assert.equal(0, (process:wait()))
  end)

  it("never waits: one peer that does not read is full, and the others go on", function()
    local process, port = start [[
      if bytes == "all" then
        local ok, reason
        repeat ok, reason = self.tcp:send(id, ("x"):rep(1 << 16)) until not ok
        self:log("it is %s", reason)
      elseif bytes ~= "" then
        self.tcp:send(id, bytes)
      end]]
    connect(port, true)
    peers[1]:write "all"
    process:line "it is full"
    local other = connect(port)
    other.handle:write "echo"
    wait_until(function() return other.text == "echo" end)
  end)

  it("knows that a peer is gone", function()
    local process, port = start [[
      if self.first == "" then self.first = id end
      if bytes == "" then self:log "came or went" end
      if bytes == "go" then -- libzmq does not know it at once
        local reason
        repeat
          self:sleep(1)
          reason = select(2, self.tcp:send(self.first, "more"))
        until reason == "unreachable"
        self:log "it is unreachable"
      end]]
    local peer = connect(port)
    process:line "came or went"
    peer.handle:close()
    process:line "came or went"
    connect(port).handle:write "go"
    process:line "it is unreachable"
  end)

  it("sends an id and bytes, and nothing else", function()
    local process, port = start [[
      if bytes == "go" then
        refused("a STREAM sends two frames", self.tcp.send, self.tcp, id)
        refused("a STREAM sends two frames", self.tcp.try_send, self.tcp, id, "not", "this")
        self.tcp:send(id, "but this")
      end]]
    local peer = connect(port)
    peer.handle:write "go"
    wait_until(function() return peer.text == "but this" or process:has_ended() end)
    assert.same({ "but this", nil }, { peer.text, process.status })
  end)

  it("is not simulated, which is said before anything runs", function()
    local folder = helper.folder()
    helper.write(folder .. "/tcp.lua", [[return {
      sockets = { tcp = { "stream", bind = "tcp://127.0.0.1:5555" } },
      main = function() end }]])
    helper.write(folder .. "/owner.lua", "return { parts = { p = { './tcp.lua' } } }")
    for word, node in pairs { ["socket 'tcp'"] = "tcp", ["socket 'p.tcp'"] = "owner" } do
      local path = helper.write(folder .. "/topology.lua",
        ("return { nodes = { n = { %q } } }"):format("./" .. node .. ".lua"))
      local status, out, err = helper.run { "sim", path }
      assert.same({ 2, "", ("sloop: %s: node 'n': %s is a stream, which is not simulated\n"):format(
        path, word) }, { status, out, err })
    end
  end)

  it("is not simulated when it is opened on the way either", function()
    local folder = helper.folder()
    helper.write(folder .. "/role.lua", [[return { main = function(self)
      self:log("%s", select(2, self:open { "stream" }))
      self:log("%s", select(2, self:open { "router", router_raw = true }))
      self:log("%s", select(2, self:open { "pub", connect = "ws://127.0.0.1:80" }))
    end }]])
    local path = helper.write(folder .. "/topology.lua",
      "return { nodes = { n = { './role.lua' } } }")
    local status, out = helper.run { "sim", path, "--seed=1", "--trace" }
    assert.equal(0, status)
    assert.matches("cannot open a stream: not simulated", out)
    assert.matches("cannot set router_raw: not simulated", out)
    assert.matches("cannot connect ws://127.0.0.1:80: not simulated", out)
  end)
end)
