--- What is measured: for each case its rows, and the programs compared in each row.
--
-- A program is a command line for the node under test, and the load it gets. In
-- them `$a` and `$b` are endpoints of the row's transport, other `$names` the
-- row's own fields. Programs without a load of their own get the case's.
-- `ratios` are pairs of programs: the first's rate divided by the second's.

local KIB <const> = 1024

--- Every combination of transport and size.
local function rows(transports, sizes)
  local list = {}
  for _, transport in ipairs(transports) do
    for _, size in ipairs(sizes) do
      list[#list + 1] = { transport = transport, size = size }
    end
  end
  return list
end

--- Brokers of workers that hold one request at a time.
local function broker_rows()
  local list = {}
  for _, workers in ipairs { 1, 4, 16 } do
    for _, window in ipairs(workers < 16 and { 1, 100 } or { 100 }) do
      list[#list + 1] = { transport = "tcp", size = 10, workers = workers, window = window }
    end
  end
  return list
end

--- A feed to one subscriber, and to ten.
local function feed_rows()
  local list = {}
  for _, transport in ipairs { "tcp", "ipc" } do
    for _, size in ipairs { 100, KIB } do
      for _, subscribers in ipairs { 1, 10 } do
        list[#list + 1] = { transport = transport, size = size, subscribers = subscribers }
      end
    end
  end
  return list
end

local function sloop(role, arguments)
  return "build/release/sloop run " .. role .. " --control=none " .. arguments
end

local c_and_sloop <const> = { { "Sloop", "C" } }
local all <const> = { "inproc", "ipc", "tcp" }
local echo <const> = {
  name = "bare echo",
  node = "build/bench/echo $a",
  load = "ping $a $size $ms",
}

return {
  {
    name = "receive",
    title = "One way, PUSH to PULL: a node that counts",
    columns = { "transport", "size" },
    rows = rows(all, { 10, KIB, 64 * KIB }),
    load = "push $a $b $size $ms",
    { name = "C", node = "build/bench/pull $a $b" },
    { name = "Sloop", node = sloop("bench/nodes/pull.lua", "--data.bind=$a --ack.bind=$b") },
    ratios = c_and_sloop,
  },
  {
    name = "send",
    title = "One way, PUSH to PULL: a node that sends",
    columns = { "transport", "size" },
    rows = rows(all, { 10, KIB, 64 * KIB }),
    load = "pull $a $ms",
    { name = "C", node = "build/bench/push $a $size" },
    { name = "Sloop", node = sloop("bench/nodes/push.lua", "--data.bind=$a --size=$size") },
    ratios = c_and_sloop,
  },
  {
    name = "round_trip",
    title = "Round trips, REQ to REP, one at a time",
    columns = { "transport", "size" },
    rows = rows(all, { 10, KIB, 64 * KIB }),
    load = "ping $a $size $ms",
    { name = "C", node = "build/bench/echo $a" },
    { name = "Sloop", node = sloop("bench/nodes/echo.lua", "--clients.bind=$a") },
    ratios = c_and_sloop,
  },
  {
    name = "router",
    title = "Round trips, DEALER to ROUTER, 100 in flight",
    columns = { "transport", "size" },
    rows = rows(all, { 10, KIB }),
    load = "router $a $size $ms 100",
    { name = "C", node = "build/bench/router $a" },
    { name = "Sloop", node = sloop("bench/nodes/router.lua", "--clients.bind=$a") },
    ratios = c_and_sloop,
  },
  {
    name = "relay",
    title = "Relay, ROUTER to DEALER and back, 100 round trips in flight",
    columns = { "transport", "size" },
    rows = rows(all, { 10, KIB }),
    load = "relay $a $b $size $ms 100 1",
    { name = "zmq_proxy", node = "build/bench/relay proxy $a $b" },
    { name = "C", node = "build/bench/relay drained $a $b" },
    { name = "relay", node = sloop("bench/nodes/relay.lua", "--front.bind=$a --back.bind=$b") },
    { name = "tapped", node = sloop("bench/nodes/tapped.lua", "--front.bind=$a --back.bind=$b") },
    { name = "handlers", node = sloop("bench/nodes/broker.lua", "--front.bind=$a --back.bind=$b") },
    ratios = { { "relay", "zmq_proxy" }, { "tapped", "relay" }, { "handlers", "C" } },
  },
  {
    name = "publish",
    title = "Publishing to subscribers that count, in one node",
    columns = { "transport", "size", "subscribers" },
    rows = feed_rows(),
    load = "publish $a $b $size $ms $subscribers",
    { name = "C", node = "build/bench/subscribe $a $b $subscribers" },
    {
      name = "Sloop",
      node = sloop("bench/nodes/subscribers.lua", "--subscribers=$subscribers --feed=$a --ack=$b"),
    },
    ratios = c_and_sloop,
  },
  {
    name = "forward",
    title = "Publishing through a forwarder, 500 messages under way",
    columns = { "transport", "size", "subscribers" },
    rows = feed_rows(),
    load = "forward $a $b $size $ms 500 $subscribers",
    { name = "zmq_proxy", node = "build/bench/forward $a $b" },
    {
      name = "forwarder",
      node = sloop("forwarder/forwarder",
        "--no-upstream.connect --upstream.bind=$a --downstream.bind=$b"),
    },
    {
      name = "tapped", -- a tap that is full, never read
      node = sloop("bench/nodes/tapped_feed.lua", "--upstream.bind=$a --downstream.bind=$b"),
    },
    ratios = { { "forwarder", "zmq_proxy" }, { "tapped", "forwarder" } },
  },
  {
    name = "majordomo",
    title = "Majordomo broker, MDP 0.1, echo workers",
    columns = { "transport", "size", "workers", "window" },
    rows = broker_rows(),
    load = "majordomo $a $size $ms $window $workers",
    echo,
    { name = "C", node = "build/bench/majordomo $a" },
    { name = "Sloop", node = sloop("majordomo/broker", "--router.bind=$a") },
    ratios = { { "Sloop", "C" }, { "Sloop", "bare echo" } },
  },
  {
    name = "pirate",
    title = "Paranoid pirate queue, echo workers",
    columns = { "transport", "size", "workers", "window" },
    rows = broker_rows(),
    load = "pirate $a $b $size $ms $window $workers",
    echo,
    { name = "C", node = "build/bench/pirate $a $b" },
    {
      name = "Sloop",
      node = sloop("paranoid_pirate/queue", "--clients.bind=$a --workers.bind=$b"),
    },
    ratios = { { "Sloop", "C" }, { "Sloop", "bare echo" } },
  },
  {
    name = "reload",
    title = "Reload of a 100-line script, ROUTER, 100 requests in flight",
    load_alone = "reload bench/nodes/reloaded.lua $a 200 100",
  },
  {
    name = "idle",
    title = "1,000 idle nodes in one process",
    script = "bench/idle.lua",
  },
  {
    name = "store",
    title = "A durable store: puts of 256 bytes, by how many share a commit",
    script = "bench/store.lua",
  },
  {
    name = "titanic",
    title = "Titanic, all of it synced to disk",
    script = "bench/titanic.lua",
  },
  {
    name = "clone",
    title = "Clone servers: sets that come back in order, and a snapshot",
    script = "bench/clone.lua",
  },
  {
    name = "simulation",
    title = "Simulated nodes, on one core",
    script = "bench/simulation.lua",
  },
}
