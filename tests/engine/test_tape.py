"""The tape of one update: each array follows from those before it, and training then does exactly what it says."""

import tracemalloc
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from numpy.typing import NDArray

from tests.cases import cases
from tests.engine import measures, naive
from tests.engine.strategies import HIDDEN, sessions
from twostroke.engine.border import commands as c
from twostroke.engine.border.tape import LayerTape, Tape
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session


def arrays_of(tape: Tape) -> dict[str, NDArray[Any]]:
    """Every array of the tape by name."""
    found: dict[str, NDArray[Any]] = {}
    for name in ("x", "target", "rows", "sample_loss"):
        found[name] = getattr(tape, name)
    for number, layer in enumerate(tape.layers, start=1):
        for f in fields(layer):
            value = getattr(layer, f.name)
            if isinstance(value, np.ndarray):
                found[f"l{number}.{f.name}"] = value
            if isinstance(value, dict):
                found.update({f"l{number}.{f.name}.{name}": array for name, array in value.items()})
    return found


def near(got: NDArray[Any], want: NDArray[Any], size: NDArray[Any] | float, places: float) -> None:
    """Each element within `places` units of the last place of a number of magnitude `size`."""
    info = np.finfo(got.dtype)
    allowed = places * float(info.eps) * (np.abs(want) + size) + places * float(info.smallest_subnormal)
    assert got.shape == want.shape
    apart = got != want  # the mask of a step whose z is below the smallest normal number is infinite
    assert np.isfinite(got[apart]).all()
    assert np.all(np.abs(got[apart].astype(np.float64) - want[apart]) <= np.broadcast_to(allowed, got.shape)[apart])


def layer_follows(
    tape: Tape, number: int, oracle: naive.Training, loss: str, delta: float, below: NDArray[Any]
) -> None:
    """Layer `number` (from 0): each array from the tape's own arrays before it, so that no error can hide another."""
    got, layer = tape.layers[number], oracle.layers[number]
    samples, z = tape.samples, got.z.astype(np.float64)
    a = got.a.astype(np.float64)
    want_z, _ = naive.layer_forward(layer, below)
    near(got.z, want_z, np.abs(below) @ np.abs(layer.weight.T) + np.abs(layer.bias), below.shape[1] + 3)
    one_by_one = naive.Layer(
        layer.activation, layer.params, np.eye(got.units), np.zeros(got.units), layer.learned, layer.gate_forward
    )
    _, want_a = naive.layer_forward(one_by_one, z)
    near(got.a, want_a, 1.0 + np.abs(z), 8)
    gain = naive.gains(layer, z)
    assert (got.gain is None) == (gain is None)
    if got.gain is not None and gain is not None:
        near(got.gain, gain, 1.0, 8)
    near(got.forward_mask, naive.masks(layer, z, a), 0.0, 4)
    da = None if got.dloss_da is None else got.dloss_da.astype(np.float64)
    if number == tape.depth - 1:
        want_da, want_dz = naive.output_gradients(loss, delta, layer, z, a, tape.target.astype(np.float64))
        size = np.abs(a) + np.abs(tape.target)
        assert (da is None) == (want_da is None)
        if want_da is None:
            near(got.dloss_dz, want_dz, size, 8)
        elif loss != "mae":  # the sign of a rounded zero is its own
            assert got.dloss_da is not None
            near(got.dloss_da, want_da, size, 8)
    else:
        after = tape.layers[number + 1]
        dz_after = after.dloss_dz.astype(np.float64)
        assert da is not None
        assert got.dloss_da is not None
        near(got.dloss_da, dz_after @ after.weight, np.abs(dz_after) @ np.abs(after.weight), after.units + 3)
    if da is not None and got.gain is not None:
        near(got.dloss_dz, da * got.gain if got.gate_backward else da, 0.0, 2)
    if da is not None and got.gain is None:
        jacobian_free = a * (da - (a * da).sum(axis=1, keepdims=True))
        near(got.dloss_dz, jacobian_free, np.abs(a) * np.abs(da).sum(axis=1, keepdims=True), 8)
    dz = got.dloss_dz.astype(np.float64)
    near(got.dloss_dweight, dz.T @ below, np.abs(dz.T) @ np.abs(below), samples + 3)
    near(got.dloss_dbias, dz.sum(axis=0), np.abs(dz).sum(axis=0), samples + 3)
    found = naive.parameter_gradients(layer, below, z, da, dz)["dloss_dparam"]
    assert set(got.param) == set(got.param_next) == set(got.dloss_dparam) == set(found)
    for name, want in found.items():
        powers = (1.0 + np.abs(z)) ** 2
        near(got.dloss_dparam[name], want, (np.abs(da) * powers).sum(axis=0), samples + 3)


