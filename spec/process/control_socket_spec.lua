--- Where control sockets are, whom they answer, and what they survive.
local controlled = require "spec.controlled"
local helper = require "spec.helper"
local reloading = require "spec.reloading"
local sloop = require "sloop"
local uv = require "luv"

local OK <const>, FAILED <const> = 0, 1

local start, await, ctl = controlled.start, controlled.await, controlled.ctl

local function mode(path) return assert(uv.fs_lstat(path)).mode & 511 end

before_each(controlled.fresh)
after_each(helper.cleanup)

describe("sloop ctl finds nodes", function()
  it("of other sessions of this user, whatever XDG_RUNTIME_DIR is there", function()
    local temporary, number = helper.folder(), math.tointeger(uv.os_getpid())
    local role = helper.write(helper.folder() .. "/node.lua", controlled.NODE)
    local process = helper.sloop({ "run", role, "--name=faraway" .. number },
      { env = { XDG_RUNTIME_DIR = temporary, SLOOP_RUNTIME_DIR = false } })
    await(("%s/sloop/faraway%d.sock"):format(temporary, number))
    local function list(changes)
      changes.SLOOP_RUNTIME_DIR = false
      return select(2, helper.run({ "ctl" }, { env = changes }))
    end
    assert.matches("faraway", list { XDG_RUNTIME_DIR = temporary })
    assert.is_nil(list { XDG_RUNTIME_DIR = controlled.runtime }:find("faraway", 1, true))
    process:signal "sigterm"
    process:wait()
    process = helper.sloop({ "run", role, "--name=near" .. number },
      { env = { XDG_RUNTIME_DIR = false, TMPDIR = temporary, SLOOP_RUNTIME_DIR = false } })
    reloading.wait(function()
      local found = list { XDG_RUNTIME_DIR = controlled.runtime, TMPDIR = temporary }
      return found:find("near" .. number)
    end)
    process:signal "sigterm"
    process:wait()
  end)

  it("whose socket is elsewhere, by their name", function()
    local path = helper.folder() .. "/here.sock"
    local process = start("alpha", "--control=" .. path)
    await(path)
    assert.matches("^alpha +/", (select(2, ctl())))
    assert.matches("name +alpha", (select(2, ctl("alpha"))))
    process:signal "sigterm"
    process:wait()
    assert.is_nil(uv.fs_lstat(controlled.runtime .. "/sloop/alpha.sock"))
    process = start("alpha", "--control=" .. path)
    await(path)
    process:signal "sigkill"
    process:wait()
    os.remove(path)
    assert.truthy(uv.fs_lstat(controlled.runtime .. "/sloop/alpha.sock"))
    assert.equal("no nodes are running\n", (select(2, ctl())))
    assert.is_nil(uv.fs_lstat(controlled.runtime .. "/sloop/alpha.sock"))
  end)
end)

