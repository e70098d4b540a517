--- A text with one piece of it replaced, for specs that plant bugs: plain text that must be there.
-- `where` names the text in the error.
return function(text, from, to, where)
  local first, last = text:find(from, 1, true)
  if not first then error(("not in %s: %s"):format(where, from), 2) end
  return text:sub(1, first - 1) .. to .. text:sub(last + 1)
end
