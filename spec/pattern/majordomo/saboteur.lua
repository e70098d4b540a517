--- A worker for "echo" that gets requests like any other, and answers each with what no worker may
-- say: it has to be sent away for that, and comes again.
local mdp = require "majordomo/mdp"

local NONSENSE <const> = {
  { "", "MDPW01", "\3", "?", "", "to nobody" },
  { "", "MDPW01", "\3", "?" },
  { "", "MDPW01", "\1", "echo" },
  { "", "MDPW01", "\2", "?", "", "a broker's command" },
  { "", "MDPW01", "\7" },
  { "MDPW02", "\5" },
  { "junk" },
}

local saboteur = {
  state = { away = false },
  sockets = { broker = { "dealer", connect = "tcp://localhost:5555" } },
  timers = { beat = 200 },
  on = {},
}

local function ready(self) self.broker:send(mdp.worker_to_broker("ready", "echo")) end

local acts = {
  request = function(self, ...)
    self:note("begin", { request = select(2, ...) })
    self:note "provoked"
    self.broker:send(table.unpack(NONSENSE[self:random(#NONSENSE)]))
  end,
  disconnect = function(self)
    self:note "sent_away"
    self.away = true
    self:sleep(self:random(100, 1000))
    self.away = false
    ready(self)
  end,
  heartbeat = function() end,
}

local function act(self, command, ...) acts[command](self, ...) end

function saboteur.init(self) ready(self) end
function saboteur.on.broker(self, ...) act(self, mdp.worker_from_broker(...)) end
function saboteur.on.beat(self)
  if not self.away then self.broker:send(mdp.worker_to_broker("heartbeat")) end
end

return saboteur
