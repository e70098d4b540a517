--- Histories of simulated runs, written down for specs of checkers.
--
--   history.holds(promise, { { 1, "a", "active" }, { 5, "a", "answered", { term = 1 } } })
--   history.broken("answered in term 1", promise, rows)
local assert = require "luassert"

local history = {}

--- A history from rows { time, node or nil, kind, fields or nil }.
function history.of(rows)
  local list = {}
  for i, row in ipairs(rows) do
    local event = { time = row[1], node = row[2] or nil, kind = row[3] }
    for key, value in pairs(row[4] or {}) do event[key] = value end
    list[i] = event
  end
  return list
end

--- A checker finds nothing wrong with these rows.
function history.holds(promise, rows) assert.is_nil(promise(history.of(rows))) end

--- It does, and says so in a text with this in it.
function history.broken(wanted, promise, rows)
  local reason = promise(history.of(rows))
  assert.is_truthy(reason and reason:find(wanted, 1, true), ("wanted '%s', got '%s'"):format(wanted,
    tostring(reason)))
end

return history
