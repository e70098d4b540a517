--- The stores a node has open: opened by its instances, kept through a reload, synced at the end.
-- An open store is known by its file, so that a part that is replaced leaves it to the new one.
-- Gets the node of node.lua.
local node = ...
local core = node.core

local stores = {}

--- The store of this name of an instance; nil and the reason.
function stores.open(inst, name)
  local file = inst.declaration.stores[name].file
  if node.stores[file] then return node.stores[file] end
  local data = node.spec.data
  local store, reason = core.store(name, data and data .. "/" .. file or file)
  if not store then
    local used = reason:find(" is in use by ", 1, true)
    return nil, ("%s: store '%s': %s%s"):format(inst.declaration.path, name, reason,
      used and ": give this node another --name or --data" or "")
  end
  node.stores[file] = store
  return store
end

--- Open all of an instance: true, or nil and the reason.
function stores.open_all(inst)
  for name in pairs(inst.declaration.stores) do
    local store, reason = stores.open(inst, name)
    if not store then return nil, reason end
    inst.stores[name], inst.names[name] = store, store
  end
  return true
end

--- Prepare an instance for another declaration: a change of reload_sockets.lua.
function stores.prepare(change, inst, new)
  local opened = {}
  for name, declared in pairs(new.stores) do
    local old = inst.declaration.stores[name]
    if not old or old.file ~= declared.file then
      local store, reason = stores.open({ declaration = new }, name)
      if not store then return nil, reason end
      opened[name] = store
    end
  end
  change:on_commit(function()
    for name in pairs(inst.stores) do
      if not new.stores[name] then inst.stores[name], inst.names[name] = nil, nil end
    end
    for name, store in pairs(opened) do inst.stores[name], inst.names[name] = store, store end
  end)
  return true
end

--- Close those that no instance has any more, once what was put is on disk.
function stores.sweep()
  local used = {}
  for _, inst in ipairs(node.all) do
    for _, store in pairs(inst.stores) do used[store] = true end
  end
  for file, store in pairs(node.stores) do
    if not used[store] then
      node.stores[file] = nil
      core.task(false, function()
        local ok, reason = store:sync()
        core.close_store(store)
        if not ok then core.warn(("store '%s': %s"):format(file, reason)) end
      end)
    end
  end
end

--- For the end of the node, after every `stop`: what was put and not synced is written. The node
-- has failed if that fails.
function stores.sync_all()
  for file, store in pairs(node.stores) do
    local ok, reason = store:sync()
    if not ok then core.fail(("store '%s': %s"):format(file, reason)) end
  end
end

return stores
