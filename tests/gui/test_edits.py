"""Edits: whatever a user clicks, the result is a valid session with a label, or a sentence and the old session."""

import re
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.cases import cases
from tests.gui.examples import example_session
from twostroke.engine.border.commands import Change, Edit, Edited
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.data.names import DATASETS
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import OPTIMIZERS, Session
from twostroke.engine.session.spec_errors import SessionError, parse_session
from twostroke.gui.model import changes, edits
from twostroke.gui.model.relevance import relevant

LOSSES = ("mse", "half_squared_error", "mae", "huber", "binary_cross_entropy", "cross_entropy", "hinge")
PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "data.samples": st.integers(-5, 200_000),
    "data.noise": st.floats(-0.5, 1.5),
    "data.train_share": st.floats(0, 1),
    "data.seed": st.integers(-1, 2**31),
    "network.seed": st.integers(-1, 2**31),
    "network.dtype": st.sampled_from(("float32", "float64", "float16")),
    "network.init.std": st.floats(-1, 12),
    "network.init.low": st.floats(-12, 12),
    "training.batch_size": st.integers(0, 70_000),
    "training.shuffle": st.booleans(),
    "training.l1": st.floats(-0.1, 11),
    "training.l2": st.floats(-0.1, 11),
    "training.loss.delta": st.floats(-1, 101),
    "training.optimizer.learning_rate": st.floats(0, 101),
    "training.optimizer.momentum": st.floats(0, 1),
    "training.optimizer.beta1": st.floats(0, 1),
    "training.optimizer.nesterov": st.booleans(),
    "training.optimizer.weight_decay": st.floats(-0.1, 11),
    "training.schedule.name": st.sampled_from(("constant", "step", "cosine", "linear")),
    "training.schedule.warm_up": st.integers(-1, 100),
    "training.clip.name": st.sampled_from(("none", "norm")),
    "training.clip.limit": st.floats(0, 10),
    "network.init.gain": st.sampled_from(("usual", "activation")),
    "gates.forward": st.booleans(),
    "gates.backward": st.booleans(),
}


ORGANS: dict[str, st.SearchStrategy[Any]] = {
    "norm.name": st.sampled_from(("none", "batch", "layer", "nonsense")),
    "norm.momentum": st.floats(-0.1, 1.1),
    "dropout": st.floats(-0.1, 1.1),
    "skip": st.none() | st.integers(-1, 4),
    "l1": st.none() | st.floats(-1, 11),
    "l2": st.none() | st.floats(-1, 11),
}


class Clicking(RuleBasedStateMachine):
    """A user who clicks anything in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.session = Session()
        self.refused = ""

    @invariant()
    def a_refusal_is_a_sentence(self) -> None:
        """What was refused is told in one sentence that begins and ends as one."""
        assert re.fullmatch(r"[A-Z0-9].*[.?]", self.refused or "None.")

    def do(self, edit: Change, *arguments: object) -> None:
        """Make an edit; it must give a session that a file could hold, or one sentence."""
        try:
            configure = edit(self.session, *arguments)
        except SessionError as error:
            self.refused = str(error)
            return
        assert isinstance(configure, Edited)
        assert configure.label
        assert parse_session(configure.session.model_dump(mode="json"), "again") == configure.session
        self.session = configure.session

    @rule(name=st.sampled_from(tuple(DATASETS)))
    def dataset(self, name: str) -> None:
        """Choose data."""
        self.do(edits.set_dataset, name)
        assert self.session.data.name == name
        assert self.session.view.sample == 0
        assert self.session.data.features == ()

    @rule(data=st.data())
    def feature(self, data: st.DataObject) -> None:
        """Click a feature."""
        known = self.session.data.info.features
        if known:
            self.do(edits.use_feature, data.draw(st.sampled_from(known)), data.draw(st.booleans()))

    @rule(after=st.none() | st.integers(0, 3))
    def add(self, after: int | None) -> None:
        """Add a layer."""
        self.do(edits.add_layer, after if after is None or after <= len(self.session.network.layers) else None)

    @rule(layer=st.none() | st.integers(0, 4))
    def remove(self, layer: int | None) -> None:
        """Remove a layer."""
        self.do(edits.remove_layer, layer)

    @rule(layer=st.integers(0, 3), units=st.integers(-1, 5_000))
    def units(self, layer: int, units: int) -> None:
        """Change a layer's units."""
        self.do(edits.set_units, layer, units)

    @rule(layer=st.integers(0, 3), name=st.sampled_from((*CATALOGUE, "nonsense")))
    def activation(self, layer: int, name: str) -> None:
        """Change a layer's activation."""
        self.do(edits.set_activation, layer, name)

    @rule(layer=st.integers(1, 3), name=st.sampled_from(("negative_slope", "alpha", "a")), value=st.floats(-12, 12))
    def parameter(self, layer: int, name: str, value: float) -> None:
        """Change a parameter, which the activation may not have."""
        self.do(edits.set_activation_parameter, layer, name, value)

    @rule(name=st.sampled_from(tuple(CATALOGUE)))
    def output(self, name: str) -> None:
        """Change the output's activation."""
        self.do(edits.set_output, name)

    @rule(name=st.sampled_from(LOSSES))
    def loss(self, name: str) -> None:
        """Change the loss."""
        self.do(edits.set_loss, name)

    @rule(layer=st.integers(1, 3), unit=st.integers(0, 9), name=st.sampled_from((*CATALOGUE, "nonsense")))
    def neuron(self, layer: int, unit: int, name: str) -> None:
        """Change one neuron's activation."""
        self.do(edits.set_neuron, layer, unit, name)

    @rule(layer=st.integers(1, 4), data=st.data())
    def organ(self, layer: int, data: st.DataObject) -> None:
        """Change what a layer has beside."""
        key = data.draw(st.sampled_from(tuple(ORGANS)))
        self.do(edits.set_layer, layer, key, data.draw(ORGANS[key]))

    @rule(name=st.sampled_from(("none", "balanced", "given")))
    def class_weights(self, name: str) -> None:
        """Change what the classes count."""
        self.do(edits.set_class_weights, name)

    @rule(values=st.lists(st.floats(-1, 5), max_size=3))
    def class_weight_values(self, values: list[float]) -> None:
        """Type class weights."""
        self.do(edits.set_class_weight_values, values)

    @rule(name=st.sampled_from([*OPTIMIZERS]))
    def optimizer(self, name: str) -> None:
        """Change the optimizer."""
        self.do(edits.set_optimizer, name)

    @rule(name=st.sampled_from(("zeros", "normal", "uniform", "he_normal", "nonsense")))
    def init(self, name: str) -> None:
        """Change the initialisation."""
        self.do(edits.set_init, name)

    @rule(path=st.sampled_from(tuple(PLAIN)), data=st.data())
    def value(self, path: str, data: st.DataObject) -> None:
        """Change any plain setting to anything; Huber's delta only where the screen offers it."""
        assume(path != "training.loss.delta" or self.session.training.loss.name == "huber")
        self.do(edits.set_value, path, data.draw(PLAIN[path]))


