--- What a node does when the process has few descriptors left.
local helper = require "spec.helper"
local process = require "spec.process"
local uv = require "luv"

describe("a node at the limit of descriptors", function()
  after_each(helper.cleanup)

  for _, transport in ipairs { "ipc", "tcp" } do
    it(("(%s) refuses connections, says so once, and serves again later"):format(transport),
      function()
        local folder = helper.folder()
        local binds = { ipc = "ipc://" .. folder .. "/socket", tcp = "tcp://127.0.0.1:*" }
        local path = helper.write(folder .. "/role.lua", ([[return {
          sockets = { clients = { "rep", bind = %q, backlog = 1000 } },
          on = { clients = function(_, text) return text end },
          init = function(self) print("bound " .. self.clients.endpoint) end,
        }]]):format(binds[transport]))
        local command = ("ulimit -n 200; exec %s run %s --control=none --name=spec"):format(
          helper.program, path)
        local node = process.start("/bin/sh", { "-c", command })
        local _, endpoint = node:line "^bound (.*)$"
        local peers = {}
        local function connect()
          if transport == "ipc" then
            local pipe = uv.new_pipe(false)
            pipe:connect(endpoint:match "^ipc://(.*)$", function() end)
            return pipe
          end
          local tcp = uv.new_tcp()
          tcp:connect("127.0.0.1", math.tointeger(endpoint:match ":(%d+)$"), function() end)
          return tcp
        end
        for i = 1, 260 do peers[i] = connect() end
        node:line "too few descriptors are left"
        for _, peer in ipairs(peers) do peer:close() end
        uv.run "nowait"
        local asker = helper.write(folder .. "/asker.lua", ([[return {
          sockets = { server = { "req", connect = %q } },
          main = function(self)
            self.server:send "hello"
            print(self.server:recv(15000))
          end,
        }]]):format(endpoint))
        local status, out, err = process.run(helper.program, { "run", asker, "--control=none" })
        assert.equal("hello\n", out, err)
        assert.equal(0, status)
        node:signal "sigterm"
        assert.equal(0, (node:wait()))
        local said = 0
        for _, line in ipairs(node.stderr) do
          said = said + (line:find "too few descriptors" and 1 or 0)
        end
        assert.equal(1, said)
      end)
  end
end)
