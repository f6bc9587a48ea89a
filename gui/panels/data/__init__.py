"""Which samples the network learns."""
