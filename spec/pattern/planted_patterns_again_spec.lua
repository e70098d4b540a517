--- Bugs planted into the patterns: the second half of planted_patterns_spec.lua.
require "spec.planted.specify"(2)
