"""Gates, the loss and cells of masks under the mouse: a click asks where their number comes from."""

import pytest
from PySide6.QtCore import QPointF, Qt
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.scenes import view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.doors_and_cells import NumberTargets
from twostroke.gui.stage.scene.layout import Column
from twostroke.gui.stage.scene.strips import strip_of
from twostroke.gui.stage.scene.zoomed import standing
from twostroke.gui.stage.stage import Stage


@pytest.fixture
def stage(qtbot: QtBot) -> Stage:
    made = Stage()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show_view(view_at(step=Step(Phase.UPDATE)))
    made.show()
    qtbot.waitExposed(made)
    return made


def targets(stage: Stage) -> NumberTargets:
    assert stage.scene is not None
    assert isinstance(stage.scene.numbers, NumberTargets)
    return stage.scene.numbers


def view(stage: Stage) -> ViewState:
    return targets(stage).hand.view


def column(stage: Stage, layer: int) -> Column:
    return targets(stage).hand.layout.columns[layer]


def clicked(stage: Stage, qtbot: QtBot, x: float, y: float) -> list[Quantity]:
    found: list[Quantity] = []
    stage.number_clicked.connect(found.append)
    qtbot.mouseClick(stage, Qt.MouseButton.LeftButton, pos=QPointF(x, y).toPoint())
    stage.number_clicked.disconnect(found.append)
    return found


@pytest.mark.parametrize("zoom", [1.0, 1.6])
def test_the_doors_of_a_gate_are_its_two_masks(stage: Stage, qtbot: QtBot, zoom: float) -> None:
    at = column(stage, 1)
    x, y, half = at.gate_x + at.gate_width / 2, float(at.ys[2]), at.gate_half
    stage.zoom_around(x, y, zoom)
    row = view(stage).row
    upper, lower = stage.camera.to_screen(x, y - 0.6 * half), stage.camera.to_screen(x, y + 0.6 * half)
    assert clicked(stage, qtbot, *upper) == [Quantity(Kind.FORWARD_MASK, 1, 2, row=row)]
    assert clicked(stage, qtbot, *lower) == [Quantity(Kind.BACKWARD_MASK, 1, 2, row=row)]


def test_a_neuron_beside_its_gate_is_still_pinned(stage: Stage, qtbot: QtBot) -> None:
    at = column(stage, 1)
    with qtbot.waitSignal(stage.neuron_clicked) as asked:
        assert clicked(stage, qtbot, float(at.xs[2]), float(at.ys[2])) == []
    assert asked.args == [NeuronRef(1, 2)]


def test_the_loss_its_target_and_its_prediction(stage: Stage, qtbot: QtBot) -> None:
    left, top, width, height = targets(stage).hand.layout.card
    row, depth = view(stage).row, view(stage).depth
    asked = [clicked(stage, qtbot, left + width / 2, top + share * height) for share in (0.2, 0.4, 0.8)]
    assert asked == [
        [Quantity(Kind.A, depth, 0, row=row)],
        [Quantity(Kind.TARGET, 0, 0, row=row)],
        [Quantity(Kind.LOSS, row=row)],
    ]


@pytest.mark.parametrize("zoom", [1.0, 2.0])
def test_a_cell_of_a_mask_and_of_a_raster(stage: Stage, qtbot: QtBot, zoom: float) -> None:
    strip, row = strip_of(targets(stage).hand.scenery, 2), view(stage).row
    stage.zoom_around(float(column(stage, 2).x), 250.0, zoom)
    scene = stage.scene
    assert scene is not None
    marks = scene.marks[2]
    stands = next(s for s in standing(scene, stage.camera.zoomed) if s.marks is marks)
    across = strip.left + 3.5 * strip.cell
    x = across if zoom == 1.0 else stands.x + (across - marks.x) * stands.stretch
    asked = [clicked(stage, qtbot, x, top + strip.tall / 2) for top in (strip.forward, strip.backward)]
    assert asked == [[Quantity(Kind.FORWARD_MASK, 2, 3, row=row)], [Quantity(Kind.BACKWARD_MASK, 2, 3, row=row)]]
    for raster, kind in zip(marks.rasters, (Kind.FORWARD_MASK, Kind.BACKWARD_MASK), strict=True):
        with qtbot.waitSignal(stage.sample_clicked) as sample:
            found = clicked(stage, qtbot, x, raster.top + 1.5 * raster.row)
        assert sample.args == [raster.first + 1]
        assert found == [Quantity(kind, 2, 3, row=raster.first + 1)]


def test_an_output_without_a_gate_of_its_own_has_no_doors(stage: Stage) -> None:
    stage.show_view(view_at(example_session(data="digits"), step=Step(Phase.UPDATE)))
    last = column(stage, view(stage).depth)
    assert view(stage).layers[-1].gain is None
    assert targets(stage).in_network(last.gate_x + 1, float(last.ys[0])) is None
    left, top, width, height = targets(stage).hand.layout.card
    found = stage.number_at(left + width / 2, top + 0.4 * height)
    assert found is not None
    assert found.unit == int(view(stage).target.argmax())


def test_nothing_is_found_on_empty_ground(stage: Stage, qtbot: QtBot) -> None:
    assert stage.number_at(5.0, 300.0) is None
    with qtbot.waitSignal(stage.neuron_clicked) as asked:
        assert clicked(stage, qtbot, 5.0, 300.0) == []
    assert asked.args == [None]
