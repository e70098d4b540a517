--- Simple pirate worker: a load balancer's, which says READY once and never asks who still listens.
return require "load_balancer/worker"
