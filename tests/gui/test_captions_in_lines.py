"""Where a caption goes on in the next line: never between a name, its sign and its number."""

import re

import pytest
from PySide6.QtGui import QTextLayout
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.scenes import texts_of, view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.model.line_breaks import kept_together
from twostroke.gui.stage.paint import shapes
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Text

TORN = re.compile(r"[=≈<>≤≥·+−]$|^(?:· |%)")
CAPTIONS = [
    "Pinned sample 3, one of 10 in the mini-batch, enters: x = −0.660, y = 0.120.",
    "Neuron 3 of hidden 1: term 1 of 2, w · a = 0.42 · (−1.30) = −0.546. The sum so far is −0.3.",
    "The prediction is 0.71, the target 1: the loss of this sample is 0.34; 98.4 % of them have z ≤ −0.5 by now.",
]


def lines_of(item: Text) -> list[str]:
    """As Qt breaks them in that box."""
    layout = QTextLayout(item.written, shapes.font(item))
    layout.beginLayout()
    text, lines = layout.text(), []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(item.wrap)
        lines.append(text[line.textStart() : line.textStart() + line.textLength()].strip(" "))
    layout.endLayout()
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


@pytest.mark.parametrize("caption", CAPTIONS)
def test_no_line_ends_between_a_name_its_sign_and_its_number(qtbot: QtBot, caption: str) -> None:
    torn = 0
    for wide in range(160, 700, 7):
        item = Text(0.0, 0.0, caption, 15.0, 0, wrap=float(wide))
        lines = lines_of(item)
        assert "".join(lines).replace(" ", "") == caption.replace(" ", "")
        assert not any(TORN.search(line) for line in lines[:-1]), lines
        assert not any(re.search(r"^[=≈<>≤≥] [−\d]", line) for line in lines[1:] if "·" not in caption), lines
        torn += len(lines) > 1
    assert torn


@pytest.mark.parametrize(("told", "pieces"), [
    ("enters: x = −0.660, y = 0.120.", ["enters:", "x = −0.660,", "y = 0.120."]),
    ("δ = ∂L/∂a · f′(z) = 0.4 · (−0.2) = −0.08", ["δ = ∂L/∂a · f′(z)", "= 0.4 · (−0.2)", "= −0.08"]),
    ("z < 0 in 98.4 % of them (x = 0.5)", ["z < 0", "in", "98.4 %", "of", "them", "(x = 0.5)"]),
    ("neuron 3 · 1: a − b", ["neuron", "3 · 1:", "a", "− b"]),
    ("part: A 0.680, B −1.2.", ["part:", "A 0.680,", "B −1.2."]),
    ("a mini-batch", ["a", "mini-batch"]),
])  # fmt: skip
def test_what_belongs_together(told: str, pieces: list[str]) -> None:
    assert [piece.replace("\N{NO-BREAK SPACE}", " ") for piece in kept_together(told).split(" ")] == pieces


@pytest.mark.parametrize("phase", [Phase.INPUT, Phase.SUM, Phase.LOSS, Phase.GATE_BACK])
@pytest.mark.parametrize("size", [(1280.0, 720.0), (690.0, 505.0), (480.0, 360.0)])
def test_captions_keep_to_two_lines(qtbot: QtBot, phase: Phase, size: tuple[float, float]) -> None:
    step = Step(phase) if phase in (Phase.INPUT, Phase.LOSS) else Step(phase, 1)
    (caption,) = texts_of(scene_at(view_at(example_session((8, 8)), step), *size), "caption")
    lines = lines_of(caption)
    assert len(lines) <= 2, lines
    assert not any(TORN.search(line) for line in lines[:-1])
