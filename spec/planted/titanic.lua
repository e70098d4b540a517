--- A titanic with a bug, by the option `bug`; it looks through its store at each start.
local dispatcher = require "titanic/dispatcher"
local extend = require "sloop.extend_role"
local request_store = require "titanic/request_store"
local titanic = require "titanic/titanic"
local tsp = require "titanic/tsp"

local role = extend(titanic, { options = { bug = "" } })

local plant = {}

plant["acknowledges before the sync"] = function()
  role.must_sync = function() return true end
end

plant["takes a uuid unchecked"] = function()
  tsp.uuid = function(text) return text end
end

plant["puts the reply and deletes the request in two commits"] = function()
  local finish = request_store.finish
  function request_store.finish(self, number, ...)
    local job = self.live[number]
    local key, again = ("live:%016x"):format(number), self.store:get(("live:%016x"):format(number))
    finish(self, number, ...)
    self.store:put(key, again)
    self.store:sync()
    if job then self.store:put(key, nil) end
  end
end

plant["does not store tries"] = function() request_store.put_tries = function() end end

plant["orders by uuid after a restart"] = function()
  local load = request_store.load
  function request_store.load(self, each)
    local all = {}
    load(self, function(number, job) table.insert(all, { number, job }) end)
    table.sort(all, function(a, b) return a[2].uuid < b[2].uuid end)
    for _, one in ipairs(all) do each(one[1], one[2]) end
  end
end

plant["deletes a request before its reply is stored"] = function()
  local finish = request_store.finish
  function request_store.finish(self, number, ...)
    local store, uuid = self.store, self.live[number].uuid
    finish(self, number, ...)
    local reply = store:get("done:" .. uuid)
    store:put("done:" .. uuid, nil)
    store:sync()
    store:put("done:" .. uuid, reply)
  end
end

plant["forgets what waits after a restart"] = function()
  request_store.load = function(self) self.counts = self.store:get "counts" or self.counts end
end

plant["lets one service stop the others"] = function()
  local dispatch = dispatcher.dispatch
  function dispatcher.dispatch(self, name)
    for _, service in pairs(self.services) do
      if service.due > self:now() then return end
    end
    return dispatch(self, name)
  end
end

plant["tries without end"] = function()
  role.options.max_tries = math.huge
end

-- Each request is in one state, and the counts are right.
local function audit(self)
  local states, requests, bytes = {}, 0, 0
  for key, kept in self.store:each() do
    local kind, name = key:match "^(%a+):(.*)$"
    if kind then
      local uuid = kind == "live" and kept.uuid or name
      assert(not states[uuid], ("%s is %s and %s"):format(uuid, states[uuid], kind))
      states[uuid], requests, bytes = kind, requests + 1, bytes + kept.bytes
    end
  end
  local counts = self.store:get "counts" or self.counts
  assert(counts.requests == requests and counts.bytes == bytes,
    ("%d requests of %d bytes, counted as %d of %d"):format(requests, bytes, counts.requests,
      counts.bytes))
end

function role.init(self)
  local bug = self.options.bug
  if plant[bug] then plant[bug]() end
  if bug == "tries without end" then self.options.max_tries = math.maxinteger end
  audit(self)
  titanic.init(self)
end

return role
