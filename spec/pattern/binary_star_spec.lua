--- Binary star in virtual time: it keeps its promise under faults, and the checkers find each
-- planted bug. SEEDS=5000 runs more seeds.
local helper = require "spec.helper"
local planting = require "spec.planting"

local SEEDS <const> = tonumber(os.getenv "SEEDS") or 20

describe("binary star, simulated", function()
  after_each(helper.cleanup)

  local plot = planting.of("binary_star", { "alone", "stalls" })

  for name, seeds in pairs {
    topology = SEEDS, publish_topology = SEEDS // 2, alone = SEEDS // 3, stalls = SEEDS // 2,
  } do
    it("keeps what its " .. name .. " promises", function()
      local status, out = plot.simulate(plot.copy {}, name, seeds)
      assert.equal(0, status, out)
    end)
  end

  local PLANTED <const> = {
    ["there is no fencing: an active never yields"] = { "topology", pair = {
      "if not yields then return end", "if yields or not yields then return end" } },
    ["terms have no parity"] = { "topology", pair = {
      "if (term % 2 == 1) ~= is_primary(self) then term = term + 1 end", "" } },
    ["the term is not on disk"] = { "topology", pair = {
      'self.terms:put("highest", self.highest)', "" } },
    ["a primary takes over when it is back"] = { "topology", pair = {
      'active = function(self) enter(self, "passive") end',
      'active = function(self) if is_primary(self) then ' ..
      'self.peer = "waiting" activate(self) end end' } },
    ["it does not step down after a stall"] = { "stalls", pair = {
      "if self:now() - self.beaten <= 1.8 * self.options.interval then", "do" } },
    -- Heartbeats that end a connection, and the time a disk takes, would hide it.
    ["stale states are obeyed"] = { "stalls", pair = {
      "socket.heartbeat_timeout = 2 * ms", "socket.heartbeat_ivl = 0",
      'if same and (self.peer ~= "active" or is_alone(self)) and in_time(self) then', "do",
      "if rule and in_time(self) then", "if rule then" } },
    ["a backup that is alone never serves"] = { "alone", pair = {
      "self.highest) and 4 or 2", "self.highest) and 400 or 2" } },
    ["a request alone is reason enough to take over"] = { "topology", pair = {
      "return self:now() >= is_alone_at(self)", "return true" } },
    ["silence is judged before it has read what was said meanwhile"] = { "stalls", pair = {
      "self.heard, self.stalls = now,", "self.stalls =" } },
    ["an answer leaves in whichever term it is by then"] = { "stalls", server = {
      "if not self.pair:holds(term) then return end", "" } },
    ["a client never asks the passive one"] = { "topology", client = {
      "    switch(self, asked)\n", "" } },
    ["a subscriber stays with a silent publisher"] = { "publish_topology", subscriber = {
      "server = server % #self.options.servers + 1", "" } },
    ["a publisher publishes while it is passive"] = { "publish_topology", publisher = {
      'if not self.pair:holds() then return nil, "passive" end', "" } },
  }
  for bug, changes in pairs(PLANTED) do
    it("is found out when " .. bug, function()
      local topology = table.remove(changes, 1)
      plot.finds(changes, topology, 300)
    end)
  end
end)
