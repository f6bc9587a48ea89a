"""Data, network and training panels: what they show of a session, and the commands that their widgets send."""

from dataclasses import replace
from itertools import pairwise
from typing import Any, TypeVar

import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.edits import made
from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.border.commands import Edit, Undo
from twostroke.engine.border.snapshot import Status
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.engine.data.names import DATASETS, OWN
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session import spec
from twostroke.engine.session.spec import Session
from twostroke.gui.look.colour import mixed, ramp_between
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model import edits
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.panel import Panel, SettingsPanel
from twostroke.gui.panels.base.widgets import Disclosure
from twostroke.gui.panels.data.data_panel import DataPanel
from twostroke.gui.panels.network.layer_row import LayerRow
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.training.training_panel import TrainingPanel
from twostroke.gui.shell.tab import stops

P = TypeVar("P", bound=Panel)


def view_of(session: Session, **facts: Any) -> ViewState:
    return resolve(replace(example_snapshot(session, **facts), answered=10**6), None, None, Choices())


def shown(qtbot: QtBot, panel: P, session: Session) -> P:
    qtbot.addWidget(panel)
    panel.show()
    panel.show_view(view_of(session))
    return panel


@pytest.mark.parametrize("kind", [DataPanel, NetworkPanel, TrainingPanel])
@pytest.mark.parametrize("data", list(DATASETS))
def test_showing_any_session_sends_nothing(qtbot: QtBot, kind: type[SettingsPanel], data: str) -> None:
    panel = kind()
    commands = made(panel)
    shown(qtbot, panel, example_session())
    for activation in ("prelu", "quadratic", "gelu"):
        panel.show_view(view_of(example_session((3,), activation, data, training={"optimizer": "adam"})))
    assert commands == []


def test_the_data_panel_shows_and_sends(qtbot: QtBot) -> None:
    panel = shown(qtbot, DataPanel(), example_session(data="moons"))
    commands = made(panel)
    assert panel.chooser.currentData() == "moons"
    assert panel.chooser.toolTip() == "drawn for tests"
    assert [name for name, button in panel.features.buttons.items() if button.isChecked()] == ["x", "y"]
    panel.features.buttons["x^2"].click()
    panel.form.editors["noise"].field.setValue(0.2)
    panel.chooser.setCurrentIndex(panel.chooser.findData("iris"))
    assert commands[0].session.data.features == ("x", "y", "x^2")
    assert commands[1].session.data.noise == 0.2
    assert commands[1].session.data.features == ("x", "y", "x^2")  # quick edits add up
    assert commands[2].session.training.loss.name == "cross_entropy"
    assert panel.notice.text() == "Output is now softmax and loss is now cross-entropy."
    assert panel.notice.isVisible()


def test_a_remark_ends_with_the_edit_it_is_about(qtbot: QtBot) -> None:
    panel = shown(qtbot, DataPanel(), example_session())
    commands = made(panel)
    panel.chooser.setCurrentIndex(panel.chooser.findData("iris"))
    panel.show_view(view_of(commands[0].session))
    assert panel.notice.isVisible()
    elsewhere = edits.set_units(commands[0].session, 1, 3).session
    panel.show_view(view_of(elsewhere))
    assert panel.notice.isVisible(), "an edit in a panel below must not move under the pointer"
    panel.show_view(view_of(example_session()))  # undone
    assert not panel.notice.isVisible()
    assert panel.chooser.currentData() == "spiral"


def test_tables_offer_neither_noise_nor_features(qtbot: QtBot) -> None:
    panel = shown(qtbot, DataPanel(), example_session(data="wine"))
    visible = [name for name, editor in panel.form.editors.items() if editor.isVisible()]
    assert visible == ["train_share", "seed"]
    assert not panel.features.isVisible()


def test_the_last_feature_cannot_be_taken_away(qtbot: QtBot) -> None:
    session = example_session(data="sine")
    panel = shown(qtbot, DataPanel(), session)
    commands = made(panel)
    panel.features.buttons["x"].click()
    assert commands == []
    assert "at least one input" in panel.notice.text()
    assert panel.features.buttons["x"].isChecked()


