"""The inspector: its numbers are those of the view, and in the film it tells only what has been computed."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session, example_snapshot
from tests.gui.reading import holds
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.session.spec import Session
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, NeuronRef, Theme
from twostroke.gui.model.inspection import Door, Inspection, firing_sentence, inspect, suggestion
from twostroke.gui.model.numbers import UNKNOWN, number, percent, power, signed
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.walk import exists
from twostroke.gui.model.weights import known
from twostroke.gui.model.words import as_sentence
from twostroke.gui.panels.neuron.activation_curve import half_width
from twostroke.gui.panels.neuron.inspector import InspectorPanel, door_words
from twostroke.gui.stage.scene.gates import opening


def live(session: Session | None = None, selected: NeuronRef | None = None, **facts: object) -> ViewState:
    return resolve(example_snapshot(session, **facts), None, None, Choices(selected=selected))  # type: ignore[arg-type]


def film(step: Step, fraction: float = 1.0, session: Session | None = None, row: int = 0) -> ViewState:
    snapshot = example_snapshot(session, stroke=True)
    assert snapshot.tape is not None
    cursor = Cursor(snapshot.tape.depth).seek(step, fraction)
    return resolve(snapshot, snapshot.tape, cursor, Choices(batch_row=row))


def line(inspection: Inspection, name: str) -> str:
    return next(entry.text for entry in inspection.lines if entry.name == name)


@pytest.mark.parametrize("name", [name for name, entry in CATALOGUE.items() if not entry.output_only])
def test_a_hidden_neuron_in_numbers(name: str) -> None:
    view = live(example_session((5, 4), name))
    layer, link, before = view.layers[2], view.links[1], view.layers[1]
    told = inspect(view, NeuronRef(2, 1))
    z, a = float(layer.z[1]), float(layer.a[1])
    assert told.title == "hidden 2 · 2"
    z_text = line(told, "z").removeprefix("sum = ")
    assert holds(z, z_text)
    assert line(told, "a") == f"{CATALOGUE[name].title}({z_text}) = {number(a)}"
    assert line(told, "gain") == f"f′({z_text}) = {number(float(layer.gain[1]))}"
    upstream, delta = float(layer.dloss_da[1]), float(layer.dloss_dz[1])
    assert line(told, "∂L/∂a") == f"Σ w · δ = {signed(upstream)}"
    factors, product = line(told, "δ").split(" = ")
    gain = float(layer.gain[1])
    assert all(holds(*each) for each in zip((upstream, gain), factors.split(" · "), strict=True))
    assert holds(delta, product)
    first = float(link.weight[1, 0]) * float(before.a[0])
    assert holds(first, line(told, "h1·1").split(" = ")[1])
    rest = float(link.weight[1, 3:] @ before.a[3:])
    assert holds(rest, line(told, "and").removeprefix("2 more = "))
    assert holds(float(layer.bias[1]), line(told, "bias"))
    assert [door.mask for door in told.doors] == [layer.forward_mask[1], layer.gain[1]]
    assert [door.shut for door in told.doors] == [
        gap == 0 for gap in (opening(layer, layer.forward_mask)[1], opening(layer, layer.gain)[1])
    ]
    assert told.weights is not None
    learned = tuple(parameter.title or parameter.name for parameter in CATALOGUE[name].learned)
    assert told.weights.names == ("h1·1", "h1·2", "h1·3", "h1·4", "h1·5", "bias", *learned)
    assert told.weights.carried[:6].sum() == pytest.approx(z)
    assert told.curve is not None
    assert told.curve.z == z


def test_the_first_layer_names_its_features() -> None:
    told = inspect(live(example_session(data="spiral")), NeuronRef(1, 0))
    assert [entry.name for entry in told.lines][:3] == ["x", "y", "bias"]
    assert told.weights is not None
    assert told.weights.names == ("x", "y", "bias")


def test_pixels_are_named_by_row_and_column() -> None:
    told = inspect(live(example_session((3,), data="digits")), NeuronRef(1, 0))
    assert told.weights is not None
    assert told.weights.names[8:10] == ("px 2,1", "px 2,2")


def test_closed_gates_are_told() -> None:
    session = example_session((4,), gates={"forward": False, "backward": False})
    view = live(session)
    told = inspect(view, NeuronRef(1, 0))
    a, delta = float(view.layers[1].a[0]), float(view.layers[1].dloss_dz[0])
    assert line(told, "a") == f"gate off: a = z = {number(a)}"
    assert line(told, "δ") == f"{signed(delta)} (gate off) = {signed(delta)}"


def test_the_output_compares_with_the_target() -> None:
    view = live(example_session())
    told = inspect(view, NeuronRef(3, 0))
    assert told.title == "output"
    assert line(told, "target") == number(float(view.target[0]))
    assert line(told, "sample loss") == number(view.loss)
    difference = float(view.layers[3].a[0] - view.target[0])
    assert line(told, "δ") == f"a − target = {signed(difference)}"
    assert told.note == ""


def test_softmax_has_no_gate_and_no_curve() -> None:
    told = inspect(live(example_session(data="iris")), NeuronRef(3, 1))
    assert told.doors is None
    assert told.curve is None
    assert "every z" in told.note
    assert line(told, "δ").startswith("a − target = ")


def test_regression_shows_the_slope_of_the_loss() -> None:
    view = live(example_session(data="sine"))
    told = inspect(view, NeuronRef(3, 0))
    assert line(told, "∂L/∂a") == signed(float(view.layers[3].dloss_da[0]))


def test_an_input_tells_what_it_feeds() -> None:
    view = live()
    told = inspect(view, NeuronRef(0, 1))
    assert told.title == "input · y"
    assert line(told, "feeds") == "8 units of hidden 1"
    assert told.weights is not None
    np.testing.assert_allclose(told.weights.carried, view.links[0].weight[:, 1] * view.layers[0].a[1])
    assert told.curve is None


def test_firing_and_dead() -> None:
    view = live()
    share = float(view.snapshot.evaluation.firing[0][2])
    assert inspect(view, NeuronRef(1, 2)).note == f"Fires for {percent(share, 0)} of the training set"
    assert firing_sentence(0.0, True, 250) == "Dead: fires for no sample of the whole training set, none of 250"
    assert firing_sentence(0.0, True, 1) == "Dead: does not fire for the one sample of the training set"


def test_an_evaluation_of_another_network_says_nothing_of_this_one() -> None:
    view, other = live(), live(example_session((3,)))
    old = replace(view, snapshot=replace(view.snapshot, evaluation=other.snapshot.evaluation))
    assert inspect(view, NeuronRef(2, 2)).note != ""
    for ref in (NeuronRef(1, 0), NeuronRef(1, 6), NeuronRef(2, 0), NeuronRef(2, 6), NeuronRef(3, 0)):
        assert inspect(old, ref).note == ""


def told_in_film(step: Step, fraction: float = 1.0) -> dict[str, str]:
    told = inspect(film(step, fraction), NeuronRef(1, 0))
    return {entry.name: entry.text for entry in told.lines}


def test_the_film_tells_what_has_been_computed() -> None:
    assert told_in_film(Step(Phase.SUM, 1), 0.5)["z"] == f"sum = {UNKNOWN}"
    summed = told_in_film(Step(Phase.SUM, 1))
    assert UNKNOWN not in summed["z"]
    assert summed["a"].endswith(f"= {UNKNOWN}")
    gated = told_in_film(Step(Phase.GATE, 1))
    assert UNKNOWN not in gated["a"] + gated["gain"]
    assert gated["∂L/∂a"] == f"Σ w · δ = {UNKNOWN}"
    assert told_in_film(Step(Phase.GATE_BACK, 2))["∂L/∂a"] == f"Σ w · δ = {UNKNOWN}"
    spread = told_in_film(Step(Phase.SPREAD, 2))
    assert UNKNOWN not in spread["∂L/∂a"]
    assert spread["δ"].endswith(f"= {UNKNOWN}")
    assert UNKNOWN not in "".join(told_in_film(Step(Phase.GATE_BACK, 1)).values())


def test_the_film_opens_the_doors_and_fills_the_table_in_turn() -> None:
    def at(step: Step) -> Inspection:
        return inspect(film(step), NeuronRef(1, 0))

    assert at(Step(Phase.SUM, 1)).doors == (Door(), Door())
    forward, backward = at(Step(Phase.GATE, 1)).doors
    assert forward.mask is not None
    assert backward == Door()
    assert Door() not in at(Step(Phase.GATE_BACK, 1)).doors
    assert at(Step(Phase.GATE_BACK, 1)).weights.slope is None
    landed = at(Step(Phase.WEIGHTS, 1)).weights
    tape = film(Step(Phase.UPDATE)).tape
    np.testing.assert_array_equal(landed.slope[:-1], tape.layers[0].dloss_dweight[0])
    assert landed.slope[-1] == tape.layers[0].dloss_dbias[0]
    assert landed.after is None
    np.testing.assert_array_equal(at(Step(Phase.UPDATE)).weights.after[:-1], tape.layers[0].weight_next[0])


def test_a_fused_output_waits_for_its_turn() -> None:
    view = film(Step(Phase.GATE, 3))
    assert line(inspect(view, NeuronRef(3, 0)), "sample loss") == UNKNOWN
    after = film(Step(Phase.LOSS))
    assert line(inspect(after, NeuronRef(3, 0)), "sample loss") == number(after.loss)
    assert line(inspect(after, NeuronRef(3, 0)), "δ").endswith(UNKNOWN)


def test_known_follows_the_order_of_the_steps() -> None:
    assert known(live(), Phase.UPDATE)
    cursor = film(Step(Phase.LOSS), 0.99)
    assert known(cursor, Phase.GATE, 3)
    assert not known(cursor, Phase.LOSS)


def test_numbers_that_are_not_known_yet_are_dots() -> None:
    view = live(example_session())
    blind = tuple(replace(layer, dloss_da=None, dloss_dz=np.full(layer.units, np.nan)) for layer in view.layers[1:])
    told = inspect(replace(view, layers=(view.layers[0], *blind)), NeuronRef(1, 0))  # while kernels are compiled
    assert line(told, "∂L/∂a") == f"Σ w · δ = {UNKNOWN}"
    assert line(told, "δ").endswith(f"= {UNKNOWN}")
    lost = replace(view.layers[1], z=np.full(8, np.inf))
    assert inspect(replace(view, layers=(view.layers[0], lost, *view.layers[2:])), NeuronRef(1, 0)).curve.z is None


def test_neurons_that_do_not_exist() -> None:
    view = live(example_session((2,)))
    assert exists(NeuronRef(1, 1), view.widths)
    for ref in (NeuronRef(1, 2), NeuronRef(3, 0), NeuronRef(-1, 0)):
        assert not exists(ref, view.widths)


def test_the_suggestion_is_alive() -> None:
    assert suggestion(live(dead=((1, 0), (1, 1)))) == NeuronRef(1, 2)


# The widget


@pytest.fixture
def panel(qtbot: QtBot) -> InspectorPanel:
    made = InspectorPanel()
    qtbot.addWidget(made)
    made.resize(270, 900)
    made.show()
    return made


def test_without_a_selection_it_proposes_one(qtbot: QtBot, panel: InspectorPanel) -> None:
    panel.show_view(live())
    assert panel.propose.isVisible()
    assert not panel.table.isVisible()
    with qtbot.waitSignal(panel.chosen) as caught:
        panel.propose.click()
    assert caught.args[0](Choices()) == Choices(selected=NeuronRef(1, 0))
    panel.show_view(live(selected=NeuronRef(9, 9)))
    assert panel.propose.isVisible()


def test_it_shows_the_selected_neuron(panel: InspectorPanel) -> None:
    view = live(selected=NeuronRef(1, 3))
    panel.show_view(view)
    assert panel.title.text() == "hidden 1 · 4"
    texts = {name.text(): text.text() for name, text in panel.lines.rows if not name.isHidden()}
    assert texts == {entry.name: entry.text for entry in inspect(view, NeuronRef(1, 3)).lines}
    model = panel.table.numbers
    assert (model.rowCount(), model.columnCount()) == (3, 3)
    assert model.index(0, 1).data() == number(float(view.links[0].weight[3, 0]))
    assert model.index(0, 0).data() == "x"
    assert model.index(2, 0).data() == "bias"
    forward, backward = (door_words(door) for door in inspect(view, NeuronRef(1, 3)).doors)
    assert panel.doors.accessibleDescription() == f"forward mask {forward}, backward mask {backward}"


def test_the_table_has_gradients_on_a_tape(panel: InspectorPanel) -> None:
    snapshot = example_snapshot(stroke=True)
    cursor = Cursor(3).last()
    choices = Choices(selected=NeuronRef(1, 0))
    panel.show_view(resolve(snapshot, snapshot.tape, cursor, choices))
    model = panel.table.numbers
    headings = [model.headerData(k, Qt.Orientation.Horizontal) for k in range(model.columnCount())]
    tips = [model.headerData(k, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole) for k in range(len(headings))]
    assert ["mini-batch" in (tip or "") for tip in tips] == ["mean" in heading for heading in headings]
    assert headings == ["from", "w", "w · a", "∂L/∂w\nsample", "∂L/∂w\nmean", "next"]
    assert model.index(0, 4).data() == number(float(snapshot.tape.layers[0].dloss_dweight[0, 0]))
    panel.show_view(resolve(snapshot, snapshot.tape, cursor.first(), choices))
    assert model.index(0, 3).data() == model.index(0, 4).data() == UNKNOWN


def test_a_shut_neuron_has_no_gradient_of_this_sample_whatever_the_mean_is(panel: InspectorPanel) -> None:
    snapshot = example_snapshot(stroke=True)
    layer, cursor = snapshot.tape.layers[1], Cursor(3).last()
    row = int(snapshot.tape.samples - 1)
    shut = [unit for unit in range(8) if layer.z[row, unit] <= 0 and np.abs(layer.dloss_dweight[unit]).max() > 1e-3]
    choices = Choices(selected=NeuronRef(2, shut[0]), batch_row=row)
    panel.show_view(resolve(snapshot, snapshot.tape, cursor, choices))
    model = panel.table.numbers
    assert {model.index(each, 3).data() for each in range(9)} == {"0"}
    assert {model.index(each, 4).data() for each in range(9)} != {"0"}


@pytest.mark.parametrize("ref", [NeuronRef(0, 1), NeuronRef(1, 2), NeuronRef(2, 5), NeuronRef(3, 0)])
def test_the_mean_of_the_samples_is_the_mean(ref: NeuronRef) -> None:
    """Both columns tell of the same loss, and name whose it is."""
    snapshot = example_snapshot(stroke=True)
    rows = range(snapshot.tape.samples)
    views = [resolve(snapshot, snapshot.tape, Cursor(3).last(), Choices(batch_row=row)) for row in rows]
    shown = [inspect(view, ref).weights for view in views]
    np.testing.assert_allclose(np.mean([each.own for each in shown], axis=0), shown[0].slope, atol=1e-12)


def test_nothing_is_emitted_by_showing(panel: InspectorPanel) -> None:
    said: list[object] = []
    panel.chosen.connect(said.append)
    panel.command.connect(said.append)
    for ref in (None, NeuronRef(0, 0), NeuronRef(1, 1), NeuronRef(3, 0)):
        panel.show_view(live(selected=ref))
    assert said == []


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_it_paints_every_activation_in_both_themes(panel: InspectorPanel, name: str) -> None:
    output = name == "softmax"
    session = example_session((4,), "relu" if output else name, "iris")
    for theme in Theme:
        dress(panel, PALETTES[theme])
        panel.show_view(live(session, selected=NeuronRef(2 if output else 1, 1)))
        picture = panel.grab().toImage()
        assert len({picture.pixel(x, y) for x in range(0, 270, 3) for y in range(0, 300, 3)}) > 10


def test_the_axis_stands_still_while_z_moves() -> None:
    assert [half_width(z) for z in (None, 0.0, 3.9, -4.0, 4.1, -20.0, 1e9)] == [4, 4, 4, 4, 8, 32, 1e4]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-1.3249, "−1.32"),
        (0.4567, "0.457"),
        (0.0123, "0.0123"),
        (0.001234, "0.00123"),
        (0.000123, "1.23·10⁻⁴"),
        (12.345, "12.3"),
        (123.45, "123"),
        (12345.6, "12346"),
        (-2e7, "−2·10⁷"),
        (float("nan"), "…"),
        (float("-inf"), "−∞"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_other_words() -> None:
    assert signed(0.5) == "+0.5"
    assert signed(-0.5) == "−0.5"
    assert power(1e-8) == "1.0·10⁻⁸"
    assert as_sentence("of `normal`") == "Of normal"
    assert as_sentence("y = x²") == "y = x²"


def test_no_name_of_ours_is_cut(qtbot: QtBot) -> None:
    """ "sample loss" was "sampl…"."""
    panel = InspectorPanel()
    qtbot.addWidget(panel)
    dress(panel, PALETTES[Theme.DARK])
    session = example_session()
    panel.resize(300, 900)
    panel.show()
    panel.show_view(live(session, NeuronRef(len(session.widths) - 1, 0)))
    names = [name.text() for name, _ in panel.lines.rows if name.isVisible()]
    assert "sample loss" in names
    assert not [name for name in names if "…" in name]
