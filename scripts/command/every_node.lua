--- `sloop ctl --all REQUEST`: the same request to all that run here, one after the other.
-- A topology answers itself what it can; else each of its running nodes does.
local arguments = require "command/arguments"
local json = require "base/json"
local running = require "command/running_nodes"

local every_node = {}

local PATIENCE <const> = 5000 -- ms for each
local OF_A_TOPOLOGY <const> = { status = true, reload = true, stop = true }
local OF_ITS_NODES_TOO <const> = { reload = true } -- its file, and then their code

-- Make the request of one: its answer, or one that says why there is none.
local function ask(target, request)
  request.node = target.node
  local answer, reason = running.ask(target.name, target.path, request, PATIENCE)
  return answer or { ok = false, reason = reason }
end

local function ask_nodes(topology, request, found)
  local status = running.status(topology.path)
  for _, node in ipairs(status and status.nodes or {}) do
    if node.state == "running" then
      found(topology.name .. "/" .. node.name, ask({ path = topology.path, node = node.name,
                                                     name = node.name }, request))
    end
  end
end

-- Make the request of each, and call `found(name, answer)`.
local function ask_all(request, found)
  for _, each in ipairs(running.list()) do
    local is_topology = each.status and each.status.topology
    local itself = not is_topology or OF_A_TOPOLOGY[request.command]
    if itself then found(each.name, ask(each, request)) end
    if is_topology and (not itself or OF_ITS_NODES_TOO[request.command]) then
      ask_nodes(each, request, found)
    end
  end
end

-- A line of text goes behind the name of its node, more lines below it.
local function print_answer(name, text)
  local is_line = not text:find "\n."
  io.stdout:write(name, is_line and ": " or ":\n", text == "" and "done\n" or text)
end

--- Make this request of each, and print the answers: as JSON, or what `text_of(answer)` makes of
-- each. The exit status is 1 if one of them refused.
function every_node.ask(request, as_json, text_of)
  local answers, status = {}, 0
  ask_all(request, function(name, answer)
    table.insert(answers, { name = name, answer = answer })
    if not answer.ok then status = arguments.FAILED end
    if as_json then return end
    if answer.ok then print_answer(name, text_of(answer))
    else arguments.fail(("%s: %s"):format(name, answer.reason)) end
  end)
  if as_json then
    io.stdout:write(answers[1] and json.text(answers) or "[]", "\n")
  elseif not answers[1] then
    io.stdout:write "no nodes are running\n"
  end
  return status
end

return every_node
