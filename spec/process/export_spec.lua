--- `sloop export`: systemd units and a compose file of a topology.
local helper = require "spec.helper"
local ports = require "spec.ports"

local FRONT <const> = [[
return {
  sockets = { work = { "push", bind = "tcp://*:PORT" } }, stores = { jobs = {} },
  main = function(self) self.work:send "hello" self:log "sent" self:wait "for ever" end,
}]]
local BACK <const> = [[
return {
  options = { greeting = "hi" }, sockets = { work = { "pull" } },
  on = { work = function(self, word) self:log("%s %s", self.options.greeting, word) end },
}]]
local SHOP <const> = [[
return { nodes = {
  front = { "front.lua" }, back = { "back.lua", count = 1, work = { connect = "@front.work" } },
} }]]

local folder, port
before_each(function()
  folder, port = helper.folder(), tostring(ports.take(1))
  helper.write(folder .. "/front.lua", (FRONT:gsub("PORT", port)))
  helper.write(folder .. "/back.lua", BACK)
  helper.write(folder .. "/shop.lua", SHOP)
end)
after_each(helper.cleanup)

local function export(...)
  return helper.run({ "export", ... }, { cwd = folder })
end

local function read(name) return helper.read(folder .. "/" .. name) end

describe("sloop export systemd", function()
  it("writes a unit for each entry, and a target for all", function()
    local status, out = export("systemd", "shop.lua", "--to=units", "--set", "back.greeting=a $b%")
    assert.equal(0, status)
    assert.equal("units/shop-back.service\nunits/shop-front.service\nunits/shop.target\n", out)
    assert.matches("\nWants=shop%-back.service shop%-front.service\n", read "units/shop.target")
    local unit = read "units/shop-back.service"
    assert.truthy(unit:find((" up %s/shop.lua --only=back --hosts=127.0.0.1 --name=shop-back "
      .. '--set "back.greeting=a $$b%%%%" --control=%%t/sloop/%%N/%%N.sock\n'):format(folder),
      1, true))
    local _, printed = helper.run_program("/bin/sh", { "-c",
      "systemd-analyze --man=no verify units/* 2>&1" }, { cwd = folder })
    assert.equal("", printed)
  end)

  it("hardens them as sloop@.service is", function()
    export("systemd", "shop.lua")
    local unit = read "shop-front.service"
    for line in io.lines "packaging/systemd/service.in" do
      if line:find "^%a+=" and not line:find "^WantedBy" then
        line = line:gsub("%%i", "%%N")
        assert.truthy(unit:find("\n" .. line .. "\n", 1, true), line)
      end
    end
  end)

  it("writes what runs: each by itself, and they find each other", function()
    export("systemd", "shop.lua", "--to=units")
    local started = {}
    for _, name in ipairs { "back", "front" } do
      local line = read(("units/shop-%s.service"):format(name)):match "\nExecStart=([^\n]*)"
      line = line:gsub("%-%-control=%S+", "--control=none --data=" .. folder .. "/" .. name)
      started[name] = helper.start("/bin/sh", { "-c", "exec " .. line }, { cwd = folder })
    end
    started.back:line "back.1: hi hello"
    for _, process in pairs(started) do
      process:signal "sigterm"
      assert.equal(0, (process:wait()))
    end
  end)

  it("has a folder for each machine that the file names", function()
    helper.write(folder .. "/machines.lua",
      'return { base = "shop.lua", hosts = { front = "10.0.0.7", back = "10.0.0.8" } }')
    local status, out = export("systemd", "machines.lua", "--to=units")
    assert.equal(0, status)
    assert.equal("units/10.0.0.8/machines-back.service\nunits/10.0.0.7/machines-front.service\n"
      .. "units/10.0.0.8/machines.target\nunits/10.0.0.7/machines.target\n", out)
    local unit = read "units/10.0.0.8/machines-back.service"
    assert.matches("/machines.lua %-%-only=back %-%-name", unit)
  end)

  it("overwrites nothing", function()
    helper.write(folder .. "/units/shop.target", "mine")
    local status, _, err = export("systemd", "shop.lua", "--to=units")
    assert.equal(1, status)
    assert.matches("units/shop.target exists; 'sloop export' overwrites nothing\n$", err)
    assert.equal("mine", read "units/shop.target")
    assert.is_nil(io.open(folder .. "/units/shop-back.service"))
  end)
end)

