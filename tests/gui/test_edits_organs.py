"""Edits of a layer's further organs, of single neurons, and of how the network learns."""

from typing import Any

import pytest

from tests.gui.examples import example_session
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model import changes, edits
from twostroke.gui.model.relevance import relevant


def skips(session: Session) -> list[int | None]:
    return [layer.skip for layer in (*session.network.layers, session.network.output)]


def with_skips(*sources: int | None) -> Session:
    layers = [{"units": 4, "skip": source} for source in sources[:-1]]
    return example_session(network={"layers": layers, "output": {"activation": "sigmoid", "skip": sources[-1]}})


def names(session: Session, layer: int = 1) -> list[str]:
    return [gate.name for gate in session.network.layers[layer - 1].neurons]


def test_a_skip_path_keeps_its_source_when_a_layer_comes_before_it() -> None:
    before = with_skips(None, 0, 1, 2)
    assert skips(edits.add_layer(before, 1).session) == [None, None, 0, 1, 3]
    assert skips(edits.add_layer(before, 0).session) == [None, None, 0, 2, 3]
    assert skips(edits.add_layer(before).session) == [None, 0, 1, None, 2]


def test_a_skip_path_that_would_lead_nowhere_goes_with_its_layer() -> None:
    before = with_skips(None, 0, 1, 2)
    assert skips(edits.remove_layer(before, 1).session) == [0, None, 1]
    assert skips(edits.remove_layer(before, 2).session) == [None, 1, None]
    assert skips(edits.remove_layer(before, 3).session) == [None, 0, 2]


def test_one_neuron_s_activation() -> None:
    first = edits.set_neuron(example_session((3, 3)), 1, 1, "tanh")
    assert first.label == "Set hidden 1 · 2 to tanh"
    assert names(first.session) == ["relu", "tanh", "relu"]
    assert first.session.network.layers[1].neurons == ()
    back = edits.set_neuron(first.session, 1, 1, "relu").session
    assert back == example_session((3, 3))
    slope = edits.set_neuron(first.session, 1, 0, "leaky_relu").session
    changed = edits.set_neuron_parameter(slope, 1, 0, "negative_slope", 0.2)
    assert changed.label == "Set slope of hidden 1 · 1 to 0.2"
    assert changed.session.network.layers[0].neurons[0].params == {"negative_slope": 0.2}
    level = edits.level_neurons(changed.session, 1)
    assert level.label == "Set all neurons of hidden 1 to ReLU"
    assert level.session == example_session((3, 3))


def test_another_activation_of_the_layer_is_that_of_all_neurons() -> None:
    mixed = edits.set_neuron(example_session((3,)), 1, 1, "tanh").session
    assert names(edits.set_activation(mixed, 1, "elu").session) == []


def test_neurons_that_come_have_the_layer_s_activation_and_those_that_go_take_theirs_along() -> None:
    mixed = edits.set_neuron(example_session((3,)), 1, 2, "tanh").session
    assert names(edits.set_units(mixed, 1, 5).session) == ["relu", "relu", "tanh", "relu", "relu"]
    assert names(edits.set_units(mixed, 1, 2).session) == []
    assert edits.set_units(mixed, 1, 2).session == example_session((2,))
    with pytest.raises(SessionError, match="units is 0"):
        edits.set_units(mixed, 1, 0)


def test_a_neuron_that_is_not_there_and_an_activation_that_cannot_be() -> None:
    with pytest.raises(SessionError, match=r"no neuron 4 in hidden 1; it has 3\."):
        edits.set_neuron(example_session((3,)), 1, 3, "tanh")
    with pytest.raises(SessionError, match="output layer only"):
        edits.set_neuron(example_session((3,)), 1, 0, "softmax")


