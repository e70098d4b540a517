--- Cables in specs: TCP from a port of its own to another one, which can be cut one way or both
--- ways and mended. What is sent into a cut cable waits, as in TCP while packets are lost.
--
--   local cable = Cable.new()       -- cable.port: where to connect to
--   cable.target = 5003             -- where it leads to
--   cable:cut "forward"             -- or "backward", or "both"
--   cable:mend()
local uv = require "luv"

local cable = {}
cable.__index = cable

local laid = {}

local function pump(self, from, to, way)
  from.way, from.to = way, to
  table.insert(self.streams, from)
  from.tcp:read_start(function(reason, data)
    if reason or not data then
      self:drop(from)
    elseif not to.tcp:is_closing() then
      to.tcp:write(data)
    end
  end)
  if self.cuts[way] then from.tcp:read_stop() end
end

local function start(self, from) pump(self, from, from.to, from.way) end

--- Both ends of a connection hear that it is over.
function cable:drop(stream)
  for _, each in ipairs { stream, stream.to } do
    if not each.tcp:is_closing() then each.tcp:close() end
    for i, other in ipairs(self.streams) do
      if other == each then table.remove(self.streams, i) break end
    end
  end
end

local function accept(self)
  local near, far = { tcp = uv.new_tcp() }, { tcp = uv.new_tcp() }
  self.listener:accept(near.tcp)
  if not self.target then return near.tcp:close() end
  far.tcp:connect("127.0.0.1", self.target, function(reason)
    if reason or near.tcp:is_closing() then
      if not near.tcp:is_closing() then near.tcp:close() end
      if not far.tcp:is_closing() then far.tcp:close() end
      return
    end
    pump(self, near, far, "forward")
    pump(self, far, near, "backward")
  end)
end

function cable.new()
  local self = setmetatable({ streams = {}, cuts = {} }, cable)
  self.listener = uv.new_tcp()
  assert(self.listener:bind("127.0.0.1", 0))
  self.port = self.listener:getsockname().port
  self.listener:listen(16, function() accept(self) end)
  table.insert(laid, self)
  return self
end

--- Nothing passes "forward" (from whoever connected), "backward" or, without a way, at all.
function cable:cut(way)
  if not way or way == "forward" then self.cuts.forward = true end
  if not way or way == "backward" then self.cuts.backward = true end
  for _, stream in ipairs(self.streams) do
    if self.cuts[stream.way] then stream.tcp:read_stop() end
  end
end

function cable:mend()
  self.cuts = {}
  local streams = self.streams
  self.streams = {}
  for _, stream in ipairs(streams) do start(self, stream) end
end

--- For after_each, before helper.cleanup.
function cable.remove_all()
  for _, self in ipairs(laid) do
    for _, stream in ipairs(self.streams) do
      if not stream.tcp:is_closing() then stream.tcp:close() end
    end
    self.listener:close()
  end
  laid = {}
  uv.run("nowait")
end

return cable
