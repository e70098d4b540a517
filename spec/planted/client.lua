--- A client of the small broker: asks once, and relies on it.
local client = {
  options = { requests = 20, timeout = 20000 },
  sockets = { broker = { "dealer", heartbeat_ivl = 0 } },
}

function client.main(self)
  for number = 1, self.options.requests do
    local id = self.name .. "/" .. number
    self:note("request", { id = id })
    self.broker:send(id)
    local reply = self.broker:recv(self.options.timeout)
    if not reply then return nil, "the broker lost " .. id end
    self:note("reply", { id = id, got = reply })
    self:sleep(50)
  end
end

return client
