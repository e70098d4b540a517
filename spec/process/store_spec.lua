--- Stores on real disks: files and their owners, deaths of processes, disks that fail or are slow.
local helper = require "spec.helper"
local role = require "spec.role"
local uv = require "luv"

local DISK <const> = uv.cwd() .. "/build/spec/disk.so"

local function sqlite(path, text)
  local status, out, err = helper.run_program("sqlite3", { path, text })
  assert.equal(0, status, err)
  return (out:gsub("\n$", ""))
end

local function mode(path) return ("%o"):format(assert(uv.fs_stat(path), path).mode & 511) end

local KEEPER <const> = [[
  local role = { stores = { jobs = {} } }
  function role.main(self)
    self.jobs:put("key", "value")
    assert(self.jobs:sync())
    print "kept"
    self:wait "never"
  end
  return role]]

describe("a store's file", function()
  after_each(helper.cleanup)

  it("is its user's alone, in the folder that --data names, which is made", function()
    local data = helper.folder() .. "/some/where"
    local node = role.start(KEEPER, nil, { "--data=" .. data })
    node:line "kept"
    assert.equal("700", mode(data))
    for _, file in ipairs { "", "-wal", "-shm", ".lock" } do
      assert.equal("600", mode(data .. "/jobs.sqlite" .. file), file)
    end
    assert.equal("key|s|value", sqlite(data .. "/jobs.sqlite", "select * from readable"))
  end)

  it("is where systemd or XDG has it without --data, below the node's name", function()
    local folder = helper.folder()
    local function kept_in(env, path)
      local node = role.start(KEEPER, nil, nil, env)
      node:line "kept"
      assert.equal("600", mode(folder .. path))
      node:signal "sigterm"
      node:wait()
    end
    kept_in({ STATE_DIRECTORY = folder .. "/unit:/other" }, "/unit/jobs.sqlite")
    kept_in({ STATE_DIRECTORY = false, XDG_STATE_HOME = folder .. "/state" },
      "/state/sloop/spec/jobs.sqlite")
    kept_in({ STATE_DIRECTORY = false, XDG_STATE_HOME = false, HOME = folder .. "/home" },
      "/home/.local/state/sloop/spec/jobs.sqlite")
  end)

  it("has one owner, whom the second is told", function()
    local data = helper.folder()
    local node = role.start(KEEPER, nil, { "--data=" .. data })
    node:line "kept"
    local second = role.start(KEEPER, nil, { "--data=" .. data })
    assert.equal(1, (second:wait()))
    assert.truthy(second.stderr[1]:find(("store 'jobs': %s/jobs.sqlite is in use by spec "
      .. "(process %d)"):format(data, node.pid), 1, true), second.stderr[1])
    node:signal "sigkill"
    node:wait()
    local third = role.start(KEEPER, nil, { "--data=" .. data })
    third:line "kept"
  end)

  it("is refused when it is none, or of a newer version, with what to do", function()
    local function refused(wanted, prepare)
      local data = helper.folder()
      prepare(data .. "/jobs.sqlite")
      local node = role.start(KEEPER, nil, { "--data=" .. data })
      assert.equal(1, (node:wait()))
      assert.equal(1, #node.stderr, table.concat(node.stderr, "\n"))
      assert.matches(wanted, node.stderr[1])
    end
    refused("file is not a database", function(path) helper.write(path, ("text"):rep(1000)) end)
    refused("a database, but no store of Sloop's", function(path)
      sqlite(path, "create table t(x)")
    end)
    refused("a store of version 2, and this Sloop knows version 1: a newer Sloop reads it",
      function(path)
        local first = role.start(KEEPER, nil, { "--data=" .. path:match "^(.*)/" })
        first:line "kept"
        first:signal "sigterm"
        first:wait()
        sqlite(path, "pragma user_version = 2")
      end)
    refused("jobs.sqlite: Is a directory", function(path) helper.write(path .. "/x", "") end)
  end)

  it("is one for each part and each copy", function()
    local data = helper.folder()
    local part = [[return { stores = { own = {} }, init = function(self)
      self.own:put("name", self.options.label) end, options = { label = "" } }]]
    local node = role.start([[return {
      stores = { own = {} },
      parts = { one = { PART, label = "one" }, two = { PART, count = 2,
        label = function(n) return "two" .. n end } },
      main = function(self) self.own:put("name", "root") end,
    }]], { PART = part }, { "--data=" .. data })
    assert.equal(0, (node:wait()))
    local files = { own = "root", ["one.own"] = "one", ["two.1.own"] = "two1",
                    ["two.2.own"] = "two2" }
    for file, name in pairs(files) do
      assert.equal(name, sqlite(data .. "/" .. file .. ".sqlite", "select value from readable"))
    end
  end)

  it("is one for each node of a topology", function()
    local folder = helper.folder()
    helper.write(folder .. "/node.lua", [[return { stores = { own = {} },
      main = function(self) self.own:put("name", self.name) end }]])
    local file = helper.write(folder .. "/t.lua",
      "return { nodes = { one = { 'node.lua' }, two = { 'node.lua', count = 2 } } }")
    local status, _, err = helper.run { "up", file, "--data=" .. folder .. "/data" }
    assert.equal(0, status, err)
    for _, name in ipairs { "one", "two.1", "two.2" } do
      assert.equal(name, sqlite(("%s/data/%s/own.sqlite"):format(folder, name),
        "select value from readable"))
    end
  end)

  it("that others lock is waited for, while the node goes on", function()
    local data = helper.folder()
    local node = role.start([[
      local role = { stores = { jobs = {} }, timers = { beat = 10 }, state = { beats = 0 } }
      role.on = { beat = function(self) self.beats = self.beats + 1 end }
      function role.main(self)
        self.jobs:put("a", 1)
        assert(self.jobs:sync())
        print "ready"
        self:wait("never", 300)
        self.beats = 0
        self.jobs:put("a", 2)
        assert(self.jobs:sync())
        assert(self.beats > 10, self.beats)
      end
      return role]], nil, { "--data=" .. data })
    node:line "ready"
    helper.run_program("sqlite3", { data .. "/jobs.sqlite",
      "begin immediate", ".shell sleep 0.8", "commit" })
    assert.equal(0, (node:wait()), table.concat(node.stderr, "\n"))
    assert.equal("2", sqlite(data .. "/jobs.sqlite", "select value from readable"))
  end)
end)

-- A counter: puts pairs, says how far it is on disk.
local COUNTER <const> = [[
  local role = { stores = { jobs = {} }, state = { beats = 0 }, timers = { beat = 10 }, on = {} }
  function role.on.beat(self) self.beats = self.beats + 1 end
  function role.init(self) print("found", self.jobs:get "a" or 0, self.jobs:get "b" or 0) end
  function role.main(self)
    local n = self.jobs:get "a" or 0
    while true do
      n = n + 1
      self.jobs:put("a", n)
      self.jobs:put("pad", ("x"):rep(n * 37 %% 2000))
      self.jobs:put("b", n)
      self.beats = 0
      local since = self:now()
      local ok, reason = self.jobs:sync()
      if not ok then
        print("failed", n, reason, self.jobs:get "a" or 0, self.jobs:get "b" or 0)
        return nil, reason
      end
      print("synced", n, self:now() - since, self.beats)
      %s
    end
  end
  return role]]

-- The numbers of the latest line that begins so.
local function last(node, word)
  for i = #node.stdout, 1, -1 do
    local a, b = node.stdout[i]:match(word .. "\t(%d+)\t(%d+)")
    if a then return tonumber(a), tonumber(b) end
  end
  return 0, 0
end

describe("what was synced", function()
  after_each(helper.cleanup)

  it("survives kill -9 at any instant, and of the rest a whole commit or nothing", function()
    local data, path = helper.folder(), role.write(COUNTER:format "")
    local synced = 0
    for round = 1, 12 do
      local node = helper.start(helper.release,
        { "run", path, "--control=none", "--name=spec", "--data=" .. data })
      node:line "synced"
      local goal = last(node, "synced") + round * 3
      helper.wait_until(function() return last(node, "synced") >= goal or node:has_ended() end)
      node:signal "sigkill"
      node:wait()
      local a, b = last(node, "found")
      assert.equal(a, b)
      assert.is_true(a >= synced, ("%d were synced, %d are there"):format(synced, a))
      synced = last(node, "synced")
    end
  end)

  -- Starts a counter whose disk can be told to fail: the process and the file that tells it.
  local function start(data)
    local control = helper.folder() .. "/control"
    local node = helper.start(helper.release,
      { "run", role.write(COUNTER:format "self:sleep(1)"), "--control=none", "--name=spec",
        "--data=" .. data }, { env = { LD_PRELOAD = DISK, DISK_CONTROL = control } })
    node:line "synced"
    return node, control
  end

  for word, reason in pairs { eio = "disk I/O error", enospc = "database or disk is full" } do
    it(("is all there is after %s, in memory and on disk"):format(word), function()
      local data = helper.folder()
      local node, control = start(data)
      helper.write(control, word)
      node:line "failed"
      assert.equal(1, (node:wait()))
      assert.equal("sloop: " .. reason, node.stderr[#node.stderr])
      local synced = last(node, "synced")
      local words = {}
      for part in node.stdout[#node.stdout]:gmatch "[^\t]+" do table.insert(words, part) end
      assert.same({ "failed", ("%d"):format(synced + 1), reason, ("%d"):format(synced),
        ("%d"):format(synced) }, words)
      local again = start(data)
      assert.same({ synced, synced }, { last(again, "found") })
    end)
  end

  it("is told when the file was damaged, in reads, walks and syncs", function()
    local data = helper.folder()
    role.run([[return { stores = { jobs = {} }, main = function(self)
      for i = 1, 1000 do self.jobs:put(("%04d"):format(i), ("x"):rep(100)) end
      self.jobs:sync()
    end }]], nil, nil, data)
    local file <close> = assert(io.open(data .. "/jobs.sqlite", "r+b"))
    local size = file:seek "end"
    for at = 4096 * 3, size - 1, 4096 do -- all pages but those that it needs to be opened
      file:seek("set", at)
      file:write(("\255"):rep(64))
    end
    file:flush()
    role.run([[return { stores = { jobs = {} }, main = function(self)
      local jobs = self.jobs
      refused("store 'jobs': database disk image is malformed", function() jobs:get "0500" end)
      refused("store 'jobs': database disk image is malformed", function()
        for _ in jobs:each "05" do end
      end)
      jobs:put("0500", "y")
      same("y", jobs:get "0500")
      local ok, reason = jobs:sync()
      same(nil, ok) same("database disk image is malformed", reason)
    end }]], nil, nil, data)
  end)

  it("fails on a full disk, and works again when there is room", function()
    local data = helper.folder()
    local mounted = os.execute("mount -t tmpfs -o size=300k none '" .. data .. "' 2>/dev/null")
    if not mounted then return pending "this user may not mount a disk" end
    local path = role.write [[
      local role = { stores = { jobs = {} } }
      function role.main(self)
        local n = 0
        while true do
          n = n + 1
          self.jobs:put(("%04d"):format(n), ("x"):rep(10000))
          local ok, reason = self.jobs:sync()
          if not ok then
            local count = 0
            for _ in self.jobs:each() do count = count + 1 end
            print(n, reason, count)
            break
          end
        end
        os.remove(self.args[1])
        self.jobs:put("0001", nil)
        self.jobs:put("0002", "short")
        return self.jobs:sync()
      end
      return role]]
    local ok, err = pcall(function()
      local ballast = helper.write(data .. "/ballast", ("x"):rep(100000))
      local status, out, problem = helper.run { "run", path, "--data=" .. data, "--control=none",
        ballast }
      local n, reason, count = out:match "(%d+)\t([^\t]+)\t(%d+)"
      assert.equal("database or disk is full", reason, problem)
      assert.equal(tonumber(n) - 1, tonumber(count))
      assert.equal(0, status, problem)
      assert.equal(count - 1 .. "|short", sqlite(data .. "/jobs.sqlite",
        "select count(*), (select value from readable where key = '0002') from entries"))
    end)
    os.execute("umount '" .. data .. "'")
    assert(ok, err)
  end)

  it("waits for a slow disk, and heartbeats go on", function()
    local node, control = start(helper.folder())
    helper.write(control, "slow 300")
    local function slow()
      for _, line in ipairs(node.stdout) do
        local took, beats = line:match "synced\t%d+\t(%d+)\t(%d+)"
        if took and tonumber(took) >= 300 then return tonumber(beats), tonumber(took) end
      end
    end
    helper.wait_until(slow)
    local beats, took = slow()
    assert.is_true(beats >= took // 40, ("%d beats in %d ms"):format(beats, took))
  end)

  it("is not mixed with half of what a handler puts while it computes for long", function()
    local data = helper.folder()
    local node = role.start([[
      local role = { stores = { jobs = {} } }
      function role.main(self)
        self:spawn(function() self.jobs:put("first", 1) self.jobs:sync() end)
        self:sleep(0) -- that commit is under way, and the next is asked for
        self:spawn(function() self.jobs:put("second", 1) self.jobs:sync() end)
        self:spawn(function()
          self.jobs:put("half", 1)
          local since = os.clock()
          while os.clock() - since < 0.5 do end
          os.execute("kill -9 " .. self.args[1])
          self.jobs:put("other half", 1)
        end)
        self:wait "never"
      end
      return role]], nil, { "--data=" .. data, "--handler-warn=0", "$PPID" })
    node:wait()
    local keys = sqlite(data .. "/jobs.sqlite", "select key from readable")
    assert.matches("first", keys)
    assert.is_nil(keys:match "half")
  end)

  it("and what was not, is there after an orderly end", function()
    local data = helper.folder()
    local node = role.start([[
      return {
        stores = { jobs = {} },
        main = function(self) self.jobs:put("main", 1) end,
        stop = function(self) self.jobs:put("stop", 1) end,
      }]], nil, { "--data=" .. data })
    assert.equal(0, (node:wait()))
    assert.equal("main\nstop", sqlite(data .. "/jobs.sqlite", "select key from readable"))
  end)
end)
