--- Simple pirate worker: a load balancer's, which says READY once and does not notice a new queue.
return require "load_balancer/worker"
