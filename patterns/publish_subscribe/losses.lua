--- What a subscriber says about messages that it did not get. A role keeps the counts in its state,
-- `losses = losses.new()`, hands each stamp to `hear`, and calls `tell` by a timer: so a feed that
-- loses a lot does not fill the log.
local numbers = require "publish_subscribe/numbers"
local reject = require "sloop.reject_message"

local losses = {}

--- Nothing heard yet. `before`: messages of which it can't be known.
function losses.new()
  return {
    seen = numbers.new(), heard = 0, lost = 0, gaps = 0, firsts = 0, before = 0, again = 0,
    told_lost = 0, told_gaps = 0, told_firsts = 0, told_before = 0,
  }
end

local verdicts = {
  first = function(_, count, before)
    count.firsts, count.before = count.firsts + 1, count.before + before
  end,
  next = function() end,
  gap = function(self, count, lost, topic, id)
    count.lost, count.gaps = count.lost + lost, count.gaps + 1
    self:note("gap", { topic = topic, id = id, lost = lost })
  end,
  again = function(_, count) count.again = count.again + 1 end,
}

--- A message of this topic came with the stamp `text`. False when that is no stamp: it is rejected.
function losses.hear(self, topic, text)
  local id, number = numbers.parse(text)
  if not id then
    reject(self, number)
    return false
  end
  local verdict, missing = numbers.check(self.losses.seen, topic, id, number)
  self.losses.heard = self.losses.heard + 1
  self:note("heard", { topic = topic, id = id, number = number })
  verdicts[verdict](self, self.losses, missing, topic, id)
  return true
end

--- Say what is new since it was last said.
function losses.tell(self)
  local count = self.losses
  if count.firsts > count.told_firsts then
    self:log("%d new topics or publishers: %d earlier messages of theirs came before this "
      .. "subscription or were lost, which can't be known",
      count.firsts - count.told_firsts, count.before - count.told_before)
    count.told_firsts, count.told_before = count.firsts, count.before
  end
  if count.gaps > count.told_gaps then
    self:warn("%d messages lost in %d gaps; %d of %d since the first", count.lost - count.told_lost,
      count.gaps - count.told_gaps, count.lost, count.heard + count.lost)
    count.told_gaps, count.told_lost = count.gaps, count.lost
  end
end

return losses
