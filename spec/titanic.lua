--- A titanic and what it needs as programs, for specs: broker, titanic, echo workers.
local helper = require "spec.helper"

local titanic = {}

--- Start a role of the release program, with a quick heart: a process as in spec/process.lua.
function titanic.start(role, arguments)
  return helper.start(helper.release,
    { "run", role, "--control=none", "--strict", table.unpack(arguments) })
end

function titanic.broker(endpoint)
  return titanic.start("majordomo/broker", { "--heartbeat=200", "--retries=1000",
    "--router.bind=" .. (endpoint or "tcp://127.0.0.1:*") })
end

function titanic.titanic(endpoint, data, arguments)
  return titanic.start("titanic/titanic", { "--name=titanic", "--heartbeat=200",
    "--broker=" .. endpoint, "--data=" .. data, table.unpack(arguments or {}) })
end

--- A worker of this role (its file, or the built-in echo).
function titanic.worker(endpoint, role, arguments)
  return titanic.start(role or "majordomo/echo", { "--heartbeat=200",
    "--broker.connect=" .. endpoint, table.unpack(arguments or {}) })
end

return titanic
