"""The loss around the state that a network is in, and the way that led there."""
