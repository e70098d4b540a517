--- Fuzz workers and clients: whom they take for a broker or a server is a rogue. They go on asking,
-- with so many tries and servers that they hardly ever give up.
local sayings = {
  mdp = { "|MDPW01|\2|client||body", "|MDPW01|\4", "|MDPW01|\5", "|MDPC01|@3|@4", "|MDPC01|x|@4" },
  ppp = { "\2", "client||body", "client||a||b" },
  lb = { "|client||body", "|@2||@4" },
  lazy = { "|@2", "|x" },
  shot = { "|@2|OK", "|@2|OK|a||b" },
  flp = { "PONG", "@1|OK", "@1|OK|a||b", "PING" },
}

local nodes = {}

-- A role among rogues that speak this protocol; the options tell it their endpoints.
local function suspect(role, protocol, options)
  local name = role:gsub("/", "_") .. (options.strategy or "")
  nodes["rogue_" .. name] = {
    "rogue.lua", sayings = sayings[protocol], peers = { bind = "ipc://" .. name },
  }
  nodes[name] = { "warden.lua", role = role, most = 100, suspect = options }
end

local function freelancer(strategy, protocol)
  local servers = {}
  for i = 1, 8 do servers[i] = "ipc://freelance_client" .. strategy end
  suspect("freelance/client", protocol,
    { strategy = strategy, servers = servers, timeout = 2000, interval = 1 })
end

suspect("majordomo/worker", "mdp",
  { heartbeat = 20, broker = { connect = "ipc://majordomo_worker" } })
suspect("majordomo/client", "mdp",
  { broker = "ipc://majordomo_client", service = "echo", interval = 1, timeout = 30,
    retries = 1000 })
suspect("paranoid_pirate/worker", "ppp",
  { heartbeat = 20, reconnect = 20, queue = { connect = "ipc://paranoid_pirate_worker" } })
suspect("load_balancer/worker", "lb", { broker = { connect = "ipc://load_balancer_worker" } })
suspect("lazy_pirate/client", "lazy",
  { server = "ipc://lazy_pirate_client", interval = 1, timeout = 30, retries = 1000 })
freelancer("sequential", "lazy")
freelancer("shotgun", "shot")
freelancer("complex", "flp")

return { nodes = nodes, faults = { cut = true, delay = true }, duration = 3000, quiet = 1000 }
