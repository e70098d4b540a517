--- Simple pirate queue: a load balancer; it is the clients, lazy pirates, that make it reliable.
return require "load_balancer/broker"
