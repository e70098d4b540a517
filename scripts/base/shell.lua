--- Words for the command line of a shell.
local shell = {}

--- `text` as one word of a shell: as it is when that is safe, else quoted.
function shell.quote(text)
  if text:find "^[%w_./:@%%+=-]+$" then return text end
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

return shell
