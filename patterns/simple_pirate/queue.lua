--- Simple pirate queue: a load balancer; the clients, lazy pirates, make it reliable.
return require "load_balancer/broker"
