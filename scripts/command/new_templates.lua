--- What `sloop new` writes into its folder.
local json = require "base/json"

local templates = {}

-- ROLE stands for the role's name, FOLDER for its folder, OTHER for the other node of its topology.

local ROLE_FILE <const> = [=[
--- ROLE: answers each request with the request.
---@type sloop.Role
local ROLE = {
  options = {
    work = 0, -- ms it works for an answer
  },
  state = { answered = 0 }, -- lives on when you change this file and reload
  sockets = { clients = { "rep", bind = "tcp://*:5555" } },
  on = {},
}

function ROLE.on.clients(self, request)
  self:sleep(self.options.work)
  self.answered = self.answered + 1
  self:log("request %d", self.answered)
  return request
end

return ROLE
]=]

local TOPOLOGY_FILE <const> = [=[
--- Two clients of ROLE, which crashes, stands still and is cut off: each client has its replies.
local promises = require "sloop.promise_checkers"

local REQUESTS <const> = 20

return {
  nodes = {
    ROLE = { "ROLE.lua", work = 10 },
    OTHER = {
      "lazy_pirate/client", count = 2, server = "@ROLE.clients",
      requests = REQUESTS, timeout = 1000, retries = 100,
    },
  },
  faults = { crash = { "ROLE" }, pause = { "ROLE" }, cut = true, partition = true, delay = true },
  check = promises.all {
    promises.genuine { of = "OTHER" },
    promises.count { of = "OTHER", note = "reply", count = REQUESTS },
  },
}
]=]

local SPEC_FILE <const> = [=[
--- Specs of ROLE: sloop lua /usr/bin/busted FOLDER
local sloop = require "sloop"
FAKE
local folder = debug.getinfo(1, "S").source:match "^@(.*)/[^/]*$" or "."

describe("ROLE", function()
  it("has no problem that `sloop check` finds", function()
    local ok, problems = sloop.check(folder .. "/ROLE.lua")
    assert.is_true(ok, problems and problems[1].message)
  end)
UNIT
  it("keeps the promises of its topology, whatever the seed", function()
    local report = assert(sloop.sim(folder .. "/topology.lua", { seeds = 20 }))
    assert.is_nil(report.failure)
  end)
end)
]=]

local UNIT <const> = [=[

  it("counts what it answers", function()
    local role = dofile(folder .. "/ROLE.lua")
    local node = fake_node(role, { work = 50 })
    node:spawn(role.on.clients, "hello")
    assert.equal(0, node.answered)
    node:advance(50)
    assert.equal("hello", node.results[1])
    assert.equal(1, node.answered)
  end)
]=]

local README_FILE <const> = [=[
# ROLE

SUMMARY

| command | what it does |
|---|---|
STEPS

Change `ROLE.lua` while it runs and say `sloop ctl ROLE reload`, or run it with `--watch`.
]=]

local function filled(text, node)
  local values = {
    ROLE = node.name, FOLDER = node.folder, OTHER = node.name == "client" and "caller" or "client",
  }
  return (text:gsub("%u+", values))
end

--- What to do with a node next: { { command, what it does }, ... }.
function templates.next_steps(node)
  local function text(line) return filled(line, node) end
  local steps = {
    { text "sloop run FOLDER/ROLE.lua --watch", "run it; a changed file takes effect at once" },
    { text "sloop run lazy_pirate/client", "in another terminal: talk to it" },
    { text "sloop sim FOLDER/topology.lua", "simulate its topology under faults, 100 seeds" },
    { text "sloop lua /usr/bin/busted FOLDER", "run its spec (Debian's lua-busted)" },
  }
  if node.like then
    steps[2] = { text "sloop up FOLDER/topology.lua", "run it with the nodes of its topology" }
  end
  return steps
end

-- A command as it is typed in the folder itself.
local function inside(command, folder)
  local pattern = " " .. folder:gsub("%p", "%%%0")
  return (command:gsub(pattern .. "/", " "):gsub(pattern .. "$", " ."))
end

local function readme(node)
  local rows = {}
  for i, step in ipairs(templates.next_steps(node)) do
    rows[i] = ("| `%s` | %s |"):format(inside(step[1], node.folder), step[2])
  end
  local summary = node.like and ("Begun as a copy of `%s`."):format(node.like.role)
    or "A node that answers each request with the request."
  return (filled(README_FILE, node):gsub("STEPS", function() return table.concat(rows, "\n") end)
    :gsub("SUMMARY", function() return summary end))
end

local function editor_settings(node)
  local lines = {
    '  "runtime.version": "Lua 5.4",',
    '  "diagnostics.globals": ["describe", "it", "before_each", "after_each"]',
  }
  if node.types[1] then
    table.insert(lines, 1, ('  "workspace.library": %s,'):format(json.text(node.types)))
  end
  return "{\n" .. table.concat(lines, "\n") .. "\n}\n"
end

local function typed(text)
  if text:find("---@type sloop.Role", 1, true) then return text end
  return (text:gsub("\n(local [%w_]+ = {\n)", "\n---@type sloop.Role\n%1", 1))
end

--- The files of a new node: { { path =, text = }, ... }. `node`: name; folder, as a word of a
-- shell; types, the folders of the types for editors; like, as new_model.find returns it.
function templates.files(node)
  local like = node.like
  local spec = SPEC_FILE
    :gsub("FAKE\n", like and "\n" or 'local fake_node = require "sloop.fake_node"\n\n')
    :gsub("UNIT\n", function() return like and "\n" or UNIT .. "\n" end)
  return {
    { path = node.name .. ".lua", text = like and typed(like.text) or filled(ROLE_FILE, node) },
    { path = "topology.lua", text = like and like.topology or filled(TOPOLOGY_FILE, node) },
    { path = node.name .. "_spec.lua", text = filled(spec, node) },
    { path = "README.md", text = readme(node) },
    { path = ".luarc.json", text = editor_settings(node) },
  }
end

return templates
