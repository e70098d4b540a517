--- The keys of a role and of a socket's declaration, and the names that the host reserves.
-- `spec/unit/meta_spec.lua` compares `self` with the host's own table.
local names = {}

local function set(text)
  local words = {}
  for word in text:gmatch("%S+") do words[word] = true end
  return words
end

-- Keys of a role table, and what each must be. Any other key is a method.
names.role = {
  options = "table", limits = "table", state = "table", on = "table",
  sockets = "section", timers = "section", relays = "section", stores = "section",
  inputs = "section", parts = "section", -- a table, or a function of the options that returns one
  init = "function", main = "function", stop = "function",
  migrate = "function", reloaded = "function", version = "integer",
}

-- The host's own fields of `self`.
names.self = set [[open wait wake emit sleep now wall random uuid spawn stop log warn note
                   name args options]]

-- Keys of a socket's declaration besides libzmq's options.
names.socket = set "bind connect subscribe when parallel events"

-- Bytes of a line that an input gives; host/core/world.h has the same.
names.line_max = 1 << 20

-- Why a handler can't have these signals; which it can have, C says (`core.signals`).
names.taken_signals = {
  SIGHUP = "it reloads the role: see 'reloaded'",
  SIGINT = "it stops the node: see 'stop'",
  SIGTERM = "it stops the node: see 'stop'",
  SIGKILL = "it can't be caught",
  SIGSTOP = "it can't be caught",
  SIGCHLD = "the event loop uses it",
}

-- Options of the command `sloop run` itself. No role may declare one of that name.
names.flags = {
  help = "boolean", watch = "boolean", strict = "boolean",
  name = "name", data = "string", control = "string",
  handler_warn = "milliseconds", handler_limit = "milliseconds", memory = "positive",
  probation = "positive",
}

return names
