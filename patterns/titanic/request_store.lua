--- The requests of a titanic in its store, and those that are live in memory.
--
--   "live:NUMBER" -> { uuid =, service =, tries =, stored =, dispatched =, bytes =, frame... }
--   "done:UUID"   -> { service =, tries =, stored =, finished =, bytes =, frame of the reply... }
--   "dead:UUID"   -> the same with reason =, number =, died =
--   "counts"      -> { number = of the last request, requests =, bytes = of all of them }
--
-- What is finished or dead is live in memory until that is on disk: only then is it told.
-- Numbers are in the order of arrival and survive a restart, which reads "counts" and what is live.
-- What one function puts is on disk together: the caller may wait only afterwards. Times are of
-- the wall clock, in ms.
local request_store = {}

-- How many live requests keep their frames in memory; those of others are read when it is their
-- turn.
local CACHED <const> = 2000

local function live_key(number) return ("live:%016x"):format(number) end

local function count(self, requests, bytes)
  local counts = self.counts
  counts.requests, counts.bytes = counts.requests + requests, counts.bytes + bytes
  self.store:put("counts", counts)
end

local function remember(self, number, job)
  self.live[number] = job
  self.numbers[job.uuid] = number
  self.live_count = self.live_count + 1
end

--- The request is live no longer, if it was.
function request_store.forget(self, number)
  local job = self.live[number]
  if not job then return end
  self.live[number], self.numbers[job.uuid] = nil, nil
  self.live_count = self.live_count - 1
end

-- What is remembered of a request whose frames are on disk.
local function without_frames(job)
  return { uuid = job.uuid, service = job.service, tries = job.tries, stored = job.stored,
           dispatched = job.dispatched, bytes = job.bytes }
end

--- Read what a restart needs. Calls `each(number, job)` for the live requests, oldest first.
function request_store.load(self, each)
  self.counts = self.store:get "counts" or self.counts
  for key, job in self.store:each "live:" do
    local number = tonumber(key:sub(6), 16)
    remember(self, number, without_frames(job))
    each(number, self.live[number])
  end
end

--- Why no request of this many bytes can be taken; nil when it can.
function request_store.is_full(self, bytes)
  if self.counts.requests >= self.options.max_requests then return "too many requests" end
  if self.counts.bytes + bytes > self.options.max_bytes then return "too many bytes" end
end

--- Put a new request: its number, and what is remembered of it.
function request_store.add(self, uuid, bytes, service, ...)
  local number = self.counts.number + 1
  local job = { uuid = uuid, service = service, tries = 0, stored = self:wall(), bytes = bytes,
                ... }
  self.counts.number = number
  self.store:put(live_key(number), job)
  count(self, 1, bytes)
  if self.live_count >= CACHED then job = without_frames(job) end
  remember(self, number, job)
  return number, job
end

--- The frames of a live request.
function request_store.frames(self, number)
  local job = self.live[number]
  if not job[1] then job = self.store:get(live_key(number)) end
  return table.unpack(job)
end

--- A try has failed: put how many there were.
function request_store.put_tries(self, number)
  local job = self.live[number]
  local stored = job[1] and job or self.store:get(live_key(number))
  stored.tries, stored.dispatched = job.tries, job.dispatched
  self.store:put(live_key(number), stored)
end

--- The request was answered: put the reply in its place. To be forgotten when that is synced.
function request_store.finish(self, number, ...)
  local job = self.live[number]
  local reply, bytes = { ... }, #job.service
  for _, frame in ipairs(reply) do bytes = bytes + #frame end
  reply.service, reply.tries, reply.bytes = job.service, job.tries + 1, bytes
  reply.stored, reply.finished = job.stored, self:wall()
  self.store:put("done:" .. job.uuid, reply)
  self.store:put(live_key(number), nil)
  count(self, 0, bytes - job.bytes)
  job.bytes, job.over = bytes, "done:"
end

--- The request is given up: put it among the dead letters. To be forgotten when that is synced.
function request_store.bury(self, number, reason)
  local job = self.live[number]
  local dead = job[1] and job or self.store:get(live_key(number))
  dead.tries, dead.number, dead.died, dead.reason = job.tries, number, self:wall(), reason
  self.store:put("dead:" .. job.uuid, dead)
  self.store:put(live_key(number), nil)
  job.over = "dead:"
end

--- A dead letter becomes live again, with a new number: the last of all. Nil when there is none.
function request_store.revive(self, uuid)
  local dead = self.store:get("dead:" .. uuid)
  if not dead then return nil end
  self.store:put("dead:" .. uuid, nil)
  count(self, -1, -dead.bytes)
  return request_store.add(self, uuid, dead.bytes, dead.service, table.unpack(dead))
end

--- Remove the request of this uuid in whatever state it is. True when there was one.
function request_store.remove(self, uuid)
  local number = self.numbers[uuid]
  if number then
    local job = self.live[number]
    self.store:put(job.over and job.over .. uuid or live_key(number), nil)
    count(self, -1, -job.bytes)
    request_store.forget(self, number)
    return true
  end
  for _, kind in ipairs { "done:", "dead:" } do
    local kept = self.store:get(kind .. uuid)
    if kept then
      self.store:put(kind .. uuid, nil)
      count(self, -1, -kept.bytes)
      return true
    end
  end
end

--- "live", "done" and the reply, or "dead" and the dead letter; nil when there is none.
function request_store.find(self, uuid)
  if self.numbers[uuid] then return "live" end
  local kept = self.store:get("done:" .. uuid)
  if kept then return "done", kept end
  kept = self.store:get("dead:" .. uuid)
  if kept then return "dead", kept end
end

return request_store
