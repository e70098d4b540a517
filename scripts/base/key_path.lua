--- Paths into tables, as a person writes them: workers.w1, list[2], t["a.b"].
local key_path = {}

local function quoted_key(text, at)
  local quote = text:sub(at, at)
  local close = text:find(quote, at + 1, true)
  while close and text:sub(close - 1, close - 1) == "\\" do
    close = text:find(quote, close + 1, true)
  end
  if not close then return nil end
  local read = load("return " .. text:sub(at, close), "=path", "t", {})
  return read and read(), close + 1
end

-- A key in brackets that begins at `at`, and what comes after it.
local function bracketed(text, at)
  local key, after
  if text:find("^[\"']", at) then
    key, after = quoted_key(text, at)
  else
    key = text:match("^[^%]]*", at)
    after = at + #key
    key = math.tointeger(tonumber(key)) or tonumber(key)
  end
  if key == nil or text:sub(after, after) ~= "]" then return nil end
  return key, after + 1
end

--- The steps of a path, each { key = what it names, loose = true }: a loose key is a name between
-- dots, where "2" may be the number. Nil when the text is not a path.
function key_path.parse(text)
  local steps, at = {}, 1
  while at <= #text do
    if text:sub(at, at) == "[" then
      local key, after = bracketed(text, at + 1)
      if key == nil then return nil end
      table.insert(steps, { key = key })
      at = after
    else
      local start = #steps > 0 and text:sub(at, at) == "." and at + 1 or #steps == 0 and at
      local name = start and text:match("^[^.%[]+", start)
      if not name then return nil end
      table.insert(steps, { key = name, loose = true })
      at = start + #name
    end
  end
  return steps
end

--- The value at these steps below another; nil when there is none. Fields are read without
-- metamethods; `get(table, key)`, if given, is asked for those that a table does not have.
function key_path.get(value, steps, get)
  for _, step in ipairs(steps) do
    local container, found = value, nil
    if type(container) == "table" then
      local number = step.loose and (math.tointeger(tonumber(step.key)) or tonumber(step.key))
      if number then found = rawget(container, number) end
      if found == nil then found = rawget(container, step.key) end
      if found == nil and get then found = get(container, step.key) end
    end
    if found == nil then return nil end
    value = found
  end
  return value
end

return key_path
