--- Freelance as real programs over tcp: servers killed, stopped, restarted.
local helper = require "spec.helper"
local wire = require "spec.wire"

describe("freelance over tcp", function()
  after_each(helper.cleanup)

  local function server(model, at)
    return wire.start("freelance/server", { "clients" },
      { "--model=" .. model, "--endpoint=tcp://localhost:1" }, at)
  end
  local function client(strategy, at, ...)
    local words = { "--strategy=" .. strategy, "--timeout=1500", "--interval=20", ... }
    for _, place in ipairs(at) do table.insert(words, "--servers=" .. place.clients) end
    return wire.start("freelance/client", {}, words)
  end

  for model, strategy in ipairs { "sequential", "shotgun", "complex" } do
    local function start(count)
      local servers, at = {}, {}
      for i = 1, count do servers[i], at[i] = server(model) end
      return servers, at
    end

    it(strategy .. ": all requests are answered; all end well when they are told to", function()
      local servers, at = start(2)
      local ours = client(strategy, at, "--requests=20")
      wire.ends(ours)
      for _, each in ipairs(servers) do wire.stop(each) end
    end)

    it(strategy .. ": a call succeeds while one server lives, dead and mute ones beside", function()
      local servers, at = start(3)
      local ours = client(strategy, at, "--requests=0")
      ours:line "request 5: "
      servers[1]:signal "sigkill"
      servers[2]:signal "sigstop"
      local _, number = ours:line "request (%d+): "
      ours:line(("request %d: "):format(number + 3))
      servers[1]:wait()
      server(model, at[1])
      servers[2]:signal "sigcont"
      servers[3]:signal "sigkill"
      servers[3]:wait()
      _, number = ours:line "request (%d+): "
      ours:line(("request %d: "):format(number + 10))
      wire.stop(ours)
    end)

    it(strategy .. ": a call ends in time, with an error, when no server is there", function()
      local servers, at = start(2)
      for _, each in ipairs(servers) do
        each:signal "sigkill"
        each:wait()
      end
      local ours = client(strategy, at, "--requests=1", "--timeout=300")
      assert.equal(1, (ours:wait()))
      ours:line "request 1: all servers are offline"
    end)
  end

  it("complex asks the next server at once when one is killed with a request", function()
    local victim, first = wire.start("freelance/server", { "clients" },
      { "--model=3", "--endpoint=tcp://localhost:1", "--work=60000" })
    local _, second = server(3)
    local path = helper.write(helper.folder() .. "/asker.lua", ([[
      return {
        parts = { pool = { "freelance/client", strategy = "complex", requests = -1,
                           timeout = 600000, servers = { %q, %q } } },
        main = function(self)
          local connections = self.pool.pool.connections
          while not (connections[1].living and connections[2].living) do self:sleep(1) end
          self:spawn(function()
            self:log("reply: %%s", self.pool:request("a"))
            self:stop()
          end)
          while next(connections[1].asked) == nil do self:sleep(1) end
          self:log "asked"
          self:wait "end"
        end,
      }]]):format(first.clients, second.clients))
    local ours = wire.start(path, {})
    ours:line "asked"
    victim:signal "sigkill"
    ours:line "reply: OK"
    wire.ends(ours)
  end)

  it("complex comes back to the first server as soon as that answers PING", function()
    local _, first = server(3)
    local _, second = server(3)
    local path = helper.write(helper.folder() .. "/desk.lua", ([[
      return {
        parts = { pool = { "freelance/client", strategy = "complex", requests = -1,
                           servers = { %q, %q } } },
        main = function(self)
          for i = 1, 3 do
            local connections = self.pool.pool.connections
            connections[1]:doubt() -- as if it had missed a reply
            if self.pool:request("a") ~= "OK" then error "no reply" end
            while not connections[1].living do self:sleep(1) end
            self:log("back %%d", i)
          end
        end,
      }]]):format(first.clients, second.clients))
    local desk = wire.start(path, {})
    wire.ends(desk)
    desk:line "back 3"
  end)
end)
