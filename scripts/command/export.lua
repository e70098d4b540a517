--- sloop export: write systemd units or a compose file for a topology.
-- What is written is in export_systemd.lua and export_compose.lua; what can't run in parts,
-- topology/deployment.lua finds.
local arguments = require "command/arguments"
local core = require "sloop".core
local deployment = require "topology/deployment"
local files = require "base/files"
local loader = require "sloop.loader"
local roles = require "role/find"
local shell = require "base/shell"

local export = {
  section = "operate",
  usage = { "systemd FILE [--to=FOLDER]", "compose FILE [--to=FOLDER]" },
  text = [[
Writes what runs a topology for good, each entry of its nodes as a program of its own:

  systemd    NAME-NODE.service for each entry, hardened as sloop@.service is, and NAME.target for
             all; where the file has 'hosts', in a folder for each machine, by its address
  compose    compose.yaml with a service for each entry, which finds the others by their names. The
             image, "sloop" or $SLOOP_IMAGE, is one with this program

No file that is there is overwritten. What can't work between programs, inproc and on other machines
localhost, is refused, with what to write instead.]],
  options = {
    { "to", "path", "where to write (.)", as = "FOLDER" },
    { "name", "name", "what it is called (from the file's name)" },
    { "set", "setting", "as for `sloop up`", as = "NODE.OPTION=value" },
  },
  notes = [[
Exit status: 0 done, 1 refused, 2 wrong usage.

  sloop export systemd desk.lua --to=units && sudo cp units/* /etc/systemd/system/
  sudo systemctl daemon-reload && sudo systemctl enable --now desk.target]],
  completes = { { "systemd", "compose" }, "file" },
}

local FORMS <const> = { systemd = "command/export_systemd", compose = "command/export_compose" }

-- Write all of these, { path =, text = }, or none that is there already: true, or nil and why.
local function write_all(folder, parts)
  for _, each in ipairs(parts) do
    if files.exists(folder .. "/" .. each.path) then
      return nil, ("%s/%s exists; 'sloop export' overwrites nothing"):format(folder, each.path)
    end
  end
  for _, each in ipairs(parts) do
    local path = folder .. "/" .. each.path
    os.execute(("mkdir -p %s 2>/dev/null"):format(shell.quote(path:match "^(.*)/")))
    local ok, reason = files.write(path, each.text)
    if not ok then return nil, reason end
  end
  return true
end

-- The settings of the command line, as words for another.
local function words_of(settings)
  local words = {}
  for _, each in ipairs(settings or {}) do
    table.insert(words, "--set")
    table.insert(words, ("%s=%s"):format(table.concat(each.path, "."), tostring(each.value)))
  end
  return words
end

-- What is written of all: how it is called, what it is run by and from.
local function describe(plan, path, flags)
  local real = core.real_path(path)
  plan.path = real or path
  plan.folder = real and real:match "^(.*)/" -- nil: the file is built in
  plan.name = flags.name or roles.as_name(path:match "([^/]*)/topology%.lua$"
    or path:match "([^/]*)%.lua$" or path:match "[^/]*$")
  plan.settings = words_of(flags.set)
  plan.program = core.real_path "/proc/self/exe"
end

local function warn(text) io.stderr:write("sloop: warning: ", text, "\n") end

function export.run(given)
  local form, file = given.words[1], given.words[2]
  if not FORMS[form or ""] or not file or given.words[3] then
    return arguments.usage_error "write what? sloop export systemd|compose FILE"
  end
  local maker = require(FORMS[form])
  local plan, wrong, status = deployment.of(file, {
    settings = given.flags.set, hosts = maker.hosts, is_apart = maker.is_apart,
  })
  if not plan then return arguments.fail(wrong, status) end
  describe(plan, loader.find_role(file), given.flags)
  local parts, reason = maker.files(plan, warn)
  if not parts then return arguments.fail(reason) end
  local folder = (given.flags.to or "."):gsub("(.)/+$", "%1")
  local ok
  ok, reason = write_all(folder, parts)
  if not ok then return arguments.fail(reason) end
  for _, each in ipairs(parts) do io.stdout:write(folder, "/", each.path, "\n") end
  return 0
end

return export
