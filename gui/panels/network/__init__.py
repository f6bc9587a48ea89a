"""The network's layers."""
