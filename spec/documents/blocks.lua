--- The fenced blocks of a Markdown document, and which of them its reader could run.
local blocks = {}

--- The blocks of this text, in order: { language =, rest =, text =, line = }, where "```lua NAME"
-- has the language "lua" and the rest "NAME". Indented code is a block too, without a language.
function blocks.of(text)
  local found, block, number, blank = {}, nil, 0, true
  for line in (text .. "\n"):gmatch "(.-)\n" do
    number = number + 1
    local info = line:match "^%s*```(.*)$"
    if block and block.fenced and info then
      block = nil
    elseif info then
      local language, rest = info:match "^(%S*)%s*(.*)$"
      block = { language = language, rest = rest, text = "", line = number, fenced = true }
      table.insert(found, block)
    elseif block and (block.fenced or line:find "^    ") then
      block.text = block.text .. line .. "\n"
    elseif blank and line:find "^    %S" then
      block = { language = "", rest = "", text = line .. "\n", line = number }
      table.insert(found, block)
    else
      block = nil
    end
    blank = line:find "^%s*$" ~= nil
  end
  return found
end

--- The commands in the prose of this text, "`sloop sim FILE`": { text =, line = }, ...
function blocks.inline(text)
  local found, number, fenced, paragraph, began = {}, 0, false, "", 1
  for line in (text .. "\n\n"):gmatch "(.-)\n" do
    number = number + 1
    local is_fence = line:find "^%s*```" ~= nil
    if is_fence then fenced = not fenced end
    if is_fence or fenced or line == "" then
      for code in paragraph:gmatch "`(sloop [^`]+)`" do
        table.insert(found, { text = code:gsub("\n", " "), line = began })
      end
      paragraph, began = "", number + 1
    else
      paragraph = paragraph .. line .. "\n"
    end
  end
  return found
end

--- Has this text a line that looks like a command?
function blocks.has_command(text)
  for line in text:gmatch "[^\n]+" do
    if line:find "^%s*%$ " or line:find "^%s*sloop %l" or line:find "^%s*make" then return true end
  end
  return false
end

return blocks
