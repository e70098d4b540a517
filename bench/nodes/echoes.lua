--- Echo workers of majordomo, as parts of one node.
return { parts = { echo = { "majordomo/worker", service = "echo", count = 16 } } }
