--- The files a node's code came from: which, what they held then, and whether that has changed.
-- Knows texts by their hash, not what they mean. Gets the node of node.lua.
local node = ...
local core = node.core
local loader = require "sloop.loader"

local origin = {}

local LOOK_MS <const> = 50 -- between two looks at files that are not as they should be
local WRITING_MS <const>, MISSING_MS <const> = 5000, 500

local function combined(hashes)
  local paths, sum = {}, 0
  for path, hash in pairs(hashes) do
    if hash then table.insert(paths, path) end
  end
  table.sort(paths)
  for _, path in ipairs(paths) do sum = (sum ~ hashes[path]) * 0x100000001b3 end
  return ("%016x"):format(sum)
end

local seen -- path -> hash, when they were last loaded, or tried; nil: not asked for yet
local running -- a hash of all the code that runs

local function known()
  if not seen then
    seen = loader.hashes()
    running = combined(seen)
  end
  return seen
end

--- A hash of all the code that runs, as 16 hex digits.
function origin.hash()
  known()
  return running
end

--- The paths of these files, also of those that were looked for in vain.
function origin.files()
  local list = {}
  for path in pairs(known()) do table.insert(list, path) end
  return list
end

--- Begin with fresh globals, so that all is loaded anew. Returns what was.
function origin.forget() return { hash = origin.hash(), globals = core.new_globals() } end

--- Go back to what was.
function origin.recall(was)
  core.restore_globals(was.globals)
  running = was.hash
end

--- It won't be gone back to.
function origin.drop(was) core.drop_globals(was.globals) end

--- What was loaded since is what runs.
function origin.accept()
  seen = loader.hashes()
  running = combined(seen)
end

--- What was loaded since was no good. What the attempt did not come to is still as it was. To be
-- called before going back.
function origin.note_tried()
  for path, hash in pairs(loader.hashes()) do known()[path] = hash end
end

-- An empty file is one that an editor is about to write.
local function hash_now(path)
  local text = loader.source(path)
  return text and text ~= "" and loader.hash(path) or false
end

-- What differs from what was last loaded or tried: is any text another, is a file not there, is
-- one still open to be written?
local function look()
  local differs, missing, written = false, false, false
  for path, hash in pairs(known()) do
    local now = hash_now(path)
    if now ~= hash then
      differs, missing = differs or now ~= false, missing or now == false
    end
    written = written or loader.is_written(path)
  end
  return differs, missing, written
end

--- Has any text changed, and are all files as they should be? Nil when it is too early to say;
-- `looks` is how often it was asked since anything happened to the files.
function origin.changed(looks)
  local differs, missing, written = look()
  local waited = looks * LOOK_MS
  if differs and written and waited < WRITING_MS then return nil end
  if differs and missing and waited < MISSING_MS then return nil end
  return differs
end

return origin
