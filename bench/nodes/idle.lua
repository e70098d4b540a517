--- One of many that have nothing to do.
return { sockets = { inbox = { "pull" } }, on = { inbox = function() end } }
