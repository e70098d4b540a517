--- Scenarios of sockets: played in the real and in the simulated world, and compared.
--
--   local conforms = scenario.tests(it)
--   conforms("a reply goes to who asked", [[
--     server = rep bind=A
--     client = req connect=A
--     client send hello         -> ok
--     server recv               -> hello
--   ]])
--
-- A line is a step, its outcome a line of text. Behind `->` stands what must come of it, in both
-- worlds; where libzmq leaves freedom, the allowed outcomes, separated by `|`, and each of them
-- comes of some seed in the simulated one. Without `->` the simulated world must do what the real
-- one did. A to F are tcp endpoints that are free.
--
--   NAME = TYPE bind=A,B option=value ...   open it; `again` for `=`: when the address is free
--   NAME watched TYPE ...                   the same, open from the start, with its events told
--   NAME send FRAME ... | flood N TEXT | stream N TEXT    never wait; until it is full; waiting
--   NAME streamed                                         how many of the stream have left
--   NAME recv | quiet | drain | sorted | count            wait long; briefly; until silence
--   NAME connect E | disconnect E | bind E | subscribe P | unsubscribe P | close | reopen
--   NAME await EVENT | events                             what its connections did since
--   wait [ms]                                             let the network settle
--   busy MS                              the same, in one piece: no socket's state is looked at
--   numbers                                               frames of 4 bytes are numbers of requests
--
-- In frames '' is empty, \xNN a byte, x*N is repeated; ids that were made up are #1, #2, ...
local helper = require "spec.helper"
local ports = require "spec.ports"
local sloop = require "sloop"

local scenario = {}

-- The real world may be late on a busy machine: then it gets another try, with more time.
local SCALES <const> = { 1, 3, 10, 30 }
local SEEDS <const> = 30 -- of the simulated world, where outcomes are free

local player_text = helper.read(helper.root .. "/spec/conformance/player.lua")

local function parse(text)
  local steps, plain = {}, {}
  for line in text:gmatch "[^\n]+" do
    local step, wanted = line:match "^%s*(.-)%s*%->%s*(.-)%s*$"
    step = step or line:match "^%s*(.-)%s*$"
    if step ~= "" and not step:find "^%-%-" then
      local allowed
      if wanted then
        allowed = { list = {} }
        for each in (wanted .. "|"):gmatch "%s*(.-)%s*|" do
          allowed[each] = true
          table.insert(allowed.list, each)
        end
      end
      table.insert(steps, { text = step, wanted = wanted, allowed = allowed })
      table.insert(plain, step)
    end
  end
  return steps, table.concat(plain, "\n")
end

local function endpoints()
  local map = {}
  for letter in ("ABCDEF"):gmatch "." do
    map[letter] = ports.endpoint()
  end
  return map
end

local function role_file(text, scale, is_real)
  local map = {}
  for letter, endpoint in pairs(endpoints()) do
    table.insert(map, ("%s = %q"):format(letter, endpoint))
  end
  local head = ("local TEXT <const>, ENDPOINTS <const>, SCALE <const>, IS_REAL <const> = " ..
    "%q, { %s }, %d, %s"):format(text, table.concat(map, ", "), scale, is_real)
  local made = player_text:gsub("local TEXT[^\n]*", function()
    return (head:gsub("\\\n", "\\n"))
  end)
  return helper.write(helper.folder() .. "/player.lua", made)
end

local function play_real(path)
  local status, result, reason = sloop.core.run {
    role = path, name = "real", entry = {}, args = {}, strict = true, control = "none",
  }
  if status ~= 0 then error(("real: %s"):format(reason or result and result[2]), 0) end
  return result[1]
end

-- A node is busy just after it has said so.
local function busy_times(text)
  local schedule = {}
  for ms in ("\n" .. text):gmatch "\n%s*busy (%d+)" do
    table.insert(schedule, { kind = "busy", node = 1, time = 0, duration = tonumber(ms),
                             aim = "note" })
  end
  return schedule
end

