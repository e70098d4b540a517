--- What a broker promises alone: its clients try once, and wait long. Only workers and their
-- connections fail. Each request is answered, and goes to another worker only when the broker has
-- taken it back.
local promises = require "sloop.promise_checkers"

local REQUESTS <const> = 30

-- A worker may begin with what it was given long after it was taken from it: it could not be told.
-- So what counts is how many begin again.
local function check_begins(history)
  local begun, again, taken_back = {}, 0, 0
  for _, event in ipairs(history) do
    if event.kind == "requeued" then taken_back = taken_back + 1 end
    if event.kind == "gave_up" or event.kind == "expired" then return "broker: " .. event.kind end
    if event.kind == "begin" then
      if begun[event.request] then again = again + 1 end
      begun[event.request] = true
      if again > taken_back then
        return ("%s has '%s', which was not taken back"):format(event.node, event.request)
      end
    end
  end
end

local MAJORDOMO <const> = "MAJORDOMO" -- the folder of the roles: a spec says which

return {
  nodes = {
    broker = { MAJORDOMO .. "/broker.lua", heartbeat = 500, retries = 1000,
      request_expiry = 3600000 },
    worker = { MAJORDOMO .. "/echo.lua", count = 3, heartbeat = 500, work = 200,
      broker = { connect = "@broker.router" } },
    client = { MAJORDOMO .. "/client.lua", count = 3, service = "echo",
      broker = "@broker.router", requests = REQUESTS, timeout = 60000, retries = 1 },
  },
  faults = {
    crash = { "worker" }, pause = { "worker" }, slow = { "worker" }, step = true,
    cut = { "worker" }, half_open = { "worker" }, partition = { "worker" }, delay = { "worker" },
  },
  check = promises.all {
    check_begins,
    promises.requeued { of = "worker", within = 500 },
    promises.count { of = "client", note = "reply", count = REQUESTS },
    promises.genuine { of = "client", asked = "body" },
  },
}
