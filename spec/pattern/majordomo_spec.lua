--- Majordomo in virtual time: it keeps its promise under faults, and the checkers find each planted
-- bug. SEEDS=2000 runs more seeds.
local helper = require "spec.helper"

local SEEDS <const> = tonumber(os.getenv "SEEDS") or 60

describe("majordomo, simulated", function()
  after_each(helper.cleanup)

  local ROLES <const> = helper.root .. "/patterns/majordomo"
  local SPEC <const> = helper.root .. "/spec"

  -- Copies the roles and topologies, with changes: file -> { from, to }. Returns the folder.
  local function copied(changes)
    local folder = helper.folder() .. "/majordomo" -- the name by which its files ask for each other
    for _, name in ipairs { "broker", "client", "drop_log", "echo", "liveness", "mdp",
      "mmi", "replies", "request_table", "topology", "worker" } do
      local text, change = helper.read(("%s/%s.lua"):format(ROLES, name)), changes[name]
      if change then
        local start, stop = text:find(change[1], 1, true)
        assert(start, "no such text: " .. change[1])
        text = text:sub(1, start - 1) .. change[2] .. text:sub(stop + 1)
      end
      helper.write(("%s/%s.lua"):format(folder, name), text)
    end
    for _, name in ipairs { "crowded", "redispatch", "siege" } do
      local text = helper.read(("%s/pattern/majordomo/%s.lua"):format(SPEC, name))
      text = text:gsub('"MAJORDOMO"', ("%q"):format(folder)):gsub('"SPEC"', ("%q"):format(SPEC))
      helper.write(("%s/%s.lua"):format(folder, name), text)
    end
    return folder
  end

  local function simulate(folder, name, seeds)
    return helper.run_program(helper.release,
      { "sim", ("%s/%s.lua"):format(folder, name), "--seeds=" .. seeds,
        "--shrink=false" }, { timeout = 3600000 })
  end

  for name, seeds in pairs {
    topology = SEEDS, redispatch = SEEDS, crowded = SEEDS // 4, siege = SEEDS // 6,
  } do
    it("keeps what its " .. name .. " promises", function()
      local status, out = simulate(copied {}, name, seeds)
      assert.equal(0, status, out)
    end)
  end

  local PLANTED <const> = {
    ["a dead worker's request is not given to another"] = { "redispatch", request_table = {
      "if request.begun or", "if not request.begun or" } },
    ["a worker that dies busy is never noticed"] = { "redispatch", liveness = {
      "if reason then", "if reason and not worker.request then" } },
    ["a busy worker's heartbeat counts as READY"] = { "redispatch", broker = {
      'if command ~= "heartbeat" then',
      'if command == "heartbeat" then make_idle(self, worker) else' } },
    ["a worker does not come back after the broker is started again"] = { "topology", worker = {
      "local function unregister(self)", "local function unregister(self) if true then return end"
    } },
    ["a client uses the socket of a late reply again"] = { "topology", client = {
      "local useful = replied and", "local useful = " } },
    ["an invalid worker is not sent away"] = { "siege", broker = {
      'if peer.version then self.router:send(mdp.to_worker(peer, "disconnect")) end', "" } },
    ["an invalid worker takes its request along"] = { "siege", broker = {
      "if self.workers[address] then leave(self, peer) end", "self.workers[address] = nil" } },
    ["a queue has no limit"] = { "siege", request_table = {
      "limits.max_queue > 0", "false" } },
    ["a request that failed is lost in the queue"] = { "redispatch", request_table = {
      "queue.push_front(self.services[request.service].waiting, request)", "" } },
  }
  for bug, changes in pairs(PLANTED) do
    it("is found out when " .. bug, function()
      local status, out = simulate(copied(changes), changes[1], 300)
      assert.equal(1, status, out)
      assert.matches("seed %d+ FAILED", out)
      assert.not_matches("does not start", out)
    end)
  end
end)
