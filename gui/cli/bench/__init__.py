"""What `twostroke bench` measures: one file for each kind of figure. `subcommands/benching.py` says how it is told."""
