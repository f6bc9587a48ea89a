"""Options of `twostroke export` that do not go together."""

import pytest

from twostroke.gui.cli.subcommands.going_together import check_together
from twostroke.gui.cli.subcommands.speech import BadInput


@pytest.mark.parametrize(("source", "output", "shape", "given", "said"), [
    ("two-strokes", "a.pdf", "solution", {"fps"}, "--fps does not go with --as solution"),
    ("two-strokes", "a.pdf", "sheet", {"max_mb"}, "--max-mb does not go with --as sheet"),
    ("film.storyboard.toml", "a.pdf", "sheet", set(), "name its session"),
    ("film.storyboard.toml", "a.npz", "", set(), "a.npz holds code, a model or numbers; name its session instead"),
    ("two-strokes", "a.py", "", {"title"}, "--title does not go with .py"),
    ("two-strokes", "a.csv", "numbers", {"moment"}, "--moment does not go with .csv"),
    ("two-strokes", "a.pdf", "soluton", {"name"}, "--as soluton is not known here. Did you mean solution?"),
    ("two-strokes", "a.tex", "shet", {"digits"}, "--as shet is not known here. Did you mean sheet?"),
    ("two-strokes", "a.mp4", "", {"digits"}, "--digits goes with --as solution and --as sheet alone"),
    ("two-strokes", "a.py", "", {"seed"}, "--seed does not go with .py"),
])  # fmt: skip
def test_an_option_that_would_be_passed_over_is_refused(
    source: str, output: str, shape: str, given: set[str], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        check_together(source, output, shape, frozenset(given | {"session", "output"}))


@pytest.mark.parametrize(("output", "shape", "given"), [
    ("a.tex", "solution", {"at", "row", "digits", "seed", "neuron", "name"}),
    ("a.npz", "weights", {"at", "row"}),
    ("a.mp4", "film", {"fps", "show", "until", "layout", "at"}),
    ("a.png", "", {"moment", "theme", "lens"}),
])  # fmt: skip
def test_what_goes_together_is_let_through(output: str, shape: str, given: set[str]) -> None:
    check_together("two-strokes", output, shape, frozenset(given | {"session", "output", "as_"}))
