--- Plays random scenarios of sockets in both worlds, and prints those in which they differ:
--   sloop lua spec/fuzz/worlds.lua [COUNT] [FROM]
-- A difference is hard when no repeated real run does as the simulated one. It is shrunk to the
-- steps it needs. Exit status: 1 when there was one.
local helper = require "spec.helper"
local progress = require "sloop.private.base.progress"
local scenario = require "spec.conformance.scenario"

local COUNT <const>, FROM <const> = tonumber(arg[1]) or 20, tonumber(arg[2]) or 1
local SCALES <const> = { 1, 1, 3 } -- of the real runs

-- Which types talk to each other: { binds, connects }, and with which options.
local PAIRS <const> = {
  { "pull", "push" }, { "router", "dealer" }, { "rep", "req" }, { "dealer", "dealer" },
  { "pub", "sub" }, { "xpub", "sub" }, { "sub", "pub" }, { "router", "req" }, { "pair", "pair" },
  { "push", "pull" }, { "dealer", "router" }, { "xpub", "xsub" }, { "rep", "dealer" },
}
local OPTIONS <const> = {
  "", "", "", " sndhwm=2", " rcvhwm=2", " immediate=1", " linger=0", " conflate=1",
}
local CONFLATES <const> = { push = true, pull = true, pub = true, sub = true, dealer = true }

local function pick(list) return list[math.random(#list)] end

local function opened(name, kind, how)
  local option = pick(OPTIONS)
  if option:find "conflate" and (not CONFLATES[kind] or how:find "inproc") then option = "" end
  if kind == "sub" then option = option .. " subscribe=" .. pick { "''", "x" } end
  if kind == "router" and math.random(3) == 1 then option = option .. " router_handover=1" end
  if kind == "dealer" and math.random(3) == 1 then option = option .. " routing_id=id" end
  return ("%s = %s %s%s"):format(name, kind, how, option)
end

local function message(kind)
  local body = pick { "x", "x1", "y", "''" }
  if kind == "rep" or kind == "req" then return body end
  if kind == "xsub" then return pick { "\\x01x", "\\x00x", "\\x01", "hello" } end
  if kind == "router" then return pick { "id ", "#1 ", "#2 " } .. body end
  return math.random(4) == 1 and body .. " more" or body
end

-- One step with an open socket.
local function step(name, kind, endpoint)
  local what = math.random(12)
  if what <= 4 then return ("%s send %s"):format(name, message(kind)) end
  if what <= 7 then return ("%s quiet"):format(name) end
  if what == 8 then return ("%s sorted"):format(name) end
  if what == 9 and kind ~= "router" and kind ~= "rep" and kind ~= "req" then
    return ("%s flood %d f"):format(name, math.random(6))
  end
  if what == 10 then return ("%s disconnect %s"):format(name, endpoint) end
  if what == 11 and kind == "sub" then
    return ("%s %s x"):format(name, pick { "subscribe", "unsubscribe" })
  end
  return pick { "wait", "busy 20" }
end

local function make(seed)
  math.randomseed(seed)
  local pair = pick(PAIRS)
  local endpoint = pick { "A", "A", "inproc://fuzz" .. seed }
  local lines, open = {}, {}
  local function add(name, kind, how)
    table.insert(lines, opened(name, kind, how .. "=" .. endpoint))
    table.insert(lines, "wait") -- or the order of coming up would be chance
    table.insert(open, { name, kind })
  end
  add("a", pair[1], "bind")
  for i = 1, math.random(2) do add(("bc"):sub(i, i), pair[2], "connect") end
  for _ = 1, math.random(4, 12) do
    local which = math.random(#open)
    table.insert(lines, step(open[which][1], open[which][2], endpoint))
    if math.random(2) == 1 then table.insert(lines, "wait") end
    if math.random(12) == 1 and #open > 1 then
      table.insert(lines, ("%s close"):format(open[which][1]))
      table.insert(lines, "wait")
      table.remove(open, which)
    end
  end
  return lines
end

-- The outcomes of both worlds if they differ in every real run; or nil.
local function difference(lines)
  local real, simulated
  for _, scale in ipairs(SCALES) do
    local ok
    ok, real, simulated = pcall(scenario.outcomes, table.concat(lines, "\n"), scale)
    helper.cleanup()
    if not ok then return { tostring(real) }, { "an error" } end
    if table.concat(real, "\n") == table.concat(simulated, "\n") then return nil end
  end
  return real, simulated
end

local function shrunk(lines)
  local i = #lines
  while i >= 1 do
    local fewer = table.move(lines, 1, #lines, 1, {})
    table.remove(fewer, i)
    local real, simulated = difference(fewer)
    if real and simulated[1] ~= "an error" then lines = fewer end
    i = math.min(i - 1, #lines)
  end
  return lines
end

local found, shown = 0, progress.new(COUNT, "scenarios")
for seed = FROM, FROM + COUNT - 1 do
  local lines = make(seed)
  shown:update(seed - FROM, (", %d differ"):format(found))
  if difference(lines) then
    found = found + 1
    lines = shrunk(lines)
    local real, simulated = difference(lines)
    shown:clear()
    print(("scenario %d:"):format(seed))
    for i, line in ipairs(lines) do
      local left, right = real and real[i], simulated and simulated[i]
      print(left == right and ("  %s -> %s"):format(line, left)
        or ("  %s -> %s in the real world, %s in the simulated one"):format(line, left, right))
    end
  end
end
shown:clear()
print(("%d scenarios, %d differ"):format(COUNT, found))
os.exit(found == 0 and 0 or 1)
