"""The hinges of a network of one input: marks on the fitted curve, and their number beside the error."""

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtGui import QColor

from tests.gui.output_bench import panel
from tests.gui.ward import Ward
from twostroke.engine.border.tiling import Regions
from twostroke.engine.session.spec import Session
from twostroke.gui.model.numbers import number
from twostroke.gui.model.regions import told_of_line
from twostroke.gui.panels.output.fitted_curve import FittedCurve
from twostroke.gui.panels.output.output_panel import OutputPanel

__all__ = ["panel"]

AT = np.array([-0.5, 0.25])


def ward(panel: OutputPanel, data: str = "sine", **regions: Any) -> Ward:
    made = Ward(panel, Session.model_validate({"data": {"name": data}, "network": {"layers": [{"units": 4}]}}))
    made.trainer.regions = Regions(0, 3, None, **(regions or {"hinges": AT}))
    return made


def marked(chart: FittedCurve) -> np.ndarray:
    """Columns of the picture in which something has the colour of the marks."""
    image, colour = chart.grab().toImage(), QColor(chart.palette_.warning).rgb()
    return np.array(
        [x for x in range(image.width()) if any(image.pixel(x, y) == colour for y in range(image.height()))]
    )


def test_they_are_marked_where_they_are_and_only_on_demand(panel: OutputPanel) -> None:
    made = ward(panel)
    made.show()
    assert panel.regions.isVisible()
    assert panel.regions.text() == "Hinges"
    assert not marked(panel.curve).size
    panel.regions.setChecked(True)
    found = marked(panel.curve)
    expected = panel.curve.to_screen(np.column_stack([AT, np.zeros(2)]))[:, 0]
    assert found.size
    assert all(np.abs(found - x).min() <= 1.0 for x in expected)
    assert all(np.abs(expected - x).min() <= 6.0 for x in found)
    panel.regions.setChecked(False)
    assert not marked(panel.curve).size
    assert not panel.tiles.isVisible()


def test_their_number_stands_beside_the_error(panel: OutputPanel) -> None:
    made = ward(panel)
    panel.regions.setChecked(True)
    made.show()
    evaluation = made.trainer.evaluation
    assert evaluation is not None
    loss = number(evaluation.train.loss)
    assert panel.tiles.text() == f"2 hinges at update 0, where the curve bends or jumps; train loss {loss}."
    later = told_of_line(Regions(0, 2, None, hinges=AT[:1]), replace(evaluation, update=40))
    assert later.startswith("1 hinge at update 0,")
    assert later.endswith(f"train loss {loss} at update 40.")
    assert told_of_line(Regions(0, 3, None, hinges=AT), None).endswith("jumps.")


def test_where_there_are_none_it_says_why(panel: OutputPanel) -> None:
    made = ward(panel, why="hidden 1 has tanh, which is curved; use relu")
    panel.regions.setChecked(True)
    made.show()
    assert panel.tiles.text() == "No hinges: hidden 1 has tanh, which is curved; use relu."


def test_a_plane_keeps_its_regions(panel: OutputPanel) -> None:
    made = ward(panel, "moons")
    made.show()
    assert panel.regions.text() == "Regions"
    assert panel.regions.accessibleName() == "Linear regions of the plane"
