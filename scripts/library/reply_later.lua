--- Calls a function when the scope ends, however it ends: by its last line, by an error, or because
-- the host closes the task that is in it: `local _ <close> = defer(function() ... end)`.
-- The function cannot wait.
local meta <const> = {
  __close = function(self) self.act() end,
}

return function(act) return setmetatable({ act = act }, meta) end
