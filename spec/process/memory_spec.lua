--- What a node's Lua state may hold: `--memory`.
local helper = require "spec.helper"
local programs = require "spec.process"
local up = require "spec.up"

local OK <const>, FAILED <const> = 0, 1

local function count(lines, pattern)
  local times = 0
  for _, line in ipairs(lines) do times = times + (line:find(pattern) and 1 or 0) end
  return times
end

describe("a node's memory", function()
  after_each(helper.cleanup)

  it("has a cap: reaching it is an error of that node alone, with file and line", function()
    local process = up.start({
      ["topology.lua"] = [[return { nodes = {
        greedy = { "greedy.lua" }, client = { "client.lua" },
      } }]],
      ["greedy.lua"] = [[
        local kinds = {
          table = function() local t = {} for i = 1, 1e9 do t[i] = { i } end end,
          string = function() local s = "x" while true do s = s .. s end end,
          rep = function() return ("x"):rep(1 << 30) end,
          coroutines = function()
            local t = {}
            for i = 1, 1e9 do t[i] = coroutine.create(print) end
          end,
          close = function()
            local _ <close> = setmetatable({}, { __close = function()
              local t = {}
              for i = 1, 1e9 do t[i] = { i } end
            end })
          end,
          nothing = function() return "fine" end,
        }
        return {
          sockets = { kind = { "rep", bind = "inproc://kind" } },
          on = { kind = function(_, kind) return kinds[kind]() end },
        }]],
      ["client.lua"] = [[return {
        sockets = { greedy = { "req", connect = "inproc://kind" } },
        main = function(self)
          for _ = 1, 2 do
            for _, kind in ipairs { "table", "string", "rep", "coroutines", "close" } do
              for _, each in ipairs { kind, "nothing" } do
                self.greedy:send(each)
                print(each .. ": " .. (self.greedy:recv(15000) or "no answer"))
              end
            end
          end
          self:wait "the end"
        end,
      }]],
    }, { "--memory=4", "--handler-warn=0" })
    for _ = 1, 2 do
      for _, kind in ipairs { "table", "string", "rep", "coroutines", "close" } do
        process:line(("^%s: $"):format(kind))
        process:line "^nothing: fine"
      end
    end
    local status = up.ask(process, { node = "greedy", command = "status" })
    assert.equal(10, status.errors)
    assert.is_true(status.memory < 4 << 20)
    assert.equal(5, count(process.stderr,
      "greedy: error: greedy.lua:%d+: not enough memory: this node may use 4 MiB"))
    process:signal "sigterm"
    assert.equal(OK, (process:wait()))
  end)

  it("is refused when loading alone takes more", function()
    local status, _, err = up.run({
      ["topology.lua"] = "return { nodes = { big = { 'big.lua' } } }",
      ["big.lua"] = [[local t = {} for i = 1, 100000 do t[i] = { i } end
        return { main = function() return #t end }]],
    }, { "--memory=2" })
    assert.equal(FAILED, status)
    assert.matches("^sloop: big: loading it takes %d+ KiB of memory, and it may use 2048\n$", err)
  end)

  --- Run a role in the program that users have: what it printed.
  local function output(text)
    local path = helper.write(helper.folder() .. "/role.lua", text)
    local status, out, err = programs.run(helper.release, { "run", path, "--control=none" })
    assert.equal(OK, status, err)
    return out
  end

  it("stays flat over 50,000 sockets that are opened and closed", function()
    local most = tonumber(output [[return { main = function(self)
      local most = 0
      for i = 1, 50000 do
        local _ <close> = self:open { "dealer" }
        if i % 100 == 0 then
          self:sleep(0)
          most = math.max(most, collectgarbage "count")
        end
      end
      print(most)
    end }]])
    assert.is_true(most < 8192, most .. " KiB")
  end)

  it("is given back by tasks that have ended", function()
    local before, after = output([[return { main = function(self)
      local before = collectgarbage "count"
      local ended = 0
      for _ = 1, 20000 do
        self:spawn(function(node)
          node:wait("go")
          ended = ended + 1
        end)
      end
      while ended < 20000 do
        self:sleep(0)
        self:wake "go"
      end
      for _ = 1, 3 do self:sleep(1) end
      collectgarbage()
      print(before, collectgarbage "count")
    end }]]):match "(%S+)%s+(%S+)"
    assert.is_true(after - before < 2048, ("%s KiB, then %s KiB"):format(before, after))
  end)
end)
