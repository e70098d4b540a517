--- A tcp proxy whose first connection falls mute: nothing passes any more, and nobody is told.
--   sloop lua spec/conformance/mute_proxy.lua PORT TARGET MS    (mute after so many ms)
local uv = require "luv"

local PORT <const>, TARGET <const> = tonumber(arg[1]), tonumber(arg[2])
local MS <const> = tonumber(arg[3])

local listener = uv.new_tcp()
local accepted, mute = 0, false

local function pass(from, to, number)
  from:read_start(function(_, data)
    if mute and number == 1 then return end
    if not data then
      if not to:is_closing() then to:close() end
      if not from:is_closing() then from:close() end
    elseif not to:is_closing() then
      to:write(data)
    end
  end)
end

assert(listener:bind("127.0.0.1", PORT))
assert(listener:listen(8, function()
  local client, target = uv.new_tcp(), uv.new_tcp()
  listener:accept(client)
  accepted = accepted + 1
  local number = accepted
  if number == 1 then
    local timer = uv.new_timer()
    timer:start(MS, 0, function() mute = true end)
  end
  target:connect("127.0.0.1", TARGET, function(reason)
    if reason then return client:close() end
    pass(client, target, number)
    pass(target, client, number)
  end)
end))
print "listening"
io.stdout:flush()
uv.run()
