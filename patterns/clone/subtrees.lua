--- How many updates each subtree had that is subscribed to; plain data: { counts = prefix ->
-- number, known = how many prefixes }. A client with a subtree sees by its count that it lost
-- something.
local kvmsg = require "clone/kvmsg"

local subtrees = {}

function subtrees.new() return { counts = {}, known = 0 } end

--- This subtree is subscribed to: true; or nil when there are `most` others. It is counted from
--- `start` on, the number of all updates so far: a client that followed it before, and missed one
--- since, has another count.
function subtrees.add(self, prefix, most, start)
  if self.counts[prefix] then return true end
  if self.known >= most then return nil end
  self.counts[prefix], self.known = start, self.known + 1
  return true
end

--- It is subscribed to no more.
function subtrees.remove(self, prefix)
  if not self.counts[prefix] then return end
  self.counts[prefix], self.known = nil, self.known - 1
end

--- A key was updated.
function subtrees.count(self, key)
  for prefix, number in pairs(self.counts) do
    if kvmsg.is_below(key, prefix) then self.counts[prefix] = number + 1 end
  end
end

--- A term begins, and numbers anew with it: so do the counts, since none may be above the number of
--- all updates. A follower takes a snapshot of the new term, with its count, before it compares.
function subtrees.restart(self, start)
  for prefix in pairs(self.counts) do self.counts[prefix] = start end
end

return subtrees
