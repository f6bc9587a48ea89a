"""What the window says of layers with normalizers, skip paths, dropout and gates of their own: every number adds up."""

import re

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.edits import made
from tests.gui.organs import HIDDEN, organ_scene, organ_session, organ_tape, organ_view
from tests.gui.scenes import lines_of, texts_of
from twostroke.engine.border.cursor import Phase, Step, steps
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.inspection import Inspection, inspect
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import in_words
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.stage.scene.skips import lanes, skip_paths

END = Step(Phase.UPDATE)


def text_of(inspection: Inspection, name: str) -> str:
    return next(line.text for line in inspection.lines if line.name == name)


def last_number(text: str) -> float:
    return float(re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text.replace("−", "-").replace(",", ""))[-1])


def silenced(view: ViewState, layer: int) -> int:
    return int(np.flatnonzero(view.layers[layer].silenced)[0])


# -- the view --------------------------------------------------------------------------------------------------------


def test_sums_and_organs_make_z_on_a_tape() -> None:
    view = organ_view(step=END)
    first, batch, layer = view.layers[1:4]
    assert first.sum is None
    for here, below, link in ((batch, first, view.links[1]), (layer, batch, view.links[2])):
        assert here.sum is not None and here.norm is not None and here.skip is not None and here.z is not None  # noqa: PT018
        assert here.bias is not None
        np.testing.assert_allclose(link.weight @ below.output + here.bias, here.sum, atol=1e-12)
        np.testing.assert_allclose(
            here.norm.scale * here.norm.normalized + here.norm.shift + here.skip, here.z, atol=1e-12
        )
        spread = np.sqrt(here.norm.variance + 1e-5)
        np.testing.assert_allclose((here.sum - here.norm.mean) / spread, here.norm.normalized, atol=1e-9)


def test_what_a_layer_sends_on_is_after_dropout_and_the_gradient_meets_the_same_mask() -> None:
    view = organ_view(step=END)
    for layer in view.layers[1:3]:
        assert layer.dropout_mask is not None
        assert layer.upstream is not None
        assert layer.dloss_da is not None
        assert layer.silenced.any()
        np.testing.assert_array_equal(layer.output, layer.a * layer.dropout_mask)
        np.testing.assert_allclose(layer.dloss_da, layer.upstream * layer.dropout_mask, atol=1e-15)
    assert view.layers[3].output is view.layers[3].a


def test_the_gradient_that_goes_back_is_that_of_the_sum() -> None:
    view = organ_view(step=END)
    batch, layer = view.layers[2:4]
    assert layer.delta is not None
    assert batch.upstream is not None
    assert not np.allclose(layer.delta, layer.dloss_dz)
    np.testing.assert_allclose(layer.delta @ view.links[2].weight, batch.upstream, atol=1e-12)
    first = view.layers[1]  # this one also gets what comes over the skip path
    assert batch.delta is not None
    assert not np.allclose(batch.delta @ view.links[1].weight, first.upstream)
    np.testing.assert_allclose(batch.delta @ view.links[1].weight + layer.dloss_dz, first.upstream, atol=1e-12)


def test_live_the_network_is_shown_as_it_is_used() -> None:
    view = organ_view()
    first, batch, layer = view.layers[1:4]
    assert first.dropout == 0.25
    assert not first.silenced.any()
    assert batch.sum is not None
    np.testing.assert_allclose(batch.sum, view.links[1].weight @ first.a + batch.bias, atol=1e-12)
    assert batch.skip is None  # through learned weights and with a normalizer: not known here
    np.testing.assert_array_equal(layer.skip, first.a)
    assert view.caption.endswith("Here dropout is off and batch norm uses its running figures.")


def test_each_neuron_has_its_own_gate() -> None:
    layer = organ_view(step=END).layers[3]
    assert layer.title == "4 kinds of gates"
    assert [layer.gate(unit)[0] for unit in range(6)] == ["relu", "tanh", "leaky_relu", "relu", "elu", "relu"]
    mask = np.full(6, 0.005)
    assert layer.shut(mask).tolist() == [False, True, False, False, True, False]  # smooth ones shut below 0.01
    two = organ_session(({"units": 2, "activation": ["relu", "leaky_relu"]},))
    assert organ_view(two, END).layers[1].title == "ReLU + leaky ReLU"


