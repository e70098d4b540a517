--- Which variable a file that returns nothing probably meant to return.
local locate = require "check/locate"

--- The variable of this text that most keys are given to, or nil: the file's table of functions.
return function(text)
  local counts, best = {}, nil
  for _, place in ipairs(locate.places(text)) do
    local root = place.root
    if root ~= "return" and root ~= "self" and place.path ~= "" then
      counts[root] = (counts[root] or 0) + 1
      if not best or counts[root] > counts[best] then best = root end
    end
  end
  return best
end
