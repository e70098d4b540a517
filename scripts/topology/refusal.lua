--- How the loading of a topology ends when its file is wrong: by an error that topology.load
-- catches, with a reason and an exit status.
local refusal = { FAILED = 1, USAGE = 2 }

--- Raise a reason, with the exit status.
function refusal.raise_with(status, format, ...)
  error({ reason = format:format(...), status = status }, 0)
end

--- The same for a mistake in a file.
function refusal.raise(format, ...) refusal.raise_with(refusal.FAILED, format, ...) end

return refusal
