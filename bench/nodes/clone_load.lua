--- Loads a clone server: fills the map, changes it with `window` sets in flight, or only joins.
return {
  options = { fill = 0, window = 0, updates = 0 },
  state = { sent = 0, heard = 0, began = 0 },
  parts = { map = { "clone/client" } },
  on = {
    map = function(self, event)
      if event ~= "change" or self.began == 0 then return end
      self.heard = self.heard + 1
      if self.sent < self.options.updates then return self:set() end
      if self.heard == self.options.updates then self:wake "done" end
    end,
  },
  set = function(self)
    self.sent = self.sent + 1
    self.map:set("/key/" .. self.sent % 1000, "value " .. self.sent)
  end,
  main = function(self)
    local since = self:now()
    while not self.map:is_synced() do self:sleep(1) end
    self:log("synced after %d ms", self:now() - since)
    self:sleep(1100) -- both servers listen by then
    for i = 1, self.options.fill do
      self.map:set("/key/" .. i, "value " .. i)
      if i % 500 == 0 then self:sleep(1) end
    end
    if self.options.window > 0 then
      self.began = self:now()
      for _ = 1, self.options.window do self:set() end
      self:wait("done")
      self:log("%d updates/s", self.heard * 1000 // math.max(1, self:now() - self.began))
    end
    self:log("done")
    if self.options.fill > 0 then self:sleep(3600000) end
  end,
}
