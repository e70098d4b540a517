--- Raises at the line that called a role's method if what it gave is not frames, which are strings,
-- one at least. To be called by the method itself: `check_frames("request", ...)`.
local function check_frames(method, ...)
  for i = 1, math.max(1, select("#", ...)) do
    local kind = i > select("#", ...) and "no value" or type((select(i, ...)))
    if kind ~= "string" then
      error(("bad argument #%d to '%s' (string expected, got %s)"):format(i, method, kind), 3)
    end
  end
end

return check_frames
