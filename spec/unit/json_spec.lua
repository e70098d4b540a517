--- Data as JSON, which other programs must be able to read.
local helper = require "spec.helper"
local json = require "sloop.private.base.json"

describe("json", function()
  after_each(helper.cleanup)

  for text, value in pairs {
    ["null"] = "\0nil", ["true"] = true, ["false"] = false, ["7"] = 7, ["-7"] = -7,
    ["0.5"] = 0.5, ["1e+300"] = 1e300,
    ["-9223372036854775808"] = math.mininteger,
    ['{"$number":"inf"}'] = 1 / 0, ['{"$number":"-inf"}'] = -1 / 0,
    ["9007199254740993"] = 9007199254740993, ["9007199254740992.0"] = 2.0 ^ 53, ["0.1"] = 0.1,
    ['{"$base64":"/w=="}'] = "\xff", ['{"$base64":"/wA="}'] = "\xff\0",
    ['{"$base64":"/wAQ"}'] = "\xff\0\16", ['{"$base64:/w==":1}'] = { ["\xff"] = 1 },
    ['{"$$number":1}'] = { ["$number"] = 1 },
    ['""'] = "", ['"a\\"b\\\\c\\n\\r\\t\\u0000\\u001b\\u007f"'] = 'a"b\\c\n\r\t\0\27\127',
    ['"h\u{e9}"'] = "h\u{e9}",
    ["[1,2,[3]]"] = { 1, 2, { 3 } }, ["{}"] = {}, ['{"a":{"b":[1]}}'] = { a = { b = { 1 } } },
    ['{"1":1,"3":3}'] = { [1] = 1, [3] = 3 }, ['{"1":"x","a":"y"}'] = { "x", a = "y" },
  } do
    it("writes " .. text, function()
      if value == "\0nil" then value = nil end
      assert.equal(text, json.text(value))
    end)
  end

  it("writes what is not a number as words", function()
    assert.equal('{"$number":"nan"}', json.text(0 / 0))
    assert.matches('^{"$value":"file %(.*"}$', json.text(io.stdout))
  end)

  it("sorts keys", function()
    assert.equal('{"a":1,"b":2,"c":3}', json.text { c = 3, a = 1, b = 2 })
  end)

  it("is read by other programs, whatever bytes there are", function()
    local bytes = {}
    for i = 0, 255 do bytes[#bytes + 1] = string.char(i) end
    local path = helper.write(helper.folder() .. "/x.json",
      json.text { all = table.concat(bytes), list = { 1, 0.1, 1e-300 }, deep = { { {} } } })
    local status, out, err = helper.run_program("python3", { "-c",
      "import base64,json,sys; d = json.load(open(sys.argv[1], encoding='utf-8')); "
      .. "print(list(base64.b64decode(d['all']['$base64'])) == list(range(256)), "
      .. "d['list'])", path })
    assert.equal("", err)
    assert.equal("True [1, 0.1, 1e-300]\n", out)
    assert.equal(0, status)
  end)
end)
