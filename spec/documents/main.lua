--- Runs the examples of one document: sloop lua spec/documents/main.lua PATH.
local document = require "spec.documents.document"
local exceptions = require "spec.documents.exceptions"
local helper = require "spec.helper"

local ok, reason = pcall(document.run, arg[1], exceptions[arg[1]])
helper.cleanup()
if not ok then
  io.stderr:write(tostring(reason), "\n")
  os.exit(1, true)
end
