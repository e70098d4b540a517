--- A REP socket that answers with what it was asked.
local echo = {
  sockets = { clients = { "rep", bind = "tcp://*:5555" } },
  on = {},
}

function echo.on.clients(_, ...) return ... end

return echo
