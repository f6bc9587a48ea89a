"""Links and models of other programs as sessions: read as data, without trust, and without those programs."""
