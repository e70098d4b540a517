--- `make install`, `make uninstall`, the units and the rockspec.
local helper = require "spec.helper"

describe("an installation", function()
  after_each(helper.cleanup)

  -- make decides anew: flags of the make that runs the specs are none of its.
  local ENV <const> = { MAKEFLAGS = false, MAKELEVEL = false, MFLAGS = false }

  local function run(...)
    local status, out, err = helper.run_program("/usr/bin/env", { ... },
      { env = ENV, timeout = 120000 })
    assert.equal(0, status, out .. err)
    return out .. err
  end

  local function files(folder)
    local found = {}
    for path in run("find", folder, "!", "-type", "d"):gmatch "[^\n]+" do
      found[path:sub(#folder + 2)] = true
    end
    return found
  end

  it("has program, module, types, manual, completion, units and docs", function()
    local root = helper.folder()
    run("make", "-s", "install", "DESTDIR=" .. root, "PREFIX=/usr")
    local found = files(root)
    for _, path in ipairs {
      "usr/bin/sloop", "usr/lib/lua/5.4/sloop.so", "usr/share/sloop/meta/role.lua",
      "usr/share/sloop/meta/sloop/queue.lua", "usr/share/sloop/patterns/majordomo/mdp.lua",
      "usr/share/man/man1/sloop.1", "usr/share/man/man1/sloop-run.1",
      "usr/share/bash-completion/completions/sloop", "usr/share/zsh/site-functions/_sloop",
      "usr/share/fish/vendor_completions.d/sloop.fish",
      "usr/lib/systemd/system/sloop@.service", "usr/lib/systemd/system/sloop-topology@.service",
      "usr/share/doc/sloop/README.md", "usr/share/doc/sloop/patterns/majordomo/README.md",
    } do
      assert.truthy(found[path], path)
    end
    assert.matches("^sloop ", run(root .. "/usr/bin/sloop", "--version"))
    run("make", "-s", "uninstall", "DESTDIR=" .. root, "PREFIX=/usr")
    assert.same({}, files(root))
    local folders = run("sh", "-c", "find " .. root .. "/usr -mindepth 2 -type d | sort")
    assert.equal(root .. "/usr/share/man\n", folders)
  end)

  it("knows its types where it is", function()
    local root = helper.folder()
    run("make", "-s", "install", "DESTDIR=" .. root)
    run("env", "-C", root, root .. "/usr/local/bin/sloop", "new", "echo")
    local types = root .. "/usr/local/share/sloop/meta"
    assert.truthy(helper.read(root .. "/echo/.luarc.json"):find(types, 1, true))
  end)

  it("has units that systemd takes and that may do little", function()
    local folder = helper.folder()
    for _, name in ipairs { "sloop", "sloop-topology" } do
      run("make", "-s", "build/systemd/" .. name .. "@.service")
      local unit = helper.read("build/systemd/" .. name .. "@.service")
      assert.matches("ExecStart=/usr/local/bin/sloop ", unit)
      local path = folder .. "/" .. name .. "@.service"
      helper.write(path, (unit:gsub("/usr/local/bin/sloop", helper.release)
        :gsub("Documentation[^\n]*\n", "")))
      assert.equal("", run("systemd-analyze", "verify", "--man=no", path))
      local exposure = run("systemd-analyze", "security", "--offline=true", "--no-pager", path)
        :match "Overall exposure level for [^:]*: ([%d.]+)"
      assert.is_true(tonumber(exposure) < 2, exposure)
    end
  end)

  it("has units whose system calls are enough for nodes with sockets and stores", function()
    run("make", "-s", "build/systemd/sloop@.service")
    local folder = helper.folder()
    local role = helper.write(folder .. "/r.lua", [[
      return { sockets = { s = { "rep", bind = "tcp://127.0.0.1:*" } }, stores = { kept = {} },
               init = function(self)
                 self.kept:put("a", "b")
                 assert(self.kept:sync())
                 self:log "synced"
               end,
               on = { s = function() end } }]])
    local node = helper.start("/usr/bin/python3", { "spec/interop/confined.py",
      "build/systemd/sloop@.service", helper.release, "run", role, "--data=" .. folder,
      "--control=" .. folder .. "/c.sock" })
    node:line "synced"
    assert.equal(0, (helper.run_program(helper.release, { "ctl", folder .. "/c.sock", "stop" })))
    assert.equal(0, (node:wait()))
    run("/usr/bin/python3", "spec/interop/confined.py", "build/systemd/sloop-topology@.service",
      helper.release, "up", "patterns/lazy_pirate/topology.lua", "--control=none",
      "--set", "client.requests=5")
  end)

  it("by luarocks has a module for a plain lua5.4, and the program", function()
    local tree = helper.folder()
    run("luarocks", "--lua-version=5.4", "make", "--tree", tree, "sloop-scm-1.rockspec")
    assert.equal("true\n", run("env", "-C", tree, "LUA_CPATH=" .. tree .. "/lib/lua/5.4/?.so",
      "lua5.4", "-e", [[print((require "sloop".check "lazy_pirate/client"))]]))
    assert.matches("^sloop ", run(tree .. "/bin/sloop", "--version"))
  end)
end)
