--- A backup whose primary never comes: it serves, and what it is sent is not cut by short queues.
local promises = require "sloop.promise_checkers"

return {
  nodes = {
    backup = { "CLONE/watched_server.lua", role = "backup", restart = true,
               snapshot = { sndhwm = 2 }, updates = { sndhwm = 10 } },
    member = { "CLONE/member.lua", count = 2 },
    reader = { "CLONE/member.lua", every = 0, subtree = "/member.1/" },
  },
  faults = {
    cut = { "member", "reader" }, half_open = { "member", "reader" },
    slow = { nodes = { "member", "reader" }, always = true }, pause = { "member", "reader" },
    delay = { "member", "reader" },
  },
  check = promises.all {
    promises.exclusive { key = "term", once = true },
    promises.settled { of = { "backup" } },
    promises.converge { like = "backup", of = "member" },
    promises.converge {
      like = "backup", of = "reader",
      part = function(node, key) return node ~= "reader" or key:find("^/member%.1/") ~= nil end,
    },
  },
}
