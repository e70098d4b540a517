--- Progress of long work on stderr, at most once a second: one line that is redrawn on a terminal,
-- else plain lines.
local progress = {}
progress.__index = progress

local ERASE <const> = "\r\27[K" -- the line, from its begin

--- Progress of `total` things, called `noun` in the plural.
function progress.new(total, noun)
  local now = os.time()
  return setmetatable({ total = total, noun = noun, began = now, shown_at = now, line = false },
    progress)
end

-- Known only when it is needed: to ask takes a process.
local function is_terminal(self)
  if self.terminal == nil then self.terminal = os.execute "test -t 2" or false end
  return self.terminal
end

--- How many a second, as text: "250 seeds/s", or "-" in the first second.
function progress:rate(done)
  local seconds = os.time() - self.began
  return seconds > 0 and ("%.0f %s/s"):format(done / seconds, self.noun) or "-"
end

local function left(self, done)
  local seconds = os.time() - self.began
  if seconds == 0 or done == 0 then return "" end
  local rest = (self.total - done) * seconds / done
  return rest < 120 and (", %d s left"):format(rest // 1) or (", %d min left"):format(rest // 60)
end

--- `done` of them are done; `text` is what else to say.
function progress:update(done, text)
  if os.time() == self.shown_at then return end
  self.shown_at = os.time()
  local words = ("%d of %d %s%s, %s%s"):format(done, self.total, self.noun, text, self:rate(done),
    left(self, done))
  if is_terminal(self) then
    io.stderr:write(ERASE, words)
    self.line = true
  else
    io.stderr:write(words, "\n")
  end
end

--- Erase the line: before other output, and at the end.
function progress:clear()
  if self.line then io.stderr:write(ERASE) end
  self.line = false
end

return progress
