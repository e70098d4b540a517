--- Majordomo echo service: how a worker is made of a function, which may take its time.
local worker = require "majordomo/worker"

return worker.serve("echo", function(self, ...)
  self:note("begin", { request = (...) })
  self:sleep(self.options.work)
  self:note("done", { request = (...) })
  return ...
end, { options = { work = 0 } }) -- ms
