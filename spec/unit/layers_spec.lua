--- .ci/layers.lua: the edges and the circles of files that `make lint` refuses.
local helper = require "spec.helper"

local TABLE <const> = [[
| folder | what | may use |
|---|---|---|
| `host/core/` | C | nothing |
| `host/real/` | C | `host/core/` |
| `scripts/base/` | Lua | nothing |
| `scripts/library/` | Lua | nothing |
| `scripts/node/` | Lua | `scripts/base/`, `sloop` |
| `patterns/` | Lua | `scripts/library/` |
| `spec/` | Lua | everything |
]]

describe("the check of who uses whom", function()
  after_each(helper.cleanup)

  -- What it says of a tree of these files, and its exit status.
  local function check(files)
    local folder = helper.folder()
    helper.write(folder .. "/CONTRIBUTING.md", TABLE)
    for _, top in ipairs { "host", "scripts", "patterns", "spec" } do
      helper.write(folder .. "/" .. top .. "/README.md", "")
    end
    for path, text in pairs(files) do helper.write(folder .. "/" .. path, text) end
    local status, out, err = helper.run_program("/usr/bin/env",
      { "lua5.4", ".ci/layers.lua", folder })
    return out .. err, status
  end

  local function accepts(files) assert.same({ "", 0 }, { check(files) }) end
  local function refuses(files, expected) assert.same({ expected, 1 }, { check(files) }) end

  it("accepts edges of the table, within a folder, and from a source to its header", function()
    accepts {
      ["host/core/node.h"] = "", ["host/core/timers.h"] = "",
      ["host/core/node.c"] = '#include "host/core/node.h"\n#include "host/core/timers.h"\n',
      ["host/real/loop.c"] = '#include <uv.h>\n#include "host/core/node.h"\n',
      ["scripts/base/json.lua"] = "", ["scripts/library/queue.lua"] = "",
      ["scripts/node/node.lua"] = 'require "base/json" require("sloop.loader") require "sloop"',
      ["patterns/a/b.lua"] = 'require "sloop.queue"', ["patterns/a/c.lua"] = 'require "a/b"',
      ["spec/x_spec.lua"] = 'require "node/node" require "luv"',
    }
  end)

  it("refuses an include that the table does not list", function()
    refuses({ ["host/core/node.c"] = '/**/\n#include "host/real/loop.h"\n',
      ["host/real/loop.h"] = "" },
      "host/core/node.c:2: host/core/ may not use host/real/loop.h\n")
  end)

  it("refuses a require that the table does not list", function()
    refuses({ ["scripts/base/json.lua"] = '--\nlocal n = require "node/node"',
      ["scripts/node/node.lua"] = "" },
      "scripts/base/json.lua:2: scripts/base/ may not use scripts/node/node.lua\n")
    refuses({ ["scripts/base/json.lua"] = 'pcall(require, "sloop.loader")' },
      "scripts/base/json.lua:1: scripts/base/ may not use sloop.loader\n")
    refuses({ ["patterns/a/b.lua"] = 'require "luv"' },
      "patterns/a/b.lua:1: patterns/ may not use luv\n")
  end)

  it("is not misled by comments, strings and names put together", function()
    accepts { ["patterns/a/b.lua"] = [=[
      -- require "luv"
      local s = [[require "luv"]]
      return require("luv" .. s)]=] }
  end)

  it("refuses a folder that the table does not have", function()
    refuses({ ["host/new/a.c"] = '#include "host/core/b.h"\n', ["host/core/b.h"] = "" },
      "host/new/a.c:1: host/new/ (not in CONTRIBUTING.md's table) may not use host/core/b.h\n")
  end)

  it("refuses a circle of sources and headers", function()
    refuses({ ["host/core/a.h"] = "", ["host/core/a.c"] = '#include "host/core/b.h"\n',
      ["host/core/b.h"] = '#include "host/core/c.h"\n',
      ["host/core/c.h"] = "", ["host/core/c.c"] = '\n#include "host/core/a.h"\n' },
      "host/core/a.c:1: a circle of files: uses host/core/b.h\n" ..
      "host/core/b.h:1:   which uses host/core/c.h\n" ..
      "host/core/c.c:2:   which uses host/core/a.h\n")
  end)

  it("refuses a circle of scripts, and of patterns", function()
    refuses({ ["patterns/a/b.lua"] = '\nrequire "a/c"', ["patterns/a/c.lua"] = 'require "a/b"' },
      "patterns/a/b.lua:2: a circle of files: uses patterns/a/c.lua\n" ..
      "patterns/a/c.lua:1:   which uses patterns/a/b.lua\n")
  end)
end)
