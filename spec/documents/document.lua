--- Runs the examples of a Markdown document as its reader would, in a folder of their own.
--
--   ```lua NAME           a file of that name, which a command or another file uses
--   ```console            "$ COMMAND", and what it prints, stdout and stderr; one after the other.
--                         A command goes on in the next line after "\"
--   ```console terminals  each command in a terminal of its own, started in this order. What a
--                         program prints begins with the lines below its command, and is just them
--                         if it has ended by itself. The others end before the next such block; all
--                         have status 0
--   ```text               a picture; no command
--
-- In the prose "`sloop sim FILE`" is run with few seeds, and what "`sloop run`" and "`sloop up`"
-- name is there. Any other block is an error, but for those that spec/documents/exceptions.lua
-- names with a reason. A simulation of more than MOST_SEEDS runs FEW_SEEDS. Ports may be fixed:
-- each document has a loopback address of its own (spec/loopback/preload.c).
local blocks = require "spec.documents.blocks"
local helper = require "spec.helper"
local printed = require "spec.documents.printed"
local process = require "spec.process"
local uv = require "luv"

local DEADLINE <const> = 90000 -- ms; generous: many documents at once on a busy machine
local MOST_SEEDS <const>, FEW_SEEDS <const> = 200, 20
local INLINE_SEEDS <const> = 2

local document = {}
document.__index = document

function document:fail(block, format, ...)
  error(("%s:%d: %s"):format(self.path, block.line, format:format(...)), 0)
end

-- ---- commands ----

