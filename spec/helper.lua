--- What specs share: a fake node, real processes, folders and endpoints of their own.
--
--   local helper = require "spec.helper"
--   after_each(helper.cleanup)
local fake_node = require "sloop.fake_node"
local process = require "spec.process"
local uv = require "luv"

local helper = {
  node = fake_node,                -- see scripts/testing/fake_node.lua
  wait_until = process.wait_until, -- (done [, ms]): serves events until done()
  poll_until = process.poll_until, -- the same for what no event tells of
  root = uv.cwd(),                 -- of the source tree
  program = uv.exepath(),          -- the program that runs this spec
  release = uv.cwd() .. "/build/release/sloop", -- the same without sanitizers
  module_folder = uv.cwd() .. "/build/module",  -- where a plain lua5.4 finds sloop.so
}

local folders, count = {}, 0

--- Start `sloop` with these arguments: see spec/process.lua for what comes back.
function helper.sloop(arguments, options)
  return process.start(helper.program, arguments, options)
end

--- Run `sloop` with these arguments to its end: status, stdout, stderr.
function helper.run(arguments, options) return process.run(helper.program, arguments, options) end

--- Start, or run, any other program.
helper.start, helper.run_program = process.start, process.run

--- A new folder, until cleanup. Its path is short enough for ipc endpoints.
function helper.folder()
  local path = assert(uv.fs_mkdtemp((os.getenv "TMPDIR" or "/tmp") .. "/sloop-XXXXXX"))
  table.insert(folders, path)
  return path
end

--- Write a file, making its folders. Returns its path.
function helper.write(path, text)
  assert(os.execute("mkdir -p '" .. path:match("^(.*)/") .. "'"))
  local file <close> = assert(io.open(path, "w"))
  assert(file:write(text))
  return path
end

function helper.read(path)
  local file <close> = assert(io.open(path))
  return file:read("a")
end

--- An ipc endpoint nobody else has.
function helper.endpoint()
  count = count + 1
  return ("ipc://%s/%d"):format(folders[1] or helper.folder(), count)
end

--- So many frames.
function helper.frames(number)
  if number > 0 then return "x", helper.frames(number - 1) end
end

--- For after_each: nothing that a spec started or made is left.
function helper.cleanup()
  process.cleanup()
  for _, path in ipairs(folders) do os.execute("rm -rf '" .. path .. "'") end
  folders = {}
end

return helper
