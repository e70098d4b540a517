--- Titanic on the wire: the frames of the Guide's ticlient, and a client that sends nonsense.
local helper = require "spec.helper"
local role = require "spec.role"
local titanic = require "spec.titanic"

describe("our titanic, to the Guide's ticlient", function()
  local endpoint
  before_each(function()
    local broker = titanic.broker()
    endpoint = select(2, broker:line "router is bound to (%S+)")
    titanic.titanic(endpoint, helper.folder())
    titanic.worker(endpoint)
  end)
  after_each(helper.cleanup)

  -- As the Guide's mdcli does: a REQ, a header, a service; a fresh one for each call.
  local PRELUDE <const> = [[
    local function call(self, service, ...)
      for _ = 1, 20 do
        local req <close> = self:open { "req", connect = %q, linger = 0 }
        req:send("MDPC01", service, ...)
        local frames = table.pack(req:recv(5000))
        if frames[1] then
          same("MDPC01", frames[1]) same(service, frames[2])
          return table.unpack(frames, 3, frames.n)
        end
      end
      error("no reply from " .. service)
    end ]]

  local function converse(text)
    return role.run(PRELUDE:format(endpoint):gsub("\n", " ") .. "\nreturn { main = function(self)\n"
      .. text .. "\nend }")
  end

  it("stores a request, has its reply for it, and forgets it", function()
    converse [[
      local status, uuid, more = call(self, "titanic.request", "echo", "Hello world")
      same("200", status) same(32, #uuid) same(nil, uuid:match "[^0-9A-F]") same(nil, more)
      local reply
      repeat
        self:sleep(20)
        status, reply, more = call(self, "titanic.reply", uuid)
      until status ~= "300"
      same("200", status) same("Hello world", reply) same(nil, more)
      status, reply = call(self, "titanic.reply", uuid)
      same("200", status) same("Hello world", reply) -- as often as it is asked
      same("200", (call(self, "titanic.close", uuid)))
      same("400", (call(self, "titanic.reply", uuid)))
      same("200", (call(self, "titanic.close", uuid)))
    ]]
  end)

  it("keeps frames as they are: many, empty, binary, large", function()
    converse [[
      local frames = { "", "\0\1\255", ("x"):rep(1 << 20), "end" }
      for i = 5, 200 do frames[i] = tostring(i) end
      local _, uuid = call(self, "titanic.request", "echo", table.unpack(frames))
      local reply
      repeat
        self:sleep(20)
        reply = table.pack(call(self, "titanic.reply", uuid))
      until reply[1] ~= "300"
      same("200", reply[1]) same(201, reply.n)
      for i, frame in ipairs(frames) do
        if frame ~= reply[i + 1] then error("frame " .. i) end
      end
    ]]
  end)

  it("stands nonsense, and goes on", function()
    converse(([[
      for _, text in ipairs { "", "x", "\0", ("F"):rep(31), ("G"):rep(32), ("F"):rep(33),
                              "../../etc/passwd", ("\255"):rep(32), ("x"):rep(100000) } do
        same("400", (call(self, "titanic.reply", text)))
        same("200", (call(self, "titanic.close", text)))
        same("400", (call(self, "titanic.request", text)))
        same("400", (call(self, "titanic.dead", text, text)))
      end
      same("400", (call(self, "titanic.request", "", "body")))
      same("400", (call(self, "titanic.request", "titanic.close", "x")))
      local dealer <close> = self:open { "dealer", connect = ENDPOINT_OF_BROKER, linger = 0 }
      for i = 1, 50 do
        dealer:send("", "MDPC01", "titanic.reply", ("%c"):format(i):rep(i))
        dealer:send("", "MDPC01", "titanic.request", ("%c"):format(i), ("%c"):format(255 - i))
        dealer:send(("%c"):format(i):rep(i))
      end
      local status, uuid = call(self, "titanic.request", "echo", "still there")
      same("200", status)
      same("200", (call(self, "titanic.close", uuid)))
    ]]):gsub("ENDPOINT_OF_BROKER", (("%q"):format(endpoint))))
  end)
end)
