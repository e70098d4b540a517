--- Specs: an endpoint.
local endpoint = require "sloop.private.role.endpoint"

describe("an endpoint", function()
  for _, good in ipairs {
    "tcp://localhost:5555", "tcp://192.168.0.1:65535", "tcp://[::1]:5555", "tcp://::1:5555",
    "tcp://my-host.example.org:1", "tcp://eth0:0;localhost:5555", "tcp://[fe80::1%eth0]:1",
    "ipc:///tmp/x.sock", "ipc://@abstract", "inproc://any thing", "epgm://eth0;239.1.1.1:5555",
  } do
    it(good .. " is good to connect to", function()
      assert.is_nil(endpoint.problem(good, "connect"))
    end)
  end

  for _, good in ipairs {
    "tcp://*:5555", "tcp://*:*", "tcp://eth0:*", "tcp://127.0.0.1:0", "ipc://*", "inproc://*",
  } do
    it(good .. " is good to bind to", function() assert.is_nil(endpoint.problem(good, "bind")) end)
  end

  for _, case in ipairs {
    { "", "written transport://address" }, { "localhost:5555", "written transport://address" },
    { "tpc://localhost:1", "unknown transport 'tpc'" },
    { "http://localhost:1", "unknown transport 'http'" },
    { "tcp://", "no address" }, { "ipc://", "no address" }, { "inproc://", "no address" },
    { "tcp://localhost", "no port" }, { "tcp://localhost:", "no port" }, { "tcp://:5", "no host" },
    { "tcp://localhost:65536", "bad port '65536'" }, { "tcp://localhost:abc", "bad port 'abc'" },
    { "tcp://localhost:-1", "bad port '-1'" }, { "tcp://localhost:1.5", "bad port '1.5'" },
    { "tcp://loc al:1", "bad host 'loc al'" }, { "tcp://a/b:1", "bad host 'a/b'" },
    { "tcp://*:5555", "'*' is for binding" }, { "tcp://localhost:*", "'*' is for binding" },
    { "inproc://*", "'*' is for binding" }, { "ipc://*", "'*' is for binding" },
    { "tcp://localhost:0", "no such port: 0" }, { "tcp://;localhost:1", "no source address" },
    { "ipc://" .. ("x"):rep(108), "a path of more than 107 bytes" },
    { "inproc://a\0b", "a zero byte" }, { "@broker.router", "in a topology only" },
  } do
    it(("%q is refused to connect to: %s"):format(case[1]:sub(1, 30), case[2]), function()
      assert.matches(case[2], endpoint.problem(case[1], "connect"), 1, true)
    end)
  end

  it("may have a path of 107 bytes", function()
    assert.is_nil(endpoint.problem("ipc://" .. ("x"):rep(107), "bind"))
  end)

  it("names the nearest transport", function()
    assert.equal("unknown transport 'tcpp' (did you mean 'tcp'?)",
      endpoint.problem("tcpp://x:1", "bind"))
  end)

  it("with a source address is not for binding", function()
    assert.matches("is for connecting", endpoint.problem("tcp://eth0:0;localhost:1", "bind"))
  end)
end)
