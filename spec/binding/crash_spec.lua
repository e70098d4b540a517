--- A simulated node that crashes while its tasks wait: destroying them touches nothing that is gone
local helper = require "spec.helper"
local sloop = require "sloop"

describe("a simulated crash", function()
  after_each(helper.cleanup)

  -- What runs when the node is destroyed sends, receives and asks what its sockets are ready for.
  local ROLE <const> = [[
    local role = { sockets = { %s }, on = {}, state = { count = 0 } }
    function role.on.peer(self, ...)
      local guard <close> = setmetatable({}, { __close = function()
        pcall(self.peer.try_send, self.peer, "late")
      end })
      self.count = self.count + 1
      self:sleep(100)
    end
    function role.init(self) %s end
    return role]]

  local function crash(first, second)
    local folder = helper.folder()
    local function write(name, sockets, init)
      return helper.write(("%s/%s.lua"):format(folder, name), ROLE:format(sockets, init or ""))
    end
    local result = assert(sloop.sim({
      nodes = {
        a = { write("a", ('peer = { %q, bind = "tcp://*:5555" }'):format(first)) },
        b = { write("b", ('peer = { %q, connect = "tcp://localhost:5555" }'):format(second),
          'for i = 1, 20 do self.peer:try_send("", tostring(i)) end') },
      },
      duration = 3000, quiet = 100,
      schedule = {
        { kind = "crash", time = 500, duration = 300, node = 1 },
        { kind = "crash", time = 1200, duration = 300, node = 2 },
        { kind = "crash", time = 2000, duration = 300, node = 1, silent = true },
      },
    }, { seed = 1 }))
    assert.is_nil(result.failure)
    local crashes = 0
    for _, event in ipairs(result.history) do
      if event.kind == "crash" then crashes = crashes + 1 end
    end
    assert.equal(3, crashes)
  end

  for first, second in pairs {
    dealer = "dealer", router = "dealer", rep = "dealer", pair = "pair", xpub = "xsub",
  } do
    it(("ends %s and %s well"):format(first, second), function() crash(first, second) end)
  end
end)
