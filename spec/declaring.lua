--- For specs of declare: a role's text to its declaration, or to its problems as people see them.
local declare = require "sloop.private.role.declare"
local loader = require "sloop.loader"
local problems = require "sloop.private.role.problems"

local declaring = {}

local function set(text)
  local words = {}
  for word in text:gmatch("%S+") do words[word] = true end
  return words
end

declaring.socket_types = set "dealer pair pub pull push rep req router stream sub xpub xsub"
declaring.socket_options = {
  sndhwm = "integer", rcvhwm = "integer", linger = "integer", routing_id = "binary",
  immediate = "boolean", plain_username = "string", connect_timeout = "integer",
}

--- The role a text returns; the text's file is "role.lua" unless another is given.
function declaring.role(text, path)
  return assert(load(text, "@" .. (path or "role.lua")))()
end

--- What declare wants to know of the world; `files` are roles by name: their text.
function declaring.tools(files)
  local function path_of(name) return name:find("%.lua$") and name or name .. ".lua" end
  local texts = {}
  for name, text in pairs(files) do texts[path_of(name)] = text end
  local loaded = {}
  return {
    socket_types = declaring.socket_types, socket_options = declaring.socket_options,
    signals = set "SIGALRM SIGUSR1 SIGUSR2 SIGWINCH",
    source = function(path) return texts[path] end, place_of = loader.place_of,
    load_role = function(name)
      local path = path_of(name)
      if not texts[path] then return nil, ("unknown role '%s'"):format(name) end
      loaded[path] = loaded[path] or declaring.role(texts[path], path)
      return loaded[path], path
    end,
  }
end

--- "--queue.connect=x" and the like as settings.
function declaring.settings(words)
  local settings = {}
  for i, word in ipairs(words) do
    local name, value = word:match("^%-%-([^=]*)=(.*)$")
    local path = {}
    for part in (name or word:sub(3)):gmatch("[^.]+") do table.insert(path, part) end
    local off = not name and path[#path]:match("^no_(.*)$")
    if off then path[#path] = off end
    if value == nil then value = not off end
    settings[i] = { path = path, value = value }
  end
  return settings
end

--- Declare the role in this text. `words` are what the user gave; `files` other roles.
function declaring.declare(text, words, files, entry)
  local all = { ["role.lua"] = text }
  for name, other in pairs(files or {}) do all[name] = other end
  entry = entry or {}
  entry["--"] = words and declaring.settings(words)
  local role = declaring.role(text)
  return declare(role, "role.lua", entry, declaring.tools(all))
end

--- The declaration; there must be no problem.
function declaring.good(...)
  local declaration, found = declaring.declare(...)
  if not declaration then error(problems.text(found[1]), 2) end
  return declaration
end

--- The problems, each as one line of text; there must be one.
function declaring.problems(...)
  local declaration, found = declaring.declare(...)
  if declaration then error("the role was accepted", 2) end
  local texts = {}
  for i, problem in ipairs(found) do
    texts[i] = (problem.usage and "usage: " or "") .. problems.text(problem)
  end
  return texts
end

return declaring
