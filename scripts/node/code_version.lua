--- The files a node's code came from: which, what they held then, and whether that has changed.
-- Knows texts by their hash, not what they mean. Gets the node of node.lua.
local node = ...
local core = node.core
local loader = require "sloop.loader"

local code_version = {}

local CHECK_MS <const> = 50 -- between two checks of files that are not as they should be
local WRITING_MS <const>, MISSING_MS <const> = 5000, 500 -- how long they may be so

local function combined(hashes)
  local paths, sum = {}, 0
  for path, hash in pairs(hashes) do
    if hash then table.insert(paths, path) end
  end
  table.sort(paths)
  for _, path in ipairs(paths) do sum = (sum ~ hashes[path]) * 0x100000001b3 end
  return ("%016x"):format(sum)
end

local tried = {} -- path -> hash, of what a reload that was refused has loaded
local missing = {} -- paths of files that are gone or empty, and this was told

--- A hash of all the code that was loaded last, as 16 hex digits.
function code_version.hash() return combined(loader.hashes()) end

-- path -> hash, when it was last loaded, or tried; false where no file was found.
local function known()
  local hashes = loader.hashes()
  for path, hash in pairs(tried) do hashes[path] = hash end
  return hashes
end

--- Begin with fresh globals, so that all is loaded anew. Returns what was.
function code_version.begin()
  return { hash = code_version.hash(), globals = core.new_globals() }
end

--- Is what was loaded since the same text as what was?
function code_version.is_same(was) return code_version.hash() == was.hash end

--- A file of what was loaded since that some program has open to write to it; nil: none.
function code_version.half_written()
  for path, hash in pairs(loader.hashes()) do
    if hash and loader.is_written(path) then return path end
  end
end

--- What was loaded since is what runs.
function code_version.accept() tried = {} end

--- What was loaded since was refused: go back to what was. What the attempt did not come to is
-- still as it was.
function code_version.refuse(was)
  for path, hash in pairs(loader.hashes()) do tried[path] = hash end
  code_version.recall(was)
end

--- Go back to what was.
function code_version.recall(was) core.restore_globals(was.globals) end

--- It won't be gone back to.
function code_version.drop(was) core.drop_globals(was.globals) end

-- An empty file is one that an editor is about to write.
local function hash_now(path)
  local text = loader.source(path)
  return text and text ~= "" and loader.hash(path) or false
end

-- The files that differ from what was last loaded or tried: is any text another, which are not
-- there, is one still open to be written?
local function check()
  local differs, gone, written = false, {}, false
  for path, hash in pairs(known()) do
    local now = hash_now(path)
    if now then
      missing[path] = nil
      differs = differs or now ~= hash
    elseif hash then
      table.insert(gone, path)
    end
    written = written or loader.is_written(path)
  end
  table.sort(gone)
  return differs, gone, written
end

local function tell_missing(gone)
  for _, path in ipairs(gone) do
    if not missing[path] then
      missing[path] = true
      core.warn(("%s is %s: the code that was loaded from it goes on"):format(path,
        loader.source(path) and "empty" or "gone"))
    end
  end
end

--- Has any text changed, and are all files as they should be? Nil when it is too early to say;
-- `checks` is how often it was asked since anything happened to the files.
function code_version.changed(checks)
  local differs, gone, written = check()
  local waited = checks * CHECK_MS
  if differs and written and waited < WRITING_MS then return nil end
  if gone[1] and waited < MISSING_MS then return nil end
  tell_missing(gone)
  return differs
end

return code_version
