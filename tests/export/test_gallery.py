"""The gallery's page, as it stands in docs/: its commands are ones that the program takes, and it has every kind."""

import re
import shlex
from pathlib import Path

import pytest
import typer
from PIL import Image

from tests.export.exhibits import EXHIBITS, outputs
from tests.export.gallery import PAGE, STORYBOARDS, WHERE
from tests.project import ROOT
from twostroke.gui.cli.cli import app
from twostroke.gui.export.formats import FORMATS, format_for
from twostroke.gui.export.model_files.model_formats import MODEL_FORMATS, model_format
from twostroke.gui.export.solution.sheets import SHEETS
from twostroke.gui.model.storyboard.storyboard_file import open_storyboard

TEXT = PAGE.read_text("utf-8")
COMMANDS = [line for block in re.findall(r"```\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()]
PAPER = ("solution", "sheet")


def shape_of(words: list[str]) -> str:
    return words[words.index("--as") + 1] if "--as" in words else ""


def test_the_page_has_the_commands_that_it_is_made_by() -> None:
    assert [command for exhibit in EXHIBITS for command in exhibit.commands] == COMMANDS


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_page_is_understood(line: str) -> None:
    """Its options and its ending; and its storyboard lies beside the page."""
    program, name, *words = shlex.split(line)
    assert program == "twostroke"
    context = typer.main.get_command(app).commands[name].make_context(name, list(words))  # type: ignore[attr-defined]
    source, target = context.params["session"], context.params["output"]
    if source.endswith(".storyboard.toml"):
        assert open_storyboard(WHERE / source).shots
    if context.params["as_"] in PAPER:
        assert Path(target).suffix in {sheet.ending for sheet in SHEETS}
    elif model_format(target) is None:
        assert format_for(target, context.params["as_"])


def test_each_kind_has_its_place() -> None:
    words = [shlex.split(line) for line in COMMANDS]
    made = {(Path(outputs(line)[0]).suffix, shape_of(each)) for line, each in zip(COMMANDS, words, strict=True)}
    assert {(known.ending, known.shape) for known in FORMATS} - made == set()
    assert {known.ending for known in MODEL_FORMATS} - {ending for ending, _ in made} == set()
    assert set(PAPER) <= {shape for _, shape in made}


def test_what_the_page_links_is_there_and_small() -> None:
    """Nothing lies about that it does not link, either."""
    linked = set(re.findall(r'(?:\]\(|src="|srcset=")(?!https?:)([^)"#]+)', TEXT))
    assert len(linked) > len(EXHIBITS)
    assert {name for name in linked if not (PAGE.parent / name).exists()} == set()
    lying = {f"gallery/{file.name}" for file in WHERE.iterdir()}
    assert lying <= linked
    assert sum(file.stat().st_size for file in WHERE.iterdir()) < 4_000_000
    assert list(WHERE.glob(STORYBOARDS))


def test_the_front_page_shows_both_strokes() -> None:
    """A film that is soon there, and soon seen."""
    (name,) = re.findall(r"\((docs/gallery/\S+\.gif)\)", (ROOT / "README.md").read_text("utf-8"))
    assert (ROOT / name).stat().st_size < 1_000_000
    with Image.open(ROOT / name) as film:
        seconds = 0.0
        for frame in range(film.n_frames):  # type: ignore[attr-defined]
            film.seek(frame)
            seconds += film.info["duration"] / 1000
    assert 5 < seconds <= 12
