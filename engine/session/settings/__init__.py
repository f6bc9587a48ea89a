"""The parts of a session: data, network, training; `engine.spec` puts them together."""
