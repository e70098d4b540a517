std = "lua54"
max_line_length = 100
files["spec"] = { std = "+busted" }
files["scripts/meta"] = { globals = { "arg" }
ignore = { "1", "2", "3" } } -- declarations, not code
globals = { "arg" }
ignore = {
  "212/self", -- a method need not use its object
  "212/_.*",
}
