--- A majordomo worker whose requests never end.
return require "majordomo/worker".serve("poison", function(self) self:wait "never" end)
