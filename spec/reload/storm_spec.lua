--- A storm of reloads, from SIGHUP, --watch and `sloop ctl` at once, while handlers wait: each
-- request is answered once and in order, and nothing grows. SOAK=1 makes it 3,000 reloads.
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local uv = require "luv"

local RELOADS <const> = os.getenv "SOAK" and 3000 or 150

local SERVER <const> = [[
local words = require "words"
function answer(n) return n .. words.word end
return {
  state = { served = 0 },
  word = function() return words.word end,
  sockets = { s = { "router", bind = "tcp://127.0.0.1:*" } },
  on = { s = function(self, id, n)
    self:wait("never", 20)
    self.served = self.served + 1
    self.s:send(id, n, answer(n))
  end } }]]

local CLIENT <const> = [[return {
  options = { to = "" },
  state = { sent = 0, got = 0, wrong = "", ending = false },
  sockets = function(options) return { s = { "dealer", connect = options.to } } end,
  timers = { more = 10 },
  on = {
    more = function(self)
      if self.ending or self.sent - self.got >= 5 then return end
      self.sent = self.sent + 1
      self.s:send(tostring(self.sent))
    end,
    s = function(self, n, text)
      self.got = self.got + 1
      if tonumber(n) ~= self.got or not text:find("^" .. n .. "word") then
        self.wrong = ("%s: %s came when it was %d's turn"):format(self.wrong, n, self.got)
      end
    end,
  },
  finish = function(self) self.ending = true end,
}]]

describe("a storm of reloads", function()
  after_each(helper.cleanup)

  it("loses no request, and leaves memory and descriptors as they were", function()
    local files = { ["node.lua"] = SERVER, ["words.lua"] = "return { word = 'word' }" }
    local node = reloading.start(files, { program = helper.release, arguments = { "--watch" } })
    local client = reloading.start({ ["node.lua"] = CLIENT },
      { program = helper.release, arguments = { "--to=" .. node:endpoint "s" } })

    local function descriptors()
      local count = 0
      local list <close> = io.popen(("ls /proc/%d/fd"):format(node.process.pid))
      for _ in list:lines() do count = count + 1 end
      return count
    end
    local function memory() -- when tasks that outlived two reloads have ended
      reloading.wait(function() return node:status().waiting <= 2 end)
      node:eval "collectgarbage() collectgarbage()"
      return node:status().memory
    end

    local ways = {
      function() node:reload() end,
      function() node.process:signal "sighup" end,
      function() end, -- --watch sees it
    }
    local function storm(first, last)
      for i = first, last do
        node:write("words.lua", ("return { word = 'word %d' }"):format(i))
        ways[i % 3 + 1]()
        if i % 7 == 0 then node:reload() node.process:signal "sighup" end -- twice the same
        uv.run "nowait"
      end
      node:wait_for("self:word() == 'word %d'", last)
    end

    storm(1, 20)
    local memory_before, descriptors_before = memory(), descriptors()
    storm(21, RELOADS)
    client:eval "self:finish()"
    client:wait_for "self.got == self.sent"
    assert.equal('""', client:eval "self.wrong")
    assert.is_true(tonumber(client:eval "self.got") > 5)
    assert.equal(0, node:status().errors)
    local memory_after = memory()
    assert.is_true(memory_after < memory_before + 16384,
      ("%d bytes, then %d"):format(memory_before, memory_after))
    reloading.wait(function() return descriptors() <= descriptors_before end)
  end)
end)
