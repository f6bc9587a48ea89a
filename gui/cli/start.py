"""The very beginning of the program: signals are heard before anything that takes time is imported."""

import os

try:
    from twostroke.gui.cli import signals

    signals.end_at_once()
except KeyboardInterrupt:  # it came in the moment before
    os.write(2, b"twostroke: Interrupted.\n")
    os._exit(130)


def main() -> int:
    """Run the command line. Returns the exit code."""
    import sys
    import warnings

    from twostroke.gui.cli import code_page

    code_page.widen()
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # what a library warns of is for developers; what users must know is a sentence
    from twostroke.gui.cli.cli import main as command_line

    code = command_line()
    signals.end_beside_threads(code)
    return code
