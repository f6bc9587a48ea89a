"""What the lessons of the program assert, over twenty seeds: writes docs/lessons-proof.md.

`make lessons` runs it.
"""

import sys
from collections.abc import Iterator

from tests.lessons.lesson_tables import table
from tests.project import ROOT
from twostroke.gui.cli.subcommands.proving import play_all, value_told
from twostroke.gui.model.lessons import lessons
from twostroke.gui.model.lessons.proof import Tally, seeds_of, tallies

WHERE = ROOT / "docs" / "lessons-proof.md"
SEEDS = 20

HEAD = """# What the lessons claim

Each assertion of each lesson, played without a window from 20 first weights: the seed of the lesson's session and the
nineteen after it, on the same data. Values are those that an assertion is about. Where a lesson does not ask for every
seed, the number that it asks for stands in brackets. Written by `make lessons`; the command `twostroke
lessons run --all --seeds 20` tells the same.

"""


def rows() -> Iterator[tuple[bool, tuple[str, ...]]]:
    """Whether an assertion holds as often as it should, and its row."""
    every = lessons()
    done = iter(play_all([(lesson, seed) for lesson in every for seed in seeds_of(lesson, SEEDS)], print_progress))
    for lesson in every:
        own = [next(done) for _ in range(SEEDS)]
        for tally in tallies(own):
            yield tally.holds, row(lesson.name, tally)
        for problem in sorted({problem for proof in own for problem in proof.problems}):
            yield False, (lesson.name, "", problem, "no", "", "")


def row(name: str, tally: Tally) -> tuple[str, ...]:
    """One assertion of one lesson."""
    wanted, of = tally.share
    asked = "" if wanted == of else f" ({wanted} of {of})"
    numbers = [value for value in tally.values if isinstance(value, int | float) and not isinstance(value, bool)]
    ends = (min(numbers), max(numbers)) if len(numbers) == len(tally.values) else (tally.values[0], tally.values[-1])
    often = f"{sum(tally.held)} of {len(tally.held)}{asked}"
    return name, str(tally.scene), f"`{tally.text}`", often, *map(value_told, ends)


def print_progress(done: int) -> None:
    """How many plays are done, now and then."""
    if done % SEEDS == 0:
        print(f"{done} plays", flush=True)


def main() -> int:
    """Write the table; 1 where an assertion fails."""
    every = list(rows())
    head = ("lesson", "scene", "assertion", "holds", "smallest value", "largest value")
    WHERE.write_text(HEAD + table(head, (cells for _, cells in every)) + "\n", "utf-8")
    failed = [cells for well, cells in every if not well]
    for cells in failed:
        print("FAILED:", *cells)
    print(f"{len(every)} assertions, {len(failed)} of them fail: docs/{WHERE.name}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
