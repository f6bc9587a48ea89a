"""`python -m twostroke.gui.cli`: the command line where no script is installed."""

import sys

from twostroke.gui.cli.start import main

if __name__ == "__main__":
    sys.exit(main())
