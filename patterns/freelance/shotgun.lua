--- Freelance model 2: sends each request to all servers and takes the first reply.
-- Each server has a connection of its own, so that each gets every request once a try, and one that
-- is away does not delay the others.
local check_frames = require "sloop.check_frames"
local numbered = require "freelance/numbered"
local reject = require "sloop.reject_message"

local connection = { -- to one server
  sockets = {
    server = {
      "dealer", linger = 0,
      sndhwm = 100, -- requests queued while the server is away: it gets no more than these at once
    },
  },
  on = {},
}

function connection.on.server(self, ...) self:emit(...) end

---@type sloop.Role
local shotgun = {
  options = {
    servers = { "tcp://localhost:5555" },
    timeout = 3000, -- ms a request may take in all
    tries = 3,      -- a request is sent so often in this time: it may be lost, or a server come up
  },
  limits = { timeout = { min = 1 }, tries = { min = 1 } },
  state = {
    number = 0,   -- of the latest request
    rejects = {}, -- reason -> times
  },
  parts = function(options)
    local function connect(i) return options.servers[i] end
    return { connections = {
      connection, count = #options.servers, server = { connect = connect },
    } }
  end,
  on = {},
}

local function from_server(self, number, ...)
  if not number then return reject(self, (...)) end
  self:wake(number, ...) -- a second reply wakes no task
end

function shotgun.on.connections(self, ...) from_server(self, numbered.from_server(...)) end

--- The reply's frames, or nil and "offline", within `timeout` ms.
function shotgun.request(self, ...)
  check_frames("request", ...)
  self.number = self.number + 1
  local number = tostring(self.number)
  for _ = 1, self.options.tries do
    for _, each in ipairs(self.connections) do
      each.server:try_send(numbered.to_server(number, ...))
    end
    local reply = table.pack(self:wait(number, self.options.timeout / self.options.tries))
    if reply[1] then return table.unpack(reply, 2, reply.n) end
  end
  return nil, "offline"
end

return shotgun