TestClicking = Clicking.TestCase
TestClicking.settings = cases(40, stateful_step_count=20)


@pytest.mark.parametrize(
    ("start", "name", "output", "loss"),
    [
        ("spiral", "iris", "softmax", "cross_entropy"),
        ("spiral", "sine", "identity", "mse"),
        ("spiral", "moons", "sigmoid", "binary_cross_entropy"),
        ("iris", "digits", "softmax", "cross_entropy"),
        ("iris", "spiral", "sigmoid", "binary_cross_entropy"),
        ("sine", "iris", "softmax", "cross_entropy"),
    ],
)
def test_output_and_loss_follow_the_data(start: str, name: str, output: str, loss: str) -> None:
    before = example_session(data=start)
    after = edits.set_dataset(before, name).session
    assert (after.network.output.activation.name, after.training.loss.name) == (output, loss)
    assert after.network.layers == before.network.layers


def test_an_unusual_pair_that_still_fits_stays() -> None:
    before = edits.set_loss(edits.set_output(example_session(), "tanh").session, "mae").session
    after = edits.set_dataset(before, "iris").session
    assert (after.network.output.activation.name, after.training.loss.name) == ("tanh", "mae")


def test_choosing_data_drops_features_and_pins_the_first_sample() -> None:
    before = edits.use_feature(example_session(view={"sample": 17}), "x^2", True).session
    assert before.data.features == ("x", "y", "x^2")
    after = edits.set_dataset(before, "moons").session
    assert after.data.features == ()
    assert after.view.sample == 0


def test_features_come_and_go_in_the_catalogue_s_order_and_the_last_one_stays() -> None:
    session = edits.use_feature(example_session(), "x", False).session
    assert session.data.features == ("y",)
    with pytest.raises(SessionError, match="at least one input"):
        edits.use_feature(session, "y", False)
    back = edits.use_feature(session, "x", True).session
    assert back.data.features == ()  # x and y are the data's own columns


def test_fewer_samples_pin_the_first_one_where_the_pinned_one_is_gone() -> None:
    session = example_session(view={"sample": 100})
    assert _pinned_after(session, "data.samples", 300) == 100
    assert _pinned_after(session, "data.samples", 200) == 0
    assert _pinned_after(session, "data.train_share", 0.1) == 0
    digits = example_session(data="digits", view={"sample": 300})
    assert _pinned_after(digits, "data.train_share", 0.2) == 300


def _pinned_after(session: Session, path: str, value: float) -> int:
    trainer = Trainer(session)
    assert not trainer.apply(Edit(edits.set_value, (path, value))).refused
    return trainer.session.view.sample


