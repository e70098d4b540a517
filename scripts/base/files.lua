--- Whole files: is one there, and writing one so that a full disk is not missed.
local files = {}

--- Can it be opened to read? Also a folder.
function files.exists(path)
  local file <close> = io.open(path)
  return file ~= nil
end

--- Write a file: true; or nil and the reason, with the path. What is buffered reaches the system
--- only as the file is closed, so that counts, too.
function files.write(path, text)
  local file, reason = io.open(path, "w")
  if not file then return nil, reason end
  local written, why = file:write(text)
  local closed, why_not = file:close()
  if written and closed then return true end
  return nil, ("%s: %s"):format(path, why or why_not)
end

return files
