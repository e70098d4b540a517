--- The folder for the stores of what runs under this name, as design and systemd have it.

--- `given` is the value of --data. Nil when there is no home directory.
return function(name, given)
  if given then return given end
  local service = os.getenv "STATE_DIRECTORY" -- of systemd; may be a list
  if service and service ~= "" then return (service:match("^[^:]+")) end
  local state, home = os.getenv "XDG_STATE_HOME", os.getenv "HOME"
  name = name:gsub("/", ".") -- as the control socket's name is made
  if state and state:find("^/") then return ("%s/sloop/%s"):format(state, name) end
  if home and home:find("^/") then return ("%s/.local/state/sloop/%s"):format(home, name) end
end
