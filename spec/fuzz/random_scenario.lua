--- Random scenarios of 2 to 5 sockets, in the language of spec/conformance/scenario.lua. The same
-- seed makes the same one. Steps are such that libzmq's threads leave little to chance: what
-- comes up has the time to.
local random_scenario = {}

-- Which types talk to each other: { binds, connects }.
local PAIRS <const> = {
  { "pull", "push" }, { "router", "dealer" }, { "router", "dealer" }, { "rep", "req" },
  { "dealer", "dealer" }, { "pub", "sub" }, { "xpub", "sub" }, { "sub", "pub" },
  { "router", "req" }, { "pair", "pair" }, { "push", "pull" }, { "dealer", "router" },
  { "xpub", "xsub" }, { "xsub", "xpub" }, { "rep", "dealer" }, { "router", "router" },
  { "dealer", "rep" }, { "pub", "xsub" },
}
local OPTIONS <const> = {
  "", "", "", "sndhwm=2", "rcvhwm=2", "rcvhwm=1", "immediate=1", "linger=0", "conflate=1",
}
local CONFLATES <const> = { push = true, pull = true, pub = true, sub = true, dealer = true }

-- Options of one type, each of which it has now and then.
local OWN_OPTIONS <const> = {
  router = { "router_handover=1", "probe_router=1", "routing_id=r", "router_mandatory=0" },
  dealer = { "routing_id=id", "routing_id=id", "probe_router=1" },
  req = { "req_relaxed=1", "req_correlate=1", "routing_id=id" },
  xpub = { "xpub_verbose=1", "xpub_verboser=1", "xpub_nodrop=1", "xpub_welcome_msg=x" },
}

local FRAMES <const> = { "x", "x1", "y", "''" }
local SUBSCRIPTIONS <const> = { "\\x01x", "\\x00x", "\\x01", "\\x01x1", "hello", "x" }
local PREFIXES <const> = { "x", "x", "''", "x1" }
local ANSWERS <const> = { rep = true, req = true } -- one frame
local TURNS <const> = { rep = true, req = true, router = true } -- not to be flooded

local function pick(list) return list[math.random(#list)] end
local function one_in(n) return math.random(n) == 1 end

local function options_of(kind, over_inproc)
  local list = {}
  local option = pick(OPTIONS)
  if option ~= "conflate=1" or CONFLATES[kind] and not over_inproc then
    table.insert(list, option)
  end
  if kind == "sub" then table.insert(list, "subscribe=" .. pick { "''", "x" }) end
  if OWN_OPTIONS[kind] and one_in(2) then table.insert(list, pick(OWN_OPTIONS[kind])) end
  return table.concat(list, " ")
end

local function message(socket)
  local kind = socket.kind
  if kind == "xsub" then
    local first = pick(SUBSCRIPTIONS)
    return one_in(4) and first .. " " .. pick(SUBSCRIPTIONS) or first
  end
  local body = pick(FRAMES)
  if ANSWERS[kind] or socket.options:find "conflate" then return body end
  if one_in(4) then body = body .. " and" end
  if kind == "router" then return pick { "id ", "#1 ", "#2 ", "r " } .. body end
  return body
end

-- What a socket may do, beside to send and to receive: by chance, or nothing.
local function rarely(socket)
  local name, kind = socket.name, socket.kind
  local what = math.random(6)
  if what <= 2 then
    local endpoint = pick(socket.endpoints)
    socket.left = endpoint
    return ("%s disconnect %s"):format(name, endpoint)
  elseif what == 3 and socket.left and socket.connects then
    local endpoint = socket.left
    socket.left = nil
    return ("%s connect %s"):format(name, endpoint)
  elseif what == 4 and socket.connects then
    return ("%s reopen"):format(name)
  elseif what == 5 and kind == "sub" then
    return ("%s %s %s"):format(name, pick { "subscribe", "unsubscribe" }, pick(PREFIXES))
  end
  return pick { "busy 20", "wait" }
end

local function step(socket)
  local name, kind = socket.name, socket.kind
  local what = math.random(12)
  if what <= 4 then return ("%s send %s"):format(name, message(socket)) end
  if what <= 7 then return ("%s quiet"):format(name) end
  if what == 8 then return ("%s sorted"):format(name) end
  if what == 9 and not TURNS[kind] then return ("%s flood %d f"):format(name, math.random(6)) end
  return rarely(socket)
end

local function endpoints_of(seed)
  local list = { pick { "A", "A", "inproc://fuzz" .. seed } }
  if one_in(4) then table.insert(list, pick { "B", "inproc://more" .. seed }) end
  return list
end

local function is_inproc(endpoint) return endpoint:find "^inproc" ~= nil end

-- All that will be open: each end of each endpoint.
local function sockets_of(pair, endpoints)
  local list = {}
  for i, endpoint in ipairs(endpoints) do
    list[i] = { kind = pair[1], endpoints = { endpoint }, how = "bind=" .. endpoint }
  end
  for _ = 1, math.random(5 - #endpoints) do
    local own = one_in(2) and endpoints or { pick(endpoints) }
    table.insert(list, { kind = pair[2], endpoints = own, connects = true,
                         how = "connect=" .. table.concat(own, ",") })
  end
  if one_in(5) then table.insert(list, table.remove(list, 1)) end -- bound last
  for i, socket in ipairs(list) do
    local over_inproc = false
    for _, endpoint in ipairs(socket.endpoints) do
      over_inproc = over_inproc or is_inproc(endpoint)
    end
    socket.name = ("abcdef"):sub(i, i)
    socket.options = options_of(socket.kind, over_inproc)
  end
  return list
end

--- The steps of the scenario of this number: a list of lines.
function random_scenario.make(seed)
  math.randomseed(seed)
  local pair, endpoints = pick(PAIRS), endpoints_of(seed)
  local lines = { "numbers" } -- of requests, which are random
  local open = sockets_of(pair, endpoints)
  for _, socket in ipairs(open) do
    table.insert(lines, ("%s = %s %s %s"):format(socket.name, socket.kind, socket.how,
                                                 socket.options))
    table.insert(lines, "wait") -- or the order of coming up would be chance
  end
  if open[1].connects or not open[#open].connects then
    table.insert(lines, "wait 350") -- by then who connected before the bind has tried again
  end
  for _ = 1, math.random(4, 14) do
    local which = math.random(#open)
    local line = step(open[which])
    table.insert(lines, line)
    local settles = line:find " connect " or line:find " reopen" or line:find " disconnect "
    if settles or one_in(2) then table.insert(lines, "wait") end
    if one_in(12) and #open > 1 then
      table.insert(lines, ("%s close"):format(open[which].name))
      table.insert(lines, "wait")
      table.remove(open, which)
    end
  end
  return lines
end

return random_scenario
