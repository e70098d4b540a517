--- A fake node: what a role's functions get as `self` in a test, without network and time.
--
-- Sockets record what is sent; the clock stands still until the test moves it. What a role may not
-- do with a real node (writing state it did not declare, waiting outside a task) is an error here
-- too. It needs neither a running node nor the program: any Lua 5.4 test framework will do.
--
--   local fake_node = require "sloop.fake_node"
--   local node = fake_node(broker, { heartbeat = 100 })
--   broker.on.router(node, "client", "", "hello")
--   assert.same({ { "client", "", "world" } }, node.router.sent)
--
-- What the test sees, besides what a real `self` has:
--   node.sent, node.NAME.sent    messages, of all sockets and of one, oldest first
--   node.opened, .logged, .notes, .woken, .emitted    what open, log and warn, note, wake and emit
--                                were called with
--   node.NAME:deliver(...)       a message arrives for `recv`
--   node.NAME.refuse = reason    sends fail with this reason
--   node.answer = table.pack(...)    what `emit` returns
--   node.NAME.values, .synced    what a store holds, and how often it was synced
--   node:spawn(f, ...)           runs f as a task, until it waits; what it returned is node.results
--   node:advance(ms)             time passes: sleep, wait and recv that are due go on
--   node.stopped                 the arguments of `stop`
local plain_data = require "base/plain_data"

local MOST_FRAMES <const> = 255

-- A task that waits is a coroutine in node.waiting: { thread, key, deadline }.
local function resume(node, thread, ...)
  local result = table.pack(coroutine.resume(thread, ...))
  if not result[1] then
    local trace = debug.traceback(thread, result[2])
    coroutine.close(thread) -- ends its scopes
    error(trace, 0)
  end
  if coroutine.status(thread) == "dead" then
    node.results = table.pack(table.unpack(result, 2, result.n))
  end
end

local function wait(node, key, ms)
  assert(coroutine.isyieldable(), "cannot wait here: use node:spawn(...)")
  local task = { thread = coroutine.running(), key = key, deadline = ms and node.clock + ms }
  table.insert(node.waiting, task)
  return coroutine.yield()
end

local function take(node, index) return table.remove(node.waiting, index).thread end

local socket = {}
socket.__index = socket

local function new_socket(node, declaration)
  return setmetatable({
    node = node, type = declaration[1], declaration = declaration,
    sent = {},    -- messages, oldest first
    inbox = {},   -- messages for recv
    refuse = nil, -- a reason: sends fail with it
    closed = false, reopened = 0, endpoints = {}, topics = {},
    endpoint = type(declaration.bind) == "table" and declaration.bind[1] or declaration.bind,
  }, socket)
end

function socket:send(...)
  assert(not self.closed, "socket is closed")
  assert(select("#", ...) <= MOST_FRAMES, "a message has at most 255 frames")
  for i = 1, select("#", ...) do
    assert(type((select(i, ...))) == "string", "frames are strings")
  end
  if self.refuse then return nil, self.refuse end
  table.insert(self.sent, { ... })
  table.insert(self.node.sent, { ... })
  return true
end

socket.try_send = socket.send

function socket:recv(ms)
  assert(not self.closed, "socket is closed")
  if #self.inbox == 0 then
    if ms == 0 then return nil, "timeout" end
    local arrived, reason = wait(self.node, self, ms)
    if not arrived then return nil, reason end
  end
  return table.unpack(table.remove(self.inbox, 1))
end

--- For the test: a message arrives; a task that waits in recv goes on with it.
function socket:deliver(...)
  table.insert(self.inbox, { ... })
  self.node:wake(self)
end

function socket:reopen()
  self.closed, self.reopened = false, self.reopened + 1
  return true
end
function socket:connect(endpoint) self.endpoints[endpoint] = true; return true end
function socket:disconnect(endpoint) self.endpoints[endpoint] = nil; return true end
function socket:subscribe(prefix) self.topics[prefix] = true; return true end
function socket:unsubscribe(prefix) self.topics[prefix] = nil; return true end
function socket:close() self.closed = true end
socket.__close = socket.close

local relay = {}
relay.__index = relay
function relay:pause() self.paused = true end
function relay:resume() self.paused = false end
function relay.counts() return { forward = 0, backward = 0, dropped = 0, uncaptured = 0 } end

-- A store in memory: its content is `values`.
local store = {}
store.__index = store
function store:get(key) return plain_data.copy(self.values[key]) end
function store:put(key, value) self.values[key] = plain_data.copy(value) end

