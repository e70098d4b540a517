--- The reliable pipeline's words, between ventilator and worker. Parsers are total.
-- worker -> ventilator: [READY][credit]  [DONE][task id]  [BEAT]
-- ventilator -> worker: [TASK][task id][frame]...  [WHO]
local credit = { MOST = 1000 } -- tasks a worker may ask for

local from_worker = {
  READY = function(number)
    local asked = math.tointeger(tonumber(number or ""))
    if not asked or asked < 1 then return nil, "READY without a credit" end
    return "ready", math.min(asked, credit.MOST)
  end,
  DONE = function(id)
    if not id then return nil, "DONE without a task" end
    return "done", id
  end,
  BEAT = function() return "beat" end,
}

local from_ventilator = {
  TASK = function(id, ...)
    if not id then return nil, "TASK without an id" end
    return "task", id, ...
  end,
  WHO = function() return "who" end,
}

local function parse(words, command, ...)
  local word = words[command or ""]
  if not word then return nil, "unknown command" end
  return word(...)
end

--- What a worker says: "ready", credit; "done", id; "beat"; or nil and the reason.
function credit.hear_worker(...) return parse(from_worker, ...) end

--- What a ventilator says: "task", id, frames...; "who"; or nil and the reason.
function credit.hear_ventilator(...) return parse(from_ventilator, ...) end

return credit