def whole_tape_follows(session: Session) -> Tape:
    """Every array of the first tape of `session`, from the arrays before it."""
    trainer = Trainer(session)
    tape = trainer.record()
    oracle = naive.Training(session.model_dump(mode="json"), trainer.network.parameters())
    loss, delta = naive.loss_of(oracle.settings["loss"])
    below = tape.x.astype(np.float64)
    for number in range(tape.depth):
        layer_follows(tape, number, oracle, loss, delta, below)
        below = tape.layers[number].a.astype(np.float64)
    top = tape.layers[-1]
    z, a, target = (part.astype(np.float64) for part in (top.z, top.a, tape.target))
    want = np.array([naive.sample_loss(loss, z[s], a[s], target[s], delta) for s in range(tape.samples)])
    near(tape.sample_loss, want, (1.0 + np.abs(z).max() + np.abs(a).max() + np.abs(target).max()) ** 2, 8)
    assert tape.loss == pytest.approx(float(tape.sample_loss.mean(dtype=np.float64)), rel=1e-6, abs=1e-30)
    return tape


@cases(60)
@given(session=sessions("float64"))
def test_each_array_follows_from_those_before_in_float64(session: Session) -> None:
    """To a few units of the last place of double precision."""
    whole_tape_follows(session)


@cases(60)
@given(session=sessions("float32"))
def test_each_array_follows_from_those_before_in_float32(session: Session) -> None:
    """To a few units of the last place of single precision."""
    whole_tape_follows(session)


@cases(50)
@given(session=sessions("float64"))
def test_training_and_tapes_beside_the_oracle(session: Session) -> None:
    """Four updates end to end: loss, gradients and new weights to 1e-12 of their sizes, with the optimizer's memory."""
    trainer = Trainer(session)
    oracle = naive.Training(session.model_dump(mode="json"), trainer.network.parameters())
    for _ in range(4):
        one_update(trainer, oracle, 1e-12, 1e-9)


def one_update(trainer: Trainer, oracle: naive.Training, allowed: float, near: float) -> None:
    """The next update, from the trainer's parameters: its tape, and the new parameters."""
    tape = trainer.record()
    oracle.take(trainer.network.parameters())
    x, target = tape.x.astype(np.float64), tape.target.astype(np.float64)
    want = oracle.both_strokes(x, target)
    assume(measures.clearance(oracle, want, target) > near)
    assert measures.worst(measures.tape_distances(tape, oracle, want)) < (allowed, "")
    oracle.update(x, target)
    assert trainer.advance(1) == 1
    assert measures.worst(measures.parameter_distances(trainer.network.parameters(), oracle)) < (allowed, "")


@cases(25)
@given(session=sessions("float32"))
def test_training_in_float32_beside_the_oracle(session: Session) -> None:
    """Three updates; where a rounded number may fall on the other side of a kink, they are left out."""
    trainer = Trainer(session)
    oracle = naive.Training(session.model_dump(mode="json"), trainer.network.parameters())
    for _ in range(3):
        one_update(trainer, oracle, 1e-5, 1e-5)


