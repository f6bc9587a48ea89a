"""Linear collapse in the panel *Health*: seen where the layers are one, gone where they are not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.gui.ward import Ward
from twostroke.engine.border import commands as c
from twostroke.engine.border.health import Collapse, Health
from twostroke.engine.session.spec import Session
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.collapse import apart, title
from twostroke.gui.model.numbers import number
from twostroke.gui.panels.health.health_panel import HealthPanel


@pytest.fixture
def panel(qtbot: QtBot) -> HealthPanel:
    made = HealthPanel()
    qtbot.addWidget(made)
    made.resize(290, 900)
    made.show()
    return made


def session_of(activation: str = "identity", data: str = "iris", **parts: Any) -> Session:
    layers = [{"units": 4, "activation": activation}, {"units": 3, "activation": activation}]
    return Session.model_validate({"data": {"name": data}, "network": {"layers": layers}, **parts})


def product(made: Ward) -> np.ndarray:
    w = [made.trainer.network.weight(layer).astype(np.float64) for layer in (1, 2, 3)]
    return np.asarray(w[2] @ w[1] @ w[0])


def test_the_cells_are_the_product(panel: HealthPanel) -> None:
    made = Ward(panel, session_of())
    made.train(40)
    view = panel.collapse
    assert view.isVisible()
    assert view.title.text() == "These 3 layers are one: W₃ W₂ W₁ ="
    assert np.abs(view.matrix.weight - product(made)).max() < 1e-9
    assert "update 40" in view.apart.text()
    assert view.apart.text().endswith("(round-off of float32).")
    last = view.matrix.cell(2, 3).center()
    expected = number(float(product(made)[2, 3]))
    assert view.matrix.told(last.x(), last.y()) == f"W from input 4 to output 3: {expected}"
    bias = view.matrix.cell(1, 4).center()
    assert view.matrix.told(bias.x(), bias.y()) == f"b of output 2: {number(float(view.matrix.bias[1]))}"
    assert view.matrix.told(bias.x(), 2.0) == ""


def test_it_goes_and_comes_with_the_gates(panel: HealthPanel) -> None:
    made = Ward(panel, session_of("relu"))
    assert not panel.collapse.isVisible()
    made.ask(c.Open(session_of("relu", gates={"forward": False})))
    made.examine()
    assert panel.collapse.isVisible()
    made.ask(c.Open(session_of("relu")))
    made.examine()
    assert not panel.collapse.isVisible()


def test_a_large_one_is_a_picture_inside_the_panel(panel: HealthPanel) -> None:
    Ward(panel, session_of(data="digits"))
    matrix = panel.collapse.matrix
    assert matrix.weight.shape == (10, 64)
    assert matrix._digits is None
    assert matrix.cell(9, 64).right() <= matrix.width()
    assert matrix.cell(9, 64).bottom() <= matrix.height()
    assert matrix.cell(0, 63).right() < matrix.cell(0, 64).left()


def test_numbers_stand_in_cells_that_have_room(panel: HealthPanel) -> None:
    Ward(panel, session_of(data="moons"))
    matrix = panel.collapse.matrix
    assert matrix._digits == 3
    assert matrix.cell(0, 2).right() <= matrix.width()
    panel.resize(1000, 900)
    matrix.show_map(np.full((1, 2), -0.00123456), np.zeros(1), 9)
    assert matrix._digits is not None  # fewer than were asked for, where all of them have no room
    assert matrix._digits < 9


def test_colours_follow_the_theme(panel: HealthPanel) -> None:
    Ward(panel, session_of())
    matrix = panel.collapse.matrix
    before = QColor(matrix.grab().toImage().pixel(2, 20))
    dress(panel, PALETTES[Theme.LIGHT])
    assert QColor(matrix.grab().toImage().pixel(2, 20)) != before


def test_only_what_rounding_explains_is_called_round_off() -> None:
    found = Collapse(np.eye(2), np.zeros(2), True, 1.2e-7, 3.4)
    health = Health(7, 250, (), collapse=found)
    sentence = "Largest difference from the stack over 250 samples, update 7: "
    assert apart(health, "float32") == sentence + "1.2·10⁻⁷ of 3.4 (round-off of float32)."
    assert apart(health, "float64") == sentence + "1.2·10⁻⁷ of 3.4."
    assert apart(replace(health, collapse=None), "float32") == ""


def test_many_layers_are_not_all_named() -> None:
    assert title(2, True) == "These 2 layers are one: W₂ W₁ ="
    assert title(12, True) == "These 12 layers are one: W₁₂ W₁₁ … W₁ ="
    assert title(2, False) == "These 2 layers are one linear map: z = W x + b, W ="