@pytest.mark.parametrize(
    ("layer", "key", "value", "label"),
    [
        (1, "norm.name", "batch", "Set normalizer of hidden 1 to batch"),
        (2, "dropout", 0.2, "Set dropout of hidden 2 to 0.2"),
        (2, "skip", 0, "Set skip of hidden 2 to input"),
        (3, "skip", 1, "Set skip of the output to hidden 1"),
        (3, "l2", 0.5, "Set L2 of the output to 0.5"),
    ],
)
def test_an_organ_comes_and_goes(layer: int, key: str, value: Any, label: str) -> None:
    before = example_session((4, 4))
    after = edits.set_layer(before, layer, key, value)
    assert after.label == label
    part: Any = (*after.session.network.layers, after.session.network.output)[layer - 1]
    for step in key.split("."):
        part = getattr(part, step)
    assert part == value
    gone = {"norm.name": "none", "dropout": 0.0}.get(key)
    back = edits.set_layer(after.session, layer, key, gone)
    assert back.session == before
    if key == "l2":
        assert back.label == "Set L2 of the output to that of training"


def test_a_skip_path_to_nowhere_is_a_sentence() -> None:
    with pytest.raises(SessionError, match="not an earlier layer"):
        edits.set_layer(example_session((4, 4)), 1, "skip", 1)


def test_the_settings_of_a_normalizer_stay_when_it_changes_its_kind() -> None:
    batch = edits.set_layer(example_session(), 1, "norm.name", "batch").session
    narrow = edits.set_layer(batch, 1, "norm.epsilon", 0.01).session
    assert edits.set_layer(narrow, 1, "norm.name", "layer").session.network.layers[0].norm.epsilon == 0.01


def test_hinge_takes_an_output_that_can_be_negative() -> None:
    after = edits.set_loss(example_session(), "hinge").session
    assert after.network.output.activation.name == "identity"
    assert changes.consequence(example_session(), after, "loss") == "Output is now identity."
    assert edits.set_output(after, "tanh").session.training.loss.name == "hinge"
    assert edits.set_output(after, "sigmoid").session.training.loss.name == "binary_cross_entropy"


def test_class_weights_go_where_they_have_no_meaning() -> None:
    weighted = edits.set_class_weights(example_session(), "given").session
    assert weighted.training.class_weights.values == (1, 1)
    told = edits.set_class_weight_values(weighted, (1, 4.5))
    assert told.label == "Set class weights to 1 4.5"
    assert edits.set_loss(told.session, "hinge").session.training.class_weights.values == (1, 4.5)
    squared = edits.set_loss(told.session, "mse").session
    assert squared.training.class_weights.name == "none"
    assert changes.consequence(told.session, squared, "loss") == "Class weights are now off."
    assert edits.set_dataset(told.session, "iris").session.training.class_weights.name == "none"
    balanced = edits.set_class_weights(told.session, "balanced").session
    assert edits.set_dataset(balanced, "iris").session.training.class_weights.name == "balanced"
    with pytest.raises(SessionError, match="3 values; expected 2"):
        edits.set_class_weight_values(weighted, (1, 2, 3))


def test_settings_that_matter() -> None:
    session = example_session()
    assert relevant(session.training.schedule) == ("name", "warm_up")
    cosine = edits.set_value(session, "training.schedule.name", "cosine")
    assert cosine.label == "Set schedule to cosine"
    assert relevant(cosine.session.training.schedule) == ("name", "updates", "minimum", "warm_up")
    slow = edits.set_value(cosine.session, "training.schedule.updates", 500)
    assert slow.label == "Set length of the schedule to 500"
    warm = edits.set_value(session, "training.schedule.warm_up", 50).session
    assert relevant(warm.training.schedule) == ("name", "warm_up", "warm_up_start")
    assert relevant(session.training.clip) == ("name",)
    assert "nesterov" not in relevant(session.training.optimizer)
    moving = edits.set_value(session, "training.optimizer.momentum", 0.9).session
    assert "nesterov" in relevant(moving.training.optimizer)
    normed = edits.set_layer(session, 1, "norm.name", "layer").session
    assert relevant(normed.network.layers[0].norm) == ("name", "epsilon")
    assert relevant(edits.set_init(session, "zeros").session.network.init) == ("name",)


def test_another_initialisation_keeps_what_the_gain_follows() -> None:
    session = edits.set_value(example_session(), "network.init.gain", "activation").session
    assert edits.set_init(session, "orthogonal").session.network.init.gain == "activation"
