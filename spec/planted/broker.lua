--- A small broker into which bugs can be planted: the option `bug` names one; "" is right.
-- It polls, so that it says itself when it reads and when it judges. Workers beat; one that is
-- silent for too long is dead, and its request goes to another.
local queue = require "sloop.queue"

local TICK <const> = 10 -- ms
local MESSAGES <const> = 100 -- at once from each socket

local broker = {
  options = { bug = "", expiry = 1000 },
  state = {
    waiting = queue.new(), -- keys of requests
    requests = {},         -- key -> { client, id }, until it is answered
    idle = queue.new(),    -- names of workers
    workers = {},          -- name -> { node =, seen = ms, idle = boolean, key = what it works at }
    last = "",             -- the client that asked last
  },
  sockets = {
    clients = { "router", bind = "tcp://*:5555", heartbeat_ivl = 0 },
    services = { "router", bind = "tcp://*:5556", heartbeat_ivl = 0 },
  },
}

local function has(self, bug) return self.options.bug == bug end

local function note_queue(self)
  local count = 0
  for _ in pairs(self.requests) do count = count + 1 end
  self:note("queue", { length = count })
end

local function rest(self, name)
  local worker = self.workers[name]
  if worker.idle and not has(self, "a worker is listed twice") then return end
  worker.idle = true
  queue.push(self.idle, name)
end

local function dispatch(self)
  while not (queue.empty(self.waiting) or queue.empty(self.idle)) do
    local name = queue.pop(self.idle)
    local worker = self.workers[name]
    if worker or has(self, "a dead worker stays in the rotation") then
      local key = queue.pop(self.waiting)
      self:note("assigned", { id = name, key = key })
      if worker then worker.idle, worker.key = false, key end
      self.services:send(name, key)
    end
  end
end

local function expire(self)
  for name, worker in pairs(self.workers) do
    if self:now() - worker.seen > self.options.expiry then
      self:note("expired", { worker = worker.node })
      if worker.key then
        self:note("taken_back", { id = name })
        if not has(self, "a dead worker's request is lost") then
          queue.push(self.waiting, worker.key)
        end
      end
      self.workers[name] = nil
    end
  end
end

local function answer(self, name, worker, key)
  if worker.key ~= key then return end -- it was taken back
  self:note("done", { id = name })
  worker.key = nil
  local request = self.requests[key]
  if not has(self, "an answered request is kept") then self.requests[key] = nil end
  local client = has(self, "the last client gets every reply") and self.last or request[1]
  self.clients:send(client, request[2])
  note_queue(self)
end

local function from_worker(self, name, node, state, key)
  if not name then return false end
  local worker = self.workers[name] or { node = node, idle = false }
  self.workers[name] = worker
  worker.seen = self:now()
  if key then answer(self, name, worker, key) end
  local is_free = state == "idle" and not worker.key
  if is_free or has(self, "a busy worker's beat is taken for READY") then rest(self, name) end
  return true
end

local function from_client(self, client, id)
  if not client then return false end
  local key = client .. "#" .. id
  self.requests[key] = { client, id }
  self.last = client
  queue.push(self.waiting, key)
  note_queue(self)
  return true
end

local function read(self)
  for _ = 1, MESSAGES do
    if not from_worker(self, self.services:recv(0)) then break end
  end
  for _ = 1, MESSAGES do
    if not from_client(self, self.clients:recv(0)) then break end
  end
end

function broker.serve(self)
  while true do
    self:sleep(TICK)
    if has(self, "silence is judged before reading") then
      expire(self)
      read(self)
    else
      read(self)
      expire(self)
    end
    dispatch(self)
  end
end

function broker.init(self) self:spawn("serve") end

return broker
