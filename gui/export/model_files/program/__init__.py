"""A session as a program to read: what it is made of, in NumPy or PyTorch, and only what this session uses.

Each part of a network or of its training has its lines in a table of this folder, by its name in the session.
"""
