--- The reply to a request: the frames that the role's method `work` returns, or the request itself
-- when that returns nothing.
local function answer(self, ...)
  local reply = table.pack(self:work(...))
  if reply.n == 0 then return ... end
  return table.unpack(reply, 1, reply.n)
end

return answer
