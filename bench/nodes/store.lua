--- Puts of 256 bytes into a store, by `window` tasks that each sync after each, for `ms`; prints
-- how many, and in how many seconds.
local store = {
  options = { window = 1, ms = 1000 },
  state = { done = 0, left = 0 },
  stores = { entries = {} },
}

local VALUE <const> = ("x"):rep(256)

local function put(self, until_then)
  local entries = self.entries
  while self:now() < until_then do
    self.done = self.done + 1
    entries:put(("key:%016x"):format(self.done), VALUE)
    assert(entries:sync())
  end
  self.left = self.left - 1
  self:wake "done"
end

function store.main(self)
  local since = self:now()
  self.left = self.options.window
  for _ = 1, self.options.window do self:spawn(put, since + self.options.ms) end
  while self.left > 0 do self:wait "done" end
  print(self.done, (self:now() - since) / 1000)
end

return store
