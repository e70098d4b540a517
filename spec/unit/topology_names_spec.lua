--- Topologies: what an entry says of the node, and what of its role; the names of endpoints.
local helper = require "spec.helper"
local topology = require "sloop.private.topology.topology"

local folder

before_each(function() folder = helper.folder() end)
after_each(helper.cleanup)

-- Write a role; what a topology calls it.
local function role(text, name)
  return helper.write(("%s/%s.lua"):format(folder, name or "role"), "--- A role.\nreturn " .. text)
end

describe("a topology", function()
  it("has no key that nothing comes of", function()
    local nodes, reason = topology.load { nodes = { node = { role "{}" } }, latency = { 1, 5 } }
    assert.is_nil(nodes)
    assert.equal("./topology.lua: unknown key 'latency'", reason)
  end)

  for what, text in pairs {
    ["an option"] = "{ options = { host = 'here' } }",
    ["a socket"] = "{ sockets = { host = { 'pull' } } }",
    ["a part"] = "{ parts = { host = { {} } } }",
  } do
    it("does not guess what its own words mean where the role has " .. what, function()
      local path = role(text)
      local nodes, reason = topology.load { nodes = { node = { path, host = "there" } } }
      assert.is_nil(nodes)
      assert.equal(("node 'node': 'host' is a reserved key of topologies, and %s of its role: "
        .. "it can't be set here"):format(what), reason)
      assert.is_table(topology.load { nodes = { node = { path } } })
    end)
  end
end)

describe("a socket bound to inproc://*", function()
  local WORKER <const> = "{ sockets = { work = { 'pull', bind = 'inproc://*' } } }"
  local CLIENT <const> = "{ sockets = { to = { 'push' } } }"

  -- What each node's socket of this name is bound to, or connected to, as "name=endpoint ...".
  local function endpoints(entries, socket, key, settings)
    local nodes, reason = topology.load({ nodes = entries }, { settings = settings, keep = true })
    assert(nodes, reason)
    local list = {}
    for _, node in ipairs(nodes) do
      local declared = node.declaration.sockets[socket]
      if declared then
        table.insert(list, node.name .. "=" .. table.concat(declared[key], ","))
      end
    end
    return table.concat(list, " ")
  end

  it("by its role has a name in each copy, where it is referred to", function()
    local entries = {
      worker = { role(WORKER), count = 2 },
      all = { role(CLIENT, "client"), to = { connect = "@worker.work" } },
      one = { role(CLIENT, "client"), to = { connect = "@worker.2.work" } },
    }
    assert.equal("worker.1=inproc://worker.1.work worker.2=inproc://worker.2.work",
      endpoints(entries, "work", "bind"))
    assert.equal("all=inproc://worker.1.work,inproc://worker.2.work one=inproc://worker.2.work",
      endpoints(entries, "to", "connect"))
  end)

  it("by its entry, an option or the command line too, beside others", function()
    local bound = "{ 'pull', bind = options.at }"
    local entries = {
      entry = { role(WORKER), work = { bind = { "tcp://*:5555", "inproc://*" }, rcvhwm = 5 } },
      option = { role("{ options = { at = '' }, sockets = function(options) return { work = "
        .. bound .. " } end }", "option"), at = "inproc://*" },
      set = { role("{ sockets = { work = { 'pull' } } }", "set") },
      client = { role(CLIENT, "client"),
                 to = { connect = { "@entry.work", "@option.work", "@set.work" } } },
    }
    local settings = { { path = { "set", "work", "bind" }, value = "inproc://*" } }
    entries.client.to.connect = "@entry.work"
    assert.equal("client=tcp://localhost:5555,inproc://entry.work.2",
      endpoints(entries, "to", "connect", settings))
    entries.client.to.connect = "@option.work"
    assert.equal("client=inproc://option.work", endpoints(entries, "to", "connect", settings))
    entries.client.to.connect = "@set.work"
    assert.equal("client=inproc://set.work", endpoints(entries, "to", "connect", settings))
    assert.equal("entry=tcp://*:5555,inproc://* option=inproc://* set=inproc://set.work",
      endpoints(entries, "work", "bind", settings))
  end)
end)

describe("a topology in parts, on several machines,", function()
  after_each(helper.cleanup)

  -- The entries of the nodes that run here, by name; or nil, the reason and the exit status.
  local function load(bind, only, hosts)
    local server = role("{ sockets = { server = { 'rep', bind = 'tcp://*:5555' } } }", "server")
    local client = role("{ sockets = { out = { 'req' } } }", "client")
    local nodes, reason, status = topology.load({
      hosts = hosts,
      nodes = {
        server = { server, server = bind and { bind = bind } },
        client = { client, count = 2, out = { connect = "@server.server" } },
      },
    }, { only = only })
    if not nodes then return nil, reason, status end
    local found = {}
    for _, node in ipairs(nodes) do
      found[node.name] = node.entry.out and node.entry.out.connect or true
    end
    return found
  end

  it("runs those that are named, and connects them to the others' machines", function()
    local hosts = { server = "10.0.0.7" }
    assert.same({ server = true, ["client.1"] = "tcp://localhost:5555",
      ["client.2"] = "tcp://localhost:5555" }, load(nil, nil, hosts))
    assert.same({ server = true }, load(nil, { "server" }, hosts))
    assert.same({ ["client.1"] = "tcp://10.0.0.7:5555", ["client.2"] = "tcp://10.0.0.7:5555" },
      load(nil, { "client" }, hosts))
    assert.same({ ["client.2"] = "tcp://10.0.0.7:7" },
      load("tcp://0.0.0.0:7", { "client.2" }, hosts))
    assert.same({ server = true, ["client.1"] = "tcp://localhost:5555" },
      load(nil, { "server", "client.1" }, hosts))
    assert.same({ ["client.1"] = "tcp://192.168.1.5:7", ["client.2"] = "tcp://192.168.1.5:7" },
      load("tcp://192.168.1.5:7", { "client" }))
  end)

  it("refuses what another machine can't reach, and says what to write", function()
    for _, bind in ipairs { "inproc://x", "inproc://*", "ipc:///tmp/x", "tcp://127.0.0.1:5",
                            "tcp://*:*" } do
      for _, only in ipairs { "client", "server" } do
        local nodes, reason, status = load(bind, { only }, { server = "10.0.0.7" })
        assert.is_nil(nodes)
        assert.equal(1, status)
        assert.matches("'@server.server' is on another machine than nodes that connect to it, "
          .. "and bound to " .. (bind:gsub("inproc://%*", "inproc://server.server")
          :gsub("%p", "%%%0")) .. ": write server = { bind = \"tcp://%*:PORT\" }", reason)
      end
    end
    assert.matches("write hosts = { server = \"ADDRESS\" }$", (select(2, load(nil, { "client" }))))
  end)

  it("refuses names and hosts of nodes that are not there", function()
    local _, reason, status = load(nil, { "clinet" })
    assert.equal(2, status)
    assert.matches("there is no node 'clinet' %(did you mean 'client'%?%)$", reason)
    _, reason, status = load(nil, nil, { sevrer = "10.0.0.7" })
    assert.equal(1, status)
    assert.matches("hosts: there is no node 'sevrer' %(did you mean 'server'%?%)$", reason)
    assert.matches("hosts.server is an address or a name, not 7$",
      (select(2, load(nil, nil, { server = 7 }))))
    assert.matches("'hosts' is a table, { node = \"ADDRESS\" }, not 'x'$",
      (select(2, load(nil, nil, "x"))))
  end)
end)
