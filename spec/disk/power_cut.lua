--- A power cut at any moment of a recorded run: what may be on the disk then.
-- Reads the records of spec/disk/preload.c. A write that was not synced is there, is not there, or
-- is there in part, whatever became of the others; so are new and removed names of files until
-- their folder is synced.
local power_cut = {}

local HEAD <const> = "<c1I2i8I4"

--- The records of a log: { kind =, path =, number =, data = }, ...
function power_cut.read(path)
  local file <close> = assert(io.open(path, "rb"))
  local bytes, records, at = file:read "a", {}, 1
  while at <= #bytes do
    local kind, path_size, number, size
    kind, path_size, number, size, at = string.unpack(HEAD, bytes, at)
    local name = bytes:sub(at, at + path_size - 1)
    at = at + path_size
    table.insert(records, { kind = kind, path = name, number = number,
                            data = bytes:sub(at, at + size - 1) })
    at = at + size
  end
  return records
end

local function write(content, at, data)
  if #content < at then content = content .. ("\0"):rep(at - #content) end
  return content:sub(1, at) .. data .. content:sub(at + #data + 1)
end

local function apply(content, act)
  if act.kind == "W" then return write(content, act.number, act.data) end
  if #content >= act.number then return content:sub(1, act.number) end
  return content .. ("\0"):rep(act.number - #content)
end

local function folder_of(path) return path:match "^(.*)/" end

local disk = {}
disk.__index = disk

--- An empty disk, to which records are added one after the other.
function power_cut.new() return setmetatable({ files = {}, marks = 0 }, disk) end

-- A file: what is on disk, what was done since, and its name: "new", "removed" or nil when the
-- folder was synced since.
local function new_file(name_is) return { durable = "", acts = {}, name_is = name_is } end

function disk:add(record)
  local file = self.files[record.path]
  if record.kind == "M" then
    self.marks = self.marks + 1
  elseif record.kind == "C" then
    self.files[record.path] = new_file "new"
  elseif record.kind == "U" then
    if file then file.name_is = "removed" end
  elseif record.kind == "S" and file then
    for _, act in ipairs(file.acts) do file.durable = apply(file.durable, act) end
    file.acts = {}
  elseif record.kind == "S" then -- a folder
    for path, each in pairs(self.files) do
      if folder_of(path) == record.path then
        if each.name_is == "removed" then self.files[path] = nil end
        each.name_is = nil
      end
    end
  elseif file then
    table.insert(file.acts, record)
  end
end

local SECTOR <const> = 512

-- Some sectors of a write.
local function torn(act, chance)
  local parts = {}
  for at = 1, #act.data, SECTOR do
    if chance() then
      table.insert(parts, { kind = "W", number = act.number + at - 1,
                            data = act.data:sub(at, at + SECTOR - 1) })
    end
  end
  return parts
end

-- What of the acts since the last sync is there.
local function content_after(file, how, chance)
  local content = file.durable
  for i, act in ipairs(file.acts) do
    local kept = how == "all" or (how ~= "none" and chance())
    if how == "torn" and i == #file.acts and act.kind == "W" then
      for _, part in ipairs(torn(act, chance)) do content = apply(content, part) end
    elseif kept then
      content = apply(content, act)
    end
  end
  return content
end

--- The files after a power cut now: path -> content. `how` is "none", "all", "some" or "torn": how
--- much of what was not synced is there; `chance()` decides about each piece.
function disk:cut(how, chance)
  local found = {}
  for path, file in pairs(self.files) do
    local there = file.name_is == nil
      or (file.name_is == "new") == (how == "all" or (how ~= "none" and chance()))
    if there then found[path] = content_after(file, how, chance) end
  end
  return found
end

return power_cut
