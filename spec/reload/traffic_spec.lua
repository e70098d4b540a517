--- Code that changes under load: nothing is lost, doubled or reordered.
local helper = require "spec.helper"
local reloading = require "spec.reloading"

describe("an echo node under a flood", function()
  after_each(helper.cleanup)

  local function echo(word)
    return ([[return { state = {}, sockets = { s = { "router", bind = "tcp://127.0.0.1:*" } },
      on = { s = function(self, id, n) self.s:send(id, n, %q) end } }]]):format(word)
  end

  -- Sends numbers, so many in flight, until told to stop, and checks that each comes back once
  -- and in order.
  local CLIENT <const> = [[return {
    options = { to = "", window = 100 },
    state = { sent = 0, got = 0, wrong = "", words = {}, last = "", ending = false },
    sockets = function(options) return { s = { "dealer", connect = options.to } } end,
    on = { s = function(self, n, word)
      self.got = self.got + 1
      if tonumber(n) ~= self.got and self.wrong == "" then
        self.wrong = ("%s came when it was %d's turn"):format(n, self.got)
      end
      if word ~= self.last then
        self.last = word
        table.insert(self.words, word)
      end
      self:fill()
    end },
    fill = function(self)
      while not self.ending and self.sent - self.got < self.options.window do
        self.sent = self.sent + 1
        self.s:send(tostring(self.sent))
      end
    end,
    init = function(self) self:fill() end,
    finish = function(self) self.ending = true end,
  }]]

  it("answers every request once, in order, and with ever newer words", function()
    local node = reloading.start { ["node.lua"] = echo "1" }
    local clients = {}
    for i = 1, 2 do
      clients[i] = reloading.start({ ["node.lua"] = CLIENT },
        { arguments = { "--to=" .. node:endpoint "s" } })
    end
    for i = 2, 30 do
      node:accept(echo(tostring(i)))
      clients[1]:wait_for('self.last == "%d"', i)
    end
    for _, client in ipairs(clients) do
      client:eval "self:finish()"
      client:wait_for "self.got == self.sent"
      assert.equal('""', client:eval "self.wrong")
      local words = client:eval "table.concat(self.words, ' ')"
      assert.equal("30", words:match "(%d+)\"$")
      local last = 0
      for word in words:gmatch "%d+" do
        assert.is_true(tonumber(word) > last, words)
        last = tonumber(word)
      end
    end
  end)
end)

describe("a broker that is edited while it runs", function()
  after_each(helper.cleanup)

  -- A broker in the manner of majordomo: a service's requests wait for its workers, and workers
  -- for requests. `mark` is what an edit adds to each request.
  local BROKER <const> = [[
    local queue = require "sloop.queue"
    local wire = require "wire"
    local broker = {
      state = { requests = {}, workers = {} },
      sockets = { router = { "router", bind = "tcp://127.0.0.1:*" } },
      on = {},
    }
    local function dispatch(self, service)
      local requests, workers = queue.of(self.requests, service), queue.of(self.workers, service)
      while not (queue.empty(requests) or queue.empty(workers)) do
        local request = queue.pop(requests)
        self.router:send(queue.pop(workers), "", wire.WORKER, request[1], request[2] .. "%s")
      end
    end
    function broker.on.router(self, sender, _, header, service, ...)
      if header == wire.CLIENT then
        queue.push(queue.of(self.requests, service), { sender, ... })
      elseif header == wire.WORKER then
        local client, reply = ...
        if client then self.router:send(client, "", wire.CLIENT, service, reply) end
        queue.push(queue.of(self.workers, service), sender)
      end
      dispatch(self, service)
    end
    return broker]]

  local WORKER <const> = [[return {
    options = { to = "" }, state = { got = {}, busy = false },
    sockets = function(options) return { broker = { "dealer", connect = options.to } } end,
    init = function(self) self.broker:send("", "W1", "echo") end,
    on = { broker = function(self, _, _, client, text)
      table.insert(self.got, text)
      self.broker:send("", "W1", "echo", client, text .. "!")
    end },
  }]]

  it("keeps queued requests and waiting workers", function()
    local node = reloading.start {
      ["node.lua"] = BROKER:format "", ["wire.lua"] = "return { CLIENT = 'C1', WORKER = 'W1' }",
    }
    local to = node:endpoint "router"
    local client = reloading.peer("dealer", to)
    for i = 1, 3 do client:send("", "C1", "echo", "early" .. i) end
    node:wait_for "self.requests.echo and require('sloop.queue').size(self.requests.echo) == 3"
    node:accept(BROKER:format " edited")
    for _ = 1, 2 do
      reloading.start({ ["node.lua"] = WORKER }, { arguments = { "--to=" .. to } })
    end
    client:wait_got(3)
    node:accept(BROKER:format " again") -- now workers wait
    node:write("wire.lua", "return { CLIENT = 'C1', WORKER = 'W1', more = true }")
    assert.is_true(node:reload().ok)
    for i = 1, 3 do client:send("", "C1", "echo", "late" .. i) end
    client:wait_got(6)
    local got = {}
    for text in client:got():gmatch "echo|([^|!]+)!" do table.insert(got, text) end
    table.sort(got)
    assert.same({ "early1 edited", "early2 edited", "early3 edited",
                  "late1 again", "late2 again", "late3 again" }, got)
    assert.equal("0", client:eval "self:count 'disconnected'")
  end)

  it("is the one that ships, too", function()
    local broker = helper.read(helper.root .. "/patterns/majordomo/broker.lua")
    local folder = helper.folder()
    helper.write(folder .. "/patterns/majordomo/broker.lua", broker)
    local node = reloading.start({}, { role = "majordomo/broker", env = { SLOOP_PATH = folder },
      arguments = { "--router.bind=tcp://127.0.0.1:*" } })
    local to = node:endpoint "router"
    local client = reloading.peer("dealer", to)
    client:send("", "MDPC01", "echo", "early")
    reloading.wait(function() return node:status().sockets.router.received == 1 end)
    local edited, count = broker:gsub("return broker%s*$",
      "function broker.edited() return true end\nreturn broker\n")
    assert.equal(1, count)
    helper.write(folder .. "/patterns/majordomo/broker.lua", edited)
    assert.is_true(node:reload().ok)
    assert.equal("true", node:eval "self:edited()")
    local worker = reloading.start({}, { role = "majordomo/worker",
      arguments = { "--service=echo", "--broker.connect=" .. to } })
    client:wait_got(1)
    assert.matches("MDPC01|echo|early", client:got())
    assert.is_true(node:reload().ok)
    client:send("", "MDPC01", "echo", "late")
    client:wait_got(2)
    assert.matches("late", client:got())
    assert.equal("0", client:eval "self:count 'disconnected'")
    worker:ask "stop"
    assert.equal(0, (worker.process:wait()))
  end)
end)
