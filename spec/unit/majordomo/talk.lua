--- A majordomo broker on a fake node, and its peers' words: what its unit specs share.
local broker = require "majordomo/broker"
local helper = require "spec.helper"

local talk = {}

local node

--- A new broker, which the functions below are about: its node.
function talk.start(options)
  node = helper.node(broker, options)
  return node
end

--- What peers say, from their addresses, in MDP 0.1.
function talk.from(...) broker.on.router(node, ...) end
function talk.ready(worker, service) talk.from(worker, "", "MDPW01", "\1", service) end
function talk.ask(client, service, ...) talk.from(client, "", "MDPC01", service, ...) end
function talk.reply(worker, client, ...)
  talk.from(worker, "", "MDPW01", "\3", client, "", ...)
end

function talk.beat(count)
  for _ = 1, count or 1 do broker.on.beat(node) end
end

function talk.stop() broker.stop(node) end

--- What was sent since the last call.
function talk.sent()
  local messages = table.move(node.sent, 1, #node.sent, 1, {})
  for i in ipairs(messages) do node.sent[i] = nil end
  return messages
end

--- What is sent to a worker with a request, to a client with a reply, to a worker sent away.
function talk.work(worker, client, ...)
  return { worker, "", "MDPW01", "\2", client, "", ... }
end
function talk.answer(client, service, ...) return { client, "", "MDPC01", service, ... } end
function talk.gone(worker) return { worker, "", "MDPW01", "\5" } end

--- The kinds of its notes, without those for the checkers of simulations.
local SKIPPED <const> = { removed = true, holds = true }
function talk.notes()
  local list = {}
  for _, note in ipairs(node.notes) do
    if not SKIPPED[note.kind] then table.insert(list, note) end
  end
  return list
end
function talk.kinds()
  local list = talk.notes()
  for i, note in ipairs(list) do list[i] = note.kind end
  return list
end

--- From now on it reaches all but these.
function talk.unreachable(...)
  local away = {}
  for _, address in ipairs { ... } do away[address] = true end
  node.router.send = function(self, address, ...)
    if away[address] then return nil, "unreachable" end
    return getmetatable(self).__index.send(self, address, ...)
  end
end

return talk
