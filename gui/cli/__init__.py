"""The command line: one file for each sub-command, and what `twostroke bench` and `twostroke --smoke` do."""
