---@meta
--- The module `sloop`, for `sloop lua` and for a plain lua5.4; what a topology's file returns, and
--- what its `check` reads. See node.lua. All times are milliseconds.

local sloop = {}

---@return string line  the versions of the program and of its libraries
function sloop.version() end

--- Runs a role until it ends.
---@param role string              by name or file
---@param entry? table<string, any> as in a topology: options by name, a table per socket or part
---@return true? done
---@return any ...  what it stopped with; or the reason
function sloop.run(role, entry) end

--- Runs all nodes of a topology in this process until it ends.
---@param topology string|sloop.Topology
---@param options? table<string, any>  as the flags of `sloop up`: threads, name, memory, ...
---@return true? done
---@return string? reason
function sloop.up(topology, options) end

--- Loads a role and checks it; runs nothing.
---@param role string
---@param entry? table<string, any>
---@return true? good
---@return { file: string?, line: integer?, message: string }[]? problems
function sloop.check(role, entry) end

--- Simulates a topology in virtual time: one run, when there is a seed, else many, up to the first
--- that fails. In a plain lua5.4 the installed program does it, for a file or a table without
--- functions.
---@param topology string|sloop.Topology
---@param options? sloop.SimulationOptions
---@return sloop.Simulation|sloop.Simulations|nil outcome
---@return string? reason  why it can't be simulated
function sloop.sim(topology, options) end

---@class sloop.SimulationOptions
---@field seed? integer        one run
---@field seeds? integer       number of runs; 100 when absent
---@field from? integer        the first seed; 1 when absent
---@field keep_going? boolean  do not end with the first failure
---@field messages? boolean    of one run: the history has each message too
---@field schedule? table[]    of one run: faults in the place of those the seed draws
---@field program? string      what a plain lua5.4 runs; "sloop" when absent

---@class sloop.Simulation
---@field seed integer
---@field failure? string  what `check` said, or what went wrong without it
---@field hash string      of all that happened
---@field ended string     "done", "time", "failed" to start, or "too many runs" of handlers
---@field counts table<string, integer>
---@field statuses (integer|false)[]  exit statuses, by node; false: it did not end
---@field schedule table[] the faults there were
---@field history sloop.History

---@class sloop.Simulations
---@field seeds integer              how many runs
---@field failures sloop.Simulation[] those that failed, without their history
---@field failure? string            of the first of them

--- What happened in a simulated run, in order of time. The host's own kinds: "start", "stop"
--- (status), "crash" (silent = true when no peer sees its connection close), "restart", "log"
--- (level, text), "fault" and "fault_end" (fault, peer), "heal"; and "sent", "delivered" and
--- "dropped" (id, peer, type, frames) where messages are kept. Any other is a script's note,
--- with its fields.
---@class sloop.Event
---@field kind string
---@field node? string
---@field time number
---@field [string] any

--- All of a run's events; and when it ended (ms), and the most sockets that each node had open at
--- once.
---@class sloop.History: sloop.Event[]
---@field ended number
---@field sockets table<string, integer>

--- What a topology's file returns, for `sloop up` and `sloop sim`. All but `nodes` is for `sim`.
---@class sloop.Topology
---@field nodes table<string, sloop.NodeEntry>
---@field hosts? table<string, string>  node -> address of its machine, for `sloop up --only`
---@field faults? table<string, sloop.Fault>     by kind; all kinds may happen when absent
---@field check? fun(history: sloop.History): string?  what is wrong, also as an error; or nil
---@field duration? number  of the phase with faults; 30,000 when absent
---@field quiet? number     of the phase after it; 30,000 when absent
---@field base? string      a file this one changes: what it does not say is said there
---@field seed? integer     the only run
---@field schedule? table[] the faults of that run
---@field without? string[] names of nodes of `base` that are left out
---@field set? table<string, any> options of its nodes: { ["worker.work"] = 5 }
local topology = {}

--- `{ role, option = value, socket = { bind = ... } }`. A value that is a function is called with
--- the copy's number; "@node.socket" stands for the endpoints that socket binds.
---@class sloop.NodeEntry
---@field [1] string        a role by name, or a file
---@field count? integer    number of copies: name.1, name.2, ...
---@field host? string      `sim`: the machine it is on; all are on one when absent
---@field inputs? table<string, (string|sloop.InputLine)[]>  `sim`: the lines of its input, by name
---@field thread? boolean|string  `up`: a thread of its own, or shared by those that name the same
---@field restart? boolean  start it again when it fails
---@field [string] any
local node = {}

--- `{ "line", at = ms }`: when it comes, from the beginning of the run; without a line the end of
--- the input does, `math.huge` is never. A line without a time comes with the one before it.
---@class sloop.InputLine
---@field [1]? string
---@field at number
local line = {}

--- true: it may happen. "always": in each run. A list of nodes: to these. Two numbers: so much.
---@alias sloop.Fault boolean|"always"|string[]|number[]|sloop.FaultLimits

---@class sloop.FaultLimits
---@field nodes? string[]     whom it may hit
---@field every? number[]     least and most time from one to the next
---@field duration? number[]  least and most
---@field amount? number[]    least and most: ms, a factor, parts in a million
---@field always? boolean     in each run
local limits = {}

return { sloop = sloop, topology = topology, node = node, line = line, limits = limits }
