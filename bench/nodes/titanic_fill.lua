--- Fills the store of a titanic that does not run: with finished requests, and live ones.
local fill = {
  options = { finished = 0, live = 0 },
  stores = { store = {} },
}

local BODY <const> = ("x"):rep(100)

function fill.main(self)
  local counts = self.store:get "counts" or { number = 0, requests = 0, bytes = 0 }
  local now = self:wall()
  local function count(n)
    counts.requests, counts.bytes = counts.requests + 1, counts.bytes + #BODY
    if n % 10000 == 0 then assert(self.store:sync()) end
  end
  for n = 1, self.options.finished do
    self.store:put("done:" .. self:uuid(), { BODY, service = "echo", tries = 1, stored = now,
                                             finished = now, bytes = #BODY })
    count(n)
  end
  for n = 1, self.options.live do
    counts.number = counts.number + 1
    self.store:put(("live:%016x"):format(counts.number), { BODY, uuid = self:uuid(),
      service = "nobody", tries = 0, stored = now, bytes = #BODY })
    count(n)
  end
  self.store:put("counts", counts)
  assert(self.store:sync())
end

return fill
