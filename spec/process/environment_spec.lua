--- What a node makes of its environment: signals, the locale, stdout, and who may control it.
local helper = require "spec.helper"
local process = require "spec.process"
local role = require "spec.role"
local uv = require "luv"

describe("a node", function()
  after_each(helper.cleanup)

  it("is not killed by a SIGHUP while it starts", function()
    for _ = 1, 3 do
      local node = role.start [[
        print "loading"
        local stop = os.clock() + 0.1
        while os.clock() < stop do end
        return { main = function(self) self:sleep(1) end }]]
      node:line "loading"
      node:signal "sighup"
      local status, signal = node:wait()
      assert.equal(0, signal)
      assert.equal(0, status, table.concat(node.lines, "\n"))
    end
  end)

  it("leaves SIGPIPE to its children as it is everywhere", function()
    role.run [[return { main = function()
      local pipe <close> = io.popen "grep SigIgn /proc/self/status"
      local mask = tonumber(pipe:read("a"):match "(%x+)%s*$", 16)
      same(0, mask and mask & 0x1000)
    end }]]
  end)

  it("keeps the locale, which would change the numbers of others", function()
    role.run [[return { main = function()
      same("C", os.setlocale())
      same("C", os.setlocale("C", "numeric"))
      same(nil, os.setlocale "de_DE.UTF-8")
      same(nil, os.setlocale("C.UTF-8", "ctype"))
    end }]]
  end)

  it("ends in order when nobody reads what it prints", function()
    local path = role.write [[return {
      main = function(self) for i = 1, 1e9 do print(i) self:sleep(1) end end,
      stop = function() io.stderr:write "stopped\n" end,
    }]]
    local command = ("%s run %s --control=none | head -1"):format(helper.program, path)
    local status, out, err = process.run("/bin/sh", { "-c", command })
    assert.equal(0, status)
    assert.equal("1\n", out)
    assert.equal("stopped\nsloop: cannot write to stdout\n", err)
  end)

  it("may begin with a mark of UTF-8, also before '#!'", function()
    local path = helper.folder() .. "/role.lua"
    for _, start in ipairs { "", "#!/usr/bin/env sloop\n" } do
      helper.write(path, "\xEF\xBB\xBF" .. start .. "return { main = function() error 'x' end }")
      assert.equal(0, (helper.run { "check", path }))
      local _, _, err = helper.run { "run", path, "--control=none" }
      assert.matches(("role.lua:%d: x"):format(start == "" and 1 or 2), err)
    end
  end)
end)

describe("a control socket", function()
  after_each(helper.cleanup)

  local ENDS <const> = "return { main = function() end }"

  local function run(folder, arguments)
    local path = helper.write(helper.folder() .. "/role.lua", ENDS)
    return helper.run({ "run", path, table.unpack(arguments or {}) },
      { env = { XDG_RUNTIME_DIR = folder } })
  end

  it("that can't be made is warned of, with path, reason and what to do", function()
    local folder = helper.folder()
    local long = folder .. "/" .. ("x"):rep(120)
    local status, _, err = run(long)
    assert.equal(0, status)
    assert.matches("the path of XDG_RUNTIME_DIR is %d+ bytes long, at most 107 work: set", err)
    _, _, err = run(folder, { "--control=" .. long })
    assert.matches("x is %d+ bytes long, at most 107 work", err)
    _, _, err = run(folder, { "--control=" .. folder .. "/absent/x.sock" })
    assert.matches("absent/x.sock: there is no such folder", err)
    assert(os.execute(("mkdir -m 755 %s/sloop"):format(folder)))
    _, _, err = run(folder)
    assert.matches("/sloop is open to other users %(mode 755%): 'chmod 700 ", err)
  end)

  it("is not asked in a folder that others can write to", function()
    local folder = helper.folder()
    assert(os.execute(("mkdir -m 777 %s/sloop"):format(folder)))
    local listener = uv.new_pipe(false)
    assert(listener:bind(folder .. "/sloop/evil.sock"))
    local asked = false
    listener:listen(1, function() asked = true end)
    local status, out, err = helper.run({ "ctl" },
      { env = { SLOOP_RUNTIME_DIR = folder .. "/sloop" } })
    listener:close()
    assert.is_false(asked)
    assert.matches("is open to other users", err)
    assert.equal("no nodes are running\n", out)
    assert.equal(0, status)
  end)

  it("that answers nonsense costs one line", function()
    local path = helper.folder() .. "/x.sock"
    local listener = uv.new_pipe(false)
    assert(listener:bind(path))
    listener:listen(1, function()
      local client = uv.new_pipe(false)
      listener:accept(client)
      client:read_start(function()
        if client:is_closing() then return end
        client:write "\5\0\0\0Sabcd"
      end)
    end)
    local status, out, err = helper.run { "ctl", path, "status" }
    listener:close()
    assert.equal(1, status)
    assert.equal("", out)
    assert.equal("sloop: the answer is damaged\n", err)
  end)

  it("of a process that was killed is removed when somebody asks", function()
    local folder = helper.folder()
    local path = helper.write(folder .. "/role.lua",
      "return { main = function(self) print 'ready' self:wait 'ever' end }")
    local node = helper.sloop({ "run", path }, { env = { XDG_RUNTIME_DIR = folder } })
    node:line "ready"
    node:signal "sigkill"
    node:wait()
    local socket = folder .. "/sloop/role.sock"
    assert.truthy(uv.fs_stat(socket))
    assert(os.execute("touch -d '1 minute ago' " .. socket))
    local _, out = helper.run({ "ctl" },
      { env = { SLOOP_RUNTIME_DIR = folder .. "/sloop" } })
    assert.equal("no nodes are running\n", out)
    assert.is_nil((uv.fs_stat(socket)))
  end)
end)
