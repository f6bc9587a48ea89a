"""`measure`: one number nudged gives the gradient that the tape holds, whatever the organs; kinks are told."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine.strategies import PAIRS, sessions, sessions_with
from tests.engine.test_gradcheck import session_of
from tests.engine.test_runner import running, wait_for
from twostroke.engine.border import commands as c
from twostroke.engine.border.slopes import By, Kink, Measured
from twostroke.engine.border.tape import LayerTape, Tape
from twostroke.engine.probes.gradcheck import check_network
from twostroke.engine.probes.one_slope import measure
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

pytestmark = pytest.mark.compiled


def laid(session: Session, updates: int = 0) -> tuple[Trainer, Tape]:
    trainer = Trainer(session)
    trainer.advance(updates)
    return trainer, trainer.record()


def gradients(layer: LayerTape) -> dict[str, np.ndarray]:
    """The mean gradients of all that a layer learns."""
    found = {"weight": layer.dloss_dweight, "bias": layer.dloss_dbias}
    found |= {f"param.{name}": values for name, values in layer.dloss_dparam.items()}
    names = ("scale", "shift", "skip_weight")
    return found | {name: layer.organs[f"dloss_d{name}"] for name in names if name in layer.organs}


def has(trainer: Trainer, number: int, unit: int, name: str) -> bool:
    """Whether the unit has that parameter of an activation."""
    layer = trainer.network.layers[number - 1]
    run = next(run for run in layer.runs if run.first <= unit < run.first + run.units)
    own = layer.learned[run.row : run.row + len(run.spec.entry.learned)]
    return not name.startswith("param.") or name.removeprefix("param.") in own


def numbers(trainer: Trainer, tape: Tape, row: int) -> Iterator[tuple[By, float, float]]:
    """What can be checked, what the tape says of it, and how large numbers of its kind are."""
    for number, layer in enumerate(tape.layers, start=1):
        unit = (number + row) % layer.units
        for name, values in gradients(layer).items():
            if has(trainer, number, unit, name):
                source = values.shape[1] - 1 if values.ndim == 2 else None
                by = By("parameter", number, unit, source, None, name)
                yield by, float(values[unit] if source is None else values[unit, source]), float(np.abs(values).max())
        arrays = {"z": layer.dloss_dz, "a": layer.dloss_da}
        arrays |= {"sum": layer.organs.get("dloss_dsum"), "output": layer.organs.get("dloss_doutput")}
        for place, values in arrays.items():
            if values is not None:
                yield (
                    By(place, number, unit, row=row),
                    float(values[row, unit]) * tape.samples,
                    tape.samples * float(np.abs(values).max()),
                )
        if layer.gain is not None:
            yield By("gate", number, unit, row=row), float(layer.gain[row, unit]), 1.0


def is_deliberate(trainer: Trainer, by: By) -> bool:
    """Whether the gradient is meant to be another one than the derivative."""
    network, gates = trainer.network, trainer.session.gates
    runs = [run for layer in network.layers[by.layer - 1 :] for run in layer.runs]
    one_stroke = by.place != "gate" and gates.forward != gates.backward and by.layer < network.depth
    passes_by = by.place != "gate" and not (gates.forward and gates.backward and not gates.off)
    surrogate = any(not run.spec.entry.exact(run.spec.params) for run in runs)
    return one_stroke or passes_by or surrogate


def agrees(trainer: Trainer, by: By, own: float, size: float, measured: Measured, tolerance: float = 1e-6) -> bool:
    apart, terms = abs(own - measured.value), max(abs(measured.above), abs(measured.below))
    return bool(measured.kinks) or apart <= tolerance * max(abs(own), 1e-3 * size) + 10 * measured.uncertain + 1e-14 * (
        terms / measured.step
    )


def check_all(session: Session, updates: int, row: int, tolerance: float = 1e-6) -> int:
    trainer, tape = laid(session, updates)
    if trainer.failure is not None:
        return 0
    before = trainer.network.theta.copy()
    seen = 0
    for by, own, size in numbers(trainer, tape, row % tape.samples):
        measured = measure(trainer.network, tape, by)
        if not is_deliberate(trainer, by):
            assert agrees(trainer, by, own, size, measured, tolerance), (by, own, measured)
            seen += not measured.kinks
    assert np.array_equal(before, trainer.network.theta)
    return seen


@cases(12)
@given(session=st.sampled_from(PAIRS).flatmap(sessions_with), updates=st.integers(0, 3), row=st.integers(0, 11))
def test_every_gradient_of_a_network_with_every_organ(session: Session, updates: int, row: int) -> None:
    check_all(session, updates, row)


@cases(6)
@given(session=sessions(max_units=5), updates=st.integers(0, 3), row=st.integers(0, 11))
def test_every_gradient_of_plain_networks(session: Session, updates: int, row: int) -> None:
    check_all(session, updates, row)


def test_each_number_of_a_small_network_is_seen_to_agree() -> None:
    """No kinks, no gates that are off: nothing is passed over."""
    layers = [{"units": 3, "activation": "tanh", "norm": "batch", "skip": 0}, {"units": 3, "activation": "swish_beta"}]
    layers[1] |= {"norm": "layer", "dropout": 0.4}
    session = session_of([], "softmax", "cross_entropy", network={"layers": layers, "dtype": "float64"})
    trainer, tape = laid(session, 2)
    assert check_all(session, 2, 1) == len(list(numbers(trainer, tape, 1))) > 20


def test_single_precision_is_measured_in_double() -> None:
    """The difference knows more than the network's own numbers, which are near it."""
    session = session_of(["tanh", "gelu"], "softmax", "cross_entropy", network={"dtype": "float32"})
    assert check_all(session, 3, 0, tolerance=1e-4) > 10


