--- sloop show: what a role declares.
local cli = require "command/arguments"
local help = require "command/help"
local loader = require "sloop.loader"
local portrait = require "role/describe"
local roles = require "role/find"

local given, wrong = cli.parse(arg, {})
if not given then return cli.wrong(wrong) end
if given.flags.help then
  io.stdout:write(help.text "show", "\n")
  return 0
end
if #given.words ~= 1 then return cli.wrong "show one role: 'sloop list' names them" end

local name = given.words[1]
local path, reason = loader.find_role(name)
if not path then return cli.wrong(reason) end

local declaration
declaration, reason = roles.describe(name)
if not declaration then return cli.fail(reason) end
io.stdout:write(portrait.text(name, declaration, loader.source(path)))
return 0
