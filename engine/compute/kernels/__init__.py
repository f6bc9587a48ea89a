"""Compiled arithmetic: arrays in, out-arrays last; no exceptions, no strings."""
