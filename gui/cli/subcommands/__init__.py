"""What each sub-command of `twostroke` does. `gui/cli/cli.py` names them and their options."""