# -- captions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (Step(Phase.SUM, 2), r"Batch norm scales the sums anew, and the input, through learned weights, is added"),
        (Step(Phase.SUM, 3), r"Layer norm scales the sums anew, and the output of hidden 1 is added: that is z\.$"),
        (Step(Phase.GATE, 1), r"Dropout silences \w+ of six; the same mask will meet the gradient\.$"),
        (Step(Phase.GATE, 3), r"of four kinds\."),
        (Step(Phase.GATE_BACK, 2), r"Dropout's mask, that of the forward stroke, has silenced \w+ neurons? before\.$"),
        (Step(Phase.SPREAD, 2), r"where it joins the gradient that came over the skip path\.$"),
        (Step(Phase.SPREAD, 3), r"what meets dropout's mask in hidden 2\.$"),
    ],
)
def test_captions_tell_of_the_organs(step: Step, words: str) -> None:
    assert re.search(words, organ_view(step=step).caption)


def test_the_caption_counts_neurons_that_send() -> None:
    view = organ_view(step=Step(Phase.SUM, 2))
    sends = int(np.count_nonzero(view.layers[1].output))
    assert sends < int(np.count_nonzero(view.layers[1].a)) < 6
    assert view.caption.startswith(f"Only {in_words(sends)} of six in hidden 1 send")


def test_hinge_asks_for_minus_one_and_one_and_weights_are_named() -> None:
    session = organ_session(training={"loss": "hinge", "class_weights": [1, 3]})
    view = organ_view(session, Step(Phase.LOSS))
    asked = "−1" if view.target[0] == 0 else "1"
    assert f"the target {asked}: the weighted loss of this sample is" in view.caption
    scene = organ_scene(session, Step(Phase.LOSS))
    assert asked in scene.texts("loss")
    assert "hinge loss" in scene.texts("loss name")


def test_a_surrogate_is_not_taken_for_the_derivative() -> None:
    layers = ({"units": 4, "activation": {"name": "step", "surrogate": "sigmoid"}},)
    session = organ_session(layers)
    step = Step(Phase.GATE_BACK, 1)
    assert "A surrogate stands in for the step's gain, which is 0." in organ_view(session, step).caption
    assert inspect(organ_view(session, step), NeuronRef(1, 0)).note.startswith("Its f′ is a surrogate")
    honest = organ_session(({"units": 4, "activation": "step"},))
    assert "The step's gain is 0 everywhere" in organ_view(honest, step).caption
    assert "surrogate" not in inspect(organ_view(honest, step), NeuronRef(1, 0)).note


# -- the inspector ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", range(6))
def test_the_account_ends_in_the_sum_and_goes_on_to_z(unit: int) -> None:
    view = organ_view(step=END)
    told, layer = inspect(view, NeuronRef(3, unit)), view.layers[3]
    assert layer.sum is not None
    assert layer.z is not None
    assert last_number(text_of(told, "sum")) == pytest.approx(layer.sum[unit], rel=0.06)
    assert text_of(told, "z").startswith("norm + skip = ")
    assert last_number(text_of(told, "z")) == pytest.approx(layer.z[unit], rel=0.06)
    assert text_of(told, "skip").endswith(f"from hidden 1 · {unit + 1}")
    names = [line.name for line in told.lines]
    assert [n for n in names if n in ("sum", "norm", "scale", "skip", "z", "a")] == [
        "sum",
        "norm",
        "scale",
        "skip",
        "z",
        "a",
    ]
    assert names[-1] == "∂L/∂sum"


def test_a_silenced_neuron_says_so_on_both_strokes() -> None:
    view = organ_view(step=END)
    unit = silenced(view, 2)
    told = inspect(view, NeuronRef(2, unit))
    assert text_of(told, "dropout").endswith("· 0 = 0: silenced")
    assert text_of(told, "∂L/∂a").endswith("· 0 = 0")
    assert text_of(told, "∂L/∂out").startswith("Σ w · δ = ")
    first = inspect(view, NeuronRef(1, 0))
    assert text_of(first, "∂L/∂out").startswith("Σ w · δ + skip = ")
    after = inspect(view, NeuronRef(3, 0)).weights
    assert after is not None
    assert after.carried is not None
    assert after.carried[unit] == 0


def test_nothing_is_told_before_it_is_computed() -> None:
    view = organ_view(step=Step(Phase.GATE, 1))
    told = inspect(view, NeuronRef(2, 0))
    for name in ("sum", "norm", "scale", "skip", "z", "dropout", "∂L/∂out", "δ"):
        assert "…" in text_of(told, name), name


def test_live_the_inspector_says_what_is_off() -> None:
    told = inspect(organ_view(), NeuronRef(2, 0))
    assert text_of(told, "dropout") == "off here: a goes on as it is"
    assert text_of(told, "norm") == "batch norm, by its running figures"
    assert text_of(told, "skip") == "from input, by learned weights"
    assert all("…" not in line.text for line in told.lines)


