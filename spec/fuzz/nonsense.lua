--- What a hostile peer says: messages a protocol knows, as they are or mutated. A saying is
-- "frame|frame"; @N in it is the Nth frame that was last heard there.
local nonsense = {}

local MOST_FRAMES <const> = 255 -- of a message, with the address of whom it is for

local function one_of(self, list) return list[self:random(#list)] end

local function bytes(self)
  local made = {}
  for i = 1, self:random(0, 12) do made[i] = string.char(self:random(0, 255)) end
  return table.concat(made)
end

local function saying(self, heard)
  local frames = {}
  for frame in (one_of(self, self.options.sayings) .. "|"):gmatch "([^|]*)|" do
    local index = math.tointeger(tonumber(frame:match "^@(%d)$"))
    table.insert(frames, index and (heard[index] or "?") or frame)
  end
  return frames
end

local function mutated_frame(self, frame)
  local at = self:random(0, #frame)
  local act = self:random(3)
  if act == 1 then return frame:sub(1, at) end
  if act == 2 then return frame:sub(1, at) .. bytes(self) .. frame:sub(at + 1) end
  return frame .. frame
end

local mutations = {
  function(self, frames, i) frames[i] = mutated_frame(self, frames[i]) end,
  function(self, frames, i) frames[i] = one_of(self, saying(self, {})) end,
  function(self, frames, i) table.insert(frames, i, bytes(self)) end,
  function(_, frames, i) table.insert(frames, i, "") end,
  function(_, frames, i) if frames[2] then table.remove(frames, i) end end,
  function(self, frames) -- to any length
    for i = #frames + 1, self:random(MOST_FRAMES) do frames[i] = "x" end
  end,
}

--- The frames of a message; `most`, if given, is how many there may be.
function nonsense.message(self, heard, most)
  local frames = saying(self, heard)
  if self:random(2) == 1 then return table.unpack(frames) end
  for _ = 1, self:random(3) do one_of(self, mutations)(self, frames, self:random(#frames)) end
  return table.unpack(frames, 1, math.min(#frames, most or MOST_FRAMES))
end

return nonsense
