"""A session as code, its network as a model for other programs, and the numbers of an update as tables."""