@cases(40)
@given(session=sessions("float32"))
def test_the_next_weights_are_the_ones_training_makes(session: Session) -> None:
    """Bit for bit, update after update, and laying a tape changes nothing."""
    trainer, untaped = Trainer(session), Trainer(session)
    for update in range(4):
        before = trainer.network.theta.copy()
        tape = trainer.record()
        assert np.array_equal(trainer.network.theta, before)
        assert tape.update == update == trainer.update
        assert tape.epoch == pytest.approx(trainer.epoch)
        # The forward mask is told, not trained with: of a step it is 1/z, which is infinite for the smallest z.
        computed = [array for name, array in arrays_of(tape).items() if not name.endswith("forward_mask")]
        if not all(np.isfinite(array).all() for array in computed):
            # Training may run away, with a learned quadratic for one: then neither goes on, and nothing is changed.
            assert trainer.advance(1) == untaped.advance(1) == 0
            assert np.array_equal(trainer.network.theta, before)
            return
        assert trainer.advance(1) == 1
        parameters = trainer.network.parameters()
        for number, layer in enumerate(tape.layers, start=1):
            assert np.array_equal(layer.weight_next, parameters[f"l{number}.weight"])
            assert np.array_equal(layer.bias_next, parameters[f"l{number}.bias"])
            for name, values in layer.param_next.items():
                assert np.array_equal(values, parameters[f"l{number}.param.{name}"])
        assert untaped.advance(1) == 1
        assert np.array_equal(untaped.network.theta, trainer.network.theta)


@cases(20)
@given(session=sessions("float64"))
def test_recording_twice_gives_the_same_tape(session: Session) -> None:
    """Bit for bit, and every array is read-only."""
    trainer = Trainer(session)
    trainer.advance(2)
    one, two = arrays_of(trainer.record()), arrays_of(trainer.record())
    assert one.keys() == two.keys()
    for name, array in one.items():
        assert np.array_equal(array, two[name]), name
        assert not array.flags.writeable, name
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_step_that_fires_at_less_than_the_smallest_number() -> None:
    """Its mask 1/z is infinite, in the tape and in the oracle."""
    layers = [{"units": 1, "activation": {"name": "leaky_relu", "negative_slope": -1e-308}}]
    network = {
        "layers": [*layers, {"units": 1, "activation": "step"}],
        "init": "xavier_uniform",
        "seed": 20,
        "dtype": "float64",
    }
    data = {"name": "moons", "samples": 10, "noise": 0.0, "features": ["x", "y", "x^2"]}
    training = {"loss": "binary_cross_entropy", "batch_size": 1, "shuffle": False}
    tape = whole_tape_follows(Session.model_validate({"data": data, "network": network, "training": training}))
    assert np.isinf(tape.layers[1].forward_mask).all()


def test_a_tape_is_untouched_by_later_training() -> None:
    """Its arrays are its own."""
    trainer = Trainer(Session())
    tape = trainer.record()
    kept = {name: array.copy() for name, array in arrays_of(tape).items()}
    trainer.advance(50)
    for name, array in arrays_of(tape).items():
        assert np.array_equal(array, kept[name]), name


def test_rows_name_the_samples() -> None:
    """x and target are those rows of the training part; one epoch takes each row once."""
    trainer = Trainer(Session.model_validate({"data": {"samples": 44}, "training": {"batch_size": 8}}))
    seen: list[int] = []
    for _ in range(3):
        tape = trainer.record()
        assert np.array_equal(tape.x, trainer.dataset.x_train[tape.rows])
        assert np.array_equal(tape.target, trainer.dataset.target_train[tape.rows])
        seen += tape.rows.tolist()
        trainer.advance(1)
    assert sorted(seen) == list(range(22))
    assert trainer.record().epoch == 1.0


# --- Gates ----------------------------------------------------------------------------------------------------------


def gated(activation: Any, forward: bool = True, backward: bool = True) -> Tape:
    """The tape of two hidden layers of one activation, ten updates in."""
    session = Session.model_validate(
        {
            "network": {
                "layers": [{"units": 6, "activation": activation}, {"units": 5, "activation": activation}],
                "dtype": "float64",
            },
            "gates": {"forward": forward, "backward": backward},
            "training": {"optimizer": {"name": "sgd", "learning_rate": 0.01}},
        }
    )
    trainer = Trainer(session)
    assert trainer.advance(10) == 10
    return trainer.record()


def hidden(tape: Tape) -> tuple[LayerTape, ...]:
    """All layers but the output."""
    return tape.layers[:-1]


