--- sloop sim cuts a failing run down to what matters, and says how to repeat it.
local helper = require "spec.helper"
local planted = require "spec.planted.patterns"

local function bug_of(pattern, name)
  for _, bug in ipairs(planted.bugs) do
    if bug[2] == pattern and bug[1] == name then return bug end
  end
  error "no such bug"
end

-- Words of a line that `sloop sim` printed for a shell, without `sloop`.
local function words_of(command)
  local words = {}
  for word in command:gsub("^sloop ", ""):gsub("'", ""):gmatch "%S+" do
    table.insert(words, word)
  end
  return words
end

local function simulate(folder, words)
  return helper.run_program(helper.release, words,
    { timeout = 3600000, cwd = folder, env = { SLOOP_PATH = folder } })
end

describe("sloop sim, of a bug planted into a pattern,", function()
  after_each(helper.cleanup)

  -- The topology with the bug; what a run prints that finds it; what the smallest run says.
  local function hunt(pattern, name, ...)
    local folder = helper.folder()
    local file = planted.plant(bug_of(pattern, name), folder)
    local _, out = simulate(folder, { "sim", file, "--seeds=50", ... })
    local failure = out:match "\n  it says: ([^\n]*)" or assert(out:match "FAILED: ([^\n]*)", out)
    return folder, out, failure
  end

  it("leaves out faults, nodes and time, and repeats the rest by one command", function()
    local folder, out, failure = hunt("majordomo", "silence of workers is never noticed")
    local faults, all, nodes, of, seconds = out:match(
      "\n  smallest run: (%d+) of (%d+) faults, (%d+) of (%d+) nodes,.* ([%d.]+) s of virtual time")
    assert.is_true(tonumber(faults) < tonumber(all), out)
    assert.equal("7", of)
    assert.is_true(tonumber(nodes) < 7, out)
    assert.is_true(tonumber(seconds) < 30, out)
    local command = assert(out:match "\n  replay: ([^\n]*)", out)
    local status, again = simulate(folder, words_of(command))
    assert.equal(1, status)
    assert.is_truthy(again:find("FAILED: " .. failure .. "\n", 1, true), again)
    assert.matches("\n +%d+%.%d+ ms  broker ", again) -- the trace
  end)

  it("keeps all the time of a run that fails without any fault", function()
    local _, out = hunt("majordomo", "a request's bytes are never given back")
    assert.matches("\n  smallest run: 0 of %d+ faults, %d of 7 nodes, %d%d%.%d+ s of virtual", out)
    assert.matches("\n  without any fault\n", out)
    assert.matches(" %-%-faults=none %-%-without=", out)
  end)
end)

describe("sloop sim, of a topology in which one client gives up and another must not be missing,",
  function()
    after_each(helper.cleanup)

    local TOPOLOGY <const> = [[
return {
  nodes = {
    server = { "lazy_pirate/server" },
    other = { "request_reply/server", clients = { bind = "tcp://*:6000" } },
    client = { "lazy_pirate/client", requests = 20, timeout = 300, retries = 1 },
    asker = { "lazy_pirate/client", requests = 100, interval = 20, timeout = 100, retries = 200 },
  },
  duration = 5000, quiet = 30000, faults = { crash = { always = true, nodes = { "server" } } },
  check = function(history)
    local answered, gave_up = false, nil
    for _, event in ipairs(history) do
      if event.kind == "gave_up" then gave_up = event.node .. " gave up" end
      if event.kind == "reply" and event.node == "asker" then answered = true end
    end
    return not answered and "the asker was not answered" or gave_up
  end,
}]]

    it("makes options smaller, leaves out what is not needed, and writes that to a file", function()
      local folder = helper.folder()
      helper.write(folder .. "/top.lua", TOPOLOGY)
      local _, out = simulate(folder, { "sim", "top.lua", "--seeds=50", "--shrink" })
      local file = assert(out:match "faults in %d+ runs: (%S+)\n", out)
      local text = helper.read(folder .. "/" .. file)
      local smaller = assert(tonumber(text:match '%["asker.requests"%] = (%d+)'), text)
      assert.is_true(smaller < 100)
      assert.matches('without = { .*"other"', text)
      local status, again = simulate(folder, { "sim", file, "--shrink=false" })
      assert.equal(1, status)
      assert.matches("FAILED: client gave up\n", again)
      local command = assert(out:match "\n  replay: ([^\n]*)", out)
      status, again = simulate(folder, words_of(command))
      assert.equal(1, status)
      assert.matches("FAILED: client gave up\n", again)
    end)
  end)
