---@meta
--- What a script finds in its sockets, relays and stores.
-- The API reference of these; see node.lua.

--- A socket, as `sockets` declares it or as `self:open` returns it. Frames are strings; anything
--- else raises before the first frame leaves.
---@class sloop.Socket
---@field endpoint? string    where it is bound first: what was asked for as "*" is known here
---@field endpoints string[]  the same for each place it is bound to
local Socket = {}

--- Sends one message, whole or not at all. Waits while the queue is full; on a ROUTER or STREAM it
--- never waits, since one peer that does not read must not stop the others. A STREAM is plain TCP:
--- it sends and gets two frames, a peer's id and bytes. No bytes close the connection, and tell
--- that it is there or gone.
---@param frame string
---@param ... string
---@return true? sent
---@return "unreachable"|"full"|"closed"|string? reason  "unreachable" and "full" on those only
---@return string? code  of another reason, as "EFSM": a REQ has no reply yet
function Socket:send(frame, ...) end

--- Sends one message without waiting.
---@param frame string
---@param ... string
---@return true? sent
---@return "full"|"unreachable"|"closed"|string? reason
---@return string? code
function Socket:try_send(frame, ...) end

--- Waits for a message. Only on a socket without a handler.
---@param ms? number  for ever when absent, not at all when 0
---@return string? frame  the first frame, or nil
---@return string ...     the other frames; or "timeout", "closed" or another reason, and its code
function Socket:recv(ms) end

--- Closes the socket and opens a fresh one as it was declared; what was queued is lost. A task that
--- waits in `send` or `recv` goes on with the new one.
---@return true? opened  nil: it stays closed
---@return string? reason
---@return string? code
function Socket:reopen() end

---@param endpoint string
---@return true? bound
---@return string? reason
---@return string? code
function Socket:bind(endpoint) end

--- Connects in the background, now and after each loss of the connection.
---@param endpoint string
---@return true? known  also when no peer is there yet
---@return string? reason
---@return string? code
function Socket:connect(endpoint) end

---@param endpoint string  one it was connected to
---@return true? disconnected
---@return string? reason
---@return string? code
function Socket:disconnect(endpoint) end

--- On a SUB: wants messages whose first frame begins so. On an XPUB with `xpub_manual`: what the
--- peer gets whose subscription was received last.
---@param prefix string  "" for all
---@return true? subscribed
---@return string? reason
---@return string? code
function Socket:subscribe(prefix) end

--- Takes back one `subscribe` with this prefix.
---@param prefix string
---@return true? unsubscribed
---@return string? reason
---@return string? code
function Socket:unsubscribe(prefix) end

--- Closes it; what it has not sent yet leaves within `linger` or is lost. May be called twice, and
--- is called at the end of the scope of a `<close>` variable.
function Socket:close() end

--- Two sockets whose messages are copied to each other without any Lua.
---@class sloop.Relay
local Relay = {}

--- Stops copying; messages wait in the queues, and senders wait for those.
function Relay:pause() end

--- Goes on copying.
function Relay:resume() end

--- How many messages passed since the start: `forward` from front to back, `backward` the other
--- way; `dropped` had no peer that took them; `uncaptured` found no room in the capture socket.
---@return { forward: integer, backward: integer, dropped: integer, uncaptured: integer }
function Relay:counts() end

--- A durable store. What is put is seen at once, and on disk after the next good `sync`; without
--- one within a second or so, and at an orderly end. What is put between two waits is on disk
--- together or not at all.
---@class sloop.Store
local Store = {}

---@param key string
---@return any value  a copy; nil when there is none
function Store:get(key) end

---@param key string
---@param value any  a string or other plain data; nil deletes
function Store:put(key, value) end

--- Goes through the keys that begin so in the order of their bytes, as they are now, whatever is
--- put meanwhile. The loop may wait, and may be left early.
---@param prefix? string
---@return fun(): string?, any
function Store:each(prefix) end

--- Waits until all that was put before this call is on disk; the node goes on meanwhile. Callers of
--- one moment share a commit. After a failure a role should end, and begin again from disk.
---@return true? synced  nil: nothing since the last good sync is kept, in memory either
---@return string? reason
function Store:sync() end

return { Socket = Socket, Relay = Relay, Store = Store }
