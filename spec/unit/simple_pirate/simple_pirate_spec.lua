--- Specs: the simple pirate.
describe("the simple pirate", function()
  it("is a load balancer, whose clients do the rest", function()
    assert.equal(require "load_balancer/broker", (require "simple_pirate/queue"))
    assert.equal(require "load_balancer/worker", (require "simple_pirate/worker"))
  end)
end)
