--- The commands, with roles that are not on disk: their output, their exit status.
local declaring = require "spec.declaring"
local real_loader = require "sloop.loader"

local ROLES <const> = {
  ["patterns/lazy/server.lua"] = [[
--- Lazy server: answers.
-- When it wants to.
local server = {
  options = {
    work = 5, -- ms it works
    names = { "a", "b" }, fast = false,
  },
  sockets = {
    clients = { "rep", bind = "tcp://*:5555" },
    other = { "pub" }, -- for whoever cares
  },
  timers = { beat = "work" },
  on = {},
}
function server.on.beat() end
function server.on.clients() end
function server.on.SIGUSR1() end
return server]],
  ["patterns/lazy/wire.lua"] = "--- The wire: no role.\nreturn { ready = '1', stop = print }",
  ["patterns/lazy/broken.lua"] = "--- Broken: does not load.\nreturn {",
  ["patterns/lazy/wrong.lua"] = "return {\n  sokets = {},\n  timer = {} }",
  ["patterns/lazy/read.lua"] = [[
local r = { state = {} }
function r.a(self) return self.x end
return r]],
  ["two.lua"] = [[
local one = { state = {} }
local two = { stat = {}, timers = {} }
return { one = one, two = two }]],
}

local output, errors, run_with, answer

local function fake_loader()
  local loader = { place_of = real_loader.place_of }
  function loader.find_role(name)
    for _, path in ipairs { name, "patterns/" .. name .. ".lua" } do
      if ROLES[path] then return path, ROLES[path] end
    end
    return nil, ("unknown role '%s'"):format(name)
  end
  function loader.load_role(name)
    local path, text = loader.find_role(name)
    if not path then return nil, text end
    local chunk, reason = load(text, "@" .. path)
    if not chunk then return nil, reason end
    return chunk(), path
  end
  function loader.source(path) return ROLES[path] end
  function loader.hashes() return {} end
  function loader.list(folder)
    if folder then return real_loader.list(folder) end
    local list = {}
    for path, text in pairs(ROLES) do
      local name = path:match("^patterns/(.*)%.lua$")
      local comment = text:match("^%-%-%-? ([^\n]*)") or ""
      if name then table.insert(list, { name = name, path = path, comment = comment }) end
    end
    return list
  end
  return loader
end

-- What is loaded anew with the fakes: all that keeps the loader or `sloop` in a local.
local function is_faked(name)
  return name == "sloop" or name == "sloop.loader" or name == "scripts/role/find.lua"
    or name:find("^scripts/command/") or name:find("^scripts/topology/")
    or name:find("^scripts/simulation/")
end
local kept = {}

local function take_out()
  local taken = {}
  for name, module in pairs(package.loaded) do
    if is_faked(name) then taken[name] = module end
  end
  for name in pairs(taken) do package.loaded[name] = nil end
  return taken
end

-- Runs a command line: its exit status, what it printed, its error messages.
local function command(...)
  output, errors = {}, {}
  local function file(lines)
    return { write = function(_, ...)
      for i = 1, select("#", ...) do table.insert(lines, (select(i, ...))) end
    end }
  end
  local stdout, stderr, arguments = io.stdout, io.stderr, arg
  -- luacheck: push ignore 122
  io.stdout, io.stderr, _G.arg = file(output), file(errors), { [0] = "sloop", ... }
  local chunk = assert(real_loader.load("scripts/command/main.lua"))
  local ok, status = pcall(chunk)
  io.stdout, io.stderr, _G.arg = stdout, stderr, arguments
  -- luacheck: pop
  assert(ok, status)
  return status, table.concat(output), table.concat(errors)
end

