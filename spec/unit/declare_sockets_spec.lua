--- Sockets: what a role declares, and what overrides it.
local declaring = require "spec.declaring"

local good, problems = declaring.good, declaring.problems

local function role(socket)
  return "return { options = { server = 'tcp://x:1' }, sockets = { s = " .. socket
    .. " }, on = { s = function() end } }"
end

local function declared(socket, ...) return good(role(socket), ...).sockets.s end

describe("a socket", function()
  it("has lists of endpoints, from a string or a list", function()
    assert.same({ "tcp://a:1" }, declared("{ 'sub', connect = 'tcp://a:1' }").connect)
    assert.same({ "tcp://*:1", "ipc://x" },
      declared("{ 'pull', bind = { 'tcp://*:1', 'ipc://x' } }").bind)
    assert.same({ "", "a" }, declared("{ 'sub', subscribe = { '', 'a' } }").subscribe)
    assert.same({ "" }, declared("{ 'sub', subscribe = '' }").subscribe)
  end)

  it("has options in the type libzmq wants", function()
    assert.same({ sndhwm = 5, immediate = false, routing_id = "a\0b", plain_username = "me" },
      declared([[{ 'dealer', sndhwm = 5.0, immediate = false, routing_id = "a\0b",
        plain_username = 'me' }]]).options)
  end)

  it("may have one handler at once, which is said or not", function()
    assert.equal(1, declared("{ 'pull', parallel = 1 }").parallel)
    assert.equal(1, declared("{ 'pull' }").parallel)
  end)

  it("has a guard, a limit and a handler of its events", function()
    local socket = good [[return {
      sockets = { s = { 'router', when = print, parallel = 5, events = 'peers' } },
      on = { s = function() end, peers = function() end } }]].sockets.s
    assert.same({ print, 5, "peers" }, { socket.when, socket.parallel, socket.events })
  end)
end)

describe("a socket is refused for", function()
  for _, case in ipairs {
    { "no table", "5", "socket 's' is a table, { \"dealer\", ... }, not 5" },
    { "no type", "{}", "socket 's' has no type: { \"dealer\", ... }" },
    { "a misspelt type", "{ 'delaer' }",
      "socket 's': unknown type 'delaer' (did you mean 'dealer'?)" },
    { "a type that is a draft", "{ 'radio' }",
      "socket 's': 'radio' is a draft type of libzmq, which is not supported" },
    { "a type that is no text", "{ 5 }", "socket 's': unknown type 5" },
    { "a type with a key", "{ 'pull', type = 'pull' }",
      "socket 's': the type comes first: { \"dealer\", ... }" },
    { "a misspelt key", "{ 'pull', conect = 'tcp://x:1' }",
      "socket 's': unknown option 'conect' (did you mean 'connect'?)" },
    { "a misspelt option", "{ 'pull', rcvhmw = 5 }",
      "socket 's': unknown option 'rcvhmw' (did you mean 'rcvhwm'?)" },
    { "an endpoint without a key", "{ 'pull', 'tcp://x:1' }",
      "socket 's': unexpected 'tcp://x:1' (endpoints are bind = or connect =)" },
    { "an option of a wrong type", "{ 'pull', rcvhwm = 'many' }",
      "socket 's': 'rcvhwm' takes an integer, not 'many'" },
    { "a number where a boolean belongs", "{ 'pull', immediate = 1 }",
      "socket 's': 'immediate' takes true or false, not 1" },
    { "a bad endpoint", "{ 'pull', bind = 'tcp://x' }",
      "socket 's': cannot bind to 'tcp://x': no port" },
    { "an endpoint that is no text", "{ 'pull', bind = 5 }",
      "socket 's': 'bind' is a string or a list of them, not 5" },
    { "a list of what is no text", "{ 'pull', bind = { 5 } }",
      "socket 's': 'bind' is a string or a list of them, not of numbers" },
    { "endpoints with keys", "{ 'pull', bind = { a = 'tcp://*:1' } }",
      "socket 's': 'bind' is a string or a list of them" },
    { "parallel below 1", "{ 'pull', parallel = 0 }",
      "socket 's': 'parallel' is an integer of at least 1, not 0" },
    { "a guard that is no function", "{ 'pull', when = true }",
      "socket 's': 'when' is a function, not true" },
    { "events that are no name", "{ 'pull', events = print }",
      "socket 's': 'events' is a handler's name, not a function" },
    { "an empty endpoint", "{ 'pull', bind = '' }",
      "socket 's': 'bind' is empty; bind = false is how to bind to nothing" },
    { "an empty endpoint in a list", "{ 'pull', connect = { '' } }",
      "socket 's': 'connect' is empty; connect = false is how to connect to nothing" },
    { "a name to bind to", "{ 'pull', bind = 'tcp://localhost:1' }",
      "socket 's': cannot bind to 'tcp://localhost:1': 'localhost' is a name; "
        .. "bind to an address or an interface, such as 127.0.0.1" },
    { "IPv6 that is not switched on", "{ 'pull', connect = 'tcp://[::1]:1' }",
      "socket 's': 'tcp://[::1]:1' is an IPv6 address: set ipv6 = true" },
    { "a value out of range", "{ 'pull', sndhwm = -1 }",
      "socket 's': 'sndhwm' must be from 0 to 2147483647, not -1" },
    { "a routing id without bytes", "{ 'dealer', routing_id = '' }",
      "socket 's': 'routing_id' must be of 1 to 255 bytes, not empty" },
    { "a routing id that is too long", "{ 'dealer', routing_id = ('x'):rep(256) }",
      "socket 's': 'routing_id' must be of 1 to 255 bytes, not of 256" },
    { "another library's name of an option", "{ 'dealer', identity = 'x' }",
      "socket 's': unknown option 'identity' (did you mean 'routing_id'?)" },
    { "a subscription on what is no sub", "{ 'pull', subscribe = '' }",
      "socket 's': only a sub subscribes, not a pull" },
  } do
    it(case[1], function()
      assert.same({ "role.lua:1: " .. case[3] }, problems(role(case[2])))
    end)
  end
end)

