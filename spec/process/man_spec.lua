--- The manual pages: made from the texts of --help, and without fault.
local helper = require "spec.helper"

describe("the manual pages", function()
  local folder
  before_each(function()
    folder = helper.folder()
    local status, out, err = helper.run({ "lua", "packaging/man.lua", folder },
      { env = { SOURCE_DATE_EPOCH = "86400" } })
    assert.same({ 0, "", "" }, { status, out, err })
  end)
  after_each(helper.cleanup)

  local function shown(page)
    local _, out = helper.run_program("/usr/bin/env", { "mandoc", "-T", "ascii", page })
    return (out:gsub(".\b", ""))
  end

  it("have one for each command of the overview, which names all", function()
    local overview = shown(folder .. "/sloop.1")
    assert.matches("January 2, 1970", overview)
    local _, help = helper.run { "--help" }
    local count = 0
    for name in help:gmatch "\n  sloop (%l+)" do
      assert.matches("sloop%-" .. name .. "%(1%)", overview)
      assert.matches("sloop " .. name, shown(("%s/sloop-%s.1"):format(folder, name)))
      count = count + 1
    end
    assert.is_true(count > 7)
  end)

  it("say what --help says", function()
    local page = shown(folder .. "/sloop-run.1"):gsub("%s+", " ")
    assert.matches("run ROLE|FILE [--OPTION=value ...]", page, 1, true)
    assert.matches("--handler-warn=MS Report a handler that computes", page, 1, true)
    assert.matches("EXIT STATUS 0 done, 1 failed", page, 1, true)
    assert.matches(" EXAMPLES sloop run", page, 1, true)
  end)

  it("are what mandoc wants", function()
    local _, out, err = helper.run_program("/bin/sh",
      { "-c", ("mandoc -T lint %s/*.1"):format(folder) })
    local wrong = {}
    for line in (out .. err):gmatch "[^\n]+" do
      if not line:find "referenced manual not found: Xr sloop" then table.insert(wrong, line) end
    end
    assert.same({}, wrong)
  end)
end)
