--- An error object as text, whatever it is: its __tostring is the script's code, so it runs within
-- the limit of what is loaded. Gets the node of node.lua.
local core = (...).core

return function(problem)
  if type(problem) == "string" then return problem end
  local meta = debug.getmetatable(problem)
  if type(problem) == "number" or type(meta) == "table" and meta.__tostring ~= nil then
    local ok, text = core.limited(tostring, problem)
    if ok then return text end
  end
  return ("(error object is a %s value)"):format(type(problem))
end