def test_the_same_as_all_gradients_at_once() -> None:
    session = session_of(["tanh"], "identity", "mse", network={"dtype": "float64"})
    trainer, tape = laid(session, 1)
    worst = next(t for t in check_network(trainer.network, tape.x, tape.target).tensors if t.name == "l1.weight")
    assert worst.at is not None
    measured = measure(trainer.network, tape, By("parameter", 1, *worst.at, None, "weight"))
    assert measured.value == pytest.approx(worst.numeric, rel=1e-7)


def test_a_wrong_gradient_would_be_seen() -> None:
    trainer, tape = laid(session_of(["tanh"], "identity", "mse", network={"dtype": "float64"}))
    for by, own, size in numbers(trainer, tape, 0):
        assert not agrees(trainer, by, own + 1e-4 * size, size, measure(trainer.network, tape, by))


def relu_at_its_kink(x: float = 0.0) -> tuple[Trainer, Tape]:
    """One ReLU whose z is exactly x, and a loss of half (a - 1)^2."""
    session = {
        "data": {"name": "rows", "x": [[x]], "y": [1.0], "train_share": 1.0},
        "network": {
            "layers": [{"units": 1, "activation": "relu"}],
            "output": {"activation": "identity"},
            "parameters": {"l1.weight": [[1.0]], "l1.bias": [0.0], "l2.weight": [[1.0]], "l2.bias": [0.0]},
        },
        "training": {"loss": "half_squared_error", "batch_size": 1},
    }
    return laid(Session.model_validate(session))


def test_at_a_kink_both_slopes_are_told() -> None:
    """L = (max(0, z) - 1)^2 / 2 falls by 1 to the right of 0 and stays to the left of it; training takes 0."""
    trainer, tape = relu_at_its_kink()
    measured = measure(trainer.network, tape, By("z", 1, 0, row=0))
    assert measured.kinks == (Kink(1, 0, 0),)
    assert measured.left == pytest.approx(0.0, abs=1e-7)
    assert measured.right == pytest.approx(-1.0, abs=1e-7)
    assert measured.value == pytest.approx(-0.5, abs=1e-7)
    gate = measure(trainer.network, tape, By("gate", 1, 0, row=0))
    assert (gate.kinks, gate.value) == ((Kink(1, 0, 0),), pytest.approx(0.5, abs=1e-7))


