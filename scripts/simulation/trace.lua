--- A simulated run as text: line by line, or as a Mermaid sequence diagram.
local trace = {}

local MAX_FRAME <const>, MAX_FRAMES <const> = 24, 8

local function printable(frame)
  local cut = #frame > MAX_FRAME and frame:sub(1, MAX_FRAME) .. "~" or frame
  if not cut:find "[^%g ]" then return cut == "" and '""' or cut end
  return (cut:gsub("[^%g ]", function(c) return ("\\x%02x"):format(c:byte()) end))
end

local function frames_text(frames)
  local parts = {}
  for i, frame in ipairs(frames) do
    if i > MAX_FRAMES then
      parts[i] = ("... %d frames"):format(#frames)
      break
    end
    parts[i] = "[" .. printable(frame) .. "]"
  end
  return table.concat(parts)
end

local OWN <const> = { kind = true, node = true, time = true, frames = true, text = true }

local function fields_text(event)
  local parts = {}
  for key, value in pairs(event) do
    if not OWN[key] and type(value) ~= "table" then
      table.insert(parts, ("%s=%s"):format(key, printable(tostring(value))))
    end
  end
  table.sort(parts)
  if event.frames then table.insert(parts, frames_text(event.frames)) end
  if event.text then table.insert(parts, (event.text:gsub("\n", "\n    "))) end
  return table.concat(parts, " ")
end

--- An event as one line (more if it has a traceback).
function trace.line(event)
  return (("%12.3f ms  %-12s %-10s %s"):format(event.time, event.node or "-", event.kind,
    fields_text(event)):gsub("%s+$", ""))
end

--- The run as lines, each written by `write`.
function trace.write(history, write)
  for _, event in ipairs(history) do write(trace.line(event), "\n") end
end

-- Without the characters that have a meaning in Mermaid.
local function label(text)
  return (text:gsub("[;#:]", " "):gsub("%s+", " "):gsub(" $", ""))
end

-- "end" is a keyword of Mermaid.
local function identifier(name) return (name:gsub("[^%w_]", "_"):gsub("^end$", "end_")) end

-- kind of event -> function of the event that returns its line in a diagram, or nil.
local drawn = {
  delivered = function(event)
    if not event.peer then return nil end
    return ("%s->>%s: %s"):format(identifier(event.peer), identifier(event.node),
      label(frames_text(event.frames)))
  end,
  dropped = function(event)
    if not event.peer then return nil end
    return ("%s-x%s: %s"):format(identifier(event.node), identifier(event.peer),
      label(frames_text(event.frames)))
  end,
  sent = function() end,
}

local function note(event)
  if not event.node then return nil end
  local text = event.kind .. " " .. fields_text(event)
  if event.kind == "fault" or event.kind == "fault_end" then
    local ends, time = event.kind == "fault" and "" or " ends", event.time / 1000
    local peer = event.peer and " with " .. event.peer or ""
    text = ("%s%s%s at %.3f s"):format(event.fault:gsub("_", " "), peer, ends, time)
  end
  return ("Note over %s: %s"):format(identifier(event.node), label(text))
end

--- The run as a Mermaid sequence diagram.
function trace.diagram(history, nodes)
  local lines = { "sequenceDiagram" }
  for _, node in ipairs(nodes) do
    table.insert(lines, ("  participant %s as %s"):format(identifier(node.name), node.name))
  end
  for _, event in ipairs(history) do
    local line = (drawn[event.kind] or note)(event)
    if line then table.insert(lines, "  " .. line) end
  end
  return table.concat(lines, "\n") .. "\n"
end

return trace
