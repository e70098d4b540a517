--- Warden: a node whose part is the role under fire. Now and then it counts what that remembers.
-- An error the role raises fails the run by itself; here is what grows without end.
local warden = {
  options = { role = "majordomo/broker", most = 0 }, -- most: entries of all its tables
  state = { largest = 0 },
  parts = function(options) return { suspect = { options.role } } end,
  timers = { look = 100 },
  on = {},
}

local function entries(value, seen)
  if type(value) ~= "table" or seen[value] then return 0 end
  seen[value] = true
  local count = 0
  for key, each in next, value do count = count + 1 + entries(key, seen) + entries(each, seen) end
  return count
end

function warden.on.suspect(_, ...) return ... end -- a server's work: it echoes

function warden.on.look(self)
  local count = entries(self.suspect, {})
  if count > self.largest then
    self.largest = count
    self:note("remembers", { things = count })
  end
  if count > self.options.most then error(("it remembers %d things"):format(count)) end
end

return warden