describe("a control socket", function()
  it("is for its user alone", function()
    local _, control = start "alpha"
    await(control)
    assert.equal(tonumber("700", 8), mode(controlled.runtime .. "/sloop"))
    assert.equal(tonumber("600", 8), mode(control))
  end)

  it("has the process's number behind a name that is in use", function()
    local first, control = start "alpha"
    await(control)
    local second = start "alpha"
    local other = ("%s/sloop/alpha.%d.sock"):format(controlled.runtime, second.pid)
    await(other)
    local status, out = ctl("alpha", "status")
    assert.equal(OK, status)
    assert.matches("pid +" .. first.pid, out)
    assert.matches("pid +" .. second.pid, (select(2, ctl("alpha." .. second.pid, "status"))))
    assert.equal("", table.concat(first.stderr))
    first:signal "sigterm"
    first:wait()
    assert.matches("pid +" .. second.pid, (select(2, ctl("alpha", "status"))))
  end)

  it("of a process that was killed is taken over, and not listed", function()
    local first, control = start "alpha"
    await(control)
    first:signal "sigkill"
    first:wait()
    assert.truthy(uv.fs_lstat(control))
    assert.equal("no nodes are running\n", (select(2, ctl())))
    local status, _, err = ctl("alpha", "status")
    assert.equal(FAILED, status)
    assert.matches("no node 'alpha' is running", err)
    local second = start "alpha"
    reloading.wait(function()
      local answer = sloop.core.ask(control, { command = "status" }, 5000)
      return answer and answer.pid == second.pid
    end)
  end)

  it("may be elsewhere, or not be", function()
    local path = helper.folder() .. "/here"
    local process = start("alpha", "--control=" .. path)
    await(path)
    assert.equal(tonumber("600", 8), mode(path))
    process:signal "sigterm"
    process:wait()
    assert.is_nil(uv.fs_lstat(path))
    local role = helper.write(helper.folder() .. "/r.lua", "return { main = function() end }")
    assert.equal(0, (helper.run({ "run", role, "--control=none" }, { env = controlled.env })))
    local folder = uv.fs_scandir(controlled.runtime .. "/sloop")
    assert.is_nil(folder and uv.fs_scandir_next(folder))
  end)

  local function starts_without(where, change)
    it("that can't be made never fails the start: " .. where, function()
      local arguments = change() or {}
      local role = helper.write(helper.folder() .. "/r.lua", "return { main = function() end }")
      local status, _, err = helper.run({ "run", role, table.unpack(arguments) },
        { env = controlled.env })
      assert.equal(0, status)
      assert.matches("warning: no control socket.*can't reach this node: ", err)
    end)
  end

  starts_without("a folder others can look into", function()
    assert(uv.fs_mkdir(controlled.runtime .. "/sloop", tonumber("755", 8)))
  end)
  starts_without("a link in the place of the folder", function()
    assert(uv.fs_symlink(helper.folder(), controlled.runtime .. "/sloop"))
  end)
  starts_without("a file in the place of the folder", function()
    helper.write(controlled.runtime .. "/sloop", "")
  end)
  starts_without("a runtime folder that is not there", function()
    controlled.env.XDG_RUNTIME_DIR = controlled.runtime .. "/none"
  end)
  starts_without("a path that is too long", function()
    return { "--control=/tmp/" .. ("x"):rep(200) }
  end)
  starts_without("a name that is too long", function() return { "--name=" .. ("x"):rep(200) } end)
  starts_without("a file at the path", function()
    return { "--control=" .. helper.write(helper.folder() .. "/f", "mine") }
  end)

  it("leaves a file that is in its place alone", function()
    local file = helper.write(helper.folder() .. "/f", "mine")
    local role = helper.write(helper.folder() .. "/r.lua", "return { main = function() end }")
    helper.run({ "run", role, "--control=" .. file }, { env = controlled.env })
    assert.equal("mine", helper.read(file))
  end)

  -- Whatever bytes arrive, the node lives and answers others.
  local function survives(bytes)
    local process, control = start "alpha"
    await(control)
    local pipe, closed = uv.new_pipe(false), false
    pipe:connect(control)
    pipe:read_start(function(_, data) closed = closed or data == nil end)
    pipe:write(bytes)
    reloading.pass(30)
    assert.equal("alpha", await(control).name)
    pipe:shutdown()
    reloading.wait(function() return closed end)
    pipe:close()
    process:signal "sigterm"
    assert.equal(0, (process:wait()))
  end

  it("survives nonsense", function()
    survives(("I4"):pack(9) .. "\xff\0nonsense")
  end)
  it("survives a length without bytes", function() survives(("I4"):pack(1000)) end)
  it("survives half a length", function() survives "\1\2" end)
  it("survives a length beyond measure", function() survives(("\xff"):rep(100)) end)
  it("survives an empty request", function() survives(("I4"):pack(0)) end)
  it("survives more bytes than it was told of", function()
    survives(("I4"):pack(1) .. "N" .. ("x"):rep(200000))
  end)
  it("survives requests that are no table, or no request", function()
    for _, data in ipairs { 1, "status", { command = 7 }, { command = "eval" }, {},
                            { command = "set", settings = 5 }, { command = "state", path = {} },
                            { command = "set", settings = { { path = 3 } } } } do
      local process, control = start "alpha"
      await(control)
      local answer = sloop.core.ask(control, data)
      assert.is_true(answer == nil or answer.ok == false)
      assert.equal("alpha", await(control).name)
      process:signal "sigterm"
      assert.equal(0, (process:wait()))
      helper.cleanup()
      controlled.fresh()
    end
  end)

  it("serves many at once, and lets go of those that say nothing", function()
    local process, control = start "alpha"
    await(control)
    local pipes = {}
    for i = 1, 100 do
      pipes[i] = uv.new_pipe(false)
      pipes[i]:connect(control)
    end
    uv.run "nowait"
    assert.equal("alpha", await(control).name)
    process:signal "sigterm"
    assert.equal(0, (process:wait()))
    for _, pipe in ipairs(pipes) do pipe:close() end
  end)
end)
