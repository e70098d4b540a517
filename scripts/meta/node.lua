---@meta
--- What a script finds on `self`: its node, its clock, its tasks.
-- The API reference, which lua-language-server reads too. All times are milliseconds. A function
-- raises when it is called wrongly; what may fail in good order returns nil and a short reason,
-- which may be compared: "timeout", "full", "unreachable", "closed".

--- A node, or a part of one. Its sockets, relays, stores and parts, the fields of its state and the
--- methods of its role are fields of it, too. To write a field that `state` does not declare
--- raises.
---@class sloop.Self
---@field name string                what the node is called
---@field args string[]              what the command line says besides options
---@field options table<string, any> values of the role's options
---@field [string] any               its sockets, relays, stores, parts, state and methods
local Self = {}

--- Opens a socket for this scope: `local s <close> = self:open { "req", connect = endpoint }`. It
--- is written as in `sockets`, and may be kept in state. It has no handler: call `recv`; `when`,
--- `parallel` and `events` mean nothing to it.
---@param declaration sloop.SocketDeclaration
---@return sloop.Socket? socket  nil when the system refuses
---@return string? reason
---@return string? code          libzmq's name of the error, as "EADDRINUSE"
function Self:open(declaration) end

--- Waits until `wake` is called with this key, on the same self.
---@param key any     not nil
---@param ms? number  for ever when absent
---@return true? woken  nil after `ms`
---@return any ...      what wake brought, or "timeout"
function Self:wait(key, ms) end

--- Wakes all that wait for this key. They run, in the order they began to wait, when the present
--- code waits or ends. Nothing is remembered for tasks that wait later.
---@param key any  not nil
---@param ... any  what `wait` returns to them
---@return integer woken  how many there were
function Self:wake(key, ...) end

--- In a part: calls the owner's `on.<part>(owner, ...)` in this task, which may wait.
---@param ... any
---@return any ...  what that returns; nothing when there is no owner, or no such handler
function Self:emit(...) end

--- Waits. Messages of the source whose handler sleeps are not read meanwhile; all else goes on.
---@param ms number  not negative
function Self:sleep(ms) end

--- The time on a clock that only goes forward, whatever happens to the date. It stands still while
--- a handler runs.
---@return integer ms
function Self:now() end

--- The date: milliseconds since 1970. It may jump.
---@return integer ms
function Self:wall() end

--- Chance, as `math.random`: a float below 1, an integer from 1 to `m`, or one from `m` to `n`.
---@param m? integer
---@param n? integer
---@return number
function Self:random(m, n) end

---@return string uuid  a random one: 32 upper-case hex digits
function Self:uuid() end

--- Runs a function, or a method of this self by its name, as a task beside this one. It begins when
--- the present code waits or ends, and gets self as its first argument, whether it is given or not.
--- A reload that changes the version of the state closes it.
---@param task fun(self: sloop.Self, ...)|string
---@param ... any
function Self:spawn(task, ...) end

--- Ends the node in order; does not return. As the end of `main`: nil and a reason are exit status
--- 1, or what an integer from 3 to 125 behind them says.
---@param ... any
function Self:stop(...) end

--- Writes a line to the log.
---@param format string  as for string.format; taken as it is when nothing follows
---@param ... any
function Self:log(format, ...) end

--- The same, marked as a warning.
---@param format string
---@param ... any
function Self:warn(format, ...) end

--- Notes what happened, for checkers and traces: { kind =, node =, time =, and the fields }.
---@param kind string
---@param fields? table<string, any>  plain data
function Self:note(kind, fields) end

return Self
