--- Bugs to be planted into the patterns, of the kinds that distributed programs have: each is a
-- change of a role's text, and the topology in which a simulation has to find it:
-- { bug, pattern, file, from, to, more changes { file, from, to }..., topology = }.
return {
  { "liveness of workers is off by one", "majordomo", "liveness.lua",
    "if worker.silent > self", "if worker.silent >= self" },
  { "silence of workers is never noticed", "majordomo", "liveness.lua",
    "if worker.silent > self.options.liveness then", "if false then" },
  { "silence is judged by the wall clock", "majordomo", "liveness.lua",
    "worker.silent + ticks", "(self:wall() - worker.heard) // self.options.heartbeat",
    { "broker.lua", "worker.silent = 0 --", "worker.heard = self:wall() --" },
    { "broker.lua", "silent = 0 }", "silent = 0, heard = self:wall() }" } },
  { "EHOSTUNREACH is ignored", "majordomo", "liveness.lua",
    'elseif not send(self, worker, "heartbeat") then reason = "closed" end',
    'else send(self, worker, "heartbeat") end', topology = "redispatch" },
  { "a worker that is gone is left among the idle", "majordomo", "request_table.lua",
    "if not worker.request then queue.remove(service.idle, worker, worker.position) end", "" },
  { "an invalid worker gets no DISCONNECT", "majordomo", "broker.lua",
    'if peer.version then self.router:send(mdp.to_worker(peer, "disconnect")) end', "",
    topology = "siege" },
  { "a worker does not register again", "majordomo", "worker.lua",
    "self.broker:reopen() then register(self) end",
    "self.broker:reopen() then self.service = self.options.service end" },
  { "a request's bytes are never given back", "majordomo", "request_table.lua",
    "self.bytes = self.bytes - request.size", "" },
  { "the limit of bytes does not limit", "majordomo", "request_table.lua",
    "if self.bytes + size > max_bytes then", "if false then" },
  { "a request is given to two workers", "majordomo", "broker.lua",
    "worker.request, request.tries = request, request.tries + 1",
    "worker.request, request.tries = request, request.tries + 1\n"
      .. "      if request.tries == 1 then queue.push_front(service.waiting, request) end",
    topology = "redispatch" },
  { "liveness of workers is off by one", "paranoid_pirate", "queue.lua",
    "if worker.silent > self", "if worker.silent - 1 > self" },
  { "silence of workers is never noticed", "paranoid_pirate", "queue.lua",
    "if worker.silent > self.options.liveness then", "if false then" },
  { "a worker that is gone is left among the idle", "paranoid_pirate", "queue.lua",
    "if worker.position then queue.remove(self.idle, worker, worker.position) end", "" },
  { "the back-off is not reset", "paranoid_pirate", "worker.lua",
    "self.silent, self.attempts = 0, 0", "self.silent = 0" },
  { "a worker does not say READY again", "paranoid_pirate", "worker.lua",
    "if self.queue:reopen() then register(self) end", "self.queue:reopen()" },
  { "a result is counted twice", "pipeline", "reliable_sink.lua",
    "if self.seen[id] or self.void[id] then", "if self.void[id] then",
    topology = "reliable_topology" },
  { "a task without tries is reported without asking the sink", "pipeline",
    "reliable_ventilator.lua", 'self.sink:try_send("VOID", task.id)', "report(self, task)",
    topology = "reliable_topology" },
  { "a silent worker keeps its tasks", "pipeline", "reliable_ventilator.lua",
    "if worker.silent > self.options.liveness then", "if false then",
    topology = "reliable_topology" },
  { "the order of a key is lost", "black_box", "reader.lua",
    "hash % #self", "(hash + self.counts.received) % #self", topology = "overload_topology" },
  { "a message is counted twice", "black_box", "reader.lua",
    "if not sent then self.counts.dropped = self.counts.dropped + 1 end",
    "if not sent then self.counts.dropped = self.counts.dropped + 2 end",
    topology = "overload_topology" },
  { "a gap is not counted", "black_box", "reader.lua",
    "self.counts.missed = self.counts.missed + number - self.last", "",
    topology = "overload_topology" },
  { "a session ends too soon", "reactor", "server.lua",
    "if silent >= self.options.expiry then", "if 2 * silent >= self.options.expiry then" },
  { "a worker does not see that its sink is gone", "pipeline_kill", "worker.lua",
    "if alone then", "if false then", topology = "lost_topology" },
  { "a mute server is asked again and again", "freelance", "complex.lua",
    "if connection.living and not tried[connection] then", "if connection.living then",
    { "complex.lua", "if not reply[1] then connection:doubt() end", "" } },
  { "a reply is not matched to its request", "freelance", "shotgun.lua",
    "local number = tostring(self.number)", 'local number = "1"' },

  -- lazy pirate
  { "the socket of a try is leaked", "lazy_pirate", "client.lua",
    "local server <close>, reason", "local server, reason" },
  { "tries are off by one", "lazy_pirate", "client.lua",
    "self.options.retries - 1", "self.options.retries - 2" },
  { "silence is never noticed", "lazy_pirate", "client.lua",
    "server:recv(self.options.timeout)", "server:recv()" },

  -- load balancer and simple pirate
  { "EHOSTUNREACH is ignored", "simple_pirate", "../load_balancer/broker.lua",
    "until sent", "until true" },
  { "a worker that was taken is left among the idle", "simple_pirate",
    "../load_balancer/broker.lua",
    "local sent = self.workers:send(lb.to_worker(pop(self), client, ...))",
    "local worker = pop(self)\n    local sent = self.workers:send(lb.to_worker(worker, "
      .. "client, ...))\n    if sent then queue.push_front(self.idle, worker) end" },
  { "the socket of a try is leaked", "simple_pirate", "../lazy_pirate/client.lua",
    "local server <close>, reason", "local server, reason" },
  { "a busy worker is left among the idle", "load_balancer", "broker.lua",
    "local worker = queue.pop(self.idle)",
    "local worker = queue.pop(self.idle)\n  queue.push_front(self.idle, worker)" },
  { "a reply goes to another client", "load_balancer", "broker.lua",
    "self.clients:send(lb.to_client(...))",
    "self.first = self.first or (...)\n    self.clients:send(lb.to_client(self.first, "
      .. "select(2, ...)))",
    { "broker.lua", "rejects = {},", "first = false, rejects = {}," } },
  { "a request is given to two workers", "load_balancer", "broker.lua",
    "until sent", "  if sent and not queue.empty(self.idle) then\n"
      .. "      self.workers:send(lb.to_worker(pop(self), client, ...))\n    end\n  until sent" },
  { "a request that waits for a worker is not given to it", "load_balancer", "broker.lua",
    'self:wake("ready")', "",
    { "broker.lua", "when = function(self) return not queue.empty(self.idle) end,", "" } },
  { "the limit of workers does not limit", "load_balancer", "broker.lua",
    "if queue.size(self.idle) >= self.options.max_workers then pop(self) end", "",
    topology = "limit" },

  -- paranoid pirate
  { "the limit of workers does not limit", "paranoid_pirate", "queue.lua",
    "if is_full then", "if false then",
    topology = "limit" },
  { "silence is judged by the wall clock", "paranoid_pirate", "queue.lua",
    "worker.silent + ticks", "(self:wall() - worker.heard) // self.options.heartbeat",
    { "queue.lua", "worker.silent = 0", "worker.heard = self:wall()" },
    { "queue.lua", "silent = 0 }", "silent = 0, heard = self:wall() }" } },
  { "EHOSTUNREACH is ignored", "paranoid_pirate", "queue.lua",
    "elseif not self.workers:send(address, ppp.HEARTBEAT) then",
    "elseif self.workers:send(address, ppp.HEARTBEAT) and false then" },
  { "a worker never notices that its queue is silent", "paranoid_pirate", "worker.lua",
    "if self.silent > self.options.liveness and not self.busy then", "if false then" },
  { "liveness of the queue is off by one", "paranoid_pirate", "worker.lua",
    "self.silent > self.options.liveness", "self.silent >= self.options.liveness" },
  { "the socket of a try is leaked", "paranoid_pirate", "../lazy_pirate/client.lua",
    "local server <close>, reason", "local server, reason" },
  { "a request is given to two workers", "paranoid_pirate", "queue.lua",
    "      queue.pop(self.requests)\n",
    "      if request.tries > 0 then queue.pop(self.requests) end\n" },
  { "a busy worker's heartbeat is taken for READY", "paranoid_pirate", "queue.lua",
    'if command == "heartbeat" then return end -- from a busy worker, too', "",
    topology = "busy" },

  -- majordomo
  { "a worker never notices that its broker is silent", "majordomo", "worker.lua",
    "if self.silent > self.options.liveness then", "if false then" },
  { "liveness of the broker is off by one", "majordomo", "worker.lua",
    "self.silent > self.options.liveness", "self.silent >= self.options.liveness" },
  { "the sockets of requests are leaked", "majordomo", "client.lua",
    "if not useful then return socket:close() end", "if not useful then return end" },

  -- pipelines
  { "liveness of workers is off by one", "pipeline", "reliable_ventilator.lua",
    "if worker.silent > self.options.liveness then",
    "if worker.silent >= self.options.liveness then", topology = "reliable_topology" },
  { "a worker does not say READY again", "pipeline", "reliable_worker.lua",
    "{ who = ready }", "{ who = function() end }", topology = "reliable_topology" },
  { "the limit of tries does not limit", "pipeline", "reliable_ventilator.lua",
    "if task.tries < self.options.tries then", "if true then", topology = "reliable_topology" },
  { "a worker gets more than its credit", "pipeline", "reliable_ventilator.lua",
    "while worker.free > 0 and", "while", topology = "reliable_topology" },
  { "a task that was done is kept by its worker", "pipeline", "reliable_worker.lua",
    "  self.held[id] = nil\n", "", topology = "reliable_topology" },
  { "a result is counted twice", "pipeline", "sink.lua",
    "self.collected = self.collected + 1", "self.collected = self.collected + 2" },
  { "the batch begins before all workers are there", "pipeline", "ventilator.lua",
    "self.joined < self.options.wait_for", "self.joined < self.options.wait_for - 1" },
  { "the silence of a sink is never noticed", "pipeline_kill", "worker.lua",
    "heartbeat_ivl = 300, heartbeat_timeout = 600,", "heartbeat_ivl = 0,",
    topology = "lost_topology" },

  -- request-reply and pair
  { "an answer comes late", "extended_request_reply", "worker.lua",
    "if self.options.work > 0 then self:sleep(self.options.work) end", "self:sleep(200)" },
  { "a request is passed on twice", "extended_request_reply", "broker.lua",
    'relays = { queue = { "clients", "services" } },', [[on = {
    clients = function(self, ...)
      self.services:send(...)
      if self:random(20) == 1 then self.services:send(...) end
    end,
    services = function(self, ...) self.clients:send(...) end,
  },]], { "broker.lua", "function broker.stop(self)", "local function _(self)" } },
  { "an answer comes late", "request_reply", "server.lua",
    "if self.options.work > 0 then self:sleep(self.options.work) end", "self:sleep(200)" },
  { "silence is never noticed", "pair", "ping.lua",
    "self.peer:recv(math.max(0, deadline - self:now()))", "self.peer:recv()" },
  { "a ball is given up too soon", "pair", "ping.lua",
    "deadline = self:now() + self.options.timeout",
    "deadline = self:now() + self.options.timeout - 100" },
  { "goes on without a ball that is lost", "pair", "ping.lua",
    'if not word then return nil, ("ball %s is lost"):format(ball) end', "word = word or ''" },

  -- publish-subscribe
  { "a gap is not seen", "publish_subscribe", "numbers.lua",
    'return "gap", number - last - 1', 'return "next"' },
  { "a gap is counted off by one", "publish_subscribe", "numbers.lua",
    'return "gap", number - last - 1', 'return "gap", number - last' },
  { "an old publisher's numbers are taken for the new one's", "publish_subscribe", "numbers.lua",
    "local key = id .. topic", "local key = topic" },
  { "a message is passed on twice", "forwarder", "forwarder.lua",
    'relays = { feed = { "upstream", "downstream" } },', [[on = {
    upstream = function(self, ...)
      self.downstream:send(...)
      if self:random(100) == 1 then self.downstream:send(...) end
    end,
    downstream = function(self, ...) self.upstream:send(...) end,
  },]], { "forwarder.lua", "function forwarder.stop(self)", "local function _(self)" } },
  { "the order is lost", "forwarder", "forwarder.lua",
    'relays = { feed = { "upstream", "downstream" } },', [[state = { held = {} },
  on = {
    upstream = function(self, ...)
      if self.held[1] or self:random(20) > 1 then
        self.downstream:send(...)
        if self.held[1] then self.downstream:send(table.unpack(self.held)) end
        self.held = {}
      else
        self.held = { ... }
      end
    end,
    downstream = function(self, ...) self.upstream:send(...) end,
  },]], { "forwarder.lua", "function forwarder.stop(self)", "local function _(self)" } },
  { "a subscription is forgotten", "forwarder", "forwarder.lua",
    'relays = { feed = { "upstream", "downstream" } },', [[state = { subscribed = {} },
  on = {
    upstream = function(self, ...) self.downstream:send(...) end,
    downstream = function(self, text)
      if text:byte() == 1 then self.subscribed[text] = true end
      if self:random(5) > 1 then self.upstream:send(text) end
    end,
  },]], { "forwarder.lua", "function forwarder.stop(self)", "local function _(self)" } },
  { "a tap delays the stream", "espresso", "relay.lua",
    'relays = { feed = { "upstream", "downstream", capture = "taps" } },',
    [[relays = {},]],
    { "relay.lua", "  on = {},", [[  on = {
    upstream = function(self, ...)
      self.taps:send(...)
      self.downstream:send(...)
    end,
    downstream = function(self, ...) self.upstream:send(...) end,
  },]] }, { "relay.lua", "timers = { tell = 1000 },", "" },
    { "relay.lua", "function relay.on.tell(self)", "local function _(self)" },
    { "relay.lua", "function relay.stop(self)", "local function _(self)" } },

  -- last value cache
  { "a value is not kept when there is one", "last_value_cache", "cache.lua",
    "local kept = table.pack(keep(self, topic, ...))",
    "local kept = values.get(self.values, topic) and { true, n = 1 }\n"
      .. "    or table.pack(keep(self, topic, ...))" },
  { "only the first subscriber to a prefix is answered", "last_value_cache", "cache.lua",
    "self.wanted, self.asked, self.resent = {}, 0,", "self.asked, self.resent = 0," },
  { "a value is passed on before it is on disk", "last_value_cache", "durable.lua",
    "local ok, reason = self.kept:sync()", "local ok, reason = true",
    topology = "durable_topology" },
  { "the limit of topics does not limit", "last_value_cache", "values.lua",
    "if self.topics <= most_topics and self.bytes", "if self.bytes",
    { "values.lua", "while self.topics > most_topics or", "while" }, topology = "limit" },

  -- suicidal snail and synchronized publish
  { "lateness is judged by the wall clock", "suicidal_snail", "subscriber.lua",
    "self:now(), got)", "self:wall(), got)" },
  { "the limit does not limit", "suicidal_snail", "subscriber.lua",
    "if late > self.options.limit then", "if late > 2 * self.options.limit then" },
  { "a gap is not counted", "suicidal_snail", "lateness.lua",
    "feed.lost, feed.gap = feed.lost + each * missing, now", "feed.gap = now" },
  { "begins before all are there", "synchronized_publish", "publisher.lua",
    "audience.count(self) >= wanted", "audience.count(self) >= wanted - 1" },
  { "waits for ever for subscribers that do not come", "synchronized_publish", "publisher.lua",
    "audience.await(self, patience, all_here)", "audience.await(self, 1e9, all_here)",
    topology = "lost_topology" },
  { "the silence of a publisher is never noticed", "synchronized_publish", "confirmation.lua",
    "self:now() + self.options.patience", "self:now() + 1e9", topology = "lost_topology" },
  { "a subscriber that left is not missed", "synchronized_publish", "publisher.lua",
    "if left > 0 then", "if false then", topology = "lost_topology" },

  -- reactor and black box
  { "the silence of a session is never noticed", "reactor", "server.lua",
    "if silent >= self.options.expiry then", "if false then" },
  { "silence is judged by the wall clock", "reactor", "server.lua",
    "self.clients[address] = { heard = self:now()", "self.clients[address] = { heard = self:wall()",
    { "server.lua", "session.heard = self:now()", "session.heard = self:wall()" },
    { "server.lua", "self:now() - session.heard", "self:wall() - session.heard" } },
  { "an event is counted twice", "reactor", "server.lua", "(count or 0) + 1", "(count or 0) + 2" },
  { "a session that has ended is still counted", "reactor", "server.lua",
    "self.clients[address], self.present = nil, self.present - 1", "self.clients[address] = nil" },
  { "the limit of sessions does not limit", "reactor", "server.lua",
    "if self.present == self.options.max_sessions then", "if false then", topology = "limit" },
  { "the limit of keys does not limit", "black_box", "worker.lua",
    "if self.known == self.options.max_keys then return end", "", topology = "limit" },

  -- freelance
  { "the socket of a try is leaked", "freelance", "sequential.lua",
    "local socket <close>, reason", "local socket, reason" },
  { "the silence of a server is never noticed", "freelance", "complex.lua",
    "await(self, control, math.min(left, share))", "await(self, control, left)" },
  { "a server that is well again is never asked", "freelance", "connection.lua",
    "self.living, self.silent = true, 0", "self.living, self.silent = self.silent == 0, 0" },

  -- titanic
  { "the back-off is not reset", "titanic", "dispatcher.lua",
    "service.failures, service.due = 0, 0\n", "service.due = 0\n" },
  { "the order of requests is lost", "titanic", "dispatcher.lua",
    "queue.push(service_of(self, name).waiting, number)",
    "queue.push_front(service_of(self, name).waiting, number)" },
  { "sockets of requests are leaked", "titanic", "../majordomo/client.lua",
    "if not useful then return socket:close() end", "if not useful then return end" },
  { "the limit of requests does not limit", "titanic", "titanic.lua",
    "if reason then return tsp.ERROR, reason end", "", topology = "limit" },
  { "a pause is judged by the wall clock", "titanic", "dispatcher.lua",
    "service.due = self:now() + math.min", "service.due = self:wall() + math.min",
    { "dispatcher.lua", "service.asking or service.due > self:now()",
      "service.asking or service.due > self:wall()" } },

  -- the wall clock, elsewhere
  { "silence is judged by the wall clock", "pipeline", "reliable_ventilator.lua",
    "worker.silent = worker.silent + 1",
    "worker.silent = (self:wall() - worker.heard) // self.options.heartbeat",
    { "reliable_ventilator.lua", "worker.silent = 0\n", "worker.heard = self:wall()\n" },
    { "reliable_ventilator.lua", "{ free = 0, silent = 0, has = {} }",
      "{ free = 0, silent = 0, has = {}, heard = self:wall() }" }, topology = "reliable_topology" },
  { "the absence of the sink is measured by the wall clock", "pipeline_kill", "worker.lua",
    'event == "handshake_succeeded", self:now()', 'event == "handshake_succeeded", self:wall()',
    { "worker.lua", "self.since = self:now()", "self.since = self:wall()" },
    { "worker.lua", "self:now() - self.since", "self:wall() - self.since" },
    topology = "lost_topology" },
  { "a request's time is measured by the wall clock", "freelance", "complex.lua",
    "local deadline = self:now()", "local deadline = self:wall()",
    { "complex.lua", "deadline - self:now()", "deadline - self:wall()" },
    { "complex.lua", "until self:now() >= deadline", "until self:wall() >= deadline" } },
  { "patience is measured by the wall clock", "synchronized_publish", "audience.lua",
    "local deadline = self:now()", "local deadline = self:wall()",
    { "audience.lua", "self:now() < deadline", "self:wall() < deadline" },
    { "audience.lua", "deadline - self:now()", "deadline - self:wall()" } },

  -- more limits and orders
  { "the limit of services does not limit", "majordomo", "request_table.lua",
    "self.names >= limits.max_services then", "false then",
    { "request_table.lua", "self.names >= limits.max_services // 2", "false" },
    topology = "siege" },
  { "the order is lost", "espresso", "relay.lua",
    'relays = { feed = { "upstream", "downstream", capture = "taps" } },', "",
    { "relay.lua", "told = 0", "told = 0, held = false" },
    { "relay.lua", "  on = {},", [[  on = {
    upstream = function(self, text)
      if not self.held and self:random(20) == 1 then
        self.held = text
        return
      end
      self.downstream:send(text)
      if self.held then self.downstream:send(self.held) end
      self.held = false
    end,
    downstream = function(self, ...) self.upstream:send(...) end,
  },]] }, { "relay.lua", "timers = { tell = 1000 },", "" },
    { "relay.lua", "function relay.on.tell(self)", "local function _(self)" },
    { "relay.lua", "function relay.stop(self)", "local function _(self)" } },
}
