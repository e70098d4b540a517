--- Lines of standard input in a topology: given to simulated nodes, refused where they can't be.
local helper = require "spec.helper"
local sloop = require "sloop"
local topology = require "sloop.private.topology.topology"

local CHAT <const> = [[
local chat = { inputs = { keyboard = "stdin" }, state = { n = 0 }, on = {} }
function chat.on.keyboard(self, line)
  self.n = self.n + 1
  self:note(line and "said" or "ended", { line = line, n = self.n })
  if line == "slow" then self:sleep(1000) end
end
return chat]]

local folder
local count = 0 -- of files: one that was loaded is not read again
before_each(function()
  folder = helper.folder()
  helper.write(folder .. "/chat.lua", CHAT)
end)
after_each(helper.cleanup)

local function file(text)
  count = count + 1
  return helper.write(("%s/topology%d.lua"):format(folder, count), text)
end

-- What the nodes noted: "node line at ms", sorted by time.
local function notes(history)
  local found = {}
  for _, event in ipairs(history) do
    if event.kind == "said" or event.kind == "ended" then
      table.insert(found, ("%s %s %d"):format(event.node, event.line or "end", event.time // 100))
    end
  end
  return found
end

local function simulate(nodes, rest)
  return sloop.sim(file(("return { nodes = { %s }, faults = {}, %s }"):format(nodes, rest or "")),
    { seed = 1 })
end

describe("a simulated node", function()
  it("reads the lines that its entry gives, at their times, and then the end", function()
    local run = simulate [[a = { "chat.lua", inputs = { keyboard = {
      "one", "slow", "two", { "three", at = 2500 }, "four", { at = 4000 },
    } } }]]
    assert.is_nil(run.failure)
    assert.same({ "a one 0", "a slow 0", "a two 10", "a three 25", "a four 25", "a end 40" },
      notes(run.history))
  end)

  it("without lines is at the end of its input, and with math.huge never", function()
    assert.same({ "a end 0" }, notes(simulate [[a = { "chat.lua" }]].history))
    assert.same({ "a x 0" }, notes(simulate [[a = { "chat.lua", inputs = {
      keyboard = { "x", { at = math.huge } } } }]].history))
  end)

  it("has lines of its own, also a copy", function()
    local run = simulate [[a = { "chat.lua", count = 2, inputs = {
      keyboard = function(number) return { ("of %d"):format(number), { at = math.huge } } end } }]]
    local found = notes(run.history)
    table.sort(found)
    assert.same({ "a.1 of 1 0", "a.2 of 2 0" }, found)
  end)

  it("that crashed goes on with the next line", function()
    local run = simulate([[a = { "chat.lua", inputs = { keyboard = {
      "one", { "two", at = 1000 }, { "three", at = 3000 }, { at = math.huge } } } }]],
      "schedule = { { kind = 'crash', node = 1, time = 2000, duration = 100 } }")
    assert.same({ "a one 0", "a two 10", "a three 30" }, notes(run.history))
  end)

  it("reads the same in each run of a seed", function()
    local path = file [[return { nodes = { a = { "chat.lua", inputs = {
      keyboard = { "one", "slow", { "two", at = 5000 } } } } } }]]
    local first, second = sloop.sim(path, { seed = 7 }), sloop.sim(path, { seed = 7 })
    assert.equal(first.hash, second.hash)
    assert.not_equal(first.hash, sloop.sim(path, { seed = 8 }).hash)
  end)
end)

describe("a topology", function()
  local function refused(nodes, options)
    local loaded, reason = topology.load(file(("return { nodes = { %s } }"):format(nodes)),
      options or {})
    assert.is_nil(loaded)
    return (reason:gsub("^.*topology%d+%.lua: ", ""))
  end

  it("whose lines are wrong is refused in one line", function()
    for inputs, reason in pairs {
      ["5"] = "node 'a': inputs is a table, { NAME = { \"line\", ... } }, not 5",
      ["{ keybord = {} }"] =
        "node 'a': inputs.keybord: its role has no such input (did you mean 'keyboard'?)",
      ["{ keyboard = 'x' }"] = "node 'a': inputs.keyboard is a list of lines, not 'x'",
      ["{ keyboard = { 5 } }"] = "node 'a': inputs.keyboard[1]: a line is a string, not 5",
      ["{ keyboard = { 'a\\nb' } }"] =
        "node 'a': inputs.keyboard[1]: a line has no end of line in it",
      ["{ keyboard = { { 'a', at = 9 }, { 'b', at = 8 } } }"] = "node 'a': inputs.keyboard[2]: "
        .. "'at' is milliseconds from the beginning, not before the line before, not 8",
      ["{ keyboard = { { 'a' } } }"] = "node 'a': inputs.keyboard[1]: "
        .. "'at' is milliseconds from the beginning, not before the line before, not nil",
      ["{ keyboard = { { at = 5 }, 'a' } }"] =
        "node 'a': inputs.keyboard[2]: a line behind the end of the input",
      ["{ keyboard = { { 'a', at = 5, to = 6 } } }"] = "node 'a': inputs.keyboard[1]: "
        .. "unknown key 'to'",
    } do
      assert.equal(reason, refused(('a = { "chat.lua", inputs = %s }'):format(inputs)))
    end
  end)

  it("has one node that reads stdin, where all run in one program", function()
    local both = 'a = { "chat.lua" }, b = { "chat.lua" }'
    assert.matches("^'a' and 'b' both read stdin", refused(both, { one_program = true }))
    assert.truthy(topology.load(file(("return { nodes = { %s } }"):format(both)), {}))
    assert.truthy(topology.load(file(("return { nodes = { %s } }"):format(both)),
      { one_program = true, only = { "b" } }))
  end)
end)