def test_thumbnails_are_drawn_for_every_dataset(qtbot: QtBot) -> None:
    panel = shown(qtbot, DataPanel(), example_session())
    assert all(panel.chooser.itemIcon(i).isNull() for i in range(panel.chooser.count()))
    panel.chooser.showPopup()
    panel.chooser.hidePopup()
    pictures = [panel.chooser.itemIcon(i).pixmap(40).toImage() for i in range(panel.chooser.count())]
    assert not any(picture.isNull() for picture in pictures)
    drawn = {
        name: picture for name, picture in zip((*DATASETS, *OWN), pictures, strict=True) if name in ("spiral", "moons")
    }
    assert drawn["spiral"] != drawn["moons"]


def test_the_network_panel_has_a_row_for_each_layer(qtbot: QtBot) -> None:
    panel = shown(qtbot, NetworkPanel(), example_session((4, 6, 2), "tanh"))
    assert [row.units.value() for row in panel.layer_rows] == [4, 6, 2]
    assert panel.layer_rows[1].activation.currentText() == "tanh"
    assert panel.total.text() == f"{example_session((4, 6, 2)).parameter_count} weights and biases"
    first = panel.layer_rows[0]
    panel.show_view(view_of(example_session((4,), "tanh")))
    assert panel.layer_rows == [first]
    panel.show_view(view_of(example_session(())))
    assert panel.layer_rows == []
    assert not panel.fewer.isEnabled()


def test_the_network_panel_sends(qtbot: QtBot) -> None:
    panel = shown(qtbot, NetworkPanel(), example_session((4, 6)))
    commands = made(panel)
    panel.layer_rows[0].units.field.stepUp()
    panel.layer_rows[1].activation.setCurrentIndex(panel.layer_rows[1].activation.findData("elu"))
    panel.more.click()
    panel.fewer.click()
    panel.output.setCurrentIndex(panel.output.findData("tanh"))
    panel.rest.editors["dtype"].field.setCurrentIndex(1)
    labels = [command.label for command in commands]
    assert labels == [
        "Set hidden 1 to 5 units",
        "Set hidden 2 to ELU",
        "Add hidden 3",
        "Remove hidden 3",
        "Set output to tanh",
        "Set precision to 64 bit",
    ]
    assert commands[-1].session.network.layers[0].units == 5
    assert commands[-1].session.training.loss.name == "mse"


