--- sloop lua: run a Lua program with the module 'sloop'.
-- Specs and tools run so.
local arguments = require "command/arguments"
local loader = require "sloop.loader"

local lua = {
  section = "write",
  usage = "FILE [ARGUMENT ...]", completes = { rest = "file" },
  text = [[
Runs FILE as lua would, with the module 'sloop' and with Sloop's require. "-" is stdin.]],
  verbatim = true,
}

local function explain(message)
  local has_text = type(message) == "string" or (getmetatable(message) or {}).__tostring
  message = has_text and tostring(message) or ("(error object is a %s value)"):format(type(message))
  return debug.traceback(message, 2)
end

function lua.run(given)
  local file = given.words[1]
  if not file then return arguments.usage_error "run which file? usage: sloop lua FILE" end
  arg = table.move(given.words, 2, #given.words, 1, { [-2] = arg[0], [-1] = "lua", [0] = file })
  local program, reason
  if file == "-" then
    program, reason = load(io.read("a"), "=stdin", "t")
  else
    program, reason = loader.load(file)
  end
  if not program then
    io.stderr:write("sloop: ", reason, "\n")
    return arguments.FAILED
  end
  local ok, trace = xpcall(program, explain, table.unpack(arg))
  if not ok then io.stderr:write("sloop: ", trace, "\n") end
  return ok and 0 or arguments.FAILED
end

return lua
