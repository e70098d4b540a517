--- Reads a compiled chunk: its functions with their global accesses, locals and lines.
-- For Lua 5.4's format of string.dump without stripping (ldump.c, lopcodes.h).
local bytecode = {}

local GETTABUP <const>, SETTABUP <const> = 11, 15
-- Bytes of a constant behind its type; strings are read by their size.
local SIZES <const> = { [0x00] = 0, [0x01] = 0, [0x11] = 0, [0x03] = 8, [0x13] = 8 }
local IS_STRING <const> = { [0x04] = true, [0x14] = true }
local ABSOLUTE <const> = -128 -- in lineinfo: the line is in abslineinfo

local reader = {}
reader.__index = reader

function reader:unpack(format)
  local value
  value, self.at = string.unpack(format, self.text, self.at)
  return value
end

-- Seven bits a byte, the last one marked.
function reader:size()
  local value = 0
  while true do
    local byte = self:unpack "B"
    value = value << 7 | byte & 0x7f
    if byte & 0x80 ~= 0 then return value end
  end
end

function reader:string()
  local size = self:size()
  if size == 0 then return nil end
  local value = self.text:sub(self.at, self.at + size - 2)
  self.at = self.at + size - 1
  return value
end

function reader:list(read)
  local list = {}
  for i = 1, self:size() do list[i] = read(self) or false end
  return list
end

function reader:constant()
  local kind = self:unpack "B"
  if IS_STRING[kind] then return self:string() end
  self.at = self.at + SIZES[kind]
end

local function instruction(self) return self:unpack "<I4" end

local function upvalue(self) self.at = self.at + 3 end

local function line_mark(self)
  local pc = self:size()
  return { pc = pc, line = self:size() }
end

local function local_variable(self)
  local name = self:string()
  self:size()
  self:size()
  return name
end

-- The line of each instruction.
local function lines_of(fn, deltas, marks)
  local lines, line, absolute = {}, fn.line, {}
  for _, mark in ipairs(marks) do absolute[mark.pc + 1] = mark.line end
  for i, delta in ipairs(deltas) do
    line = delta == ABSOLUTE and absolute[i] or line + delta
    lines[i] = line
  end
  return lines
end

-- The accesses to fields of _ENV, the globals.
local function globals_of(code, constants, upvalues, lines)
  local found = {}
  for i, word in ipairs(code) do
    local operation, b, c = word & 0x7f, word >> 16 & 0xff, word >> 24
    local a = word >> 7 & 0xff
    if operation == GETTABUP and upvalues[b + 1] == "_ENV" and constants[c + 1] then
      table.insert(found, { name = constants[c + 1], line = lines[i] })
    elseif operation == SETTABUP and upvalues[a + 1] == "_ENV" and constants[b + 1] then
      table.insert(found, { name = constants[b + 1], line = lines[i], write = true })
    end
  end
  return found
end

function reader:fn()
  self:string() -- source
  local fn = { line = self:size() }
  self:size() -- last line
  self.at = self.at + 3 -- parameters, vararg, stack
  local code, constants = self:list(instruction), self:list(reader.constant)
  self:list(upvalue)
  fn.functions = self:list(reader.fn)
  local deltas = self:list(function(me) return me:unpack "b" end)
  local lines = lines_of(fn, deltas, self:list(line_mark))
  fn.locals, fn.upvalues = self:list(local_variable), self:list(reader.string)
  fn.globals = globals_of(code, constants, fn.upvalues, lines)
  return fn
end

local HEADER <const> = 4 + 1 + 1 + 6 + 3 + 8 + 8 -- bytes, then the number of upvalues

--- The main function of a chunk: { line = 0, locals = { name, ... }, upvalues = { name, ... },
-- globals = { { name =, line =, write = true or nil }, ... }, functions = { the same, ... } }; nil
-- when this Lua has another format.
function bytecode.read(chunk)
  local text = string.dump(chunk)
  if text:sub(1, 6) ~= "\27Lua\x54\0" then return nil end
  local self = setmetatable({ text = text, at = HEADER + 2 }, reader)
  return self:fn()
end

return bytecode
