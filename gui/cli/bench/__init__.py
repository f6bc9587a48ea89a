"""What `twostroke bench` measures: one file for each kind of figure. `gui/commands/benching.py` says how it is told."""
