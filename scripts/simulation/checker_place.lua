--- Where a checker found what it says: the line that made its text.
-- The check is called once more, and every return in it is looked at, so it is asked for after a
-- failure only.

-- The line that the function at this level, or the one that called a C function there, is at.
local function line_at(level)
  local here = debug.getinfo(level, "Sl")
  if here.what == "C" then here = debug.getinfo(level + 1, "Sl") end
  return here and here.currentline > 0 and ("%s:%d"):format(here.short_src, here.currentline)
end

-- Sloop's own checkers; run_history words what they find.
local LIBRARY <const>, WORDS <const> = "scripts/library/", "run_history.lua"

--- "FILE:LINE" of the first return of the text `failure` while check(history) runs, and if that is
-- in a checker of Sloop's, of the line that called it; nil if nothing returns it: the check raised
-- an error, which tells its own place, or says something else this time.
return function(check, history, failure)
  local own, library
  local hook, mask, count = debug.gethook()
  local function look()
    if own then return end
    local transfer = debug.getinfo(2, "r")
    if transfer.ntransfer == 0 then return end
    local _, value = debug.getlocal(2, transfer.ftransfer)
    local place = value == failure and line_at(3)
    if not place or place:find(WORDS, 1, true) then return end
    if place:find(LIBRARY, 1, true) then library = library or place else own = place end
  end
  debug.sethook(look, "r")
  pcall(check, history)
  debug.sethook(hook, mask, count)
  return own and library and ("%s, in %s"):format(own, library) or own or library
end
