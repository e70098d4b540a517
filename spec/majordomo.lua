--- Majordomo nodes as programs, for specs: brokers, workers, clients over tcp, with a quick heart.
local helper = require "spec.helper"

local majordomo = {}

local STRICT <const> = { "--strict", "--control=none" }

local function start(role, arguments)
  local all = { "run", role }
  table.move(STRICT, 1, #STRICT, 3, all)
  return helper.sloop(table.move(arguments, 1, #arguments, #all + 1, all))
end

--- A broker and its endpoint; a free one, or the one given.
function majordomo.broker(arguments, endpoint)
  local bind = "--router.bind=" .. (endpoint or "tcp://127.0.0.1:*")
  local all = { "--heartbeat=200", bind, table.unpack(arguments or {}) }
  local process = start("majordomo/broker", all)
  if not endpoint then
    endpoint = select(2, process:line "router is bound to (%S+)")
  end
  return process, endpoint
end

--- A worker of this role (its file, or the built-in one).
function majordomo.worker(endpoint, arguments, role)
  return start(role or "majordomo/worker",
    { "--heartbeat=200", "--broker.connect=" .. endpoint, table.unpack(arguments or {}) })
end

function majordomo.client(endpoint, arguments)
  return start("majordomo/client", { "--name=me", "--broker=" .. endpoint, "--service=echo",
    "--interval=0", "--timeout=15000", table.unpack(arguments or {}) })
end

return majordomo
