--- Completion: what `sloop complete` offers, and what bash, zsh and fish make of it.
local commands = require "sloop.private.command.commands"
local helper = require "spec.helper"

describe("completion", function()
  after_each(helper.cleanup)

  -- The words offered for the last of these: a list, and a set with what each is.
  local function offered(...)
    local status, out, err = helper.run({ "complete", ... })
    assert.same({ 0, "" }, { status, err })
    local list, set = {}, {}
    for line in out:gmatch "[^\n]+" do
      local word, text = line:match "^([^\t]*)\t?(.*)$"
      table.insert(list, word)
      set[word] = text
    end
    return list, set
  end

  it("offers commands with what they do", function()
    local _, words = offered ""
    assert.equal("run one node", words.run)
    assert.truthy(words.ctl and words["--help"])
    assert.is_nil(words.complete)
    assert.same({ "run" }, (offered "ru"))
    assert.same({ "reload", "require", "roles", "run", "running" }, (offered("help", "r")))
    assert.same({}, (offered("nonsense", "")))
  end)

  it("knows what the words of each command are", function()
    for _, command in ipairs(commands.shown()) do
      local takes_words = commands.usage(command)[1] ~= ""
      assert.equal(takes_words, command.completes ~= nil or command.name == "new", command.name)
    end
  end)

  it("offers roles, and files", function()
    local list, roles = offered("run", "lazy_pirate/")
    assert.same({ ":files", "lazy_pirate/client", "lazy_pirate/server" }, list)
    assert.matches("reliable request%-reply", roles["lazy_pirate/client"])
    assert.same({ ":files" }, (offered("up", "x")))
    assert.same({}, (offered("show", "pair/ping", "")))
  end)

  it("offers options of a command, and of a role with its sockets and parts", function()
    assert.same({ "--seed=", "--seeds=" }, (offered("sim", "--see")))
    assert.same({ "--threads=" }, (offered("up", "x.lua", "--th")))
    local list, options = offered("run", "lazy_pirate/server", "--c")
    assert.same({ "--clients.bind=", "--clients.connect=", "--control=", "--crash-after=" }, list)
    assert.equal("rep", options["--clients.bind="])
    assert.equal("integer", options["--crash-after="])
  end)

  it("offers the values of options that have few, and yes and no of a boolean", function()
    local path = helper.write(helper.folder() .. "/r.lua", [[
      return { options = { how = "one", quick = false, n = 1 }, limits = { how = { "one", "two" } },
               parts = { inner = { "pair/ping" } } }]])
    assert.same({ "--how=one", "--how=two" }, (offered("run", path, "--ho")))
    assert.same({ "--no-quick", "--quick" },
      { offered("run", path, "--no")[1], offered("run", path, "--q")[1] })
    assert.truthy(select(2, offered("run", path, "--inner."))["--inner.peer.connect="])
  end)

  it("offers roles and files where an option takes them", function()
    assert.same({ "--like=pair/ping" }, (offered("new", "x", "--like=pair/pi")))
    assert.same({ ":files" }, (offered("sim", "x.lua", "--trace=")))
  end)

  it("offers running nodes, the nodes of a topology, requests, and what may be set", function()
    local runtime = helper.folder()
    local env = { XDG_RUNTIME_DIR = runtime }
    local topology = helper.write(runtime .. "/t.lua",
      [[return { nodes = { a = { "lazy_pirate/server", clients = { bind = "inproc://*" } } } }]])
    local node = helper.sloop({ "run", "lazy_pirate/server", "--name=one",
      "--clients.bind=tcp://127.0.0.1:*" }, { env = env })
    local up = helper.sloop({ "up", topology }, { env = env })
    node:line "bound to"
    up:line "bound to"
    local function ctl(...)
      local _, out = helper.run({ "complete", "ctl", ... }, { env = env })
      return out
    end
    assert.equal("one\tpatterns/lazy_pirate/server.lua\nt\ta topology\n" ..
      "t/a\tpatterns/lazy_pirate/server.lua\n", ctl "")
    assert.equal("set\nstart\nstate\nstatus\nstop\n", ctl("one", "s"))
    assert.equal("crash-after=\tinteger\n", ctl("one", "set", "crash"))
    assert.equal("start\nstate\nstatus\nstop\n", ctl("--all", "st"))
  end)

  -- ---- the shells ----

  -- A folder with `sloop`, to come first in PATH.
  local function path()
    local folder = helper.folder()
    assert(os.execute(("ln -s '%s' %s/sloop"):format(helper.release, folder)))
    return folder .. ":" .. os.getenv "PATH"
  end

  local function shell(program, ...)
    local status, out, err = helper.run_program("/usr/bin/env", { program, ... },
      { env = { PATH = path() } })
    assert.same({ 0, "" }, { status, err }, out)
    return out
  end

  -- What bash makes of this line.
  local function bash(line)
    return shell("bash", "-c", [[
      compopt() { :; } # outside of a completion there is nothing to set
      . packaging/completion/sloop.bash
      COMP_LINE=$1 COMP_POINT=${#1}
      _sloop
      printf '%s\n' "${COMPREPLY[@]}"]], "bash", line)
  end

  it("works in bash, whose words end at '=' and ':'", function()
    assert.equal("run\n", bash "sloop ru")
    assert.equal("--crash-after=\n", bash "sloop run lazy_pirate/server --cras")
    assert.equal("pair/ping\npair/pong\n", bash "sloop new x --like=pair/")
    assert.equal("Makefile\n", bash "sloop up Makef")
    assert.equal("Makefile\n", bash "sloop sim x.lua --trace=Makef")
  end)

  it("works in fish", function()
    local function fish(line)
      return shell("fish", "--no-config", "-c",
        ("source packaging/completion/sloop.fish; complete -C '%s'"):format(line))
    end
    assert.matches("^sim\trun a topology in virtual time", fish "sloop si")
    assert.equal("--crash-after=\tinteger\n", fish "sloop run lazy_pirate/server --cras")
    assert.equal("Makefile\n", fish "sloop up Makef")
  end)

  -- zsh completes only at a prompt: a terminal with one, where tab is typed.
  it("works in zsh", function()
    local out = shell("zsh", "-f", "-c", [[
      zmodload zsh/zpty
      zpty z zsh -f -i
      zpty -w z 'PS1=; fpath=($PWD/packaging/completion $fpath); autoload -U compinit'
      zpty -w z 'compinit -u -D'
      zpty -w z 'function show() { print -r -- "LINE:$BUFFER:"; zle kill-whole-line; }; zle -N show'
      zpty -w z 'bindkey "^X" show; print ready'
      zpty -r -m z ignored '*ready*'
      for line in 'sloop run lazy_pirate/server --cras' 'sloop show lazy_pirate/se' \
          'sloop up Makef'; do
        zpty -n -w z "$line"$'\t'$'\x18'
        zpty -r -m z got "*LINE:*:*"
        print -r -- "${${got##*LINE:}%%:*}"
      done
      zpty -d z]])
    assert.equal("sloop run lazy_pirate/server --crash-after=\nsloop show lazy_pirate/server \n"
      .. "sloop up Makefile \n", out)
  end)
end)
