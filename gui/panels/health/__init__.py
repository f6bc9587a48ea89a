"""How the network is doing: what is wrong with it and what usually helps, and the figures of its layers and units."""
