"""One neuron, whatever can be said of it."""