describe("a socket is overridden", function()
  local SOCKET <const> = "{ 'dealer', connect = 'tcp://a:1', bind = 'tcp://*:1', sndhwm = 1 }"

  it("by its entry, key by key", function()
    local socket = declared(SOCKET, nil, nil, { s = { connect = { "tcp://b:1" }, linger = 0 } })
    assert.same({ "tcp://b:1" }, socket.connect)
    assert.same({ "tcp://*:1" }, socket.bind)
    assert.same({ sndhwm = 1, linger = 0 }, socket.options)
  end)

  it("by the user, who has the last word", function()
    local socket = declared(SOCKET, { "--s.connect=tcp://c:1", "--s.connect=tcp://d:1",
      "--s.sndhwm=7", "--s.parallel=3", "--s.immediate", "--s.routing_id=me" },
      nil, { s = { connect = "tcp://b:1" } })
    assert.same({ "tcp://c:1", "tcp://d:1" }, socket.connect)
    assert.same({ sndhwm = 7, immediate = true, routing_id = "me" }, socket.options)
    assert.equal(3, socket.parallel)
  end)

  it("so that it binds to nothing", function()
    assert.same({}, declared(SOCKET, { "--s.no_bind" }).bind)
    assert.same({}, declared(SOCKET, nil, nil, { s = { bind = false } }).bind)
    assert.same({}, declared(SOCKET, nil, nil, { s = { bind = {} } }).bind)
  end)

  for _, case in ipairs {
    { "--s.conect=tcp://c:1", "socket 's': unknown option 'conect' (did you mean 'connect'?)" },
    { "--s.connect=tcp://c", "socket 's': cannot connect to 'tcp://c': no port" },
    { "--s.connect", "socket 's': 'connect' is a string or a list of them, not true" },
    { "--s.sndhwm=many", "socket 's': 'sndhwm' takes an integer, not 'many'" },
    { "--s.sndhwm", "socket 's': 'sndhwm' needs a value" },
    { "--s.parallel=0", "socket 's': 'parallel' is an integer of at least 1, not '0'" },
    { "--s.parallel=x", "socket 's': 'parallel' is an integer of at least 1, not 'x'" },
    { "--s.bind=", "socket 's': 'bind' is empty; --no-s.bind is how to bind to nothing" },
    { "--s.sndhwm=-1", "socket 's': 'sndhwm' must be from 0 to 2147483647, not -1" },
    { "--s.req-correlate", "socket 's': unknown option 'req-correlate'" },
    { "--s.when=x", "socket 's': only the role itself can set 'when'" },
  } do
    it("wrongly by " .. case[1] .. ", and the user is told", function()
      assert.same({ "usage: " .. case[2] }, problems(role(SOCKET), { case[1] }))
    end)
  end

  it("wrongly by its entry, and nobody blames the user", function()
    assert.same({ "socket 's': unknown option 'lingr' (did you mean 'linger'?)" },
      problems(role(SOCKET), nil, nil, { s = { lingr = 0 } }))
    assert.same({ "socket 's': unexpected 'pull' (endpoints are bind = or connect =)" },
      problems(role(SOCKET), nil, nil, { s = { "pull", linger = 0 } }))
  end)
end)

it("an endpoint that came from the user's option is the user's mistake", function()
  local text = [[return { options = { server = 'tcp://x:1', servers = { 'tcp://x:1' } },
    sockets = function(options)
      return { s = { 'req', connect = options.server }, t = { 'req', connect = options.servers } }
    end }]]
  assert.same({ "usage: option 'server': socket 's': cannot connect to 'nowhere': "
    .. "an endpoint is written transport://address" }, problems(text, { "--server=nowhere" }))
  assert.same({ "usage: option 'servers': socket 't': cannot connect to 'tcp://y': no port" },
    problems(text, { "--servers=tcp://x:1", "--servers=tcp://y" }))
end)

it("an endpoint that the role wrote is its own mistake, whatever the user gave", function()
  assert.same({ "role.lua:1: socket 's': cannot connect to 'tcp://y': no port" }, problems(
    "return { options = { a = 'b', l = {} }, sockets = { s = { 'req', connect = 'tcp://y' } } }",
    { "--a=tcp://x:1", "--l=tcp://z:1" }))
end)