def test_the_curve_is_that_of_the_neuron() -> None:
    view = organ_view(step=END)
    curve = inspect(view, NeuronRef(3, 2)).curve
    assert curve is not None
    assert (curve.activation, dict(curve.params)) == ("leaky_relu", {"negative_slope": 0.01})
    assert curve.units_z is not None
    assert len(curve.units_z) == 1
    assert inspect(view, NeuronRef(3, 1)).about == "tanh: f(z) = tanh z"


def test_one_neuron_s_activation_is_chosen_in_the_inspector(qtbot: QtBot) -> None:
    panel = InspectorPanel()
    qtbot.addWidget(panel)
    sent = made(panel, organ_session())
    panel.show()
    panel.show_view(organ_view(selected=NeuronRef(3, 2)))
    gate = panel.gate
    assert gate.isVisible()
    assert gate.activation.currentData() == "leaky_relu"
    gate.parameters.editors["negative_slope"].field.setValue(0.3)
    gate.activation.setCurrentIndex(gate.activation.findData("sigmoid"))
    gate.level.click()
    assert [command.label for command in sent] == [
        "Set slope of hidden 3 · 3 to 0.3",
        "Set hidden 3 · 3 to sigmoid",
        "Set all neurons of hidden 3 to ReLU",
    ]
    panel.show_view(organ_view(selected=NeuronRef(1, 0)))
    assert not gate.level.isVisible()
    panel.show_view(organ_view(selected=NeuronRef(4, 0)))
    assert not gate.isVisible()


# -- the picture -----------------------------------------------------------------------------------------------------


def test_a_silenced_neuron_has_a_sign_of_its_own_from_its_gate_on() -> None:
    assert not organ_scene().with_role("dropped 1")
    assert not organ_scene(step=Step(Phase.SUM, 1)).with_role("dropped 1")
    scene, view = organ_scene(step=Step(Phase.GATE, 1)), organ_view(step=Step(Phase.GATE, 1))
    (strokes,) = lines_of(scene, "dropped 1 stroke")
    assert len(strokes.x1) == int(view.layers[1].silenced.sum()) == 2
    assert "silenced by dropout" in scene.texts("legend")
    assert "silenced by dropout" not in organ_scene().texts("legend")


def test_the_gradient_of_a_silenced_neuron_stops_before_its_gate() -> None:
    scene, view = organ_scene(step=Step(Phase.GATE_BACK, 2), fraction=0.5), organ_view(step=END)
    (stopped,) = scene.with_role("stopped gradient 2")
    layer = view.layers[2]
    assert layer.upstream is not None
    assert len(stopped.x) == int(np.count_nonzero(layer.silenced & (np.abs(layer.upstream) > 1e-4)))


def test_skip_paths_are_drawn_with_what_they_carry() -> None:
    scene = organ_scene(step=Step(Phase.GATE, 3))
    assert set(scene.texts("skip")) == {"skip · 12 weights", "skip · 6 values"}
    view = organ_view()
    assert {(p.source, p.target) for p in skip_paths(view)} == {(0, 2), (1, 3)}
    assert lanes(view) == 2  # they overlap
    quiet = lines_of(scene, "skip 1 3")[0].colour[0]
    for step in (Step(Phase.SUM, 3), Step(Phase.SPREAD, 3)):
        assert lines_of(organ_scene(step=step, fraction=0.5), "skip 1 3")[0].colour[0] != quiet
    assert not lines_of(organ_scene(organ_session(HIDDEN[:1])), "skip 0 2")


def test_headers_name_the_organs() -> None:
    headers = organ_scene().texts("header")
    assert "ReLU, dropout 0.25" in headers
    assert any(text.startswith("batch norm, tanh") for text in headers)
    assert any(text.startswith("layer norm, 4 kinds of gates") for text in headers)


def test_the_label_names_gate_sum_and_silence() -> None:
    view = organ_view(step=END)
    unit = silenced(view, 2)
    told = organ_scene(step=END, hovered=NeuronRef(2, unit)).texts("label")
    assert {"sum", "dropout", "silenced"} <= set(told)
    own = organ_scene(step=END, hovered=NeuronRef(3, 4)).texts("label")
    assert {"gate", "ELU"} <= set(own)


@pytest.mark.parametrize("step", steps(4))
def test_every_moment_can_be_painted_and_no_text_is_cut_by_the_edge(step: Step) -> None:
    for fraction in (0.0, 0.5, 1.0):
        scene = organ_scene(step=step, fraction=fraction)
        for item in texts_of(scene, "skip"):
            assert 0 < item.x < scene.width


def test_the_tape_of_the_examples_is_whole() -> None:
    tape = organ_tape(organ_session())
    assert {"sum", "normalized", "skip", "dropout_mask", "output", "dloss_dsum"} <= set(tape.layers[1].organs)
