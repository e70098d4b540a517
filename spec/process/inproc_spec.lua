--- bind = "inproc://*" in a role: a name of its own in each node, wherever it runs.
local helper = require "spec.helper"
local role = require "spec.role"

describe("inproc://*", function()
  local folder

  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  local function topology()
    helper.write(folder .. "/worker.lua", [[return {
      sockets = { work = { "pull", bind = "inproc://*" } },
      on = { work = function(self, text) self:log("got %s", text) end } }]])
    helper.write(folder .. "/client.lua", [[return {
      sockets = { to = { "push" } },
      main = function(self)
        self.to:send "one"
        self.to:send "two"
        self:sleep(100)
      end }]])
    return helper.write(folder .. "/topology.lua", [[return { nodes = {
      worker = { "./worker.lua", count = 2 },
      client = { "./client.lua", to = { connect = "@worker.work" } },
    } }]])
  end

  it("joins the nodes of a topology", function()
    local process = helper.sloop { "up", topology(), "--control=none" }
    process:line "worker.%d: got %w+"
    process:line "worker.%d: got %w+"
    assert.equal(0, (process:wait()))
  end)

  it("joins those of a simulated one", function()
    local status, out = helper.run { "sim", topology(), "--seed=1", "--trace" }
    assert.equal(0, status, out)
    assert.matches("worker.1 .*got one", out)
    assert.matches("worker.2 .*got two", out)
  end)

  it("is a name of its own in a single node, which is told, and in each part", function()
    local process = role.start([[return {
      sockets = { work = { "pull", bind = "inproc://*" } },
      parts = { other = { OTHER, count = 2 } },
      main = function(self)
        local names = {}
        for _, each in ipairs { self, self.other[1], self.other[2] } do
          local endpoint = each.work.endpoint
          if names[endpoint] then error(endpoint .. " is there already") end
          names[endpoint] = true
          local to <close> = self:open { "push", connect = endpoint }
          to:send "hello"
          same("hello", (each.work:recv(5000)))
        end
        local s <close> = self:open { "pull", bind = "inproc://*" }
        if names[s.endpoint] then error(s.endpoint .. " is there already") end
      end }]], { OTHER = "return { sockets = { work = { 'pull', bind = 'inproc://*' } } }" })
    process:line "work is bound to inproc://[%w.]+$"
    assert.equal(0, (process:wait()))
  end)
end)
