"""The tables of docs/lessons.md, made from the tables of the program."""

from collections.abc import Iterable

from twostroke.engine.claims.functions import LAYERS, NUMERIC, WHOLE, Function
from twostroke.engine.claims.vocabulary import GROUPS, LAYER_NAMES, NAMES, PART_NAMES, TRACE
from twostroke.gui.model.lessons.acts import ACTS
from twostroke.gui.model.lessons.controls import BAR, NAMED, key_of


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(map(line, lines))


def line(cells: Iterable[str]) -> str:
    """One line of a table; a bar within a cell is no border."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def acts() -> str:
    """Every act: how it is written, what it takes, what it does."""
    rows = ((f"`{kind.name} = {kind.example}`", kind.takes, kind.does) for kind in ACTS.values())
    return table(("act", "takes", "does"), rows)


def names() -> str:
    """Names that stand alone, and groups of names."""
    alone = ((f"`{name}`", word.means) for name, word in NAMES.items())
    return table(("name", "means"), (*alone, *((f"`{name}`", means) for name, means in GROUPS.items())))


def layer_names() -> str:
    """Parts of a layer."""
    trace = ((f"`l1.{name}`", means) for name, means in TRACE.items())
    return table(("part", "means"), (*trace, *((f"`l1.{name}`", word.means) for name, word in LAYER_NAMES.items())))


def part_names() -> str:
    """Parts of `train` and `test`."""
    return table(("part", "means"), ((f"`test.{name}`", means) for name, (means, _) in PART_NAMES.items()))


def functions(which: tuple[Function, ...]) -> str:
    """Functions of one kind."""
    return table(("function", "says"), ((f"`{each.written}`", each.does) for each in which))


def controls() -> str:
    """What `look_at = "control:KEY"` reaches, by panels."""
    bar = "in the bar", ", ".join(f"`{name}`" for name in BAR)
    panels = ((f"`{panel}.`", ", ".join(f"`{key_of(name)}`" for name in names)) for panel, names in NAMED.items())
    return table(("begins with", "goes on with"), (bar, *panels))


TABLES = {
    "controls": controls,
    "acts": acts,
    "names": names,
    "parts of a layer": layer_names,
    "parts of the data": part_names,
    "functions of numbers": lambda: functions(NUMERIC),
    "functions of a layer": lambda: functions(LAYERS),
    "functions of a network": lambda: functions(WHOLE),
}
"""By what they show."""
