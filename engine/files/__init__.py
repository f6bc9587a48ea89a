"""Sessions, weights and traces as files: read without trust, written whole or not at all."""
