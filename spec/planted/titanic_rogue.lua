--- Asks a titanic for what makes no sense, and notes every answer that is not as RFC 9 has it.
local rogue = {
  options = { broker = "tcp://localhost:5555" },
  parts = function(options)
    return { mdp = { "majordomo/client", broker = options.broker, timeout = 5000 } }
  end,
}

local NO_UUID <const> = {
  "", "x", "\0", ("0"):rep(31), ("0"):rep(33), ("G"):rep(32), ("0"):rep(31) .. "\n",
  "../../../../../../etc/passwd\0\0\0\0", "live:0000000000000001", "counts", ("F"):rep(100000),
}

local function expect(self, wanted, service, ...)
  local status = self.mdp:request(service, ...)
  if status ~= wanted then
    self:note("wrong", { what = ("%s answered %s to %q, not %s"):format(service, status,
      tostring((...)):sub(1, 40), wanted) })
  end
end

function rogue.main(self)
  for _, text in ipairs(NO_UUID) do
    expect(self, "400", "titanic.reply", text)
    expect(self, "200", "titanic.close", text)
    expect(self, "400", "titanic.dead", "get", text)
    expect(self, "400", "titanic.dead", "requeue", text)
    expect(self, "400", "titanic.dead", text)
  end
  expect(self, "400", "titanic.reply", ("0"):rep(32))
  expect(self, "400", "titanic.reply", ("0"):rep(32), "and", "more")
  expect(self, "400", "titanic.request", "")
  expect(self, "400", "titanic.request", "echo")
  expect(self, "400", "titanic.request", ("s"):rep(256), "x")
  expect(self, "400", "titanic.request", "titanic.request", "echo", "x")
  expect(self, "400", "titanic.request", "mmi.service", "echo")
  expect(self, "200", "titanic.dead", "list")
  expect(self, "200", "titanic.dead", "list", "x")
  local status, uuid = self.mdp:request("titanic.request", "echo", "in small letters")
  if status ~= "200" then return self:note("wrong", { what = "a good request is refused" }) end
  repeat
    self:sleep(100)
    status = self.mdp:request("titanic.reply", uuid:lower())
  until status ~= "300"
  if status ~= "200" then self:note("wrong", { what = "a uuid in small letters is unknown" }) end
  expect(self, "200", "titanic.close", uuid:lower())
  expect(self, "400", "titanic.reply", uuid)
end

return rogue