def test_tab_visits_the_fields_from_top_to_bottom(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    data, network, training = DataPanel(), NetworkPanel(), TrainingPanel()
    for panel in (data, network, training):
        column.addWidget(panel)
    window.show()
    for fold in (network.output_more, training.further):
        fold.button.click()
    for activation in ("relu", "leaky_relu"):  # fields that come later must not go to the end of the window
        for panel in (data, network, training):
            panel.show_view(view_of(example_session((4, 4), activation)))
    qtbot.waitUntil(network.layer_rows[1].parameters.isVisible, timeout=60_000)
    network.layer_rows[0].more.button.click()
    middles = [widget.mapTo(window, widget.rect().center()) for widget in stops(window)]
    places = [(middle.y(), middle.x()) for middle in middles]
    assert len(places) > 25
    for (y, x), (next_y, next_x) in pairwise(places):
        same_row = abs(next_y - y) < 5
        assert next_x > x if same_row else next_y > y


def test_parameters_stand_below_their_layer(qtbot: QtBot) -> None:
    panel = shown(qtbot, NetworkPanel(), example_session((4, 4), {"name": "leaky_relu", "negative_slope": 0.2}))
    commands = made(panel)
    row = panel.layer_rows[1].parameters
    qtbot.waitUntil(row.isVisible, timeout=60_000)  # Qt shows a widget that joins a layout a little later
    assert row.editors["negative_slope"].value() == 0.2
    row.editors["negative_slope"].field.setValue(0.5)
    assert commands[0].session.network.layers[1].activation.params == {"negative_slope": 0.5}
    assert commands[0].label == "Set slope of hidden 2 to 0.5"
    panel.show_view(view_of(example_session((4, 4), "relu")))
    assert not row.editors
    assert row.formula.isVisible()
    assert row.formula.toolTip() == "max(0, z)"


def test_the_initialisation_shows_its_own_numbers_only(qtbot: QtBot) -> None:
    panel = shown(qtbot, NetworkPanel(), example_session())
    assert not panel.init.editors["std"].isVisible()
    panel.show_view(view_of(example_session(network={"init": "normal"})))
    assert panel.init.editors["std"].isVisible()
    assert not panel.init.editors["high"].isVisible()


def test_the_training_panel_sends(qtbot: QtBot) -> None:
    panel = shown(qtbot, TrainingPanel(), example_session())
    commands = made(panel)
    panel.gates.editors["forward"].field.click()
    panel.optimizer.setCurrentIndex(panel.optimizer.findData("adam"))
    assert panel.notice.text() == "Learning rate is now 0.001, the usual one."
    panel.rest.editors["l2"].field.setValue(0.01)
    assert commands[0].label == "Set forward stroke to off"
    last = commands[-1].session
    assert (last.gates.forward, last.training.optimizer.name, last.training.l2) == (False, "adam", 0.01)


def test_only_the_chosen_optimizer_is_shown(qtbot: QtBot) -> None:
    panel = shown(qtbot, TrainingPanel(), example_session(training={"optimizer": "adam"}))
    assert panel.rules["adam"].isVisible()
    assert not panel.rules["sgd"].isVisible()


def test_an_impossible_loss_is_said_and_not_sent(qtbot: QtBot) -> None:
    panel = shown(qtbot, TrainingPanel(), example_session(data="sine"))
    commands = made(panel)
    field = panel.loss.editors["name"].field
    field.setCurrentIndex(field.findData("cross_entropy"))
    assert commands == []
    assert panel.notice.property("role") == "warning"
    assert "needs classes" in panel.notice.text()
    assert field.currentData() == "mse"


def test_a_hidden_panel_does_nothing_until_it_is_shown(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = TrainingPanel()
    qtbot.addWidget(panel)
    calls: list[object] = []
    refresh = panel.refresh
    monkeypatch.setattr(panel, "refresh", lambda view: (calls.append(view), refresh(view)))
    panel.show_view(view_of(example_session()))
    last = view_of(example_session(training={"batch_size": 77}))
    panel.show_view(last)
    assert calls == []
    panel.show()
    assert calls == [last]
    assert panel.rest.editors["batch_size"].value() == 77


def test_the_same_session_is_not_written_again(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    session = example_session()
    panel = shown(qtbot, TrainingPanel(), session)
    calls: list[object] = []
    monkeypatch.setattr(panel, "show_session", lambda *_: calls.append(_))
    panel.show_view(view_of(session, update=1300))
    assert calls == []
    panel.show_view(view_of(example_session(training={"l1": 0.1})))
    assert len(calls) == 1


def test_a_running_session_is_shown_now_and_then_and_the_last_view_always(qtbot: QtBot) -> None:
    panel = TrainingPanel()
    panel.live_seconds = 0.05
    shown(qtbot, panel, example_session())
    for size in (20, 21, 22):
        panel.show_view(view_of(example_session(training={"batch_size": size}), status=Status.RUNNING))
    assert panel.rest.editors["batch_size"].value() == 10
    qtbot.waitUntil(lambda: panel.rest.editors["batch_size"].value() == 22, timeout=60_000)


@pytest.mark.parametrize("kind", [DataPanel, NetworkPanel, TrainingPanel])
def test_everything_to_be_used_has_a_name(qtbot: QtBot, kind: type[SettingsPanel]) -> None:
    panel = shown(qtbot, kind(), example_session((4, 4), "quadratic"))
    from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox

    for widget in panel.findChildren(QWidget):
        if isinstance(widget, QAbstractButton | QAbstractSpinBox | QComboBox) and widget.isVisible():
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget


def test_both_themes_fit_a_column_of_230_px(qtbot: QtBot) -> None:
    for kind in (DataPanel, NetworkPanel, TrainingPanel):
        panel = shown(qtbot, kind(), example_session((8, 8), "quadratic"))
        for theme in Theme:
            dress(panel, PALETTES[theme])
            for fold in panel.findChildren(Disclosure):
                fold.button.setChecked(theme is Theme.DARK)
            assert panel.minimumSizeHint().width() <= 230, kind.__name__


def test_colours_between() -> None:
    palette = PALETTES[Theme.DARK]
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert palette.signal(0) == palette.background
    assert palette.signal(2) == palette.signal_positive
    assert palette.signal(-1) == palette.signal_negative
    table = ramp_between("#ff0000", "#000000", "#0000ff")
    assert table[0].tolist() == [0, 0, 255, 255]  # blue, green, red, alpha
    assert table[-1].tolist() == [255, 0, 0, 255]
    assert table[len(table) // 2].tolist() == [0, 0, 0, 255]


ORGANS = {"norm": {"name": "batch", "momentum": 0.2}, "dropout": 0.25, "skip": 0, "l2": 0.001}


def test_a_layer_s_further_organs_are_folded_and_named(qtbot: QtBot) -> None:
    layers = [{"units": 4}, {"units": 4, **ORGANS}]
    panel = shown(qtbot, NetworkPanel(), example_session(network={"layers": layers}))
    plain, row = panel.layer_rows
    assert (plain.organs.summary, row.organs.summary) == ("", "batch norm · dropout 0.25 · skip from input · L2 0.001")
    qtbot.waitUntil(row.isVisible, timeout=60_000)
    assert (plain.more.isVisible(), row.more.summary.isVisible()) == (False, True)
    assert not row.organs.isVisible()
    row.more.button.click()
    assert row.organs.isVisible()
    assert row.organs.norm is not None
    assert row.organs.dropout is not None
    assert row.organs.norm.editors["momentum"].isVisible()
    assert row.organs.dropout.editors["dropout"].value() == 0.25
    assert [row.organs.skip.itemText(i) for i in range(row.organs.skip.count())] == ["none", "input", "hidden 1"]
    assert row.organs.skip.currentText() == "input"
    assert [plain.organs.skip.itemText(i) for i in range(plain.organs.skip.count())] == ["none", "input"]
    assert row.organs.penalties.editors["l2"].value() == 0.001
    assert row.organs.penalties.editors["l1"].value() is None


def test_a_layer_s_further_organs_are_sent(qtbot: QtBot) -> None:
    panel = shown(qtbot, NetworkPanel(), example_session((4, 4)))
    commands = made(panel)
    organs = panel.layer_rows[1].organs
    assert organs.norm is not None
    assert organs.dropout is not None
    norm = organs.norm.editors["name"].field
    norm.setCurrentIndex(norm.findData("layer"))
    organs.dropout.editors["dropout"].field.setValue(0.5)
    organs.skip.setCurrentIndex(1)
    organs.penalties.editors["l1"].field.setValue(0.1)
    panel.output_organs.skip.setCurrentIndex(2)
    assert [command.label for command in commands] == [
        "Set normalizer of hidden 2 to layer",
        "Set dropout of hidden 2 to 0.5",
        "Set skip of hidden 2 to input",
        "Set L1 of hidden 2 to 0.1",
        "Set skip of the output to hidden 1",
    ]
    network = commands[-1].session.network
    assert (network.layers[1].norm.name, network.layers[1].skip, network.output.skip) == ("layer", 0, 1)


def test_neurons_with_activations_of_their_own_are_made_alike_again(qtbot: QtBot) -> None:
    panel = shown(qtbot, NetworkPanel(), edits.set_neuron(example_session((4, 4)), 1, 2, "tanh").session)
    commands = made(panel)
    qtbot.waitUntil(panel.layer_rows[0].level.isVisible, timeout=60_000)
    assert not panel.layer_rows[1].level.isVisible()
    panel.layer_rows[0].level.click()
    assert commands[0].session.network.layers[0].neurons == ()


def test_all_layers_take_one_activation_at_once(qtbot: QtBot) -> None:
    """By the keys, as one change; "mixed" is painted where layers or neurons differ, and nothing moves."""
    session = example_session(
        network={"layers": [{"units": 4, "activation": name} for name in ("relu", "tanh", "elu")]}
    )
    panel = shown(qtbot, NetworkPanel(), session)
    commands = made(panel)
    qtbot.waitUntil(panel.every.isVisible, timeout=60_000)
    assert (panel.every.currentIndex(), panel.every.placeholderText()) == (-1, "mixed")
    mixed_picture = panel.every.grab().toImage()
    panel.every.setPlaceholderText("")
    assert panel.every.grab().toImage() != mixed_picture, "the word is not to be seen"
    panel.every.setPlaceholderText("mixed")
    panel.every.setFocus()
    qtbot.keyClicks(panel.every, "tanh")
    (command,) = commands
    assert command.label == "Set all hidden layers to tanh"
    assert [layer.activation.name for layer in command.session.network.layers] == ["tanh"] * 3
    panel.show_view(view_of(command.session))
    assert panel.every.currentText() == "tanh"
    assert [row.activation.currentText() for row in panel.layer_rows] == ["tanh"] * 3
    panel.show_view(view_of(edits.set_neuron(command.session, 2, 1, "relu").session))
    assert panel.every.currentIndex() == -1
    panel.show_view(view_of(example_session(())))
    assert not panel.every.isEnabled()
    assert panel.every.isVisible()


def test_one_activation_for_all_layers_is_undone_in_one_step(qtbot: QtBot) -> None:
    """Neurons with activations of their own come back with it."""
    before = edits.set_neuron(example_session((4, 4)), 1, 2, "tanh").session
    trainer = Trainer(before)
    trainer.apply(Edit(edits.set_activation, (None, "silu")))
    assert {gate.name for layer in trainer.session.network.layers for gate in layer.gates} == {"silu"}
    trainer.apply(Undo())
    assert trainer.session == before


def test_schedule_clipping_and_class_weights(qtbot: QtBot) -> None:
    panel = shown(qtbot, TrainingPanel(), example_session())
    commands = made(panel)
    panel.further.button.click()
    more = panel.more
    assert not more.schedule.editors["every"].isVisible()
    for form, name in ((more.schedule, "step"), (more.clip, "norm"), (more.classes, "given")):
        field = form.editors["name"].field
        field.setCurrentIndex(field.findData(name))
    panel.show_view(view_of(commands[-1].session))
    assert more.schedule.editors["every"].isVisible()
    assert not more.schedule.editors["minimum"].isVisible()
    assert more.clip.editors["limit"].isVisible()
    assert more.values.isVisible()
    more.values.setText("1 5,5")
    more.values.editingFinished.emit()
    training = commands[-1].session.training
    assert (training.schedule.name, training.clip.name) == ("step", "norm")
    assert training.class_weights.values == (1, 5.5)
    more.values.setText("1 nonsense")
    more.values.editingFinished.emit()
    assert more.values.text() == "1  5.5"
    panel.further.button.click()
    panel.show_view(view_of(commands[-1].session))
    assert panel.further.summary.isVisible()
    assert panel.further.summary.text() == "step schedule · clip norm 1 · class weights"


def test_nesterov_appears_with_momentum(qtbot: QtBot) -> None:
    panel = shown(qtbot, TrainingPanel(), example_session())
    assert not panel.rules["sgd"].editors["nesterov"].isVisible()
    optimizer = {"name": "sgd", "momentum": 0.9}
    panel.show_view(view_of(example_session(training={"optimizer": optimizer})))
    assert panel.rules["sgd"].editors["nesterov"].isVisible()
    names = [panel.optimizer.itemText(i) for i in range(panel.optimizer.count())]
    assert names == [OPTIMIZERS[name].title for name in spec.OPTIMIZERS]
    assert names[0] == "SGD"


def test_the_name_of_the_twentieth_layer_is_not_cut(qtbot: QtBot) -> None:
    panel = shown(qtbot, NetworkPanel(), example_session((8,) * 20))
    rows = panel.findChildren(LayerRow)
    assert len(rows) == 20
    for row in rows:
        name = next(label for label in row.findChildren(QLabel) if label.text().startswith("hidden "))
        assert name.sizeHint().width() <= name.width(), name.text()
