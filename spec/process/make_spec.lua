--- The Makefile: what a goal waits for.
local helper = require "spec.helper"

describe("make", function()
  after_each(helper.cleanup)

  -- What would be done for these goals, one after the other.
  local function steps(...)
    local status, out, err = helper.run_program("/usr/bin/env", { "make", "-nB", ... },
      { env = { MAKEFLAGS = false, MAKELEVEL = false, MFLAGS = false } })
    assert.equal(0, status, err)
    return out
  end

  -- A dry run does in order what a parallel one may do at once, unless the one waits for the other.
  for _, case in ipairs {
    { "program", "deps" }, { "program", "deps-test" }, { "module", "deps-lint" },
    { "program", "demo" }, { "program", "test" }, { "program", "lint" },
  } do
    local goals = table.concat(case, " ")
    it("does not look for a compiler before it is installed: " .. goals, function()
      local out = steps(table.unpack(case))
      local install, look = out:find(".ci/deps gcc", 1, true), out:find("#include <%s>", 1, true)
      assert.is_true(install ~= nil and look ~= nil and install < look, out:sub(1, 1000))
    end)
  end

  -- dpkg lets one in at a time, and the next fails.
  it("installs one thing after the other, whoever asks for it", function()
    local folder = helper.folder()
    local function stub(name, text)
      local path = helper.write(folder .. "/bin/" .. name, "#!/bin/sh\n" .. text)
      assert(os.execute("chmod +x " .. path))
    end
    stub("dpkg-query", "exit 1")
    stub("id", "echo 0")
    stub("apt-get", "mkdir busy && find /etc >/dev/null && rmdir busy")
    local env, all = { PATH = folder .. "/bin:" .. os.getenv "PATH" }, {}
    for i = 1, 8 do
      all[i] = helper.start(helper.root .. "/.ci/deps", { "gcc" }, { env = env, cwd = folder })
    end
    for i = 1, 8 do assert.equal(0, (all[i]:wait())) end
  end)
end)
