--- Power cuts: a recorded run of a store, and what a start finds after each prefix of it.
local helper = require "spec.helper"
local power_cut = require "spec.disk.power_cut"
local role = require "spec.role"
local uv = require "luv"

local DISK <const> = uv.cwd() .. "/build/spec/disk.so"
local SOAK <const> = os.getenv "SOAK" ~= nil
local STATES <const> = 60 -- that a short run looks at

-- Puts pairs with something beside them; opens a mark after each good sync.
local WRITER <const> = [[
local role = { stores = { jobs = {} }, options = { last = 0 } }
function role.main(self)
  for n = (self.jobs:get "a" or 0) + 1, self.options.last do
    self.jobs:put("a", n)
    for i = 1, n %% 4 do self.jobs:put("pad" .. n * i %% 5, ("x"):rep(n * i * 997 %% 9000)) end
    self.jobs:put("b", n)
    assert(self.jobs:sync())
    io.open(%q, "r")
  end
end
return role]]

local READER <const> = [[
return { stores = { jobs = {} }, main = function(self)
  for key, value in self.jobs:each() do
    if type(value) ~= "number" and value:find "[^x]" then error(key) end
  end
  return self.jobs:get "a" or 0, self.jobs:get "b" or 0
end }]]

-- Three runs of the writer, in a folder of its own: the records.
local function record(deaf)
  local folder = helper.folder()
  local path = helper.write(folder .. "/writer.lua", WRITER:format(folder .. "/ack.mark"))
  for _, last in ipairs { 5, 9, SOAK and 30 or 14 } do
    local status, _, err = helper.run_program(helper.release,
      { "run", path, "--data=" .. folder .. "/data", "--control=none", "--last=" .. last },
      { env = { LD_PRELOAD = DISK, DISK_LOG = folder .. "/log", DISK_DEAF = deaf } })
    assert.equal(0, status, err)
  end
  return power_cut.read(folder .. "/log")
end

local function lay_out(files)
  local data = helper.folder()
  for path, content in pairs(files) do
    local file <close> = assert(io.open(data .. "/" .. path:match "[^/]*$", "wb"))
    file:write(content)
  end
  return data
end

-- What is wrong after this cut, or nil.
local function judge(disk, files)
  local a, b = role.try(READER, nil, nil, lay_out(files))
  if a == nil then return "does not open: " .. tostring(b) end
  if a ~= b then return ("a is %d and b is %d"):format(a, b) end
  if a < disk.marks then return ("%d were acknowledged, %d are there"):format(disk.marks, a) end
end

-- Go through the records, and cut after each, or after some: how often something was wrong, and
-- what was first.
local function replay(records, most, seed)
  local random = seed
  local function chance()
    random = (random * 6364136223846793005 + 1442695040888963407) & 0xffffffff
    return random >> 31 == 1
  end
  local disk, wrong, looked, first = power_cut.new(), 0, 0, nil
  local step = math.max(1, #records * 4 // most)
  for i, each in ipairs(records) do
    disk:add(each)
    for j, how in ipairs { "none", "some", "torn", "all" } do
      if (i * 4 + j) % step == 0 then
        looked = looked + 1
        local reason = judge(disk, disk:cut(how, chance))
        if reason then
          wrong = wrong + 1
          first = first or ("after record %d, %s: %s"):format(i, how, reason)
        end
        helper.cleanup()
      end
    end
  end
  return wrong, first, looked
end

describe("a power cut", function()
  after_each(helper.cleanup)

  it("leaves a store with all that was acknowledged, and no half of a commit", function()
    local records = record()
    local wrong, first, looked = replay(records, SOAK and 1 << 30 or STATES, 7)
    assert.equal(0, wrong, first)
    assert.is_true(looked >= 50, looked)
  end)

  it("would be seen to break a store whose syncs are left out", function()
    local wrong = replay(record "1", SOAK and 1 << 30 or STATES, 7)
    assert.is_true(wrong > 3, wrong)
  end)
end)