-- The commands of a console block: { text =, said = lines }.
local function commands_of(block)
  local commands, goes_on = {}, false
  for line in block.text:gmatch "([^\n]*)\n" do
    local last = commands[#commands]
    if goes_on then
      last.text = last.text .. "\n" .. line
    elseif line:find "^%$ " then
      last = { text = line:sub(3), said = {} }
      table.insert(commands, last)
    elseif last then
      table.insert(last.said, line)
    else
      return nil, "it begins with no command"
    end
    goes_on = (goes_on or line:find "^%$ " ~= nil) and line:find "\\$" ~= nil
  end
  for _, each in ipairs(commands) do each.said = printed.lines(table.concat(each.said, "\n")) end
  return commands
end

-- Start a command; both streams are one, as on a terminal.
function document:start(command)
  local text = command.text:gsub("%-%-seeds=(%d+)", function(seeds)
    return tonumber(seeds) > MOST_SEEDS and "--seeds=" .. FEW_SEEDS or nil
  end)
  if not text:find "[;&|]" then text = "exec " .. text end -- a signal is for the program
  local started = process.start("/bin/sh", { "-c", ("PATH=%s:$PATH; exec 2>&1; %s"):format(
    self.bin, text) }, { cwd = self.folder, env = self.environment })
  started.said, started.text = command.said, command.text
  return started
end

function document:check(block, started)
  local lines = started.stdout
  local agree = printed.agree(lines, started.said, started:has_ended())
  if agree then return end
  self:fail(block, "`%s` prints\n%s\nand the document says\n%s", started.text,
    table.concat(lines, "\n"), table.concat(started.said, "\n"))
end

function document:run_one_by_one(block, commands)
  for _, command in ipairs(commands) do
    local started = self:start(command)
    started:close_stdin()
    started:wait(DEADLINE)
    self:check(block, started)
  end
end

-- ---- terminals ----

function document:sockets()
  local found, listing = {}, uv.fs_scandir(self.folder .. "/sloop")
  for name in function() return listing and uv.fs_scandir_next(listing) end do
    local node = name:match "^(.*)%.sock$"
    if node then found[node] = true end
  end
  return found
end

-- Wait until a node that was just started answers, or has ended.
function document:wait_until_it_answers(started, before)
  local name
  process.poll_until(function()
    for each in pairs(self:sockets()) do name = before[each] and name or each end
    return name or started:has_ended()
  end, DEADLINE)
  local function answers()
    local ctl = self:start { text = ("sloop ctl '%s' status"):format(name), said = {} }
    return ctl:wait(DEADLINE) == 0
  end
  while name and not started:has_ended() and not answers() do end -- it is about to listen
end

-- One that ended by itself has printed all, and without a fault.
function document:end_terminals()
  for i = #self.terminals, 1, -1 do
    local started = self.terminals[i]
    local by_itself = started:has_ended()
    if by_itself then self:check(started.block, started) else started:signal "sigterm" end
    local status, signal = started:wait(DEADLINE)
    if status ~= 0 or by_itself and signal ~= 0 then
      started:fail(("it ended with status %d, signal %d"):format(status, signal))
    end
  end
  self.terminals = {}
end

function document:run_in_terminals(block, commands)
  self:end_terminals()
  for _, command in ipairs(commands) do
    local before = self:sockets()
    local started = self:start(command)
    started.block = block
    table.insert(self.terminals, started)
    if command.text:find "sloop run" or command.text:find "sloop up" then
      self:wait_until_it_answers(started, before)
    end
  end
  for _, started in ipairs(self.terminals) do
    process.wait_until(function()
      return started:has_ended() or printed.agree(started.stdout, started.said, false)
    end, DEADLINE)
    self:check(block, started)
  end
end

-- ---- the document ----

-- Is there a command, or another file, that names this one?
local function is_used(all, block)
  local name = block.rest:match "([^/]*)%.lua$" or block.rest
  for _, other in ipairs(all) do
    local runs = other.language == "console" or other.language == "lua" and other.rest ~= ""
    if other ~= block and runs and other.text:find(name, 1, true) then return true end
  end
  return false
end

function document:run_block(all, block)
  local language, rest = block.language, block.rest
  if language == "lua" and rest ~= "" then
    if not is_used(all, block) then self:fail(block, "nothing runs %s", rest) end
    helper.write(self.folder .. "/" .. rest, block.text)
  elseif language == "console" and (rest == "" or rest == "terminals") then
    local commands, reason = commands_of(block)
    if not commands then self:fail(block, "%s", reason) end
    if rest == "" then
      self:run_one_by_one(block, commands)
    else
      self:run_in_terminals(block, commands)
    end
  elseif language ~= "text" or blocks.has_command(block.text) then
    self:fail(block, "no example, no picture, and no exception: begins with\n%s",
      block.text:match "[^\n]*")
  end
end

-- A command in the prose: a simulation is run with a few seeds, the role or file of another one is
-- there and without mistakes. Words in capitals stand for something else.
function document:run_inline(command)
  local verb, what, rest = command.text:match "^sloop (%l+) ([%l%d_./]+)(.*)$"
  if not verb or command.text:find "%u%u" then return end
  local text = verb == "sim" and ("sloop sim %s%s --seeds=%d"):format(what, rest, INLINE_SEEDS)
    or (verb == "run" or verb == "up") and "sloop check " .. what
  if not text then return end
  local started = self:start { text = text, said = {} }
  if started:wait(DEADLINE) ~= 0 then
    self:fail(command, "`%s`: %s", text, table.concat(started.stdout, "\n"))
  end
end

-- The address of this process in 127.64.0.0/10.
local function loopback_address()
  local id = uv.os_getpid()
  return ("127.%d.%d.%d"):format(64 + (id >> 16) % 64, (id >> 8) % 256, id % 256)
end

--- Run all examples of the document at this path; an error names the first that is not true.
-- `excepted`: the beginnings of blocks that are not run -> reason; one that is not there is an
-- error as well.
function document.run(path, excepted)
  local folder = helper.folder()
  local self = setmetatable({ path = path, folder = folder, terminals = {} }, document)
  self.bin = folder .. "/.bin"
  helper.write(self.bin .. "/sloop", ('#!/bin/sh\nexec "%s" "$@"\n'):format(helper.release))
  assert(os.execute(("chmod +x '%s/sloop' && ln -s '%s/patterns' '%s'"):format(self.bin,
    helper.root, folder)))
  self.environment = {
    HOME = folder, SLOOP_RUNTIME_DIR = folder .. "/sloop", XDG_STATE_HOME = false, TERM = "dumb",
    LD_PRELOAD = helper.root .. "/build/spec/loopback.so", LOOPBACK = loopback_address(),
  }
  local text = helper.read(path)
  local all, seen = blocks.of(text), {}
  for _, block in ipairs(all) do
    local exception
    for beginning in pairs(excepted or {}) do
      if block.text:find(beginning, 1, true) == block.text:find "%S" then exception = beginning end
    end
    if exception then seen[exception] = true else self:run_block(all, block) end
  end
  self:end_terminals()
  for _, command in ipairs(blocks.inline(text)) do self:run_inline(command) end
  for beginning in pairs(excepted or {}) do
    if not seen[beginning] then
      error(("%s: an exception for a block that is not there: %s"):format(path, beginning), 0)
    end
  end
end

return document