function store:sync()
  self.synced = self.synced + 1
  return true
end

function store:each(prefix)
  local keys, values, i = {}, plain_data.copy(self.values), 0
  for key in pairs(values) do
    if key:sub(1, #(prefix or "")) == (prefix or "") then table.insert(keys, key) end
  end
  table.sort(keys)
  return function()
    i = i + 1
    return keys[i], values[keys[i]]
  end
end

local node = {}

function node:now() return self.clock end
function node:wall() return self.clock end

function node:random(low, high) -- always the middle
  if not low then return 0.5 end
  if not high then low, high = 1, low end
  return (low + high) // 2
end

function node:uuid()
  self.uuids = self.uuids + 1
  return ("%032X"):format(self.uuids)
end

function node:log(format, ...) table.insert(self.logged, format:format(...)) end
node.warn = node.log
function node:note(kind, fields) table.insert(self.notes, { kind = kind, fields = fields }) end

function node:open(declaration)
  local opened = new_socket(self, declaration)
  table.insert(self.opened, opened)
  return opened
end

function node:wait(key, ms) return wait(self, key, ms) end
function node:sleep(ms) wait(self, {}, ms) end

--- Unlike on a real node the tasks that wait go on at once.
function node:wake(key, ...)
  local threads = {}
  for i = #self.waiting, 1, -1 do
    if self.waiting[i].key == key then table.insert(threads, 1, take(self, i)) end
  end
  table.insert(self.woken, { key, ... })
  for _, thread in ipairs(threads) do resume(self, thread, true, ...) end
  return #threads
end

--- Runs until it waits. What it returns, once it has, is `node.results` (packed).
function node:spawn(fn, ...)
  if type(fn) == "string" then fn = self[fn] end
  resume(self, coroutine.create(fn), self, ...)
end

--- `emit` is recorded; what the owner's handler would return is `node.answer` (packed).
function node:emit(...)
  table.insert(self.emitted, { ... })
  return table.unpack(self.answer, 1, self.answer.n)
end

function node:stop(...)
  self.stopped = { ... }
  if coroutine.isyieldable() then coroutine.yield() end
  error("stopped", 0)
end

--- For the test: time passes; tasks whose deadlines pass go on, in order of these.
function node:advance(ms)
  local goal = self.clock + ms
  while true do
    local first
    for i, task in ipairs(self.waiting) do
      local sooner = task.deadline and task.deadline <= goal
        and (not first or task.deadline < self.waiting[first].deadline)
      if sooner then first = i end
    end
    if not first then break end
    self.clock = math.max(self.clock, self.waiting[first].deadline)
    resume(self, take(self, first), nil, "timeout")
  end
  self.clock = goal
end

local function section(role, name, options)
  local declared = role[name] or {}
  return type(declared) == "function" and declared(options) or declared
end

--- A node of this role. `options` override the role's defaults; `parts` has by name what
--- `self.<part>` shall be.
local function fake_node(role, options, parts)
  local self = {
    name = "fake", args = {}, options = plain_data.copy(role.options or {}),
    clock = 0, uuids = 0, answer = { n = 0 },
    sent = {}, logged = {}, notes = {}, opened = {}, woken = {}, emitted = {}, waiting = {},
  }
  for name, value in pairs(options or {}) do
    assert(self.options[name] ~= nil, "no such option: " .. name)
    self.options[name] = value
  end
  for name, value in pairs(role.state or {}) do
    assert(self[name] == nil, "a fake node has its own '" .. name .. "'")
    self[name] = plain_data.copy(value)
  end
  for name, declaration in pairs(section(role, "sockets", self.options)) do
    self[name] = new_socket(self, declaration)
  end
  for name in pairs(section(role, "relays", self.options)) do
    self[name] = setmetatable({ paused = false }, relay)
  end
  for name in pairs(section(role, "stores", self.options)) do
    self[name] = setmetatable({ values = {}, synced = 0 }, store)
  end
  for name, part in pairs(parts or {}) do self[name] = part end
  return setmetatable(self, {
    __index = function(_, name)
      if node[name] then return node[name] end
      return type(role[name]) == "function" and role[name] or nil
    end,
    __newindex = function(_, name, value)
      local known = name == "results" or name == "stopped" or (role.state or {})[name] ~= nil
      if not known then error(("state '%s' is not declared"):format(name), 2) end
      rawset(self, name, value)
    end,
  })
end

return fake_node
