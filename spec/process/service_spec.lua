--- What a service manager is told: systemd's sd_notify protocol.
local helper = require "spec.helper"

-- Prints what comes to the socket.
local MANAGER <const> = [[
import socket, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[1].replace("@", "\0"))
print("listening", flush=True)
while True:
    print(manager.recv(100).decode(), flush=True)
]]

describe("a service manager", function()
  local folder
  before_each(function() folder = helper.folder() end)
  after_each(helper.cleanup)

  local function manager(path)
    local process = helper.start("/usr/bin/python3", { "-c", MANAGER, path })
    process:line "listening"
    return process
  end

  local ROLE <const> = [[
    return { sockets = { s = { "rep", bind = "inproc://*" } },
             init = function(self) self:log "init begins" self:sleep(20) self:log "init ends" end,
             on = { s = function() end } }]]

  for _, name in ipairs { "a path", "an abstract name" } do
    it("is told when a node is ready and when it stops, by " .. name, function()
      local path = (name == "a path" and "" or "@") .. folder .. "/notify"
      local told = manager(path)
      local node = helper.sloop({ "run", helper.write(folder .. "/r.lua", ROLE),
        "--control=none" }, { env = { NOTIFY_SOCKET = path } })
      told:line "^READY=1$"
      node:line "init ends"
      node:signal "sigterm"
      told:line "^STOPPING=1$"
      assert.equal(0, (node:wait()))
    end)
  end

  it("is not told of a node whose init failed", function()
    local told = manager(folder .. "/notify")
    local status = helper.run({ "run", helper.write(folder .. "/r.lua",
      "return { init = function() error 'no' end }"), "--control=none" },
      { env = { NOTIFY_SOCKET = folder .. "/notify" } })
    assert.equal(1, status)
    assert.same({ "listening" }, told.stdout)
  end)

  it("is told of a topology", function()
    local told = manager(folder .. "/notify")
    helper.write(folder .. "/r.lua", ROLE)
    local up = helper.sloop({ "up", helper.write(folder .. "/t.lua",
      [[return { nodes = { a = { "r.lua" }, b = { "r.lua" } } }]]), "--control=none" },
      { env = { NOTIFY_SOCKET = folder .. "/notify" } })
    told:line "^READY=1$"
    up:signal "sigterm"
    told:line "^STOPPING=1$"
    assert.equal(0, (up:wait()))
  end)

  it("that can't be reached costs a line of the log", function()
    local node = helper.sloop({ "run", helper.write(folder .. "/r.lua", ROLE), "--control=none" },
      { env = { NOTIFY_SOCKET = folder .. "/none" } })
    node:line "can't reach the service manager: No such file or directory"
    node:signal "sigterm"
    assert.equal(0, (node:wait()))
  end)
end)
