"""A format is one entry of the table and its writer; then the command line exports it and the dialog offers it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_snapshot
from twostroke.engine.border.cursor import Cursor
from twostroke.gui.cli import cli
from twostroke.gui.export import formats
from twostroke.gui.export.dialog import ExportDialog
from twostroke.gui.export.formats import FORMATS
from twostroke.gui.export.kind import Format, Needs, Work
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.stage.scene.items import Scene


@dataclass
class WordsWriter:
    """What is written in the pictures, as JSON."""

    work: Work
    pictures: list[Any] = field(default_factory=list)

    def add(self, picture: Scene) -> None:
        self.pictures.append(picture.texts("caption"))

    def close(self) -> None:
        self.work.path.write_text(json.dumps([self.work.title, self.work.frames, self.pictures]), encoding="utf-8")


@dataclass
class SizesWriter:
    """How large the images are."""

    work: Work
    sizes: list[tuple[int, int]] = field(default_factory=list)

    def add(self, picture: QImage) -> None:
        self.sizes.append((picture.width(), picture.height()))

    def close(self) -> None:
        samples = [(image.width(), image.height()) for image in self.work.samples()]
        self.work.path.write_text(json.dumps([self.work.fps, self.sizes, samples]))


WORDS = Format("Words of the picture", ".words", WordsWriter, Needs.SCENE)
SIZES = Format("Sizes of the images", ".sizes", SizesWriter, moving=True, even=True, most_fps=4)


@pytest.fixture(autouse=True)
def two_more(monkeypatch: pytest.MonkeyPatch, application: object) -> None:
    """The table with two entries more, and nothing else changed."""
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, WORDS, SIZES))


def export(target: Path, *options: str) -> Any:
    """As who types it."""
    assert cli.main(["export", "two-strokes", "-o", str(target), "--at", "0", *options]) == 0
    return json.loads(target.read_text(encoding="utf-8"))


def test_the_command_line_exports_what_needs_a_scene(tmp_path: Path) -> None:
    title, frames, pictures = export(tmp_path / "one.words", "--moment", "gate:1")
    assert (title, frames) == ("Twostroke: one", 1)
    assert len(pictures) == 1
    assert pictures[0][0].startswith("z meets the gates of hidden 1.")


def test_the_command_line_exports_what_needs_images(tmp_path: Path) -> None:
    fps, sizes, samples = export(tmp_path / "all.sizes", "--size", "97x65", "--fps", "4", "--seconds", "1")
    assert fps == 4
    assert set(map(tuple, sizes)) == {(96, 64)} == set(map(tuple, samples))
    assert len(sizes) == 4


def test_its_limits_and_its_ending_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ("export", "two-strokes", "--at", "0", "-o")
    assert cli.main([*asked, str(tmp_path / "all.sizes"), "--fps", "5"]) == 2
    assert "Sizes of the images shows at most 4 frames a second" in capsys.readouterr().err
    assert cli.main([*asked, str(tmp_path / "one.word")]) == 2
    assert ".pptx, .html, .words, .sizes, a folder without" in capsys.readouterr().err


def test_the_dialog_offers_it(qtbot: QtBot) -> None:
    snapshot = example_snapshot(stroke=True)
    dialog = ExportDialog(resolve(snapshot, snapshot.tape, Cursor(3), Choices()))
    qtbot.addWidget(dialog)
    offered = [dialog.kind.itemText(place) for place in range(dialog.kind.count())]
    assert offered[-2:] == ["Words of the picture (.words)", "Sizes of the images (.sizes)"]
    dialog.kind.setCurrentIndex(len(offered) - 1)
    assert dialog.file.text().endswith(".sizes")
    assert (dialog.fps.maximum(), dialog.fps.isEnabled()) == (4, True)
    dialog.kind.setCurrentIndex(len(offered) - 2)
    assert dialog.file.text().endswith(".words")
    assert not dialog.fps.isEnabled()