local function play_simulated(path, text, seed)
  local result = sloop.core.simulate {
    seed = seed or 1, schedule = busy_times(text), fault_ms = 60000, quiet_ms = 0,
    limits = scenario.no_faults,
    nodes = { { name = "simulated", ends = true, entry = sloop.core.pack {
      role = path, entry = {}, args = {}, name = "simulated", strict = true,
    } } },
  }
  local outcome
  for _, event in ipairs(result.history) do
    if event.kind == "outcome" then outcome = event end
    if event.kind == "log" and event.level == "error" then error("simulated: " .. event.text, 0) end
  end
  if not outcome then
    error("simulated: it never came to an end" .. (result.failed and result.failed.reason or ""), 0)
  end
  return outcome
end

scenario.no_faults = {}
for _, fault in ipairs(sloop.core.faults) do scenario.no_faults[fault.name] = { use = "never" } end

-- The first step whose outcome is not allowed, or in which the worlds differ though they may not.
local function first_wrong(steps, real, simulated)
  for i, step in ipairs(steps) do
    if step.allowed then
      if not step.allowed[real[i]] then return i, "real: not as expected" end
      if not step.allowed[simulated[i]] then return i, "simulated: not as expected" end
    elseif real[i] ~= simulated[i] then
      return i, "the worlds differ"
    end
  end
end

local function describe_steps(steps, real, simulated, last)
  local lines = {}
  for i = 1, last do
    local same = real[i] == simulated[i]
    lines[i] = ("  %s -> %s"):format(steps[i].text, same and real[i]
      or ("%s in the real world, %s in the simulated one"):format(real[i], simulated[i]))
  end
  return table.concat(lines, "\n")
end

-- Then another try of the real world would not help.
local function simulated_is_wrong(steps, simulated)
  for i, step in ipairs(steps) do
    if step.allowed and not step.allowed[simulated[i]] then return true end
  end
  return false
end

--- Play these steps once in the real world, which gets `scale` times the time: a list of outcomes.
function scenario.real(text, scale)
  local _, plain = parse(text)
  return play_real(role_file(plain, scale, true))
end

--- The same in the simulated world, by this seed.
function scenario.simulated(text, seed)
  local _, plain = parse(text)
  return play_simulated(role_file(plain, 1, false), plain, seed)
end

-- Where outcomes are free, each comes of some seed, and no other of any.
local function play_seeds(steps, plain)
  local seen = {}
  local first
  for seed = 1, SEEDS do
    local simulated = scenario.simulated(plain, seed)
    first = first or simulated
    for i, outcome in ipairs(simulated) do
      seen[i] = seen[i] or {}
      seen[i][outcome] = true
    end
    if simulated_is_wrong(steps, simulated) then return simulated end
  end
  for i, step in ipairs(steps) do
    for _, outcome in ipairs(step.allowed and step.allowed.list or {}) do
      if not seen[i][outcome] then
        error(("simulated: %s -> %s by no seed"):format(step.text, outcome), 0)
      end
    end
  end
  return first
end

local function is_free(steps)
  for _, step in ipairs(steps) do
    if step.allowed and step.allowed.list[2] then return true end
  end
  return false
end

--- Play these steps in both worlds: an error tells what was not as it must be.
function scenario.play(text)
  local steps, plain = parse(text)
  local simulated = is_free(steps) and play_seeds(steps, plain) or scenario.simulated(plain)
  local real, at, wrong
  for try = 1, #SCALES do
    real = play_real(role_file(plain, SCALES[try], true))
    at, wrong = first_wrong(steps, real, simulated)
    if not at or simulated_is_wrong(steps, simulated) then break end
  end
  if at then error(wrong .. "\n" .. describe_steps(steps, real, simulated, at), 0) end
end

--- What `play` returns, which is tried again while it is not the outcome wanted: see SCALES.
function scenario.in_time(wanted, play)
  local outcome
  for _ = 1, #SCALES do
    outcome = play()
    if outcome == wanted then break end
  end
  return outcome
end

--- A function of a name and steps, which makes a test of them with the spec's own `it`.
function scenario.tests(it)
  return function(name, text) it(name, function() scenario.play(text) end) end
end

return scenario
