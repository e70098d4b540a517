--- One of a ring: passes on what it gets, and starts `tokens` itself.
local ring = {
  options = { next = "", tokens = 0 },
  sockets = function(options)
    return { from = { "pull", bind = "tcp://*:*" }, to = { "push", connect = options.next } }
  end,
  on = {},
}

function ring.on.from(self, token)
  self.to:send(tostring(math.tointeger(token) + 1))
end

function ring.init(self)
  for i = 1, self.options.tokens do self.to:send(tostring(i << 32)) end
end

return ring