@pytest.mark.parametrize("activation", HIDDEN)
def test_without_the_forward_gate_the_network_is_one_linear_map(activation: str) -> None:
    """a = z, the mask is 1, while the gradient still meets f'(z); the output layer keeps its function."""
    tape = gated(activation, forward=False)
    product, shift, sizes = np.eye(2), np.zeros(2), np.abs(tape.x)
    for layer in hidden(tape):
        assert np.array_equal(layer.a, layer.z)
        assert np.array_equal(layer.forward_mask, np.ones_like(layer.z))
        assert layer.gain is not None
        assert layer.dloss_da is not None
        assert np.array_equal(layer.dloss_dz, layer.dloss_da * layer.gain)
        assert (layer.gate_forward, layer.gate_backward) == (False, True)
        product, shift = layer.weight @ product, layer.weight @ shift + layer.bias
        sizes = sizes @ np.abs(layer.weight.T) + np.abs(layer.bias)
    top = tape.layers[-1]
    straight = tape.x @ (top.weight @ product).T + top.weight @ shift + top.bias
    assert measures.distance(top.z, straight, sizes @ np.abs(top.weight.T) + np.abs(top.bias)) < 1e-14
    assert np.allclose(top.a, [[naive.sigmoid(float(v)) for v in row] for row in top.z], rtol=1e-14)
    assert (top.gate_forward, top.gate_backward) == (True, True)


@pytest.mark.parametrize("activation", HIDDEN)
def test_without_the_backward_gate_the_gradient_passes_unchanged(activation: str) -> None:
    """dL/dz = dL/da while the signal still meets f; the gate's own parameters then learn nothing."""
    tape = gated(activation, backward=False)
    for layer in hidden(tape):
        assert layer.dloss_da is not None
        assert np.array_equal(layer.dloss_dz, layer.dloss_da)
        f = [
            [
                naive.activate(
                    activation,
                    float(v),
                    {**naive.DEFAULTS[activation], **{name: float(p[j]) for name, p in layer.param.items()}},
                )
                for j, v in enumerate(row)
            ]
            for row in layer.z
        ]
        near(layer.a, np.array(f), np.abs(layer.z), 8)
        assert all(not gradient.any() for gradient in layer.dloss_dparam.values())
        assert (layer.gate_forward, layer.gate_backward) == (True, False)


@pytest.mark.parametrize("activation", ["identity", "relu", "leaky_relu", "prelu"])
def test_one_mask_for_both_strokes(activation: str) -> None:
    """The forward mask is the gain, neuron by neuron and sample by sample."""
    for layer in hidden(gated(activation)):
        assert layer.gain is not None
        assert np.allclose(layer.forward_mask, layer.gain, rtol=1e-15, atol=0)


def test_a_shut_relu_gate_stops_signal_and_gradient_at_the_same_places() -> None:
    """Where z <= 0 both a and dL/dz are 0, and nowhere else by the gate."""
    for layer in hidden(gated("relu")):
        assert layer.dloss_da is not None
        shut = layer.z <= 0.0
        assert shut.any()
        assert not shut.all()
        assert np.array_equal(layer.a, np.where(shut, 0.0, layer.z))
        assert np.array_equal(layer.dloss_dz, np.where(shut, 0.0, layer.dloss_da))


def test_nothing_learns_behind_the_step() -> None:
    """The step's gain is 0 everywhere: hidden weights stay, the output's learn."""
    tape = gated("step")
    for layer in hidden(tape):
        assert not layer.dloss_dweight.any()
        assert np.array_equal(layer.weight_next, layer.weight)
    assert tape.layers[-1].dloss_dweight.any()


@pytest.mark.compiled
def test_a_tape_takes_little_more_memory_than_what_it_holds() -> None:
    """While it is laid: the state after the update, with the optimizer's memory, beside gradients and weights."""
    trainer = Trainer(Session.model_validate({"version": 1, "network": {"layers": [{"units": 512}, {"units": 512}]}}))
    trainer.record()
    theta = trainer.state.theta.nbytes
    tracemalloc.start()
    try:
        tape = trainer.record()
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert tape.depth == 3
    assert held < 4 * theta
    assert most < 5.5 * theta


