--- The reliable pipeline's protocol, between ventilator and workers: messages from and to frames.
-- The parsers, `from_...`, are total: any frames give a message, or nil and one of few reasons.
--   worker -> ventilator: [READY][credit][ids of tasks in hand, with spaces]  [DONE][id]  [BEAT]
--   ventilator -> worker: [TASK][id][frame]...  [OK][id]: DONE was received  [WHO]: say READY
local credit = { MAX = 1000 } -- tasks a worker may ask for

local from_worker = {}

function from_worker.READY(number, ids)
  local asked = math.tointeger(tonumber(number or ""))
  if not asked or asked < 1 then return nil, "READY without a credit" end
  local list = {}
  for id in (ids or ""):gmatch "%S+" do table.insert(list, id) end
  return "ready", math.min(asked, credit.MAX), list
end

function from_worker.DONE(id)
  if not id then return nil, "DONE without a task" end
  return "done", id
end

function from_worker.BEAT() return "beat" end

local from_ventilator = {}

function from_ventilator.TASK(id, ...)
  if not id or not id:find "^%S+$" then return nil, "TASK without an id" end
  return "task", id, ...
end

function from_ventilator.OK(id)
  if not id then return nil, "OK without a task" end
  return "ok", id
end

function from_ventilator.WHO() return "who" end

local function parse(commands, command, ...)
  local parser = commands[command or ""]
  if not parser then return nil, "unknown command" end
  return parser(...)
end

--- What a ventilator receives, without the address: "ready", credit, list of ids; "done", id;
--- "beat"; or nil and the reason.
function credit.from_worker(...) return parse(from_worker, ...) end

--- What a worker receives: "task", id, frames...; "ok", id; "who"; or nil and the reason.
function credit.from_ventilator(...) return parse(from_ventilator, ...) end

--- The frames of READY: how many tasks at once, and a set of the ids in hand.
function credit.ready_to_ventilator(number, ids)
  local list = {}
  for id in pairs(ids) do table.insert(list, id) end
  return "READY", tostring(number), table.concat(list, " ")
end

return credit