def test_a_new_layer_is_like_the_one_it_follows() -> None:
    session = edits.set_activation(example_session((4, 6)), 1, "tanh").session
    last = edits.add_layer(session).session.network.layers
    assert [(layer.units, layer.activation.name) for layer in last] == [(4, "tanh"), (6, "relu"), (6, "relu")]
    between = edits.add_layer(session, 1).session.network.layers
    assert [layer.units for layer in between] == [4, 4, 6]
    assert [layer.units for layer in edits.remove_layer(session, 1).session.network.layers] == [6]
    alone = edits.remove_layer(edits.remove_layer(session).session).session
    assert alone.network.layers == ()
    assert len(edits.add_layer(alone).session.network.layers) == 1


def test_a_network_without_hidden_layers_says_so() -> None:
    with pytest.raises(SessionError, match="no hidden layer left"):
        edits.remove_layer(example_session(()))
    with pytest.raises(SessionError, match="no hidden layer 3"):
        edits.set_units(example_session(), 3, 5)


def test_labels_read_as_in_a_menu() -> None:
    session = example_session()
    assert edits.set_activation(session, 1, "tanh").label == "Set hidden 1 to tanh"
    assert edits.set_units(session, 2, 1).label == "Set hidden 2 to 1 unit"
    assert edits.set_value(session, "training.batch_size", 32).label == "Set batch size to 32"
    assert edits.set_value(session, "training.l2", 0.001).label == "Set L2 to 0.001"
    assert edits.set_value(session, "gates.forward", False).label == "Set forward stroke to off"
    assert edits.set_value(session, "network.dtype", "float64").label == "Set precision to 64 bit"
    assert edits.set_dataset(session, "digits").label == "Set data to Digits"
    assert edits.use_feature(session, "x^2", True).label == "Add input x²"


def test_the_loss_follows_the_output_and_the_user_is_told() -> None:
    before = example_session()
    after = edits.set_output(before, "softmax").session
    assert after.training.loss.name == "cross_entropy"
    assert changes.consequence(before, after, "output") == "Loss is now cross-entropy."
    back = edits.set_loss(after, "binary_cross_entropy").session
    assert back.network.output.activation.name == "sigmoid"
    assert changes.consequence(after, back, "loss") == "Output is now sigmoid."
    assert changes.consequence(before, edits.set_output(before, "sigmoid").session, "output") == ""


def test_an_impossible_pair_is_a_sentence() -> None:
    with pytest.raises(SessionError, match=r"needs classes.*use mse"):
        edits.set_loss(example_session(data="sine"), "cross_entropy")
    with pytest.raises(SessionError, match=r"softmax needs classes.*identity"):
        edits.set_output(example_session(data="sine"), "softmax")


def test_impossible_numbers_are_sentences_without_a_file_s_name() -> None:
    with pytest.raises(SessionError) as caught:
        edits.set_value(example_session(), "training.batch_size", 0)
    assert str(caught.value) == "Training.batch_size is 0; expected a whole number from 1 to 65,536."


def test_a_setting_of_another_optimizer_is_a_sentence() -> None:
    with pytest.raises(SessionError, match=r"Unknown key training\.optimizer\.beta1; expected"):
        edits.set_value(example_session(), "training.optimizer.beta1", 0.5)


def test_the_learning_rate_stays_only_if_it_was_chosen() -> None:
    usual = edits.set_optimizer(example_session(), "adam").session
    assert usual.training.optimizer.learning_rate == 0.001
    told = changes.consequence(example_session(), usual, "optimizer")
    assert told == "Learning rate is now 0.001, the usual one."
    chosen = edits.set_value(example_session(), "training.optimizer.learning_rate", 0.3).session
    assert edits.set_optimizer(chosen, "adam").session.training.optimizer.learning_rate == 0.3


def test_parameters_of_an_activation_and_of_the_initialisation() -> None:
    session = edits.set_activation(example_session(), 1, "leaky_relu").session
    session = edits.set_activation_parameter(session, 1, "negative_slope", 0.2).session
    assert session.network.layers[0].activation.params == {"negative_slope": 0.2}
    assert relevant(session.network.init) == ("name", "gain")
    session = edits.set_value(edits.set_init(session, "normal").session, "network.init.std", 0.5).session
    assert relevant(session.network.init) == ("name", "mean", "std")
    assert session.network.init.std == 0.5
    huber = edits.set_value(edits.set_loss(session, "huber").session, "training.loss.delta", 2.0).session
    assert huber.training.loss.delta == 2.0
    assert relevant(huber.training.loss) == ("name", "delta")


@given(value=st.floats(1e-6, 100))
def test_a_setting_arrives_unchanged(value: float) -> None:
    session = edits.set_value(example_session(), "training.optimizer.learning_rate", value).session
    assert session.training.optimizer.learning_rate == value
