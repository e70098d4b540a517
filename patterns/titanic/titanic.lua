--- Titanic (RFC 9): a request that it answers with 200 is on disk, and is executed at least once.
-- Four MDP services and a dispatcher. Each service has several workers, since MDP gives a worker
-- one request at a time and one commit is to serve many.
local dispatcher = require "titanic/dispatcher"
local request_store = require "titanic/request_store"
local tsp = require "titanic/tsp"

local FAILED <const> = "the store failed"

---@type sloop.Role
local titanic = {
  options = {
    broker = "tcp://localhost:5555",
    heartbeat = 2500,         -- ms between two; the same as the broker's
    lanes = 32,               -- workers of titanic.request, and of titanic.close
    in_flight = 32,           -- requests that one service has at once
    timeout = 30000,          -- ms for a reply of a service
    max_tries = 5,            -- then a request is a dead letter
    pause = 1000,             -- ms until a service that failed is tried again; doubles
    max_pause = 60000,        -- up to this
    retention = 0,            -- ms a reply is kept that is not closed; 0: until it is
    max_requests = 10000000,  -- in whatever state
    max_bytes = 64 << 30,     -- of requests and replies
  },
  limits = {
    heartbeat = { min = 1 }, lanes = { min = 1 }, in_flight = { min = 1 }, timeout = { min = 1 },
    max_tries = { min = 1 }, pause = { min = 1 }, max_pause = { min = 1 }, retention = { min = 0 },
    max_requests = { min = 1 }, max_bytes = { min = 1 },
  },
  state = {
    counts = { number = 0, requests = 0, bytes = 0 },
    live = {},      -- number -> request: see request_store
    numbers = {},   -- uuid -> number of a live one
    live_count = 0,
    services = {},  -- name -> its waiting requests: see dispatcher
    trying = {},    -- number -> { service =, begun = } of those that are with it
    swept = 0,      -- the first byte of the uuids that are looked at next for retention
    failed = false, -- the store has failed, and the node is about to end
  },
  stores = { store = {} },
  parts = function(options)
    local broker = { connect = options.broker }
    local function service(name, count)
      -- One of all tells that the broker is silent.
      local function quiet(number) return name ~= "titanic.request" or number > 1 end
      return { "majordomo/worker", service = name, count = count, heartbeat = options.heartbeat,
               quiet = quiet, broker = broker }
    end
    local function client(timeout, pool)
      return { "majordomo/client", broker = options.broker, timeout = timeout, retries = 1,
               pool = pool }
    end
    return {
      request = service("titanic.request", options.lanes),
      reply = service("titanic.reply", math.min(options.lanes, 16)),
      close = service("titanic.close", options.lanes),
      dead = service("titanic.dead", 1),
      outward = client(options.timeout, 1000), -- asks the services
      lookup = client(math.min(options.timeout, 2500), 16), -- asks mmi.service
    }
  end,
  timers = { tick = 100, sweep = 1000 },
  on = {},
}

--- What was put so far is on disk: true. If it can't be, the memory of this node is ahead of the
--- disk: nil and the reason, and the node ends, to begin again from there.
function titanic.must_sync(self)
  if self.failed then return nil, FAILED end
  local ok, reason = self.store:sync()
  if ok then return true end
  if not self.failed then
    self.failed = true
    self:spawn(function() self:stop(nil, FAILED .. ": " .. reason) end)
  end
  return nil, reason
end

function titanic.init(self)
  request_store.load(self, function(number, job) dispatcher.add(self, number, job.service) end)
  if self.live_count > 0 then self:log("%d requests are live", self.live_count) end
  dispatcher.wake(self)
end

function titanic.reloaded(self) dispatcher.resume(self) end

function titanic.on.tick(self) dispatcher.wake(self) end

function titanic.on.request(self, service, ...)
  local bytes, reason = tsp.check_request(service, ...)
  if not bytes then return tsp.UNKNOWN, reason end
  reason = request_store.is_full(self, bytes)
  if reason then return tsp.ERROR, reason end
  local uuid = self:uuid()
  local number = request_store.add(self, uuid, bytes, service, ...)
  local ok
  ok, reason = self:must_sync()
  if not ok then return tsp.ERROR, reason end
  self:note("stored", { uuid = uuid, service = service })
  dispatcher.add(self, number, service)
  dispatcher.dispatch(self, service)
  return tsp.OK, uuid
end

function titanic.on.reply(self, text)
  local uuid = tsp.uuid(text)
  if not uuid then return tsp.UNKNOWN, "not a uuid" end
  if self.failed then return tsp.PENDING end -- 500 would be for good
  local state, kept = request_store.find(self, uuid)
  if state == "done" then return tsp.OK, table.unpack(kept) end
  if state == "live" then return tsp.PENDING end
  if state == "dead" then return tsp.ERROR, kept.reason end
  return tsp.UNKNOWN, "no such request"
end

function titanic.on.close(self, text)
  local uuid = tsp.uuid(text)
  if uuid and request_store.remove(self, uuid) then
    local ok, reason = self:must_sync()
    if not ok then return tsp.ERROR, reason end
  end
  return tsp.OK
end

-- ---- dead letters ----

local PAGE <const> = 64 -- dead letters in an answer: three frames each

local dead_commands = {}

--- Dead letters in the order of their uuids, those behind this one: uuid, service, reason.
function dead_commands.list(self, after)
  local frames, prefix = {}, "dead:"
  after = after and tsp.uuid(after) or ""
  for key, job in self.store:each(prefix) do
    local uuid = key:sub(#prefix + 1)
    if uuid > after then
      table.move({ uuid, job.service, job.reason }, 1, 3, #frames + 1, frames)
    end
    if #frames >= PAGE * 3 then break end
  end
  return tsp.OK, table.unpack(frames)
end

--- What was asked: the service and the frames.
function dead_commands.get(self, text)
  local uuid = tsp.uuid(text)
  local job = uuid and self.store:get("dead:" .. uuid)
  if not job then return tsp.UNKNOWN, "no such dead letter" end
  return tsp.OK, job.service, table.unpack(job)
end

--- Try it again.
function dead_commands.requeue(self, text)
  local uuid = tsp.uuid(text)
  local number, job = nil, nil
  if uuid then number, job = request_store.revive(self, uuid) end
  if not number then return tsp.UNKNOWN, "no such dead letter" end
  local ok, reason = self:must_sync()
  if not ok then return tsp.ERROR, reason end
  dispatcher.add(self, number, job.service)
  dispatcher.dispatch(self, job.service)
  return tsp.OK
end

function titanic.on.dead(self, command, ...)
  local act = dead_commands[command]
  if not act then return tsp.UNKNOWN, "list, get or requeue" end
  return act(self, ...)
end

-- ---- retention ----

-- The replies whose uuids begin so and that were kept too long.
local function expire(self, prefix)
  local limit, old = self:wall() - self.options.retention, {}
  for key, kept in self.store:each("done:" .. prefix) do
    if kept.finished <= limit then table.insert(old, key:sub(6)) end
  end
  for _, uuid in ipairs(old) do request_store.remove(self, uuid) end
  if old[1] then self:must_sync() end
end

-- A small part of them at a time: all within a tenth of the time they are kept, or 256 s.
function titanic.on.sweep(self)
  self:note("holds", { requests = self.counts.requests, bytes = self.counts.bytes })
  if self.options.retention == 0 then return end
  local parts = math.max(1, math.min(256, 2560000 // self.options.retention))
  for _ = 1, parts do
    expire(self, ("%02X"):format(self.swept))
    self.swept = (self.swept + 1) % 256
  end
end

return titanic
