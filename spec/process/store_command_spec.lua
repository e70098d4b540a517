--- `sloop store`: what a node has put, read while it runs and afterwards.
local helper = require "spec.helper"
local role = require "spec.role"

local ROLE <const> = [[
  local role = { stores = { jobs = {} }, parts = { part = { PART } } }
  function role.main(self)
    self.jobs:put("job 1", "text")
    self.jobs:put("job 2", { "echo", "a\0\27", tries = 0, half = 0.5, on = true, inner = {} })
    self.jobs:put("job \255", 1.0)
    self.jobs:put("n", -7)
    assert(self.jobs:sync())
    print "ready"
    self:wait "never"
  end
  return role]]

local PART <const> = "return { stores = { own = {} }, init = function(self) "
  .. "self.own:put('key', 'of the part') self.own:sync() end }"

describe("sloop store", function()
  after_each(helper.cleanup)

  local function start(runtime, data)
    local node = helper.sloop({ "run", role.write(ROLE, { PART = PART }), "--name=keeper",
      "--data=" .. data }, { env = { XDG_RUNTIME_DIR = runtime } })
    node:line "ready"
    return node
  end

  it("lists, gets and dumps, of a running node and of a file", function()
    local runtime, data = helper.folder(), helper.folder()
    local node = start(runtime, data)
    local function store(...)
      return helper.run({ "store", ... }, { env = { XDG_RUNTIME_DIR = runtime } })
    end
    local function says(text, ...)
      local status, out, err = store(...)
      assert.same({ 0, text, "" }, { status, out, err })
    end
    local DUMP <const> = '["job 1"] = "text"\n["job 2"] = { "echo", "a\\x00\\x1b", half = 0.5, '
      .. 'inner = {}, on = true, tries = 0 }\n["job \\xff"] = 1.0\n["n"] = -7\n'
    says(("jobs  %s/jobs.sqlite\npart.own  %s/part.own.sqlite\n"):format(data, data), "keeper")
    says("job 1\njob 2\njob \\xff\nn\n", "keeper", "list", "--store=jobs")
    says("job 1\njob 2\njob \\xff\n", "keeper", "list", "job ", "--store=jobs")
    says("text\n", "keeper", "get", "job 1", "--store=jobs")
    says(DUMP, "keeper", "dump", "--store=jobs")
    says("of the part\n", "keeper", "get", "key", "--store=part.own")
    node:signal "sigterm"
    node:wait()
    says(DUMP, data .. "/jobs.sqlite", "dump")
    says("key\n", "whatever", "list", "--store=part.own", "--data=" .. data)
  end)

  it("says what is wrong in one line", function()
    local data = helper.folder()
    local node = start(helper.folder(), data)
    node:signal "sigterm"
    node:wait()
    local function fails(status, wanted, ...)
      local got, out, err = helper.run { "store", ... }
      assert.same({ status, "" }, { got, out })
      assert.truthy(err:find(wanted, 1, true), err)
      assert.equal(1, select(2, err:gsub("\n", "")), err)
    end
    fails(2, "whose store?")
    fails(2, "no request 'lst': list, get or dump", "x", "lst")
    fails(2, "sloop store NODE|FILE get KEY", "x", "get")
    fails(1, "node 'x' has no stores in ", "x", "list")
    fails(1, "say which, with --store=: its stores are jobs, part.own", "x", "list",
      "--data=" .. data)
    fails(1, "node 'x' has no store 'other': its stores are jobs, part.own", "x", "list",
      "--data=" .. data, "--store=other")
    fails(1, "there is no key 'none'", data .. "/jobs.sqlite", "get", "none")
    local text = helper.write(data .. "/text.sqlite", ("text"):rep(1000))
    fails(1, "text.sqlite: file is not a database", text, "list")
    fails(1, "empty.sqlite: an empty file, and no store", helper.write(data .. "/empty.sqlite", ""),
      "list")
  end)
end)
