--- Replies from a broker's workers to its clients, which in MDP 0.2 may come in parts. A client of
--- MDP 0.1 gets all parts of one as a single message, or none if they are beyond a limit.
-- Of a request: `begun` when its client has part of the reply, `parts` those kept for it, a list of
-- frames with their `size`; `overflow` when they are too much, and nothing more is kept.
local drop_log = require "majordomo/drop_log"
local mdp = require "majordomo/mdp"
local request_table = require "majordomo/request_table"

local replies = {}

local function send(self, request, command, ...)
  request.begun = true
  local sent, reason = self.router:send(mdp.to_client(request, command, ...))
  if not sent then drop_log.drop(self, "client is " .. reason, request.service) end
end

local function check(self, parts, part)
  if #parts + #part > mdp.MAX_FRAMES then return "reply of too many frames" end
  if self.requests.bytes + part.size > self.options.max_bytes then
    return "reply of too many bytes"
  end
end

local function keep(self, request, ...)
  if request.overflow then return end
  local parts, part = request.parts or { size = 0 }, { ... }
  part.size = request_table.size(part)
  local reason = check(self, parts, part)
  if reason then
    request_table.drop_parts(self.requests, request)
    request.overflow = true
    return drop_log.drop(self, reason, request.service)
  end
  table.move(part, 1, #part, #parts + 1, parts)
  request.parts, parts.size = parts, parts.size + part.size
  request.size = request.size + part.size
  self.requests.bytes = self.requests.bytes + part.size
end

--- Passes a reply on, whole or in part: `command` is "final" or "partial".
function replies.forward(self, request, command, ...)
  local is_whole = command == "final" and not request.parts and not request.overflow
  if request.version == 2 or is_whole then return send(self, request, command, ...) end
  keep(self, request, ...)
  if command == "final" and not request.overflow then
    send(self, request, "final", table.unpack(request.parts))
  end
end

return replies
