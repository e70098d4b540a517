rockspec_format = "3.0"
package = "sloop"
version = "scm-1"
source = { url = "git+file://." }
description = {
  summary = "Runs Lua scripts as ZeroMQ nodes",
  detailed = [[
    Sloop is a C host that runs Lua scripts as ZeroMQ nodes: the host owns sockets, polling, signals, timers and threads, and a
    script says what its node does. Installs the program `sloop` and the Lua module `sloop`.
  ]],
  license = "MIT",
}
dependencies = { "lua ~> 5.4" }
external_dependencies = {
  ZMQ = { header = "zmq.h" },
  UV = { header = "uv.h" },
  SQLITE = { header = "sqlite3.h" },
}
build = {
  type = "make",
  build_target = "program module",
  build_variables = { LUA_INCDIR = "$(LUA_INCDIR)" },
  install_target = "install-program",
  install_variables = { BINDIR = "$(BINDIR)", LUADIR = "$(LIBDIR)" },
}