describe("the commands", function()
  setup(function()
    kept = take_out()
    package.loaded["sloop.loader"] = fake_loader()
    package.loaded.sloop = { core = setmetatable({
      socket_types = function() return declaring.socket_types end,
      socket_options = function() return declaring.socket_options end,
      run = function(spec)
        run_with = spec
        return table.unpack(answer, 1, answer.n)
      end,
    }, { __index = kept.sloop.core }) }
  end)

  teardown(function()
    take_out()
    for name, module in pairs(kept) do package.loaded[name] = module end
  end)

  before_each(function() run_with, answer = nil, { 0, n = 1 } end)

  describe("list", function()
    it("names the roles in order, with their first comment, and no other module", function()
      local status, out, err = command "list"
      assert.same({ 0, "" }, { status, err })
      assert.equal([[
lazy/broken  Broken: does not load.
lazy/read
lazy/server  Lazy server: answers.
]], (out:gsub("lazy/wrong[^\n]*\n", "")))
    end)

    it("takes no arguments", function()
      local status, out, err = command("list", "x")
      assert.same({ 2, "" }, { status, out })
      assert.matches("^sloop: list takes no argument", err)
    end)
  end)

  describe("check", function()
    it("says ok of a good role", function()
      assert.same({ 0, "lazy/server: ok\n", "" }, { command("check", "lazy/server") })
    end)

    it("tells each problem in a line", function()
      local status, out, err = command("check", "lazy/wrong")
      assert.same({ 1, "" }, { status, out })
      assert.equal([[
sloop: patterns/lazy/wrong.lua:2: unknown key 'sokets' (did you mean 'sockets'?)
sloop: patterns/lazy/wrong.lua:3: unknown key 'timer' (did you mean 'timers'?)
]], err)
    end)

    it("finds what nothing declares", function()
      local status, _, err = command("check", "lazy/read")
      assert.equal(1, status)
      assert.equal("sloop: patterns/lazy/read.lua:2: nothing declares self.x\n", err)
    end)

    it("tells what does not load", function()
      local status, _, err = command("check", "lazy/broken")
      assert.equal(1, status)
      assert.matches("^sloop: patterns/lazy/broken.lua:2: ", err)
    end)

    it("looks at every role of a file with several", function()
      local status, _, err = command("check", "two.lua")
      assert.equal(1, status)
      assert.equal("sloop: two.lua:2: unknown key 'stat' (did you mean 'state'?)\n", err)
    end)

    it("goes on after a bad one, and ends with the worst status", function()
      local status, out, err = command("check", "lazy/wrong", "nowhere", "lazy/server")
      assert.same({ 2, "lazy/server: ok\n" }, { status, out })
      assert.matches("sloop: unknown role 'nowhere'\n", err, 1, true)
    end)

    it("without a role is wrong usage", function() assert.equal(2, (command "check")) end)
  end)

  local PORTRAIT <const> = [[
Lazy server: answers.
When it wants to.

usage: sloop run lazy/server [--OPTION=value ...]

options
  --work   integer          5      ms it works
  --names  list of strings  a,b
  --fast   boolean          false

sockets (--SOCKET.bind=, --SOCKET.connect=, --SOCKET.OPTION=)
  clients  rep  binds tcp://*:5555
  other    pub  neither binds nor connects by itself  for whoever cares

timers
  beat  every 5 ms (--work)

signals
  SIGUSR1

examples
  sloop run lazy/server
  sloop run lazy/server --work=10
  sloop run lazy/server --clients.bind=tcp://*:6555

`sloop run --help` lists the options of every node.
]]

  describe("show", function()
    it("tells all that a role declares", function()
      assert.same({ 0, PORTRAIT, "" }, { command("show", "lazy/server") })
    end)

    it("of a role with problems tells the first and how many more", function()
      local status, out, err = command("show", "lazy/wrong")
      assert.same({ 1, "" }, { status, out })
      assert.equal("sloop: patterns/lazy/wrong.lua:2: unknown key 'sokets' "
        .. "(did you mean 'sockets'?) (and 1 more)\n", err)
    end)

    it("of nothing, of two roles and of an unknown one is wrong usage", function()
      assert.equal(2, (command "show"))
      assert.equal(2, (command("show", "lazy/server", "lazy/wrong")))
      local status, _, err = command("show", "nowhere")
      assert.same({ 2, "sloop: unknown role 'nowhere'\n" }, { status, err })
    end)
  end)

  describe("run", function()
    it("runs the node as it is told to", function()
      assert.same({ 0, "", "" }, { command("run", "lazy/server", "--work=7", "--strict",
        "--name=me", "--clients.bind=tcp://*:1", "--data=d", "word", "--", "--word") })
      assert.same({
        role = "lazy/server", path = "patterns/lazy/server.lua", name = "me", strict = true,
        watch = false, data = "d",
        args = { "word", "--word" },
        entry = { ["--"] = { { path = { "work" }, value = "7" },
          { path = { "clients", "bind" }, value = "tcp://*:1" } } },
      }, run_with)
    end)

    it("names a node after its role, or its file", function()
      command("run", "lazy/server")
      assert.equal("lazy.server", run_with.name)
      command("run", "patterns/lazy/server.lua")
      assert.equal("server", run_with.name)
      ROLES["bin/.my node"] = ROLES["patterns/lazy/server.lua"]
      command("run", "bin/.my node")
      assert.equal("my-node", run_with.name)
      ROLES["bin/.my node"] = nil
    end)

    it("ends with the node's status, and says why", function()
      answer = { 1, { nil, "offline", n = 2 }, n = 2 }
      assert.same({ 1, "", "sloop: offline\n" }, { command("run", "lazy/server") })
      answer = { 2, nil, "no option 'x'", true, n = 4 }
      assert.same({ 2, "", "sloop: no option 'x'\n" }, { command("run", "lazy/server") })
      answer = { 0, { "done", n = 1 }, n = 2 }
      assert.same({ 0, "", "" }, { command("run", "lazy/server") })
      answer = { 1, n = 1 }
      assert.same({ 1, "", "" }, { command("run", "lazy/server") })
    end)

    it("shows the role's help, and its own", function()
      assert.same({ 0, PORTRAIT, "" }, { command("run", "lazy/server", "--help") })
      local status, out = command("run", "--help")
      assert.equal(0, status)
      assert.matches("^usage: sloop run ROLE|FILE", out)
      assert.is_nil(run_with)
    end)

    it("without a role, of an unknown one and with bad flags is wrong usage", function()
      assert.equal(2, (command "run"))
      assert.equal(2, (command("run", "--strict=x", "lazy/server")))
      assert.same({ 2, "", "sloop: unknown role 'nowhere'\n" }, { command("run", "nowhere") })
      assert.is_nil(run_with)
    end)
  end)

  it("have help, which names every flag of a node", function()
    for _, name in ipairs { "run", "check", "list", "show", "lua" } do
      local status, out, err = command(name, "--help")
      assert.same({ 0, "" }, { status, err })
      assert.matches("^usage: sloop " .. name, out)
    end
    local _, out = command("run", "--help")
    for flag in pairs(require "sloop.private.base.names".flags) do
      assert.matches("--" .. flag:gsub("_", "-"), out, 1, true)
    end
  end)

  it("are what the files of their folder say, each with a summary in the overview", function()
    local _, text = command "--help"
    local out = text:gsub("\n" .. (" "):rep(20) .. " *", " ")
    for _, name in ipairs { "run", "up", "sim", "check", "list", "show", "ctl", "lua" } do
      local first = io.open(("scripts/command/%s.lua"):format(name)):read()
      local summary = first:match("^%-%-%- sloop " .. name .. ": (.*)%.$")
      assert.matches("\n  sloop " .. name .. " [^\n]*  " .. summary:gsub("%p", "%%%0"), out)
    end
    for line in text:gmatch "[^\n]+" do assert.is_true(#line <= 80, line) end
  end)
end)
