--- Hosts in specs, each with a network of its own: namespaces with a veth into one bridge. One way
--- between two of them can be cut, and then packets are lost as on a line that is cut, without a
--- word to either side: they are addressed to hardware that is not there. Needs root, and `ip`.
--
--   local hosts = network.new { "primary", "backup", "client" }
--   hosts:start("primary", { "run", ... })        -- sloop, on that host
--   hosts:cut("primary", "backup")                -- what the first one sends to the second
--   hosts:mend()
local helper = require "spec.helper"
local uv = require "luv"

local network = {}
network.__index = network

local NOWHERE <const> = "02:00:00:00:00:ff"

local living = {}

-- The output of `ip` with these arguments; nil and why it failed.
local function ip(format, ...)
  local pipe <close> = assert(io.popen("ip " .. format:format(...) .. " 2>&1"))
  local out = pipe:read "a"
  local ok = pipe:close()
  if ok then return out end
  return nil, out:match "^[^\n]*"
end

local function remove_leftovers()
  for name, pid in (ip "netns list" or ""):gmatch "(sloop%-(%d+)%-%w+)" do
    if not uv.fs_stat("/proc/" .. pid) then ip("netns del %s", name) end
  end
end

local function name_of(host) return ("sloop-%d-%s"):format(uv.os_getpid(), host) end

local function address(number) return "10.77.0." .. number end
local function hardware(number) return ("02:00:00:00:00:%02x"):format(number) end

-- Where one host finds another: without asking, so that no packet of ARP goes round a cut.
local function point(self, from, to, where)
  assert(ip("-n %s neigh replace %s lladdr %s dev eth0 nud permanent", name_of(from),
    address(self.numbers[to]), where))
end

local function each_way(self, act)
  for from in pairs(self.numbers) do
    for to in pairs(self.numbers) do
      if from ~= to then act(from, to) end
    end
  end
end

--- Hosts of these names: lower-case letters.
function network.new(names)
  remove_leftovers()
  local self = setmetatable({ numbers = {}, hub = name_of "hub" }, network)
  table.insert(living, self)
  assert(ip("netns add %s", self.hub))
  assert(ip("-n %s link add br0 type bridge", self.hub))
  assert(ip("-n %s link set br0 up", self.hub))
  for number, host in ipairs(names) do
    local name, port = name_of(host), "port" .. number
    self.numbers[host] = number
    assert(ip("netns add %s", name))
    assert(ip("-n %s link add eth0 address %s type veth peer name %s netns %s", name,
      hardware(number), port, self.hub))
    assert(ip("-n %s link set %s master br0 up", self.hub, port))
    assert(ip("-n %s addr add %s/24 dev eth0", name, address(number)))
    assert(ip("-n %s link set lo up", name))
    assert(ip("-n %s link set eth0 up", name))
  end
  self:mend()
  return self
end

function network:address(host) return address(self.numbers[host]) end

--- Start `sloop` on one of the hosts: a process as in spec/process.lua. It is the one without
--- sanitizers, and goes before others: what is looked at is who hears whom in time.
function network.start(_, host, arguments)
  local words = { "netns", "exec", name_of(host), "nice", "-n", "-10", helper.release }
  return helper.start("ip", table.move(arguments, 1, #arguments, #words + 1, words))
end

--- What `from` sends to `to` is lost.
function network:cut(from, to) point(self, from, to, NOWHERE) end

--- The same both ways.
function network:part(one, other)
  self:cut(one, other)
  self:cut(other, one)
end

--- Nothing reaches a host, and nothing comes from it, as if it were without power.
function network:isolate(host)
  for other in pairs(self.numbers) do
    if other ~= host then self:part(host, other) end
  end
end

--- All is as it was.
function network:mend()
  each_way(self, function(from, to) point(self, from, to, hardware(self.numbers[to])) end)
end

-- Does a packet of the first host reach the second, and one of that come back? No program listens
-- there, which is what it says.
local function is_connected(self)
  local command = ("timeout 5 ip netns exec %s bash -c ': </dev/tcp/%s/9' 2>&1"):format(
    name_of "a", self:address "b")
  local pipe <close> = assert(io.popen(command))
  local said = pipe:read "a"
  return said:find "refused" ~= nil, said:match "^[^\n]*"
end

--- Why there can be no such network; nil when there can.
function network.missing()
  local made, self = pcall(network.new, { "a", "b" })
  local reason = not made and tostring(self)
  if made then
    local connected, said = is_connected(self)
    reason = not connected and "no connection: " .. said
  end
  network.remove_all()
  return reason or nil
end

--- For after_each, behind helper.cleanup.
function network.remove_all()
  for _, self in ipairs(living) do
    for host in pairs(self.numbers) do ip("netns del %s", name_of(host)) end
    ip("netns del %s", self.hub)
  end
  living = {}
end

return network
