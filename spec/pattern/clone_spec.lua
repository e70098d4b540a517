--- Clone in virtual time: its maps become equal under faults, and the checkers find each planted
-- bug. SEEDS=5000 runs more seeds.
local planting = require "spec.planting"

local SEEDS <const> = tonumber(os.getenv "SEEDS") or 16

planting.specify("clone", {
  topologies = { topology = SEEDS, alone = SEEDS / 2, stalls = SEEDS / 2 },
  failed = { topology = {
    703070, -- a client connected again, and what it had set before was read last
  }, stalls = {
    402352, 600119, -- a server that had stood still obeyed what was said meanwhile
    400843, 402372, -- an active stood still as it published: its ttl began anew at the passive one
    500577, -- the counts of subtrees went on in the new term
  } },
  within = 200,
  bugs = {
    { "a snapshot is cut when a queue is full", "alone", "but %S+ at backup",
      snapshots = { "or patient_send(node, node.snapshot, patience, client, ...)", "or true" } },
    { "a gap is ignored", "alone", "but %S+ at backup",
      replica = { 'is_in_trouble(self, "gap")', "" } },
    { "a snapshot is merged into the map", "topology", "broken of",
      replica_map = {
        "self.map, self.seq, self.updates = map, bye.seq, bye.updates or 0",
        "for key, kv in pairs(map) do old[key] = kv end\n  map = old\n" ..
        "  self.map, self.seq, self.updates = map, bye.seq, bye.updates or 0" } },
    { "a ttl begins anew with a failover", "topology", "a key ended %d+ ms too late",
      server = {
        "if kv.ends then expiry.add(self.ends, key, kv.ends) end\n  end\n  pending",
        "if kv.ends then\n      kv.ends = self:now() + 3000\n" ..
        "      expiry.add(self.ends, key, kv.ends)\n    end\n  end\n  pending" } },
    { "what is pending is replayed twice", "stalls", "replays a set again",
      pending = {
        "self.lists, self.early, self.count = {}, {}, 0\n  return taken", "return taken" } },
    { "a sequence number goes on in the new term", "topology", "regress of",
      server = {
        "self.seq = math.max(self.seq, replica.seq, chp.first_of(term))",
        "self.seq = math.max(self.seq, replica.seq)" } },
    { "a passive server goes on to be followed", "topology", "but %S+ at",
      replica = {
        'if kv.state == "passive" then return is_in_trouble(self, "passive") end', "" } },
    { "what came while the snapshot was on its way is applied twice", "stalls", "regress of",
      replica_map = { "if kv.seq <= self.seq then return true end", "" } },
  },
})
