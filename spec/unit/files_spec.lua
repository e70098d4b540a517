--- Whole files, as `new`, `export` and `sim` write them.
local files = require "sloop.private.base.files"
local helper = require "spec.helper"

describe("a whole file", function()
  after_each(helper.cleanup)

  it("is there or not, and has what was written", function()
    local path = helper.folder() .. "/x"
    assert.is_false(files.exists(path))
    assert.is_true(files.write(path, "one\0two"))
    assert.is_true(files.exists(path))
    assert.equal("one\0two", helper.read(path))
  end)

  for size, name in pairs { [1] = "a byte", [1 << 20] = "a mebibyte" } do
    it("says with its path that the disk has no room for " .. name, function()
      local ok, reason = files.write("/dev/full", ("x"):rep(size))
      assert.is_nil(ok)
      assert.equal("/dev/full: No space left on device", reason)
    end)
  end

  it("says why it can't be made", function()
    local ok, reason = files.write("/nowhere/x", "")
    assert.is_nil(ok)
    assert.equal("/nowhere/x: No such file or directory", reason)
  end)
end)
