--- Binary star's states on the wire: one frame, a digit and the highest term its sender knows.
-- The Guide's programs send the digit alone and read no further. Total: any frames are understood,
-- or refused with a reason.
local bstar = {}

local DIGITS <const> = { primary = "1", backup = "2", active = "3", passive = "4" }
local PHASES <const> = { ["1"] = "waiting", ["2"] = "waiting", ["3"] = "active", ["4"] = "passive" }

bstar.MOST_TERMS = 1 << 22 -- a sequence number of clone has room for these

--- What a server of this role ("primary", "backup") says in its phase. Without a term it is what
--- the Guide's programs say.
function bstar.state(role, phase, term)
  local digit = DIGITS[phase] or DIGITS[role] -- one that neither serves nor follows tells its role
  return term and ("%s %d"):format(digit, term) or digit
end

--- The peer's phase ("waiting", "active", "passive") and its term, nil when it told none; or nil
--- and what is wrong.
function bstar.parse(frame, more)
  if frame == nil or more ~= nil then return nil, "a state of more than one frame" end
  local digit, digits = frame:match "^([1-4])$", ""
  if not digit then digit, digits = frame:match "^([1-4]) (%d+)$" end
  if not digit then return nil, "not a state" end
  local term = math.tointeger(tonumber(digits))
  if digits ~= "" and (not term or term > bstar.MOST_TERMS) then return nil, "a term too high" end
  return PHASES[digit], term
end

--- Of two that may serve: the one that did last, as the highest term's parity says, the primary's
--- being odd; of two new ones the primary.
function bstar.goes_first(role, highest)
  return (highest == 0 or highest % 2 == 1) == (role == "primary")
end

return bstar
