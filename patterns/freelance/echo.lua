--- Freelance echo server: how one is made of a function. Behind its OK comes what it was asked.
local server = require "freelance/server"

return server.serve(function(self, ...)
  self:sleep(self.options.work)
  return ...
end)
