--- sloop new: write a new node, which runs at once.
local arguments = require "command/arguments"
local files = require "base/files"
local loader = require "sloop.loader"
local model = require "command/new_model"
local shell = require "base/shell"
local templates = require "command/new_templates"

local new = {
  section = "write",
  usage = "NAME [--like=ROLE]",
  text = [[
Writes a folder NAME with a role, NAME.lua, that runs at once: a topology with a checker that
simulates it, a spec, a README and .luarc.json, with which lua-language-server knows `self`. NAME
may be a path. Nothing is ever overwritten.]],
  options = {
    { "like", "string", "begin with a copy of this role of `sloop list` and of its pattern's "
      .. "topology (a server that answers)", as = "ROLE", completes = "listed_role" },
  },
  notes = [[
Exit status: 0 done, 1 the folder exists or can't be written, 2 wrong usage.

  sloop new echo
  sloop new till --like=majordomo/worker]],
}

-- The folders with types for editors and with the roles that may be required, installed beside this
-- program or in its source tree.
local function editor_folders()
  local pipe <close> = assert(io.popen "readlink /proc/$PPID/exe")
  local program, found = pipe:read "l" or "", {}
  for _, place in ipairs {
    { "/bin/[^/]*$", "/share/sloop/meta", "/role.lua" },
    { "/bin/[^/]*$", "/share/sloop/patterns", "/pair/ping.lua" },
    { "/build/[^/]*/[^/]*$", "/scripts/meta", "/role.lua" },
    { "/build/[^/]*/[^/]*$", "/patterns", "/pair/ping.lua" },
  } do
    local folder, count = program:gsub(place[1], place[2])
    local file <close> = count == 1 and io.open(folder .. place[3]) or nil
    if file then table.insert(found, folder) end
  end
  return found
end

-- The name of the role to be written at this path; or nil and why it can't have it.
local function name_of(path)
  local name = path:match "([^/]*)/*$"
  if not (name:find "^[%a_][%w_]*$" and load("local " .. name)) then
    return nil, ("'%s' can't name a role: letters, digits and '_', and no keyword of Lua"):format(
      name)
  end
  return name
end

local function write_all(folder, parts)
  if not os.execute(("mkdir %s 2>/dev/null"):format(shell.quote(folder))) then
    return nil, ("can't make the folder %s"):format(folder)
  end
  for _, each in ipairs(parts) do
    local ok, reason = files.write(folder .. "/" .. each.path, each.text)
    if not ok then return nil, reason end
  end
  return true
end

local function say(folder, parts, steps)
  local paths, widest = {}, 0
  for i, each in ipairs(parts) do paths[i] = each.path end
  for _, step in ipairs(steps) do widest = math.max(widest, #step[1]) end
  io.stdout:write("wrote ", folder, "/: ", table.concat(paths, ", "), "\n\nnext:\n")
  for _, step in ipairs(steps) do
    io.stdout:write(("  %-" .. widest .. "s  %s\n"):format(step[1], step[2]))
  end
end

function new.run(given)
  local folder = given.words[1]
  if not folder or given.words[2] then
    return arguments.usage_error "write one node: sloop new NAME; 'sloop new --help' says more"
  end
  folder = folder:gsub("(.)/+$", "%1")
  local name, reason = name_of(folder)
  if not name then return arguments.usage_error(reason) end
  if files.exists(folder) then
    return arguments.fail(("%s exists; 'sloop new' writes a new folder"):format(folder))
  end
  local like
  if given.flags.like then
    like, reason = model.find(given.flags.like, name, loader)
    if not like then return arguments.usage_error(reason) end
  end
  local node = { name = name, folder = shell.quote(folder), like = like, types = editor_folders() }
  local parts = templates.files(node)
  local ok
  ok, reason = write_all(folder, parts)
  if not ok then return arguments.fail(reason) end
  say(folder, parts, templates.next_steps(node))
  return 0
end

return new
