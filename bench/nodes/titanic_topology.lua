--- A titanic and all around it in one process: for bench/titanic.lua.
local BROKER <const> = "inproc://broker"

return {
  nodes = {
    broker = { "majordomo/broker", router = { bind = BROKER }, max_queue = 100000, thread = "a" },
    titanic = { "titanic/titanic", broker = BROKER, lanes = 64, in_flight = 64, thread = "b" },
    echoes = { "echoes.lua", echo = { broker = { connect = BROKER } }, thread = "c" },
    load = { "titanic_load.lua", endpoint = BROKER, thread = "c" },
  },
}
