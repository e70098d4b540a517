--- Reads the examples of a Markdown document, and runs them as its reader would.
--
-- A block "```lua NAME" is a file of that name. A block "```console" has lines "$ COMMAND", each
-- followed by what it prints, stdout and stderr; "```console background" starts one program, and
-- its lines are waited for in this order. In what is printed a line "..." stands for any lines,
-- "…" for any text in a line; times, hashes and durations may differ. All other blocks "```lua"
-- must compile. TCP ports are replaced by free ones, so that examples can run side by side.
local helper = require "spec.helper"
local process = require "spec.process"

local documents = {}

--- The fenced blocks of this text: { info =, text =, line = }, ...
function documents.blocks(text)
  local blocks, block, number = {}, nil, 0
  for line in (text .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    local info = line:match "^```(.*)$"
    if block and info then
      table.insert(blocks, block)
      block.text = table.concat(block, "\n") .. (block[1] and "\n" or "")
      block = nil
    elseif info then
      block = { info = info, line = number }
    elseif block then
      table.insert(block, line)
    end
  end
  return blocks
end

-- ---- what is printed ----

local VARIES <const> = {
  { "%d%d:%d%d:%d%d%.%d%d%d", "TIME" }, { "%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x%x", "HASH" },
  { "%d+%.%d+ ms", "N ms" }, { "%d+ seeds/s", "N seeds/s" }, { "pid %d+", "pid N" },
}

local function plain(line)
  for _, each in ipairs(VARIES) do line = line:gsub(each[1], each[2]) end
  return (line:gsub("%s+$", ""))
end

local function lines_of(text)
  local lines = {}
  for line in text:gmatch "([^\n]*)\n?" do table.insert(lines, plain(line)) end
  while lines[1] and lines[#lines] == "" do table.remove(lines) end
  return lines
end

local function pattern_of(line)
  return "^" .. plain(line):gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0"):gsub("…", ".*") .. "$"
end

-- Do the lines from `at` on match the wanted ones from `wanted_at` on, to the end of both?
local function matches(lines, at, wanted, wanted_at)
  if wanted_at > #wanted then return at > #lines end
  if plain(wanted[wanted_at]) == "..." then
    for next_at = at, #lines + 1 do
      if matches(lines, next_at, wanted, wanted_at + 1) then return true end
    end
    return false
  end
  return at <= #lines and lines[at]:find(pattern_of(wanted[wanted_at])) ~= nil
    and matches(lines, at + 1, wanted, wanted_at + 1)
end

--- Is this what the document says is printed?
function documents.agree(printed, wanted)
  return matches(lines_of(printed), 1, lines_of(wanted), 1)
end

-- ---- running ----

local reader = {}
reader.__index = reader

function reader:replace_ports(text)
  return (text:gsub("(tcp://[%w%.%*%-]+:)(%d%d%d%d+)", function(host, port)
    self.ports[port] = self.ports[port] or tostring(helper.port())
    return host .. self.ports[port]
  end))
end

function reader:fail(block, format, ...)
  error(("%s:%d: %s"):format(self.path, block.line, format:format(...)), 0)
end

function reader:command(text)
  return "/bin/sh", { "-c", ("PATH=%s:$PATH; %s"):format(self.bin, text) },
    { cwd = self.folder, env = self.environment }
end

function reader:run(block, command, wanted)
  local program, arguments, options = self:command(("exec 2>&1; %s"):format(command))
  local _, printed = helper.run_program(program, arguments, options)
  if not documents.agree(printed, wanted) then
    self:fail(block, "`%s` prints\n%s\nand the document says\n%s", command, printed, wanted)
  end
end

function reader:console(block)
  local command, wanted = nil, {}
  local function done()
    if command then self:run(block, command, table.concat(wanted, "\n")) end
    command, wanted = nil, {}
  end
  for line in self:replace_ports(block.text):gmatch "([^\n]*)\n" do
    if line:find "^%$ " then
      done()
      command = line:sub(3)
    else
      table.insert(wanted, line)
    end
  end
  done()
end

function reader:background(block)
  local lines = lines_of(self:replace_ports(block.text))
  local program, arguments, options = self:command("exec " .. table.remove(lines, 1):sub(3))
  local started = process.start(program, arguments, options)
  table.insert(self.running, started)
  for _, line in ipairs(lines) do
    if line ~= "..." then
      started:line((pattern_of(line):gsub("TIME", "%%d%%d:%%d%%d:%%d%%d%%.%%d%%d%%d")
        :gsub("HASH", "%%x+"):gsub("N ms", "%%d+%%.%%d+ ms")))
    end
  end
end

local function compiles(text)
  for _, form in ipairs { "%s", "return %s", "local _ = { %s }", "return { %s }" } do
    if load(form:format((text:gsub("%%", "%%%%")))) then return true end
  end
  return load(text) ~= nil
end

--- Run all examples of the document at this path; an error names the first that is not true.
function documents.run(path)
  local self = setmetatable({
    path = path, folder = helper.folder(), ports = {}, running = {},
  }, reader)
  self.bin = self.folder .. "/.bin"
  helper.write(self.bin .. "/sloop", ('#!/bin/sh\nexec "%s" "$@"\n'):format(helper.program))
  os.execute("chmod +x " .. self.bin .. "/sloop")
  self.environment = { HOME = self.folder, XDG_RUNTIME_DIR = self.folder, TERM = "dumb" }
  for _, block in ipairs(documents.blocks(helper.read(path))) do
    local language, rest = block.info:match "^(%S*)%s*(.*)$"
    if language == "console" and rest == "background" then
      self:background(block)
    elseif language == "console" then
      self:console(block)
    elseif language == "lua" and rest ~= "" then
      helper.write(self.folder .. "/" .. rest, self:replace_ports(block.text))
    elseif language == "lua" and not compiles(block.text) then
      self:fail(block, "does not compile: %s", select(2, load(block.text)))
    end
  end
  for i = #self.running, 1, -1 do
    local started = self.running[i]
    if not started:has_ended() then started:signal "sigterm" end
    local status = started:wait()
    if status ~= 0 then started:fail("it ended with status " .. tostring(status)) end
  end
end

return documents
