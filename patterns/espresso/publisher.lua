--- Publishes a letter from A to J and a number, each 100 ms.
---@type sloop.Role
local publisher = {
  options = { interval = 100 }, -- ms
  sockets = { feed = { "pub", bind = "tcp://*:6000" } },
  timers = { tick = "interval" },
  on = {},
}

function publisher.on.tick(self)
  local letter = string.char(64 + self:random(10))
  local text = ("%s-%05d"):format(letter, self:random(0, 99999))
  self:note("published", { text = text })
  self.feed:send(text)
end

return publisher
