"""The command line in a process of its own; its first argument is a file that it makes as soon as it has trained."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from twostroke.gui.cli import start
from twostroke.gui.cli.subcommands import training

progress = training.progress


@contextmanager
def told(what: str, whole: int) -> Iterator[Callable[[int], None]]:
    with progress(what, whole) as show:

        def shown(done: int) -> None:
            show(done)
            if done > 0:
                begun.touch()

        yield shown


if __name__ == "__main__":
    begun = Path(sys.argv.pop(1))
    training.progress = told
    sys.exit(start.main())