@pytest.mark.parametrize(
    ("optimizer", "memories"),
    [
        ("sgd", set()),
        ("momentum", {"first"}),
        ({"name": "rmsprop", "momentum": 0.0}, {"second"}),
        ({"name": "rmsprop", "momentum": 0.5}, {"first", "second"}),
        ("adagrad", {"second"}),
        ("adamw", {"first", "second"}),
    ],
)
def test_a_tape_holds_what_the_optimizer_remembers(optimizer: Any, memories: set[str]) -> None:
    """Before and after the update, of all that is learned; and only what the optimizer uses."""
    trainer = Trainer(Session.model_validate({"training": {"optimizer": optimizer}}))
    trainer.advance(3)
    tape = trainer.record()
    before = {name: getattr(trainer.state, name).copy() for name in memories}
    trainer.advance(1)
    assert tape.optimizer_steps == 3
    for number, layer in enumerate(tape.layers, start=1):
        expected = {
            f"{memory}{now}.{key}" for memory in memories for now in ("", "_next") for key in ("weight", "bias")
        }
        assert set(layer.memory) == expected
        for memory in memories:
            then = getattr(trainer.state, memory)
            assert np.array_equal(layer.memory[f"{memory}.weight"], trainer.network.weight(number, before[memory]))
            assert np.array_equal(layer.memory[f"{memory}_next.bias"], trainer.network.bias(number, then))


def test_a_tape_holds_the_weight_of_each_sample() -> None:
    """That of its class, for the samples of the mini-batch; none where all count alike."""
    assert Trainer(Session()).record().class_weight is None
    tape = Trainer(Session.model_validate({"training": {"class_weights": [0.5, 3.0]}})).record()
    assert tape.class_weight is not None
    assert np.array_equal(tape.class_weight, np.where(tape.target[:, 0] == 1.0, 3.0, 0.5).astype(np.float32))


@pytest.mark.parametrize("norm", ["none", "batch"])
def test_a_tape_of_other_samples_has_their_strokes_and_the_update_that_comes(norm: str) -> None:
    session = Session.model_validate({"network": {"layers": [{"units": 5, "norm": norm}, {"units": 4}]}})
    own, elsewhere = Trainer(session), Trainer(session)
    elsewhere.advance(1)
    wanted = tuple(int(row) for row in elsewhere.record().rows)
    plain = own.record()
    assert set(wanted) != set(plain.rows.tolist())
    own.apply(c.Record(rows=wanted))
    found = own.tape
    assert found is not None
    assert tuple(found.rows) == wanted
    assert np.array_equal(found.x, own.feed.x[list(wanted)])
    oracle = naive.Training(session.model_dump(mode="json"), own.network.parameters())
    want = oracle.both_strokes(found.x.astype(np.float64), found.target.astype(np.float64))
    assert found.loss == pytest.approx(want.loss, rel=1e-5)
    for layer, slow, before in zip(found.layers, want.layers, plain.layers, strict=True):
        np.testing.assert_allclose(layer.dloss_dz, slow.dloss_dz, rtol=1e-4, atol=1e-6)
        for name in ("weight", "dloss_dweight", "weight_next", "dloss_dbias", "bias_next"):
            assert np.array_equal(getattr(layer, name), getattr(before, name)), name
    assert own.update == 0


def test_a_tape_of_samples_that_come_is_the_tape_that_comes() -> None:
    trainer = Trainer(Session())
    plain = trainer.record()
    again = trainer.record(tuple(int(row) for row in plain.rows))
    assert again.loss == plain.loss
    assert np.array_equal(again.layers[0].dloss_dz, plain.layers[0].dloss_dz)


@pytest.mark.parametrize("row", [-1, 100_000])
def test_a_tape_of_a_sample_that_is_not_there_is_refused(row: int) -> None:
    trainer = Trainer(Session())
    with pytest.raises(ValueError, match=f"there is no sample {row}; the training part has rows 0 to "):
        trainer.apply(c.Record(rows=(0, row)))
    assert trainer.tape is None