describe("sloop export compose", function()
  it("writes a service for each entry, which finds the others by name", function()
    assert.equal(0, (export("compose", "shop.lua", "--set", "back.greeting=$x")))
    helper.write(folder .. "/check.py", [[
import json, sys
try: import yaml
except ImportError: sys.exit("no yaml")
print(json.dumps(yaml.safe_load(open("compose.yaml")), sort_keys=True))]])
    local status, out, err = helper.run_program("python3", { "check.py" }, { cwd = folder })
    if err:find "no yaml" then return end
    assert.same({ 0, "" }, { status, err })
    assert.matches('"entrypoint": %["sloop", "up", "/srv/topology/shop.lua", "%-%-only=back", '
      .. '"%-%-hosts=back=back,front=front", "%-%-name=shop", "%-%-set", "back.greeting=%$%$x"%]',
      out)
    assert.matches('"volumes": {"front%-data": {}}', out)
    assert.truthy(out:find(('"%s:/srv/topology:ro", "front-data:/var/lib/sloop"'):format(folder),
      1, true))
  end)
end)

describe("sloop export", function()
  local function refused(pattern, form, text)
    helper.write(folder .. "/bad.lua", text)
    local status, out, err = export(form, "bad.lua")
    assert.same({ 1, "" }, { status, out })
    assert.matches("^sloop: [^\n]+\n$", err)
    assert.matches(pattern, err)
  end

  it("refuses what can't work between programs, and says what to write", function()
    local inproc = [[return { nodes = {
      front = { "front.lua", work = { bind = "inproc://work" } },
      back = { "back.lua", work = { connect = "inproc://work" } } } }]]
    refused("back': work connects to inproc://work, where 'front' is bound in another program",
      "systemd", inproc)
    refused('write work = { bind = "tcp://%*:PORT" }', "compose", (inproc:gsub(
      'connect = "inproc://work"', 'connect = "@front.work"')))
    local here = ([[return { nodes = { front = { "front.lua" },
      back = { "back.lua", work = { connect = "tcp://localhost:%s" } } } }]]):format(port)
    refused("write \"@front.SOCKET\"", "compose", here)
    helper.write(folder .. "/asks.lua", ([[return { options = { to = { "tcp://127.0.0.1:%s" } },
      parts = { back = { "back.lua" } }, main = function() end }]]):format(port))
    refused("node 'a': option 'to' is tcp://127.0.0.1:%d+, where 'front' is bound", "compose",
      [[return { nodes = { front = { "front.lua" }, a = { "asks.lua" } } }]])
    refused("node 'a': back.work connects to tcp://localhost", "compose", ([[return { nodes = {
      front = { "front.lua" },
      a = { "asks.lua", to = "@front.work", back = { work = { connect = "tcp://localhost:%s" } } },
    } }]]):format(port))
    helper.write(folder .. "/same.lua", here)
    assert.equal(0, (export("systemd", "same.lua")))
    helper.write(folder .. "/below/bad.lua", 'return { nodes = { a = { "../back.lua" } } }')
    local status, _, err = export("compose", "below/bad.lua")
    assert.equal(1, status)
    assert.matches("back.lua is outside the topology's folder", err)
  end)

  it("says how it is used", function()
    for _, words in ipairs {
      {}, { "systemd" }, { "upstart", "shop.lua" }, { "compose", "no.lua" },
    } do
      local status, _, err = export(table.unpack(words))
      assert.equal(2, status)
      assert.matches("^sloop: [^\n]+\n$", err)
    end
  end)
end)
