"""What appears with a choice moves nothing that the pointer may be about to click: each control keeps its place."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QWidget

from tests.gui.examples import example_session
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.session.spec import OPTIMIZERS, Session
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.panels.training.training_panel import TrainingPanel

__all__ = ["bench", "settings"]

Places = dict[str, int]


def places(panel: QWidget, fields: list[QWidget]) -> Places:
    """How far each field lies below the top of the panel, when all is laid out. Remarks come at the end."""
    before: Places = {}
    while (found := _now(panel, fields)) != before:
        before = found
        QTest.qWait(20)
    return found


def _now(panel: QWidget, fields: list[QWidget]) -> Places:
    return {f"{f.accessibleName()} {id(f)}": f.mapTo(panel, QPoint(0, 0)).y() for f in fields if f.isVisible()}


def choose_all(panel: QWidget, combo: QComboBox, fields: Callable[[], list[QWidget]]) -> dict[str, Places]:
    """The places of `fields` with each choice of `combo`."""
    found = {}
    for index in range(combo.count()):
        combo.setCurrentIndex(index)
        combo.activated.emit(index)
        found[combo.itemText(index)] = places(panel, fields())
    return found


def steady(found: dict[str, Places]) -> None:
    """What is there with the first choice and with another is at the same place."""
    first = next(iter(found.values()))
    for name, at in found.items():
        both = first.keys() & at.keys()
        assert {key: at[key] for key in both} == {key: first[key] for key in both}, name


def network(bench: Bench) -> NetworkPanel:
    bench.link.engine.change(session=example_session((4, 4, 4)))
    bench.link.deliver()
    return bench.window.panel(NetworkPanel)


def controls(panel: NetworkPanel) -> list[QWidget]:
    rows = [widget for row in panel.layer_rows for widget in (row.units.field, row.activation, row.more.button)]
    return [*rows, panel.output, *(editor.field for editor in panel.rest.editors.values())]


def test_no_activation_of_a_layer_moves_the_next(bench: Bench) -> None:
    panel = network(bench)
    found = choose_all(panel, panel.layer_rows[0].activation, lambda: controls(panel))
    assert len(found) > 10
    steady(found)


def test_one_activation_for_all_layers_moves_nothing(bench: Bench) -> None:
    panel = network(bench)
    steady(choose_all(panel, panel.every, lambda: controls(panel)))


def test_no_activation_of_the_output_moves_what_is_below(bench: Bench) -> None:
    panel = network(bench)
    steady(choose_all(panel, panel.output, lambda: controls(panel)))


def test_no_beginning_of_the_weights_moves_what_is_below(bench: Bench) -> None:
    panel = network(bench)
    combo = panel.init.editors["name"].field
    assert isinstance(combo, QComboBox)
    steady(choose_all(panel, combo, lambda: controls(panel)))


def test_neurons_of_their_own_take_no_more_room(bench: Bench) -> None:
    panel = network(bench)
    before = places(panel, controls(panel))
    session = example_session((4, 4, 4))
    layer = session.network.layers[0]
    own = layer.model_copy(update={"neurons": (layer.activation,) * layer.units})
    changed = session.network.model_copy(update={"layers": (own, *session.network.layers[1:])})
    bench.link.engine.change(session=Session.model_validate(session.model_copy(update={"network": changed})))
    bench.link.deliver()
    assert panel.layer_rows[0].level.isVisible()
    assert places(panel, controls(panel)) == before


@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.items() if not entry.output_only])
def test_the_row_below_an_activation_has_its_parameters_or_its_formula(bench: Bench, name: str) -> None:
    row = network(bench).layer_rows[1]
    row.activation.setCurrentIndex(row.activation.findData(name))
    QTest.qWait(10)
    shown = row.parameters
    assert set(shown.editors) == {parameter.name for parameter in CATALOGUE[name].parameters}
    assert shown.formula.isVisible() is not bool(shown.editors)
    assert CATALOGUE[name].formula in shown.formula.toolTip()
    for editor in shown.editors.values():
        assert editor.isVisible()
        assert editor.height() >= editor.field.minimumSizeHint().height()


def training_fields(panel: TrainingPanel) -> list[QWidget]:
    forms = (panel.loss, panel.rest, panel.gates)
    return [*(e.field for form in forms for e in form.editors.values()), panel.optimizer, *panel.more.fields()]


def test_no_optimizer_moves_what_is_below(bench: Bench) -> None:
    panel = bench.window.panel(TrainingPanel)
    found = choose_all(panel, panel.optimizer, lambda: training_fields(panel))
    assert len(found) == len(OPTIMIZERS)
    steady(found)


@pytest.mark.parametrize("part", ["schedule", "clip", "classes"])
def test_what_is_rarely_needed_keeps_its_place(bench: Bench, part: str) -> None:
    panel = bench.window.panel(TrainingPanel)
    panel.further.button.click()
    combo = getattr(panel.more, part).editors["name"].field
    steady(choose_all(panel, combo, lambda: training_fields(panel)))


def test_no_loss_moves_what_is_below(bench: Bench) -> None:
    panel = bench.window.panel(TrainingPanel)
    combo = panel.loss.editors["name"].field
    assert isinstance(combo, QComboBox)
    fields = [editor.field for editor in panel.rest.editors.values()]
    found = choose_all(panel, combo, lambda: [*fields, panel.optimizer])
    steady(found)


def test_momentum_brings_nesterov_without_moving_anything(bench: Bench) -> None:
    panel = bench.window.panel(TrainingPanel)
    panel.optimizer.setCurrentIndex(panel.optimizer.findData("sgd"))
    before = places(panel, [panel.optimizer, *(e.field for e in panel.gates.editors.values())])
    momentum, nesterov = (panel.rules["sgd"].editors[name] for name in ("momentum", "nesterov"))
    for number, there in ((0.9, True), (0.0, False)):
        momentum.field.setValue(number)  # type: ignore[attr-defined]
        QTest.qWait(10)
        assert nesterov.isVisible() is there
        assert places(panel, [panel.optimizer, *(e.field for e in panel.gates.editors.values())]) == before


def test_an_activation_of_ones_own_moves_nothing_in_the_inspector(bench: Bench) -> None:
    network(bench)
    bench.controller.select(NeuronRef(1, 2))
    panel = bench.window.panel(InspectorPanel)
    found = choose_all(panel, panel.gate.activation, lambda: [panel.gate.activation, panel.lines])
    steady(found)
