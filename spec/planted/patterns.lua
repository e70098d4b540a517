--- Bugs to be planted into the patterns: each is a change of a role's text, and the topology in
-- which a simulation has to find it. The table of seeds: spec/planted/patterns_table.lua
local SPEC_TOPOLOGIES <const> = { redispatch = true, siege = true }

local bugs = {
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
    "if worker.silent > self.options.liveness then remove_worker(self, address) end", "",
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
}

--- All of them: { bug, pattern, file, from, to, more changes { file, from, to }..., topology = }.
local function changes_of(bug)
  local changes = { { bug[3], bug[4], bug[5] } }
  for i = 6, #bug do table.insert(changes, bug[i]) end
  return changes
end

local function read(path)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

local function write(path, text)
  local file <close> = assert(io.open(path, "w"))
  file:write(text)
end

local planted = { bugs = bugs }

--- The topology with a bug planted, as a file below this new folder.
function planted.plant(bug, folder)
  local pattern, name = bug[2], bug.topology or "topology"
  local copy = ("%s/patterns/%s"):format(folder, pattern)
  assert(os.execute(("mkdir -p %s && cp -r patterns %s"):format(folder, folder)))
  for _, change in ipairs(changes_of(bug)) do
    local path = copy .. "/" .. change[1]
    local text = read(path)
    local from, to = text:find(change[2], 1, true)
    assert(from, ("not in %s: %s"):format(path, change[2]))
    write(path, text:sub(1, from - 1) .. change[3] .. text:sub(to + 1))
  end
  local file = ("%s/%s.lua"):format(copy, name)
  if SPEC_TOPOLOGIES[name] then
    local text = read(("spec/pattern/%s/%s.lua"):format(pattern, name))
    local here = io.popen("pwd"):read "l"
    write(file, (text:gsub('"MAJORDOMO"', ("%q"):format(copy))
      :gsub('"SPEC"', ("%q"):format(here .. "/spec"))))
  end
  return file
end

--- Runs `sloop sim` on it until a seed fails, at most so many: the seed and what is said, or nil.
function planted.hunt(program, bug, folder, seeds)
  local file = planted.plant(bug, folder)
  local command = ("SLOOP_PATH=%s %s sim %s --seeds=%d 2>&1"):format(folder, program, file, seeds)
  local pipe = assert(io.popen(command))
  local output = pipe:read "a"
  local _, _, status = pipe:close()
  local seed, said = output:match "seed (%d+) FAILED: ([^\n]*)"
  if status == 2 or not (seed or status == 0) then error(output) end
  return tonumber(seed), said
end

return planted
