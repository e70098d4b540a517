--- The README's table of patterns, against the folders there are.

describe("the README", function()
  local function folders()
    local found = {}
    local listing <close> = assert(io.popen "ls -d patterns/*/")
    for line in listing:lines() do found[line:match("^patterns/(.-)/$")] = true end
    return found
  end

  local function rows()
    local found = {}
    for line in io.lines "README.md" do
      local folder, path = line:match("^| %[([%w_]+)%]%(patterns/([%w_]+)%) | %S")
      if folder then found[folder] = path end
    end
    return found
  end

  it("has a row for every pattern, and none for others", function()
    local listed = {}
    for folder, path in pairs(rows()) do
      assert.equal(folder, path)
      listed[folder] = true
    end
    assert.same(folders(), listed)
  end)

  it("has a row for every command", function()
    local commands, said = require "sloop.private.command.commands", {}
    for cell in io.open("README.md"):read("a"):gmatch "\n| (`sloop .-`) | " do
      for name in cell:gmatch "`sloop (%l+)" do said[name] = true end
    end
    local there = {}
    for _, command in ipairs(commands.shown()) do there[command.name] = true end
    assert.same(there, said)
  end)

  it("says how large each part is, within a tenth", function()
    local parts = 0
    for line in io.lines "README.md" do
      local folder, said = line:match "^| `([%w/]+)/` | .* | ([%d,]+) |$"
      if folder then
        local command = "find %s -name '*.[ch]' -o -name '*.lua' | xargs cat | wc -l"
        local listing <close> = assert(io.popen(command:format(folder)))
        local lines, stated = listing:read "n", tonumber((said:gsub(",", "")))
        assert.is_true(math.abs(lines - stated) <= stated / 10,
          ("%s/ has %d lines, and README says %s"):format(folder, lines, said))
        parts = parts + 1
      end
    end
    assert.equal(7, parts)
  end)

  it("leads to a README in every folder", function()
    for folder in pairs(rows()) do
      assert.is_truthy(io.open(("patterns/%s/README.md"):format(folder)), folder)
    end
  end)
end)
