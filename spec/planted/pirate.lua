--- A lazy pirate client into which bugs can be planted: the option `bug` names one; "" is right.
local pirate = {
  options = { server = "", requests = 30, timeout = 400, retries = 4, bug = "" },
  state = { kept = false }, -- the socket of a client that does not replace it
}

local function open(self, kind)
  return self:open { kind, connect = self.options.server, linger = 0 }
end

-- Which frames a try sends and what it takes for its reply: nil when there is none in time.
local tries = {
  [""] = function(self, request)
    local socket <close> = open(self, "req")
    socket:send(request)
    return socket:recv(self.options.timeout)
  end,
  ["a REQ is not replaced after a timeout"] = function(self, request)
    self.kept = self.kept or open(self, "req")
    self.kept:send(request)
    return self.kept:recv(self.options.timeout)
  end,
  ["a reply is not matched to its request"] = function(self, request)
    self.kept = self.kept or open(self, "dealer")
    self.kept:send("", request)
    return select(2, self.kept:recv(self.options.timeout))
  end,
  ["waits for a reply without end"] = function(self, request)
    local socket <close> = open(self, "req")
    socket:send(request)
    return socket:recv()
  end,
}

local function ask(self, request)
  local bug = self.options.bug
  local try = tries[bug] or tries[""]
  for _ = 1, bug == "tries without end" and math.huge or self.options.retries do
    local reply = try(self, request)
    if reply and reply ~= "timeout" then return reply end
    if bug == "does not ask again" then return nil end
  end
end

function pirate.main(self)
  local bug = self.options.bug
  for number = 1, self.options.requests do
    local id = self.name .. "/" .. number
    self:note("request", { id = id })
    local reply = ask(self, id)
    if reply or bug ~= "gives up without a word" then
      self:note(reply and "reply" or "gave_up", { id = id, got = reply })
    end
    self:sleep(100)
  end
end

return pirate
