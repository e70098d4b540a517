--- Binary star in virtual time: it keeps its promise under faults, and the checkers find each
-- planted bug. SEEDS=5000 runs more seeds.
local planting = require "spec.planting"

local SEEDS <const> = tonumber(os.getenv "SEEDS") or 20

planting.specify("binary_star", {
  topologies = {
    topology = SEEDS, publish_topology = SEEDS / 2, alone = SEEDS / 3, stalls = SEEDS / 2,
    stale = SEEDS / 4,
  },
  failed = {
    topology = { 21234 }, -- a backup was to know what it could not hear yet
    stalls = { 103384 },  -- a passive one had stood still, and not read yet that it was wrong
  },
  within = 300,
  bugs = {
    { "there is no fencing: an active never yields", "topology", "answered in term %d+, but",
      pair = { "if not yields then return end", "if yields or not yields then return end" } },
    { "terms have no parity", "topology", "active %d+ while",
      pair = { "if (term % 2 == 1) ~= is_primary(self) then term = term + 1 end", "" } },
    { "the term is not on disk", "topology", "active in term %d+, but",
      pair = { 'self.terms:put("highest", self.highest)', "" } },
    { "a primary takes over when it is back", "topology", "took over from backup, which was well",
      pair = {
        'active = function(self) enter(self, "passive") end',
        'active = function(self) if is_primary(self) then ' ..
        'self.peer = "waiting" activate(self) end end' } },
    { "it does not step down after a stall", "stalls", "answered in term %d+, but",
      pair = { "if not silence.is_stalled(self) then", "do" } },
    { "stale states are obeyed", "stale", "active in term 2, but primary is active in 3",
      pair = {
        'if may and in_time(self) then', "do" } },
    { "a backup that is alone never serves", "alone", "0 are active at the end",
      silence = { "return waits and 4 or 2", "return waits and 400 or 2" } },
    { "a request alone is reason enough to take over", "topology", "took over from",
      silence = { "return left(self) <= 0", "return true" } },
    { "an answer leaves in whichever term it is by then", "stalls", "answered in term %d+, but",
      server = { "if not self.pair:holds(term) then return end", "" } },
    { "a client never asks the passive one", "topology", "'reply' since the faults ended",
      client = { "    switch(self, asked)\n", "" } },
    { "a subscriber stays with a silent publisher",
      "publish_topology", "'received' since the faults ended",
      subscriber = { "server = server % #self.options.servers + 1", "" } },
    { "a publisher publishes while it is passive", "publish_topology", "published in term",
      publisher = { 'if not self.pair:holds() then return nil, "passive" end', "" } },
  },
})
