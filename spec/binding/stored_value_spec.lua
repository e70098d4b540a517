--- Values in a store's file that somebody has damaged: each is told, none does harm.
local helper = require "spec.helper"
local role = require "spec.role"

-- Reads every entry, and says how many had a value and how many were damaged.
local READER <const> = [[
local role = { stores = { jobs = {} } }
function role.main(self)
  local good, damaged = 0, 0
  for i = 1, %d do
    local ok, reason = pcall(self.jobs.get, self.jobs, ("%%06d"):format(i))
    if ok then good = good + 1
    elseif tostring(reason):find "a value in the store is damaged" then damaged = damaged + 1
    else error(reason) end
  end
  return good, damaged
end
return role]]

local GOOD <const> = "{s4:echos3:hi\0i-12;f0.5;btrue;bfalse;n{}|s5:triesi0;i-3;{s0:|s1:kf1.5;}}"

describe("a value in a store's file", function()
  after_each(helper.cleanup)

  -- A store with these entries, { kind, bytes }, written by the shell of SQLite: what was read.
  local function read(entries)
    local data = helper.folder()
    role.run("return { stores = { jobs = {} }, main = function(self) self.jobs:put('x', 1) end }",
      nil, nil, data)
    local lines = { "begin;" }
    for i, entry in ipairs(entries) do
      local hex = entry[2]:gsub(".", function(c) return ("%02x"):format(c:byte()) end)
      table.insert(lines, ("insert into entries values (cast('%06d' as blob), '%s', x'%s');")
        :format(i, entry[1], hex))
    end
    table.insert(lines, "commit;")
    local script = helper.write(data .. "/script.sql", table.concat(lines, "\n"))
    local status, _, err = helper.run_program("sqlite3", { data .. "/jobs.sqlite",
      ".read " .. script })
    assert.equal(0, status, err)
    return role.run(READER:format(#entries), nil, nil, data)
  end

  it("is read as it was written", function()
    local good, damaged = read {
      { "t", "{s4:echo|s5:triesi0;}" }, { "i", "-9223372036854775808" }, { "f", "1e300" },
      { "f", "-inf" }, { "f", "nan" }, { "b", "true" }, { "s", "\0" }, { "t", "{}" },
      { "t", "{|}" },
    }
    assert.same({ 9, 0 }, { good, damaged })
  end)

  it("is refused when it is none", function()
    local entries = {
      { "i", "" }, { "i", "1.5" }, { "i", "x" }, { "i", ("1"):rep(1000) }, { "f", "" },
      { "f", "x" }, { "f", "n" }, { "f", "nanx" },
      { "b", "" }, { "b", "yes" }, { "x", "x" }, { "", "x" }, { "t", "" }, { "t", "{" },
      { "t", "{}x" }, { "t", "}" }, { "t", "{s5:abc}" }, { "t", "{s99999999999999999999:a}" },
      { "t", "{s18446744073709551615:a}" }, { "t", "{s-1:a}" }, { "t", "{s:a}" }, { "t", "{i;}" },
      { "t", "{i1}" }, { "t", "{|ni1;}" }, { "t", "{|fnan;i1;}" }, { "t", "{|{}i1;}" },
      { "t", "{|i1;}" }, { "t", ("{"):rep(100000) }, { "t", ("{"):rep(200) .. ("}"):rep(200) },
    }
    assert.same({ 0, #entries }, { read(entries) })
  end)

  it("does no harm, whatever happened to its bytes", function()
    local entries, random = {}, 1
    local function draw(n)
      random = (random * 6364136223846793005 + 1442695040888963407) & 0x7fffffffffffffff
      return (random >> 33) % n + 1
    end
    for i = 1, 1500 do
      local bytes = GOOD
      for _ = 1, draw(3) do
        local at = draw(#bytes)
        local with = draw(3) == 1 and string.char(draw(256) - 1) or GOOD:sub(draw(#GOOD), -1)
        bytes = bytes:sub(1, at - 1) .. with:sub(1, draw(4)) .. bytes:sub(at + draw(3) - 1)
      end
      entries[i] = { "t", bytes }
    end
    local good, damaged = read(entries)
    assert.equal(#entries, good + damaged)
    assert.is_true(good > 0 and damaged > 0)
  end)
end)
