--- Nodes that specs change while they run: programs of their own, in a folder of their own, asked
-- and told things through their control sockets.
--
--   local node = reloading.start { ["node.lua"] = "return { state = { n = 1 } }" }
--   node:write("node.lua", "...")
--   assert.is_true(node:reload().ok)
--   assert.equal("1", node:eval "self.n")
local helper = require "spec.helper"
local process = require "spec.process"
local sloop = require "sloop"
local uv = require "luv"

local reloading = {}
reloading.__index = reloading

local DEADLINE <const> = 20000 -- ms
local POLL <const> = 3 -- ms

--- Wait until `done()` is true, asking again and again: for what sends no event to this process.
--- Returns what it returned; an error, with `what`, when time is over.
function reloading.wait(done, what)
  local result
  local timer = uv.new_timer()
  timer:start(0, POLL, function() end)
  process.wait_until(function()
    result = result or done() -- it may be asked once more than it is waited for
    return result
  end, DEADLINE)
  timer:close()
  if not result then error("waited in vain" .. (what and " for " .. what or ""), 2) end
  return result
end

--- Let so much time pass, for what must not happen in it.
function reloading.pass(ms) process.wait_until(function() return false end, ms) end

--- Start the node "node.lua" of these files, name -> text. `options`: arguments; env; role, if it
--- is not node.lua; program; within, a folder below the files' to run in.
function reloading.start(files, options)
  options = options or {}
  local self = setmetatable({ folder = helper.folder() }, reloading)
  self.control = self.folder .. "/control.sock"
  for name, text in pairs(files) do self:write(name, text) end
  local arguments = { "run", options.role or "node.lua", "--name=node",
                      "--control=" .. self.control, table.unpack(options.arguments or {}) }
  self.process = helper.start(options.program or helper.program, arguments,
    { cwd = self.folder .. "/" .. (options.within or ""), env = options.env })
  reloading.wait(function()
    if self.process:has_ended() then self.process:fail "it ended" end
    return uv.fs_stat(self.control) and self:eval "1" == "1"
  end, "the node's start")
  return self
end

function reloading:write(name, text) return helper.write(self.folder .. "/" .. name, text) end

local PEER <const> = [[
return {
  options = { to = "" },
  state = { got = {}, events = {} },
  sockets = function(options)
    return { s = { %q, connect = options.to, events = "peer", %s } }
  end,
  on = {
    s = %s,
    peer = function(self, event) table.insert(self.events, event) end,
  },
  count = function(self, wanted)
    local count = 0
    for _, event in ipairs(self.events) do count = count + (event == wanted and 1 or 0) end
    return count
  end,
}]]

--- Another node, with one socket `s` of this type connected to the endpoint: what it gets is in
--- `got`, frames joined by "|". `more` is added to the socket's declaration.
function reloading.peer(kind, endpoint, more)
  local handler = kind ~= "push" and kind ~= "pub"
    and 'function(self, ...) table.insert(self.got, table.concat({ ... }, "|")) end' or "nil"
  return reloading.start({ ["node.lua"] = PEER:format(kind, more or "", handler) },
    { arguments = { "--to=" .. endpoint } })
end

--- For a peer: send one message; wait until it has got so many; what it got, joined by " ".
function reloading:send(...)
  local frames = {}
  for i, frame in ipairs { ... } do frames[i] = ("%q"):format(frame) end
  local words, sent = table.concat(frames, ", "), nil
  reloading.wait(function() -- there is no room before a connection is
    sent = self:eval("self.s:try_send(%s)", words)
    return sent == "true" or not sent:find '"full"'
  end)
  if sent ~= "true" then error("not sent: " .. sent, 2) end
end

function reloading:wait_got(count) self:wait_for("#self.got >= %d", count) end
function reloading:got() return self:eval('table.concat(self.got, " ")'):sub(2, -2) end

--- The endpoint of one of the node's sockets.
function reloading:endpoint(name) return self:eval("self.%s.endpoint", name):sub(2, -2) end

--- What the node answers.
function reloading:ask(command, request)
  request = request or {}
  request.command = command
  uv.run "nowait" -- takes what it wrote: it stands still when nobody reads
  local answer, reason = sloop.core.ask(self.control, request)
  return answer or { ok = false, reason = "no answer: " .. reason }
end

--- The expression's value as text; or nil and the reason.
function reloading:eval(text, ...)
  local answer = self:ask("eval", { text = text:format(...) })
  return answer.text, answer.reason
end

function reloading:reload() return self:ask "reload" end
function reloading:status() return self:ask "status" end

--- Write the node's file anew and reload: the answer. It is always another text than before.
function reloading:change(text)
  self.changes = (self.changes or 0) + 1
  self:write("node.lua", ("%s\n-- change %d"):format(text, self.changes))
  return self:reload()
end

--- Reload the same code as if it were new.
function reloading:renew()
  return self:change((helper.read(self.folder .. "/node.lua"):gsub("\n%-%- change %d+$", "")))
end

--- The same for a change that must be taken.
function reloading:accept(text)
  local answer = self:change(text)
  if not answer.ok then error("refused: " .. tostring(answer.reason), 2) end
  return answer
end

--- Wait until the expression is true in the node.
function reloading:wait_for(text, ...)
  text = text:format(...)
  reloading.wait(function() return self:eval(text) == "true" end,
    text .. ", which is " .. tostring(self:eval(text)))
end

--- Wait for a line on the node's stderr.
function reloading:line(pattern) return self.process:line(pattern) end

--- Has a line that matches been seen until now?
function reloading:has_line(pattern)
  uv.run "nowait"
  for _, line in ipairs(self.process.lines) do
    if line:find(pattern) then return true end
  end
  return false
end

return reloading
