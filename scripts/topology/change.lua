--- Changes of a topology that runs: its file is loaded again, and new nodes are started, nodes that
-- are gone are stopped, those with other options take them over. Its functions are methods of the
-- supervisor.
local core = require "sloop".core
local loader = require "sloop.loader"
local plain_data = require "base/plain_data"
local shutdown = require "topology/shutdown"
local shutdown_order = require "topology/shutdown_order"

local WATCH_EVERY <const> = 500 -- ms

local is_alive = shutdown.is_alive

local change = {}

-- A thread for a new node: a common one, or one of its own.
local function thread_for(self, node)
  local wish = node.thread
  if wish == nil or wish == false then
    self.next_thread = (self.next_thread or 0) % self.threads + 1
    return self.next_thread
  end
  for _, other in ipairs(self.nodes) do
    if wish ~= true and other.wish == wish then return other.thread end
  end
  self.threads = self.threads + 1
  return self.threads
end

local function add(self, fresh)
  fresh.wish = fresh.thread
  fresh.thread = thread_for(self, fresh)
  self.pool:add(self:add(fresh))
  self:load(fresh)
end

local function remove(self, node)
  if is_alive(node) then return self:stop_node(node, "remove") end
  self:set_state(node, "removed")
end

-- The node's entry has changed: it is sent to a running node; a node of another role is restarted.
local function update(self, node, fresh)
  local other_role = node.role ~= fresh.role
  node.role, node.entry, node.endpoints = fresh.role, fresh.entry, fresh.endpoints
  node.restart, node.has_main = fresh.restart, fresh.has_main
  node.new_entry = self:pack(node)
  if not is_alive(node) then return end
  if other_role then return self:stop_node(node, "restart") end
  self.pool:tell(node.number, core.pack { command = "entry", entry = fresh.entry })
end

local function has_changed(node, fresh)
  return node.role ~= fresh.role or (node.restart or false) ~= (fresh.restart or false)
    or not plain_data.same(node.entry, fresh.entry)
end

-- The nodes by what is to be done: lists of new ones, of those that are gone, of pairs that differ.
local function compare(self, fresh)
  local added, removed, changed, wanted = {}, {}, {}, {}
  for _, node in ipairs(fresh) do
    local present = self.by_name[node.name]
    wanted[node.name] = true
    if not present or present.state == "removed" then
      table.insert(added, node)
    elseif has_changed(present, node) then
      table.insert(changed, { present, node })
    end
  end
  for _, node in ipairs(self.nodes) do
    local is_last = self.by_name[node.name] == node
    if is_last and not wanted[node.name] and node.state ~= "removed" then
      table.insert(removed, node)
    end
  end
  return added, removed, changed
end

local function names_of(nodes)
  local names = {}
  for i, node in ipairs(nodes) do names[i] = node.name end
  return names
end

local function apply(self, fresh)
  local added, removed, changed = compare(self, fresh)
  local answer = { ok = true, topology = true, added = names_of(added),
                   removed = names_of(removed), changed = {} }
  for _, node in ipairs(removed) do remove(self, node) end
  for i, pair in ipairs(changed) do
    answer.changed[i] = pair[1].name
    update(self, table.unpack(pair))
  end
  for _, node in ipairs(added) do add(self, node) end
  self:count_unfinished()
  self.levels = shutdown_order.levels(self.nodes)
  return answer
end

--- What has changed in words: "1 added (x), 2 removed (y, z)".
function change.text(answer)
  local parts = {}
  for _, what in ipairs { "added", "removed", "changed" } do
    local names = answer[what]
    if names[1] then
      table.insert(parts, ("%d %s (%s)"):format(#names, what, table.concat(names, ", ")))
    end
  end
  return parts[1] and table.concat(parts, ", ") or "no node has changed"
end

local function refuse(self, reason)
  self.pool:warn(self.name, "reload refused, the topology stays as it is: " .. reason)
  return { ok = false, reason = reason }
end

--- Load the topology's file again and take over what has changed: the answer to the request.
function change:reload()
  if self.phase ~= "running" then
    return { ok = false, reason = "the topology is starting or stopping" }
  elseif not self.options.load then
    return { ok = false, reason = "this topology is not a file" }
  end
  local fresh, reason = self.options.load()
  if not fresh then return refuse(self, reason) end
  local busy = next(self.requested)
  if busy then return refuse(self, ("%s is being started or stopped"):format(busy.name)) end
  local answer = apply(self, fresh)
  if answer.added[1] or answer.removed[1] or answer.changed[1] then
    self.pool:log(self.name, "reloaded: " .. change.text(answer))
  end
  return answer
end

--- The time at which the topology's file is looked at again, or nil.
function change:watch_due()
  if not (self.options.watch and self.options.load) or self.phase ~= "running" then return nil end
  self.watch_at = self.watch_at or self.pool:now() + WATCH_EVERY
  return self.watch_at
end

--- With --watch: reload when the text of the topology's file has changed.
function change:check_file()
  local due = self:watch_due()
  if not due or self.pool:now() < due then return end
  self.watch_at = nil
  local text = loader.source(self.path)
  local is_there = text and text ~= "" -- an editor may be about to write it
  if is_there and loader.hash(self.path) ~= loader.hashes()[self.path] then self:reload() end
end

return change
