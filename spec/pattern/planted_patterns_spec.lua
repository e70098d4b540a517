--- Bugs planted into the patterns: a simulation of their topologies finds each of them. Those of
-- one half; the other is planted_patterns_again_spec.lua, so that the two run side by side.
require "spec.planted.specify"(1)
