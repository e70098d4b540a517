--- The prompt of `sloop ctl NODE` on a terminal: expressions are evaluated in the node and printed,
-- statements are run, ":reload", ":state workers" and the like are requests.
local prompt = {}

local HELP <const> = [[
An expression is evaluated in the node and printed, a statement is run; both see `self`. A line that
is not complete goes on in the next. Requests:

  :status  :reload  :state [PATH]  :set OPTION=value  :stop  :start  :restart
  :log (its latest lines)  :help  :quit (or the end of the input)

Where libedit is installed, TAB completes names after `self.`, and earlier lines come back, also
those of other days.
]]

--- Are both stdin and stdout a terminal?
function prompt.is_possible() return os.execute "test -t 0 && test -t 1" or false end

-- Does the text lack its end, as Lua's own prompt would ask for it?
local function is_incomplete(answer)
  return not answer.ok and type(answer.reason) == "string" and answer.reason:find "near <eof>$"
end

-- The text with further lines until it is complete, evaluated: the answer; nil at the end of input.
local function evaluate(text, read, act)
  local answer, reason = act(text)
  while answer and is_incomplete(answer) do
    local more = read "... "
    if not more or more == "" then break end
    text = text .. "\n" .. more
    answer, reason = act(text)
  end
  return answer, reason
end

--- Read lines and act on them until the input ends: the exit status. `name` is the node's;
-- `read(prompt)` gives a line or nil; `eval(text)` the answer to a request, or nil and the reason;
-- `request(words)` makes a request and prints its answer; `print` and `fail` print.
function prompt.run(name, read, eval, request, print, fail)
  while true do
    local line = read(name .. "> ")
    if not line then break end
    local command = line:match "^%s*:%s*(.-)%s*$"
    if command == "quit" or command == "q" then break end
    if command == "help" or command == "" then
      print(HELP)
    elseif command then
      local words = {}
      for word in command:gmatch "%S+" do table.insert(words, word) end
      request(words)
    elseif line:find "%S" then
      local answer, reason = evaluate(line, read, eval)
      if not answer then return fail(reason) end
      if not answer.ok then fail(answer.reason)
      elseif answer.text ~= "" then print(answer.text, "\n") end
    end
  end
  print "\n"
  return 0
end

return prompt
