--- What a document says that a program prints, and what it printed.
--
-- In what is said a line "..." stands for any lines, and "…" for any text in a line. Times,
-- durations, process ids, and numbers of seeds may differ.
local printed = {}

local VARIES <const> = {
  { "%d%d:%d%d:%d%d%.%d%d%d", "TIME" },
  { "after %d+ ms", "after N ms" },
  { "%d+%.%d+ ms", "N ms" }, { "%d+ seeds", "N seeds" }, { "pid %d+", "pid N" },
}

local function plain(line)
  for _, each in ipairs(VARIES) do line = line:gsub(each[1], each[2]) end
  return (line:gsub("%s+$", ""))
end

--- The lines of a text, without empty ones at its end.
function printed.lines(text)
  local lines = {}
  for line in text:gmatch "([^\n]*)\n?" do table.insert(lines, line) end
  while lines[1] and lines[#lines]:find "^%s*$" do table.remove(lines) end
  return lines
end

local function same(line, said)
  local pattern = plain(said):gsub("[%^%$%(%)%%%.%[%]%*%+%-%?]", "%%%0"):gsub("…", ".*")
  return plain(line):find("^" .. pattern .. "$") ~= nil
end

-- Do the lines from `at` on match those said from `said_at` on? If `ended`, to the end of both.
local function matches(lines, at, said, said_at, ended)
  if said_at > #said then return not ended or at > #lines end
  if said[said_at] == "..." then
    for next_at = at, #lines + 1 do
      if matches(lines, next_at, said, said_at + 1, ended) then return true end
    end
    return false
  end
  return at <= #lines and same(lines[at], said[said_at])
    and matches(lines, at + 1, said, said_at + 1, ended)
end

--- Are these lines what is said? Of a program that has not ended, the first of them.
function printed.agree(lines, said, ended) return matches(lines, 1, said, 1, ended) end

return printed