def test_near_a_kink_the_step_is_shorter() -> None:
    trainer, tape = relu_at_its_kink(3e-6)
    measured = measure(trainer.network, tape, By("z", 1, 0, row=0))
    assert measured.kinks == ()
    assert measured.step < 3e-6
    assert measured.value == pytest.approx(3e-6 - 1.0, abs=1e-6)


def test_a_kink_of_the_loss_is_told() -> None:
    session = {
        "data": {"name": "rows", "x": [[1.0]], "y": [0.5], "train_share": 1.0},
        "network": {"layers": [], "output": {"activation": "identity"},
                    "parameters": {"l1.weight": [[0.5]], "l1.bias": [0.0]}},
        "training": {"loss": "mae", "batch_size": 1},
    }  # fmt: skip
    trainer, tape = laid(Session.model_validate(session))
    measured = measure(trainer.network, tape, By("parameter", 1, 0, 0, None, "weight"))
    assert measured.kinks == (Kink(0, 0, 0),)
    assert (measured.left, measured.right) == (pytest.approx(-1.0, abs=1e-6), pytest.approx(1.0, abs=1e-6))


def test_a_kink_of_the_loss_is_told_where_the_tape_alone_stands_on_it() -> None:
    """In float32 3 · 0.1 is the target 0.3, and the rule's slope 0; in float64 it is not, and the slope is −1 or 1."""
    session = {
        "data": {"name": "rows", "x": [[3.0]], "y": [0.3], "train_share": 1.0},
        "network": {"layers": [], "output": {"activation": "identity"},
                    "parameters": {"l1.weight": [[0.1]], "l1.bias": [0.0]}},
        "training": {"loss": "mae", "batch_size": 1},
    }  # fmt: skip
    trainer, tape = laid(Session.model_validate(session))
    assert tape.layers[0].dloss_dz[0, 0] == 0.0
    measured = measure(trainer.network, tape, By("z", 1, 0, row=0))
    assert abs(measured.value) == pytest.approx(1.0, rel=1e-3) or measured.left is not None
    assert measured.kinks == (Kink(0, 0, 0),)


def test_by_a_cut_link_nothing_changes() -> None:
    session = session_of(["tanh", "tanh"], "identity", "mse", network={"cut": ["l2.weight[1,0]", "l1.unit[2]"]})
    trainer, tape = laid(session)
    for by in (By("parameter", 2, 1, 0, None, "weight"), By("a", 1, 2, row=0), By("gate", 1, 2, row=0)):
        assert measure(trainer.network, tape, by).value == 0.0


@pytest.mark.parametrize(
    "by",
    [
        By("z", 9, 0, row=0),
        By("z", 1, 40, row=0),
        By("z", 1, 0, row=400),
        By("parameter", 1, 0, 40, None, "weight"),
        By("parameter", 1, 0, None, None, "scale"),
        By("parameter", 1, 0, None, None, "param.beta"),
        By("parameter", 1, 0, 0, None, "skip_weight"),
        By("gate", 2, 0, row=0),
    ],
)
def test_what_is_not_there_is_refused_with_a_sentence(by: By) -> None:
    trainer, tape = laid(session_of(["tanh"], "softmax", "cross_entropy"))
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        measure(trainer.network, tape, by)


def test_a_loss_that_is_not_finite_is_refused() -> None:
    trainer, tape = laid(session_of(["quadratic", "quadratic"], "identity", "mse", network={"dtype": "float64"}))
    trainer.network.weight(1)[:] = 1e200
    with pytest.raises(ValueError, match="not a finite number"):
        measure(trainer.network, tape, By("parameter", 1, 0, 0, None, "weight"))


def test_the_answer_comes_with_a_snapshot_of_the_thread() -> None:
    with running(session_of(["tanh"], "identity", "mse")) as runner:
        runner.send(c.Record(), 1)
        tape = wait_for(runner, lambda s: s.answered == 1).tape
        assert tape is not None
        runner.send(c.Check(By("z", 1, 0, row=0), tape.update), 2)
        taken = wait_for(runner, lambda s: s.answered == 2)
    (answer,) = taken.answers
    assert answer.measured is not None
    assert (answer.number, answer.measured.update) == (2, tape.update)
    assert taken.tape is tape
