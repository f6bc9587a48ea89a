"""No painter is left open: Qt would destroy its device under it, and warn in each frame from then on."""

import re
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

import twostroke.gui
from tests.gui.examples import example_snapshot
from tests.storyboard.updates import of_snapshot
from tests.storyboard.updates import renderer as renderer_of
from twostroke.gui.look.painting import painting, saved
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.moments import telling_cursor
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.storyboard.board import Picture
from twostroke.gui.panels.output.output_panel import OutputPanel

GUI = Path(twostroke.gui.__path__[0])
HOME = GUI / "look" / "painting.py"


class Broken(Exception):
    """What goes wrong in these tests."""


def breaks(*_: object, **__: object) -> None:
    raise Broken


def test_every_painter_is_opened_by_the_one_that_ends_it() -> None:
    files = [file for file in GUI.rglob("*.py") if file != HOME]
    assert len(files) > 50
    opened = re.compile(r"\bQPainter\(|\.(?:save|restore)\(\)\s*(?:#.*)?$", re.MULTILINE)
    found = {
        f"{file.relative_to(GUI)}: {match.group().strip()}"
        for file in files
        for match in opened.finditer(file.read_text(encoding="utf-8"))
        if "painter" in _line(match)
    }
    assert found == set()
    assert opened.search(HOME.read_text(encoding="utf-8"))


def _line(match: re.Match[str]) -> str:
    return match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.end()].lower()


def test_a_painter_ends_whatever_happens(qapp: object) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    kept: list[QPainter] = []

    def break_in_the_middle() -> None:
        with painting(image) as painter, saved(painter):
            kept.append(painter)
            breaks()

    with pytest.raises(Broken):
        break_in_the_middle()
    assert not kept[0].isActive()
    with painting(image) as painter:
        painter.fillRect(image.rect(), QColor("red"))
    assert image.pixelColor(3, 3) == QColor("red")


def test_a_chart_that_breaks_while_it_paints_closes_its_painter(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = OutputPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_view(resolve(example_snapshot(), None, None, Choices()))
    monkeypatch.setattr(panel.map, "paint_field", breaks)
    for _ in range(2):
        with pytest.raises(Broken):
            panel.map.grab()
    monkeypatch.undo()
    assert not panel.map.grab().isNull()


@pytest.mark.parametrize("fails", ["export.laying_out.scene_at", "stage.paint.pieces.draw"])
def test_a_picture_to_export_that_breaks_closes_its_painter(
    qapp: object, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    snapshot = example_snapshot(stroke=True)
    assert snapshot.tape is not None
    moment = telling_cursor(snapshot.tape.depth)
    renderer = renderer_of(of_snapshot(snapshot, Picture(320, 240, title=False), moment=moment))
    with monkeypatch.context() as broken:
        broken.setattr(f"twostroke.gui.{fails}", breaks)
        with pytest.raises(Broken):
            renderer.image(0)
    assert renderer.image(0).width() == 320
