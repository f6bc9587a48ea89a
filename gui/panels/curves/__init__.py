"""How the training went: figures over the updates."""
