--- `sloop ctl --all`, and the log of a running node: `sloop ctl NODE log`.
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local uv = require "luv"

local TALKER <const> = [[
local talker = { options = { step = 1 }, state = { n = 1 }, on = {} }
function talker.on.SIGUSR1(self)
  for i = 1, 20000 do self:log("line %d %s", i, ("."):rep(40)) end
  self:log "all said"
end
function talker.main(self)
  self:log "ready\nand so on"
  self:wait "for ever"
end
function talker.stop(self) self:log "last words" end
return talker]]

local runtime, folder, env
before_each(function()
  runtime, folder = helper.folder(), helper.folder()
  env = { SLOOP_RUNTIME_DIR = runtime }
  helper.write(folder .. "/talker.lua", TALKER)
  helper.write(folder .. "/pair.lua",
    "return { nodes = { a = { 'talker.lua' }, b = { 'talker.lua', step = 2 } } }")
end)
after_each(helper.cleanup)

local function ctl(...) return helper.run({ "ctl", ... }, { env = env, cwd = folder }) end

local function start(...)
  local process = helper.sloop({ ... }, { env = env, cwd = folder })
  process:line "ready"
  reloading.wait(function() return ctl("--all", "eval", "1") == 0 end)
  return process
end

describe("sloop ctl --all", function()
  it("asks each node, and each node of a topology", function()
    start("run", "talker.lua", "--name=single")
    local topology = start("up", "pair.lua")
    topology:line "ready"
    local status, out = ctl("--all", "eval", "self.options.step")
    assert.same({ 0, "pair/a: 1\npair/b: 2\nsingle: 1\n" }, { status, out })
    status, out = ctl("--all", "set", "step=5")
    assert.same({ 0, "pair/a: step: 1 -> 5\npair/b: step: 2 -> 5\nsingle: step: 1 -> 5\n" },
      { status, out })
    status, out = ctl("--all", "reload")
    assert.equal(0, status)
    assert.matches("^pair: [^\n]+\npair/a: no file has changed: [^\n]+\npair/b: no [^\n]+\n"
      .. "single: no file has changed", out)
    status, out = ctl("--all", "status", "--json")
    assert.equal(0, status)
    assert.matches('^%[{"answer":{.*"name":"pair".*"name":"single"', out)
    assert.equal(0, (ctl "--all"))
    assert.same({ 0, "pair: done\nsingle: done\n", "" }, { ctl("--all", "stop") })
    topology:wait()
    assert.same({ 0, "no nodes are running\n", "" }, { ctl("--all", "stop") })
  end)

  it("says which refused, and fails", function()
    start("run", "talker.lua", "--name=single")
    local status, out, err = ctl("--all", "eval", "nothing.there")
    assert.same({ 1, "" }, { status, out })
    assert.matches("^sloop: single: eval:1: ", err)
  end)

  it("is not for what only one node can do", function()
    for _, words in ipairs {
      { "--all", "log" }, { "--all", "tap" }, { "--all", "nonsense" }, { "--all", "eval" },
      { "x", "state", "--follow" }, { "x", "log", "--json" }, { "--all", "status", "--hex" },
    } do
      local status, _, err = ctl(table.unpack(words))
      assert.equal(2, status)
      assert.matches("^sloop: [^\n]+\n$", err)
    end
  end)
end)

describe("the folder of control sockets", function()
  it("has a name once: the second to want it is told whose it is", function()
    local first = start("run", "talker.lua", "--name=single")
    local second = helper.sloop({ "run", "talker.lua", "--name=single" },
      { env = env, cwd = folder })
    second:line "ready"
    local _, out = ctl(("single.%d"):format(second.pid), "log")
    assert.truthy(out:find(("single: 'single' is process %d; 'sloop ctl' knows this one as "
      .. "single.%d\n"):format(first.pid, second.pid), 1, true))
  end)

  it("loses what a tap that was killed has left there", function()
    local dead = helper.start("/bin/true", {})
    dead:wait()
    local mine = ("%s/tap.%d"):format(runtime, uv.os_getpid())
    local left = ("%s/tap.%d"):format(runtime, dead.pid)
    for _, path in ipairs { mine, left, left .. ".lock" } do helper.write(path, "") end
    ctl()
    assert.truthy(uv.fs_stat(mine))
    assert.is_nil((uv.fs_stat(left)))
    assert.is_nil((uv.fs_stat(left .. ".lock")))
  end)
end)

describe("sloop ctl NODE log", function()
  it("prints the latest lines, of a topology's node those of its own", function()
    start("run", "talker.lua", "--name=single")
    local status, out = ctl("single", "log")
    assert.equal(0, status)
    assert.matches("single: ready\n  and so on\n", out)
    assert.matches("single: runs talker.lua, process %d+\n", out)
    start("up", "pair.lua"):line "ready"
    status, out = ctl("pair/b", "log")
    assert.equal(0, status)
    assert.matches("b: ready\n  and so on\n", out)
    assert.not_matches(" a: ", out)
    assert.matches("pair: runs .*pair.lua, 2 nodes, process %d+\n", (select(2, ctl("pair", "log"))))
    assert.equal(1, (ctl("nobody", "log")))
  end)

  it("follows until the node ends, to its last line", function()
    local node = start("run", "talker.lua", "--name=single")
    local reader = helper.sloop({ "ctl", "single", "log", "--follow" }, { env = env })
    reader:line "single: ready"
    ctl("single", "eval", "self:log 'hello'")
    reader:line "single: hello"
    ctl("single", "stop")
    reader:line "single: sloop ctl, process %d+: stopping"
    reader:line "single: last words"
    assert.equal(0, (reader:wait()))
    node:wait()
  end)

  it("delays no node, however slow its reader: what is too much is left out", function()
    local node = start("run", "talker.lua", "--name=single")
    local stuck = helper.sloop({ "ctl", "single", "log", "--follow" }, { env = env, mute = true })
    local reader = helper.sloop({ "ctl", "single", "log", "--follow" }, { env = env })
    reader:line "ready"
    node:signal "sigusr1"
    node:line "all said"
    ctl("single", "eval", "self:log 'still here'")
    reader:line "still here"
    local lines, told = 0, 0
    for _, line in ipairs(reader.lines) do
      if line:find "came too fast%)$" then told = told + 1
      elseif line:find "^[%d:.]+ single: line" then lines = lines + 1
      else assert.is_nil(line:find "line %d") end
    end
    assert.is_true(told > 0 and lines < 20000 or lines == 20000)
    local _, out = ctl("single", "log")
    assert.is_true(#out <= 65536)
    assert.matches("still here\n$", out)
    ctl("single", "stop")
    assert.equal(0, (node:wait()))
    stuck:signal "sigkill"
  end)
end)
