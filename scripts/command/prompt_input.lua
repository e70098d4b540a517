--- Where the prompt of `sloop ctl NODE` has its lines from: libedit with history and completion, or
-- plain lines where the system does not have it.
local columns = require "base/columns"
local core = require "sloop".core
local shell = require "base/shell"

local prompt_input = {}

local MOST <const>, KEPT <const> = 2000, 1000 -- lines in the file of the history; when it is cut

-- ---- completion ----

local REQUESTS <const> = {
  "help", "log", "quit", "reload", "restart", "set", "start", "state", "status", "stop",
}

-- What is completed at the end of this text: the names there are, and what is typed of one.
local function candidates(text, names_at)
  local typed = text:match "^%s*:%s*(%a*)$"
  if typed then return REQUESTS, typed end
  local path, rest = text:match "%f[%w_]self([%w_.%[%]\"']*)%.([%w_]*)$"
  if not path then path, rest = text:match "^%s*:%s*state%s+([%w_.%[%]\"']*)%.([%w_]*)$" end
  if path then return names_at((path:gsub("^%.", ""))), rest end
  typed = text:match "^%s*:%s*state%s+([%w_]*)$"
  if typed then return names_at "", typed end
  return { "self" }, text:match "%f[%w_][%a_][%w_]*$" or ""
end

local function common_beginning(a, b)
  local n = 0
  while n < #a and a:byte(n + 1) == b:byte(n + 1) do n = n + 1 end
  return a:sub(1, n)
end

local WIDTH <const> = 80

-- Names side by side.
local function in_columns(names)
  local widest, rows = 0, {}
  for _, name in ipairs(names) do widest = math.max(widest, #name) end
  local per_row = math.max(1, WIDTH // (widest + 2))
  local count = math.ceil(#names / per_row)
  for i, name in ipairs(names) do
    local row = (i - 1) % count + 1
    rows[row] = rows[row] or {}
    table.insert(rows[row], name)
  end
  return columns.text(rows, 0, 2)
end

--- How a line may go on whose text up to the cursor this is: what to insert ("": that is not
-- clear), and then what there is. `names_at(path)` lists the names below self.
function prompt_input.complete(text, names_at)
  local names, typed = candidates(text, names_at)
  local fitting, seen, common = {}, {}, nil
  for _, name in ipairs(names) do
    if not seen[name] and name:sub(1, #typed) == typed then
      seen[name] = true
      table.insert(fitting, name)
      common = common and common_beginning(common, name) or name
    end
  end
  table.sort(fitting)
  if not common or typed == "" and text:find "^%s*$" then return "", "" end
  if #fitting == 1 or #common > #typed then return common:sub(#typed + 1), "" end
  return "", in_columns(fitting)
end

-- ---- history ----

-- The file, private to the user, beside the folders of stores; nil when there is no home.
local function history_path()
  local state, home = os.getenv "XDG_STATE_HOME", os.getenv "HOME"
  local folder = state and state:find "^/" and state .. "/sloop"
    or home and home:find "^/" and home .. "/.local/state/sloop"
  if not folder then return nil end
  local path = folder .. "/.ctl_history"
  local made = os.execute(("umask 077; mkdir -p %s && : >> %s && chmod 600 %s"):format(
    shell.quote(folder), shell.quote(path), shell.quote(path)) .. " 2>/dev/null")
  return made and path or nil
end

local function lines_of(path)
  local lines = {}
  local file <close> = path and io.open(path)
  if not file then return lines end
  for line in file:lines() do table.insert(lines, line) end
  return lines
end

-- Keep only the latest lines.
local function cut(path, lines)
  local file <close> = io.open(path, "w")
  if file then file:write(table.concat(lines, "\n", #lines - KEPT + 1), "\n") end
end

-- ---- reading ----

local function plain(text)
  io.write(text)
  io.flush()
  return io.read "l"
end

local function edited(editor)
  local path = history_path()
  local lines = lines_of(path)
  if #lines > MOST then cut(path, lines) end
  for _, line in ipairs(lines) do editor:add(line) end
  local last = lines[#lines]
  return function(text)
    local line = editor:read(text)
    if line and line:find "%S" and line ~= last then
      editor:add(line)
      last = line
      local file <close> = path and io.open(path, "a")
      if file then file:write(line, "\n") end
    end
    return line
  end
end

--- A function that reads a line after a prompt: the line, or nil at the end. `names_at(path)` lists
-- names for completion.
function prompt_input.open(names_at)
  local editor = core.editor(function(text) return prompt_input.complete(text, names_at) end)
  return editor and edited(editor) or plain
end

return prompt_input
