--- Titanic as real programs over tcp: everything is killed in turn, and what was acknowledged is
-- executed, and its reply can be fetched, byte for byte.
local helper = require "spec.helper"
local ports = require "spec.ports"
local reloading = require "spec.reloading"
local role = require "spec.role"
local titanic = require "spec.titanic"
local uv = require "luv"

local SECONDS <const> = os.getenv "SOAK" and 60 or 6

-- Reverses its request, and writes down that it did.
local WORKER <const> = [[
local log = assert(io.open(%q, "a"))
return require "majordomo/worker".serve("reverse", function(_, body)
  log:write(body:match "^[^ ]+", "\n")
  log:flush()
  return body:reverse()
end)]]

-- Stores requests as fast as it can: writes down the uuid of each that was acknowledged.
local CLIENT <const> = [[
local log = assert(io.open(%q, "a"))
local client = { options = { broker = "" }, state = { n = 0 } }
function client.parts(options)
  return { mdp = { "majordomo/client", broker = options.broker, timeout = 1000, retries = 1 } }
end
local function lane(self)
  while true do
    self.n = self.n + 1
    local id = ("%%s-%%d"):format(self.name, self.n)
    local body = id .. " \0\255" .. ("x"):rep(self:random(0, 3000)) .. id
    local status, uuid = self.mdp:request("titanic.request", "reverse", body)
    if status == "200" then
      log:write(uuid, " ", id, " ", #body, "\n")
      log:flush()
    end
    self:sleep(self:random(1, 20))
  end
end
function client.main(self)
  for _ = 1, 4 do self:spawn(lane) end
  self:wait "never"
end
return client]]

-- Fetches the replies to all of these, closes them, and sees that they are gone.
local FETCHER <const> = [[
local fetcher = { parts = { mdp = { "majordomo/client", broker = %q, timeout = 2000 } },
                  state = { left = 0, wrong = "" } }
local function fetch(self, uuid, id, size)
  local status, reply
  repeat
    if status then self:sleep(50) end
    status, reply = self.mdp:request("titanic.reply", uuid)
  until status == "200" or status == "400" or status == "500"
  local wanted = (id .. " \0\255" .. ("x"):rep(size - 2 * #id - 3) .. id):reverse()
  if status ~= "200" or reply ~= wanted then
    self.wrong = ("%%s %%s: %%s %%q"):format(uuid, id, status, tostring(reply):sub(1, 60))
  end
  if self.mdp:request("titanic.close", uuid) ~= "200" then self.wrong = "not closed" end
  if self.mdp:request("titanic.reply", uuid) ~= "400" then self.wrong = "known when closed" end
end
function fetcher.main(self)
  local lines = {}
  for line in io.lines(%q) do table.insert(lines, line) end
  for part = 1, 8 do
    self.left = self.left + 1
    self:spawn(function()
      for i = part, #lines, 8 do
        local uuid, id, size = lines[i]:match "^(%%x+) (%%S+) (%%d+)$"
        if uuid then fetch(self, uuid, id, tonumber(size)) end
      end
      self.left = self.left - 1
      self:wake "done"
    end)
  end
  while self.left > 0 do self:wait "done" end
  if self.wrong ~= "" then return nil, self.wrong end
end
return fetcher]]

local function lines_of(path)
  local lines = {}
  local file = io.open(path)
  for line in file and file:lines() or function() end do table.insert(lines, line) end
  if file then file:close() end
  return lines
end

describe("titanic over tcp", function()
  after_each(helper.cleanup)

  it("keeps what it acknowledged while everything is killed in turn", function()
    local folder, endpoint = helper.folder(), ports.endpoint()
    local acked, executed = folder .. "/acked", folder .. "/executed"
    local worker = helper.write(folder .. "/worker.lua", WORKER:format(executed))
    local client = helper.write(folder .. "/client.lua", CLIENT:format(acked))
    local clients = 0
    local start = {
      broker = function() return titanic.broker(endpoint) end,
      titanic = function()
        return titanic.titanic(endpoint, folder .. "/data", { "--lanes=8", "--timeout=2000",
          "--pause=100", "--max-pause=500", "--max-tries=100000" })
      end,
      one = function() return titanic.worker(endpoint, worker) end,
      two = function() return titanic.worker(endpoint, worker) end,
      client = function()
        clients = clients + 1
        return titanic.start(client, { "--broker=" .. endpoint, "--name=c" .. clients })
      end,
    }
    local turn = { "titanic", "client", "broker", "one", "titanic", "two" }
    local running, kills = {}, 0
    for name, act in pairs(start) do running[name] = act() end
    local deadline = uv.hrtime() + SECONDS * 1000000000
    while uv.hrtime() < deadline do
      local goal = #lines_of(acked) + 5 -- it has worked again since the last kill
      reloading.wait(function() return #lines_of(acked) >= goal end, "requests to be stored")
      local name = turn[kills % #turn + 1]
      running[name]:signal "sigkill"
      running[name]:wait()
      running[name] = start[name]()
      kills = kills + 1
    end
    running.client:signal "sigkill"
    running.client:wait()
    assert.is_true(kills >= 4, kills)
    assert.is_true(#lines_of(acked) > 20)
    assert.equal(nil, (select(2, role.try(FETCHER:format(endpoint, acked)))))
    local done = {}
    for _, id in ipairs(lines_of(executed)) do done[id] = true end
    for _, line in ipairs(lines_of(acked)) do
      local id = line:match "^%x+ (%S+) %d+$"
      if id then assert.is_true(done[id], id .. " was acknowledged, and never executed") end
    end
  end)

  it("refuses with 500 and the reason when it is full, until there is room", function()
    local broker = titanic.broker()
    local _, endpoint = broker:line "router is bound to (%S+)"
    titanic.titanic(endpoint, helper.folder(), { "--max-requests=3", "--max-bytes=1000" })
    assert.equal("200 200 500 too many bytes 200 500 too many requests 200 200", role.run(([[
      local role = { parts = { mdp = { "majordomo/client", broker = %q, timeout = 5000 } } }
      function role.main(self)
        local seen, uuid = {}, nil
        local function store(body)
          local status, more = self.mdp:request("titanic.request", "nobody", body)
          table.insert(seen, status)
          if status ~= "200" then table.insert(seen, more) else uuid = more end
        end
        store "1" store "2" store(("x"):rep(1000)) store "3" store "4"
        table.insert(seen, (self.mdp:request("titanic.close", uuid)))
        store "5"
        return table.concat(seen, " ")
      end
      return role]]):format(endpoint)))
  end)

  it("loses no request when its tasks are closed by a reload", function()
    local broker = titanic.broker()
    local _, endpoint = broker:line "router is bound to (%S+)"
    local worker = helper.write(helper.folder() .. "/worker.lua",
      [[return require "majordomo/worker".serve("slow", function(self, body)
        self:sleep(400)
        return body
      end)]])
    for _ = 1, 4 do titanic.worker(endpoint, worker) end
    local function version(n) -- another version of the state: every task is closed
      return ([[return require "sloop.extend_role"(require "titanic/titanic",
        { version = %d, migrate = function(old) return old end })]]):format(n)
    end
    local arguments = { "--broker=" .. endpoint, "--heartbeat=200", "--pause=50",
                        "--timeout=5000", "--data=" .. helper.folder() }
    local node = reloading.start({ ["node.lua"] = version(1) },
      { program = helper.release, arguments = arguments })
    local client = titanic.start(helper.write(helper.folder() .. "/client.lua", ([[
      local client = { parts = { titanic = { "titanic/client", broker = %q, interval = 50 } },
                       state = { done = 0 } }
      function client.main(self)
        for i = 1, 12 do
          self:spawn(function()
            assert(self.titanic:call("call " .. i, "slow", "body " .. i) == "body " .. i)
            self.done = self.done + 1
            self:wake "done"
          end)
        end
        while self.done < 12 do self:wait "done" end
        print "all done"
      end
      return client]]):format(endpoint)), { "--data=" .. helper.folder() })
    node:wait_for "self.live_count > 4"
    for n = 2, 5 do
      node:accept(version(n))
      reloading.pass(100)
    end
    client:line "all done"
    assert.equal(0, (client:wait()))
  end)

  it("ends when its disk fails, with 500 for who waits, and begins again from it", function()
    local data, control = helper.folder(), helper.folder() .. "/control"
    local broker = titanic.broker()
    local _, endpoint = broker:line "router is bound to (%S+)"
    local function start()
      return helper.start(helper.release, { "run", "titanic/titanic", "--control=none",
        "--heartbeat=200", "--broker=" .. endpoint, "--data=" .. data },
        { env = { LD_PRELOAD = uv.cwd() .. "/build/spec/disk.so", DISK_CONTROL = control } })
    end
    local function ask(...)
      local frames = ("%q, "):rep(select("#", ...)):format(...)
      return role.run(([[return {
        parts = { mdp = { "majordomo/client", broker = %q, timeout = 5000 } },
        main = function(self)
          return table.concat(table.pack(self.mdp:request(%s)), " ")
        end }]]):format(endpoint, frames:sub(1, -3)))
    end
    local node = start()
    local uuid = ask("titanic.request", "nobody", "good"):match "^200 (%x+)$"
    helper.write(control, "eio")
    assert.equal("500 disk I/O error", ask("titanic.request", "nobody", "bad"))
    assert.equal(1, (node:wait()))
    assert.equal("sloop: the store failed: disk I/O error", node.stderr[#node.stderr])
    helper.write(control, "")
    node = start()
    node:line "1 requests are live"
    assert.equal("300", ask("titanic.reply", uuid))
  end)
end)
