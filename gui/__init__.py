"""The window, the pictures and the command line."""
