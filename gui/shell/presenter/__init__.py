"""Presenter mode: the picture alone, large enough for the back row; what only the lecturer sees has its own window."""
