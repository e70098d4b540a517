--- What a script may not do, or not without end: bytecode, unsafe options, leaks.
local helper = require "spec.helper"
local role = require "spec.role"

describe("a script", function()
  after_each(helper.cleanup)

  it("loads no bytecode", function()
    role.run [[return { main = function()
      local code = string.dump(function() return 1 end)
      local function none(f, reason) same(nil, f) assert(reason:find "binary", reason) end
      none(load(code))
      none(load(code, "name", "bt"))
      local f, reason = load(code, "name", "b")
      same(nil, f)
      assert(reason:find "bytecode", reason)
      local path = os.tmpname()
      local file = io.open(path, "w")
      file:write(code)
      file:close()
      none(loadfile(path))
      refused("binary", dofile, path)
      file = io.open(path, "w")
      file:write "return 42, x"
      file:close()
      same(42, (dofile(path)))
      same(7, select(2, loadfile(path, "bt", { x = 7 })()))
      os.remove(path)
      same(8, load("return x", "name", "bt", { x = 8 })())
      local parts = { "return ", "9" }
      same(9, load(function() return table.remove(parts, 1) end)())
    end }]]
  end)

  it("may wait in a file that dofile runs", function()
    role.run [[return { main = function(self)
      local path = os.tmpname()
      local file <close> = io.open(path, "w")
      file:write "node:sleep(1) return 'waited'"
      file:close()
      node = self
      same("waited", dofile(path))
      os.remove(path)
    end }]]
  end)

  it("can't make a CURVE or PLAIN server that would admit everybody", function()
    role.run [[return { main = function(self)
      for _, option in ipairs { "curve_server", "plain_server" } do
        local socket, reason = self:open { "rep", [option] = true }
        same(nil, socket)
        assert(reason:find "ZAP", reason)
        assert(self:open { "rep", [option] = false }):close()
      end
    end }]]
  end)

  it("may close any number of sockets that were connected to names nobody bound", function()
    role.run [[
      local uv = require "luv"
      local function descriptors()
        local count, scan = 0, uv.fs_scandir "/proc/self/fd"
        while uv.fs_scandir_next(scan) do count = count + 1 end
        return count
      end
      return { main = function(self)
        local before = descriptors()
        for i = 1, 500 do
          local socket = assert(self:open { "dealer", connect = "inproc://absent" })
          if i % 10 == 0 then socket:send "lingers" end
          socket:close()
          if i % 50 == 0 then self:sleep(1) end
        end
        local most, ms = before + 20, 0
        while descriptors() > most and ms < 10000 do self:sleep(20) ms = ms + 20 end
        assert(descriptors() <= most, ("%d before, %d after"):format(before, descriptors()))
        local late = assert(self:open { "push", connect = "inproc://late" })
        late:send "x"
        late:close()
        local bound = assert(self:open { "pull", bind = "inproc://late" })
        same("x", bound:recv(10000))
      end }]]
  end)
end)
