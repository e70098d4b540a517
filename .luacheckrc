std = "lua54"
max_line_length = 100
globals = { "arg" }
files["spec"] = { std = "+busted" }
files["scripts/meta"] = { ignore = { "1", "2", "3" } } -- declarations, not code
ignore = {
  "212/self", -- a method need not use its object
  "212/_.*",
}
