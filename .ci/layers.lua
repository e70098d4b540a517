--- Checks which folder uses which: lua5.4 .ci/layers.lua [ROOT]
--
-- An include of C and a require of Lua is an edge from a file to a file. The table in
-- CONTRIBUTING.md with the columns "folder" and "may use" says which folders' files an edge may
-- lead to, besides those of its own; and edges may not form a circle, where a C source and its
-- header are one file. Prints what is wrong as FILE:LINE: and exits with 1.
local root = (arg[1] or "."):gsub("/*$", "/")
package.path = "scripts/?.lua"
local lexer = require "check/lexer"

local function read(path)
  local file <close> = assert(io.open(root .. path))
  return file:read "a"
end

local function exists(path)
  local file <close> = io.open(root .. path)
  return file ~= nil
end

local function sorted_keys(set)
  local keys = {}
  for key in pairs(set) do table.insert(keys, key) end
  table.sort(keys)
  return keys
end

--- The C and Lua files below the folders of the table.
local function list_files(rules)
  local tops, paths = {}, {}
  for folder in pairs(rules) do tops[folder:match "^[^/]+"] = true end
  local command = ("cd '%s' && find %s -name '*.[ch]' -o -name '*.lua' | sort"):format(root,
    table.concat(sorted_keys(tops), " "))
  local find <close> = assert(io.popen(command))
  for path in find:lines() do table.insert(paths, path) end
  return paths
end

--- The table: folder -> list of what it may use (folders, with "/" at the end; Lua's C modules;
-- "everything").
local function read_table()
  local rules, inside = {}, false
  for line in read "CONTRIBUTING.md":gmatch "[^\n]*" do
    local cells = {}
    for cell in line:gmatch "|%s*([^|]*)" do table.insert(cells, cell) end
    if line:find "^| folder .*| may use |$" then inside = true end
    if not line:find "^|" then inside = false end
    if inside then
      local uses = {}
      if cells[3]:find "^everything" then uses = { "everything" } end
      for use in cells[3]:gmatch "`([^`]+)`" do table.insert(uses, use) end
      for folder in cells[1]:gmatch "`([^`]+/)`" do rules[folder] = uses end
    end
  end
  assert(next(rules), "CONTRIBUTING.md has no table of 'folder' and 'may use'")
  return rules
end

--- The rule for a file: that of the innermost folder of the table. Returns the folder and its uses.
local function rule_of(rules, path)
  local folder = path
  repeat
    folder = folder:match "^(.*/)[^/]+/?$"
    if rules[folder] then return folder, rules[folder] end
  until not folder
end

local function starts_with(text, start) return text:sub(1, #start) == start end

local function includes(text, add)
  local number = 0
  for line in text:gmatch "([^\n]*)\n?" do
    number = number + 1
    local target = line:match '^%s*#%s*include%s*"([^"]+)"'
    if target then add(target, number) end
  end
end

--- Where Lua finds a module of ours: its file, or its name if it is none.
local function module_file(name)
  local public = name:match "^sloop%.(.*)$"
  local places = public and { "scripts/library/" .. public, "scripts/testing/" .. public }
    or { "scripts/" .. name, "patterns/" .. name }
  for _, place in ipairs(places) do
    if exists(place .. ".lua") then return place .. ".lua" end
  end
  return name
end

--- Calls of `require` and of `pcall(require, ...)` with a string. A name that is put together when
-- it runs, `require("command/" .. name)`, is no edge.
local function requires(text, add)
  local tokens = lexer.tokens(text)
  local function text_at(i) return tokens[i] and tokens[i].text end
  for i, token in ipairs(tokens) do
    if token.kind == "name" and token.text == "require" then
      local at = (text_at(i + 1) == "(" or text_at(i + 1) == ",") and i + 2 or i + 1
      local argument = tokens[at]
      if argument and argument.kind == "string" and text_at(at + 1) ~= ".." then
        add(module_file(argument.text), token.line)
      end
    end
  end
end

--- All edges: { from, to, line }; `to` is a path, or the name of a module in C.
local function find_edges(paths)
  local edges = {}
  for _, path in ipairs(paths) do
    local find = path:find "%.lua$" and requires or includes
    find(read(path), function(to, line)
      table.insert(edges, { from = path, to = to, line = line })
    end)
  end
  return edges
end

--- What of a rule allows this edge.
local function allowed(rules, edge)
  local folder, uses = rule_of(rules, edge.from)
  local target = edge.to:find "/" and (rule_of(rules, edge.to) or edge.to)
  if not folder then return false, edge.from:match "^.*/" .. " (not in CONTRIBUTING.md's table)" end
  if target == folder then return true end
  for _, use in ipairs(uses) do
    local inside = use:find "/$" and target and starts_with(target, use)
    local module = not target and (edge.to == use or starts_with(edge.to, use .. "."))
    if use == "everything" or inside or module then return true end
  end
  return false, folder
end

local function refused_edges(rules, edges, report)
  for _, edge in ipairs(edges) do
    local ok, folder = allowed(rules, edge)
    if not ok then
      report(("%s:%d: %s may not use %s"):format(edge.from, edge.line, folder, edge.to))
    end
  end
end

local function node_of(path) return (path:gsub("%.[ch]$", "")) end

--- node -> node -> edge; a C source and its header are one node.
local function graph_of(edges)
  local graph = {}
  for _, edge in ipairs(edges) do
    local from, to = node_of(edge.from), node_of(edge.to)
    graph[from] = graph[from] or {}
    if from ~= to then graph[from][to] = graph[from][to] or edge end
  end
  return graph
end

--- A shortest way from a node back to itself, as a list of edges; nil if there is none.
local function shortest_circle(graph, start)
  local reached_by, queue = {}, { start }
  for _, node in ipairs(queue) do -- grows
    for _, to in ipairs(sorted_keys(graph[node] or {})) do
      if not reached_by[to] then
        reached_by[to] = { node = node, edge = graph[node][to] }
        table.insert(queue, to)
      end
      if to == start then
        local circle, at = {}, start
        repeat
          table.insert(circle, 1, reached_by[at].edge)
          at = reached_by[at].node
        until at == start
        return circle
      end
    end
  end
end

--- Reports circles until none is left but those that share an edge with one reported.
local function circles(edges, report)
  local graph = graph_of(edges)
  for _, start in ipairs(sorted_keys(graph)) do
    local circle = shortest_circle(graph, start)
    while circle do
      local lines = {}
      for i, edge in ipairs(circle) do
        lines[i] = ("%s:%d: %s %s"):format(edge.from, edge.line,
          i == 1 and "a circle of files: uses" or "  which uses", edge.to)
        graph[node_of(edge.from)][node_of(edge.to)] = nil
      end
      report(table.concat(lines, "\n"))
      circle = shortest_circle(graph, start)
    end
  end
end

local failed = false
local function report(text)
  failed = true
  print(text)
end
local rules = read_table()
local edges = find_edges(list_files(rules))
refused_edges(rules, edges, report)
circles(edges, report)
os.exit(not failed)
