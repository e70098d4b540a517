--- A node, made from its role: what the host's C calls of it.
-- Runs in the node's own Lua state, which calls the functions this chunk returns; gets what only C
-- can do. Has itself only what every node needs all the time; the rest are its tools: how its role
-- is loaded is in load_role.lua, how it is built in make_node.lua, how it begins in start.lua, how
-- it changes while it runs in reload.lua, and what it answers to questions in control_requests.lua.
local make_core, load_tool = ...

local SELF <const> = 1 -- as C has it: bindings/objects/self.h

local instance = {}
-- What is known of the node: its spec; its root; all instances, parts before their owners; its
-- open stores by their files; its open inputs by their sources; taps of its relays by the
-- listener's endpoint.
local node = { all = {}, stores = {}, inputs = {}, taps = {} }
instance.node = node

-- ---- tools ----

local tools, box = {}, {}

--- What a node needs only now and then, a file of this folder; loaded when it is asked for. It is
-- called with the node, and while there are tools there is also node.core.
function node.tool(name)
  node.core = node.core or make_core()
  if not tools[name] then
    tools[name] = load_tool(box, ("scripts/%s.lua"):format(name), node)
  end
  return tools[name]
end

-- Idle nodes may be many, so what is needed for a moment is forgotten; but a node that reloads
-- once will do so again, and then node.reloads.
local function forget_tools()
  if node.reloads then return end
  tools, box, node.core = {}, {}, nil
end

-- ---- life ----

--- Load the role and check it: true, or nil, the reason, and whether the user is to blame. `spec`
-- is { role =, entry =, args =, name =, strict =, ... }. Nothing is opened yet. What the next steps
-- need is loaded, too, if they are `taken_at_once`: where all nodes are loaded before any starts,
-- each of them would have it.
function instance.load(spec, taken_at_once)
  node.spec, node.taken_at_once = spec, taken_at_once
  local role, path, usage = node.tool "node/load_role".load()
  if not role then return nil, path, usage end
  node.new_self = node.tool "node/self"
  forget_tools()
  if taken_at_once then
    node.tool "node/make_node"
    node.tool "node/start"
  end
  local next_tools, next_box = tools, box
  tools, box = {}, {}
  local declaration, reason, to_blame = node.tool "node/declare_role".begin(role, path)
  if not declaration then return nil, reason, to_blame end
  node.tool "node/note_variables"(declaration)
  node.declaration = declaration
  tools, box = next_tools, next_box
  return true
end

--- Build what was declared, and open its sockets: true, or nil and the reason.
function instance.build()
  local declaration = node.declaration
  node.declaration = nil
  local ok, reason = node.tool "node/make_node".begin(declaration)
  if not node.taken_at_once then forget_tools() end
  return ok, reason
end

--- Run every `init`, parts first.
function instance.start() node.tool "node/start".start() end

--- `init` is done: handlers may be called.
function instance.started()
  node.tool "node/start".started()
  if node.reload_is_due then
    node.reload_is_due = nil
    node.tool "node/reload".reload()
  end
  forget_tools()
end

local release, close_relay, close_store, stop_task
do
  local core = make_core()
  release, close_relay, close_store = core.release, core.close_relay, core.close_store
  stop_task = core.stop_task
end

--- Run the next `stop`, owners before their parts, and last sync the stores; false when that is
-- done.
function instance.next_stop()
  node.stopped = node.stopped or #node.all + 1
  while node.stopped > 1 do
    node.stopped = node.stopped - 1
    local inst = node.all[node.stopped]
    if inst.role.stop then
      stop_task(inst.role.stop, inst[SELF])
      return true
    end
  end
  if node.synced or not next(node.stores) then return false end
  node.synced = true
  stop_task(node.tool "node/stores".sync_all)
  return true
end

--- Close a relay and its taps.
function node.close_relay(relay)
  for _, tap in pairs(node.taps) do
    if tap.relay == relay then
      release(tap.socket)
      tap.relay, tap.socket = nil, nil
    end
  end
  close_relay(relay)
end

--- Close all that the instance has opened.
function node.close(inst)
  for _, timer in pairs(inst.timers) do timer:cancel() end
  for _, signal in pairs(inst.signals) do signal:cancel() end
  for _, relay in pairs(inst.relays) do node.close_relay(relay) end
  for _, socket in pairs(inst.sockets) do release(socket) end
end

--- Close all that is open.
function instance.close()
  for _, inst in ipairs(node.all) do node.close(inst) end
  for _, store in pairs(node.stores) do close_store(store) end
  for _, input in pairs(node.inputs) do input:close() end
end

--- SIGHUP; files may have changed; probation is over, or the new code failed in it.
function instance.hang_up() return node.tool "node/reload".hang_up() end
function instance.changed(looks) return node.tool "node/reload".changed(looks) end
function instance.chore(failed) return node.tool "node/reload".chore(failed) end

--- The answer to a request of `sloop ctl`.
function instance.answer(request)
  local answer = node.tool "node/control_requests".answer(request)
  forget_tools()
  return answer
end

return instance
