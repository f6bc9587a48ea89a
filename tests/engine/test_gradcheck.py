"""`check`: it passes for whatever can go together, finds what is wrong, and keeps clear of kinks."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.cases import cases
from tests.engine.strategies import EVERY, HIDDEN, PLAIN_LOSSES, sessions, sessions_with_a_pair
from twostroke.engine.catalogue.activations import CATALOGUE, Activation
from twostroke.engine.compute.network import Network
from twostroke.engine.probes.gradcheck import Report, check, check_network
from twostroke.engine.session.spec import Session

LOSSES = (*PLAIN_LOSSES, "binary_cross_entropy", "cross_entropy")
OUTPUT_OF = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax"}


def session_of(hidden: list[Any], output: Any, loss: Any, **parts: Any) -> Session:
    """A small network on the irises: four inputs, three outputs."""
    return Session.model_validate(
        {
            "data": {"name": "iris"},
            "network": {
                "layers": [{"units": 4, "activation": activation} for activation in hidden],
                "output": {"activation": output},
                **parts.pop("network", {}),
            },
            "training": {"loss": loss, "batch_size": 6},
            **parts,
        }
    )


def passes(report: Report) -> None:
    """Every gradient was compared and agrees."""
    assert report.passed, report.summary
    assert report.worst <= 1e-6
    assert report.checked > 0
    assert report.note is None


@pytest.mark.compiled
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", HIDDEN)
def test_hidden_activation_with_each_loss(activation: str, loss: str) -> None:
    """Two hidden layers of each activation, under each loss with the output that goes with it."""
    report = check(session_of([activation, activation], OUTPUT_OF.get(loss, "tanh"), loss), updates=2)
    passes(report)
    assert report.skipped == 0 or CATALOGUE[activation].kinks


@pytest.mark.compiled
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", EVERY)
def test_output_activation_with_each_loss(activation: str, loss: str) -> None:
    """Each activation at the output, under each loss that it can go with."""
    if OUTPUT_OF.get(loss, activation) != activation:
        with pytest.raises(ValueError, match=f"{loss} needs the output activation"):
            session_of(["tanh"], activation, loss)
        return
    report = check(session_of(["tanh"], activation, loss), updates=2)
    passes(report)
    assert report.skipped <= report.checked


@pytest.mark.compiled
@pytest.mark.parametrize("activation", [{"name": "gelu", "approximate": "tanh"}, {"name": "elu", "alpha": 2.0}])
def test_other_forms(activation: Any) -> None:
    """The settings of an activation are checked too."""
    passes(check(session_of([activation], "softmax", "cross_entropy")))


@pytest.mark.compiled
@cases(20)
@given(session=sessions("float32", max_units=4))
def test_random_sessions(session: Session) -> None:
    """Also a float32 session is checked, in float64; with a shut stroke or a surrogate the report says so."""
    agrees_or_says_why(check(session, elements=12, samples=4))


def agrees_or_says_why(report: Report) -> None:
    """All gradients agree, or the note says that they are deliberately no derivatives."""
    if report.note is None:
        assert report.passed or report.checked == 0, report.summary
        assert report.gates_open
    else:
        assert "deliberately not the derivative" in report.note


@pytest.mark.compiled
@cases(40)
@given(pair=sessions_with_a_pair())
def test_random_sessions_with_a_pair_of_organs(pair: tuple[tuple[str, ...], Session]) -> None:
    """Every organ with every other one, some updates into training."""
    agrees_or_says_why(check(pair[1], updates=2, elements=8, samples=5))


GELU = {"units": 4, "activation": "gelu"}
ORGANS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "batch": ({"norm": "batch"}, ["scale", "shift"]),
    "layer": ({"norm": "layer"}, ["scale", "shift"]),
    "dropout": ({"dropout": 0.4}, []),
    "projected": ({"skip": 0, "units": 5}, ["skip_weight"]),
    "as it is": ({"skip": 0}, []),
    "units": (
        {"activation": ["swish_beta", "relu", "quadratic", "prelu"]},
        ["param.beta", "param.a", "param.negative_slope"],
    ),
    "many": ({"norm": "batch", "skip": 0, "units": 3, "dropout": 0.2}, ["scale", "shift", "skip_weight"]),
}


@pytest.mark.compiled
@pytest.mark.parametrize("organ", ORGANS)
def test_parameters_of_organs_are_compared(organ: str) -> None:
    """Every one of them, in training mode, three updates in; also where only the first rows are taken."""
    change, names = ORGANS[organ]
    session = session_of([], "softmax", "cross_entropy", network={"layers": [GELU, {**GELU, **change}, GELU]})
    for samples in (None, 4):
        report = check(session, updates=3, samples=samples)
        passes(report)
        assert report.skipped == 0 or organ == "units"
        tensors = {tensor.name: tensor for tensor in report.tensors}
        assert {f"l2.{name}" for name in names} <= set(tensors)
        assert all(tensor.checked + tensor.skipped == tensor.elements for tensor in report.tensors)


@pytest.mark.compiled
@pytest.mark.parametrize(
    ("loss", "output", "weights"),
    [
        ("hinge", "identity", [0.2, 1.0, 3.0]),
        ("cross_entropy", "softmax", [0.2, 1.0, 3.0]),
        ("cross_entropy", "softmax", "balanced"),
        ("hinge", "tanh", "none"),
    ],
)
def test_class_weights_and_hinge(loss: str, output: str, weights: Any) -> None:
    """The weights of the classes are part of the loss that is measured."""
    session = session_of(["tanh"], output, loss)
    training = {**session.training.model_dump(), "class_weights": weights}
    passes(check(Session.model_validate({**session.model_dump(), "training": training}), updates=2))


@pytest.mark.parametrize("surrogate", ["straight_through", "sigmoid"])
def test_a_surrogate_is_said(surrogate: str) -> None:
    """Its gradient is deliberately no derivative; without it the step's is, and is 0."""
    step = {"name": "step", "surrogate": surrogate}
    report = check(session_of([["tanh", step, "tanh", "relu"]], "softmax", "cross_entropy"))
    assert not report.passed
    assert report.gates_open
    assert report.note == (
        "The gradient meets a surrogate in place of the derivative of step: "
        "this session's gradient is deliberately not the derivative of its loss."
    )
    passes(check(session_of(["step"], "softmax", "cross_entropy")))
    both = check(session_of([step], "softmax", "cross_entropy", gates={"forward": False}))
    assert both.note is not None
    assert "gates are off" in both.note
    assert "surrogate" in both.note
    # Behind a shut backward gate no gain is met, surrogate or not.
    shut = check(session_of([step], "softmax", "cross_entropy", gates={"backward": False}))
    assert "surrogate" not in (shut.note or "")


@pytest.mark.compiled
def test_digits_within_seconds_and_by_sample() -> None:
    """64-32-10: all tensors are there, the large ones checked on 200 elements, drawn the same way each time."""
    session = Session.model_validate({"data": {"name": "digits"}, "network": {"layers": [{"units": 32}]}})
    report = check(session)
    passes(report)
    assert [(t.name, t.elements, t.checked + t.skipped) for t in report.tensors] == [
        ("l1.weight", 2048, 200),
        ("l1.bias", 32, 32),
        ("l2.weight", 320, 200),
        ("l2.bias", 10, 10),
    ]
    assert (report.samples, report.update) == (10, 0)
    assert asdict(check(session)) == asdict(report)


def test_a_report_is_json() -> None:
    """For `twostroke check --json`."""
    told = json.loads(json.dumps(asdict(check(session_of(["prelu"], "softmax", "cross_entropy")))))
    assert told["passed"] is True
    assert [tensor["name"] for tensor in told["tensors"]][:3] == ["l1.weight", "l1.bias", "l1.param.negative_slope"]
    assert "agree with differences" in check(session_of([], "softmax", "cross_entropy")).summary


# --- It finds what is wrong -----------------------------------------------------------------------------------------


def lying(network: Network, monkeypatch: pytest.MonkeyPatch, lie: Callable[[Any], None]) -> None:
    """From now on the network's gradient is what `lie` makes of it."""
    honest = network.stroke

    def stroke(feed: Any, rows: Any, buffers: Any, update: int) -> float:
        value = honest(feed, rows, buffers, update)
        lie(buffers.grad)
        return value

    monkeypatch.setattr(network, "stroke", stroke)


def spoilt(network: Network, monkeypatch: pytest.MonkeyPatch, place: int, factor: float) -> None:
    """From now on the network gives a wrong gradient at one place."""

    def lie(gradient: Any) -> None:
        gradient[place] *= factor

    lying(network, monkeypatch, lie)


@pytest.mark.compiled
@pytest.mark.parametrize("factor", [0.0, -1.0, 2.0, 1.001, 1.00001])
def test_one_wrong_element_is_found_and_named(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """A single element wrong by a part in 100,000 fails the check, and the report says where."""
    network = Network(session_of(["gelu"], "softmax", "cross_entropy", network={"dtype": "float64"}))
    rng = np.random.default_rng(1)
    x, target = rng.normal(size=(6, 4)), np.eye(3)[rng.integers(0, 3, 6)]
    assert check_network(network, x, target).passed
    place = int(np.abs(network.gradient(x, target)[: network.weight(1).size]).argmax())
    spoilt(network, monkeypatch, place, factor)
    report = check_network(network, x, target)
    assert not report.passed
    assert report.worst > 0.9e-5
    wrong = [tensor for tensor in report.tensors if tensor.worst > 1e-6]
    assert [(tensor.name, tensor.at) for tensor in wrong] == [("l1.weight", np.unravel_index(place, (4, 4)))]
    assert wrong[0].numeric == pytest.approx(wrong[0].analytic / factor if factor else wrong[0].numeric, rel=1e-8)
    assert "do not agree" in report.summary


@pytest.mark.compiled
def test_an_activation_with_a_wrong_derivative_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """SELU's slope used where ELU's belongs: the forward stroke is right, the backward one is not."""
    network = Network(session_of(["elu"], "softmax", "cross_entropy", network={"dtype": "float64", "seed": 4}))
    other = Network(session_of(["selu"], "softmax", "cross_entropy", network={"dtype": "float64", "seed": 4}))
    rng = np.random.default_rng(1)
    x, target = rng.normal(size=(6, 4)), np.eye(3)[rng.integers(0, 3, 6)]
    wrong = other.gradient(x, target)

    def lie(gradient: Any) -> None:
        gradient[:] = wrong

    lying(network, monkeypatch, lie)
    assert not check_network(network, x, target).passed


@pytest.mark.parametrize(
    ("gates", "words"),
    [
        ({"forward": False}, "off in the forward stroke"),
        ({"backward": False}, "off in the backward stroke"),
        ({"forward": False, "backward": False}, "off in the forward and the backward stroke"),
    ],
)
def test_shut_strokes_are_said(gates: dict[str, bool], words: str) -> None:
    """With one gate out the gradient is not the loss's derivative, and the report gives the reason."""
    report = check(session_of(["tanh"], "softmax", "cross_entropy", gates=gates))
    assert not report.gates_open
    assert report.note is not None
    assert words in report.note
    # Out of both strokes, the layer is linear, and its gradient is right again.
    assert report.passed == (len(gates) == 2)


def test_gates_do_not_matter_without_hidden_layers() -> None:
    """The output layer is never affected."""
    passes(check(session_of([], "sigmoid", "mse", gates={"forward": False})))


# --- It keeps clear of kinks ----------------------------------------------------------------------------------------


def one_neuron(activation: Any, loss: Any, z: float, target: float) -> Report:
    """A single neuron of weight 1 and bias 0 that reads z."""
    session = Session.model_validate(
        {
            "data": {"name": "sine"},
            "network": {"layers": [], "output": {"activation": activation}, "dtype": "float64"},
            "training": {"loss": loss},
        }
    )
    network = Network(session)
    network.weight(1)[:] = 1.0
    return check_network(network, np.array([[z]]), np.array([[target]]))


KINKED = ["relu", "leaky_relu", "prelu", "elu", "selu", "step"]


@pytest.mark.parametrize("activation", KINKED)
def test_exactly_at_the_kink_is_skipped(activation: str) -> None:
    """z = 0: the bias moves it to and fro, so there is nothing to compare; the weight times 0 stays and is compared."""
    report = one_neuron(activation, "mse", z=0.0, target=0.5)
    bias = next(tensor for tensor in report.tensors if tensor.name == "l1.bias")
    weight = next(tensor for tensor in report.tensors if tensor.name == "l1.weight")
    assert (bias.checked, bias.skipped, bias.at) == (0, 1, None)
    assert (weight.checked, weight.skipped) == (1, 0)
    assert report.skipped == 1
    assert report.passed


@pytest.mark.parametrize("activation", KINKED)
@pytest.mark.parametrize("z", [1e-4, -1e-4])
def test_near_the_kink_the_step_is_shortened(activation: str, z: float) -> None:
    """1e-4 from the kink, h = 1e-3 would cross it: a shorter one does not, and is counted."""
    report = one_neuron(activation, "mse", z, target=0.5)
    bias = next(tensor for tensor in report.tensors if tensor.name == "l1.bias")
    assert (bias.checked, bias.skipped, bias.shortened) == (1, 0, 1)
    passes(report)


@pytest.mark.parametrize(("loss", "error"), [("mae", 1e-4), ("huber", 1.0001), ("huber", 0.9999), ("mae", -1e-4)])
def test_kinks_of_losses(loss: str, error: float) -> None:
    """The absolute error bends at 0, Huber's second derivative jumps at delta."""
    report = one_neuron("identity", loss, 2.0, target=2.0 - error)
    passes(report)
    assert max(tensor.shortened for tensor in report.tensors) == 1
    assert one_neuron("identity", "mae", 2.0, target=2.0).skipped == 2


@pytest.mark.parametrize("margin", [1e-4, -1e-4, 0.0])
def test_kinks_of_hinge(margin: float) -> None:
    """Beside the margin the step is shortened, at it the element is skipped; for one output and for several."""
    one = Network(
        Session.model_validate(
            {"data": {"name": "moons"}, "network": {"layers": [], "dtype": "float64"}, "training": {"loss": "hinge"}}
        )
    )
    one.weight(1)[:] = [[1.0, 0.0]]
    several = Network(session_of([], "identity", "hinge", network={"dtype": "float64"}))
    several.weight(1)[:] = np.eye(3, 4)
    for network, x, target in (
        (one, [[-1.0 + margin, 0.0]], [[0.0]]),
        (several, [[0.0, 1.0 - margin, -3.0, 0.0]], [[0.0, 1.0, 0.0]]),
    ):
        report = check_network(network, np.array(x), np.array(target))
        assert report.passed, report.summary
        assert (report.skipped > 0) == (margin == 0.0)
        assert (max(tensor.shortened for tensor in report.tensors) > 0) == (margin != 0.0)


def test_softplus_at_its_threshold() -> None:
    """PyTorch's softplus jumps by 2e-9 at z = 20: ten thousand times the tolerance, if a difference reached over it."""
    report = one_neuron("softplus", "mse", 20.00001, target=0.0)
    passes(report)
    assert max(tensor.shortened for tensor in report.tensors) == 1


@pytest.mark.parametrize("error", [1e-5, 1e-9, 1e-12, 1e-15])
@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_a_loss_that_is_the_rest_of_larger_numbers(loss: str, error: float) -> None:
    """Output and target near 2, the loss of their difference far below their round-off: no gradient is called wrong."""
    passes(one_neuron("identity", loss, 2.0, target=2.0 - error))


@pytest.mark.compiled
def test_where_training_has_come_to_rest() -> None:
    """A linear network whose loss is round-off and nothing else, and so are its gradients."""
    session = Session.model_validate(
        {
            "data": {"name": "sine"},
            "network": {"layers": [{"units": 2, "activation": "identity"}], "dtype": "float64"},
            "training": {"loss": "mse"},
        }
    )
    network = Network(session)
    x = np.linspace(-3.0, 3.0, 9)[:, None]
    target = network.predict(x) * (1.0 + 1e-15)
    passes(check_network(network, x, target))


def test_a_network_of_zeros_says_how_little_it_shows() -> None:
    """Every pre-activation sits on the kink: what moves one is skipped, and the rest agrees."""
    report = check(session_of(["relu"], "softmax", "cross_entropy", network={"init": "zeros"}))
    assert report.passed
    assert {tensor.name: (tensor.checked, tensor.skipped) for tensor in report.tensors} == {
        "l1.weight": (0, 16),
        "l1.bias": (0, 4),
        "l2.weight": (12, 0),
        "l2.bias": (3, 0),
    }
    assert "20 skipped at kinks" in report.summary


def test_nothing_compared_is_not_passed() -> None:
    """A report that compared no element does not claim that all is well."""
    network = Network(
        Session.model_validate(
            {"data": {"name": "sine"}, "network": {"layers": [], "output": "step", "dtype": "float64"}}
            | {"training": {"loss": "mae"}}
        )
    )
    network.weight(1)[:] = 1.0
    network.bias(1)[:] = 0.0
    network.weight(1)[:] = 0.0
    report = check_network(network, np.array([[1.0]]), np.array([[0.0]]))
    assert report.checked == 0
    assert not report.passed


@pytest.mark.compiled
def test_vanishing_gradients_are_not_mistaken_for_wrong_ones() -> None:
    """Twelve layers of sigmoid: gradients of 1e-10 and less, near what differences can resolve."""
    report = check(session_of(["sigmoid"] * 12, "softmax", "cross_entropy"))
    passes(report)
    smallest = report.tensors[0]
    assert abs(smallest.analytic) < 1e-7


# --- Bad input ------------------------------------------------------------------------------------------------------


def test_only_float64_networks_are_nudged() -> None:
    """A float32 network would measure its own round-off."""
    network = Network(session_of(["tanh"], "softmax", "cross_entropy"))
    with pytest.raises(ValueError, match="checked in float64"):
        check_network(network, np.zeros((1, 4)), np.eye(3)[:1])


@pytest.mark.compiled
def test_training_that_fails_before_the_check() -> None:
    """The trainer's own sentence."""
    session = Session.model_validate(
        {
            "network": {"layers": [{"units": 4, "activation": "quadratic"}] * 3},
            "training": {"optimizer": {"learning_rate": 100}},
        }
    )
    with pytest.raises(ValueError, match="no longer a finite number"):
        check(session, updates=500)


def test_a_gradient_that_is_not_finite() -> None:
    """There is nothing to compare."""
    network = Network(session_of(["tanh"], "identity", "mse", network={"dtype": "float64"}))
    network.weight(2)[:] = np.inf
    with pytest.raises(ValueError, match="not a finite number"):
        check_network(network, np.ones((1, 4)), np.eye(3)[:1])


def test_the_network_is_left_as_it_was() -> None:
    """Every nudge is taken back bit for bit."""
    network = Network(session_of(["relu", "prelu"], "softmax", "cross_entropy", network={"dtype": "float64"}))
    before = network.theta.copy()
    check_network(network, np.ones((2, 4)), np.eye(3)[:2])
    assert np.array_equal(network.theta, before)


def test_every_activation_is_covered() -> None:
    """The lists above hold the whole catalogue."""
    assert set(EVERY) == set(CATALOGUE)
    assert all(isinstance(CATALOGUE[name], Activation) and not CATALOGUE[name].output_only for name in HIDDEN)


@pytest.mark.compiled
def test_large_networks_are_sampled_more_thinly() -> None:
    """So that it stays a matter of seconds; the report says how many were compared, and a limit given is kept."""
    wide = session_of([], "softmax", "cross_entropy", network={"layers": [{"units": 180}, {"units": 180}]})
    session = wide.model_copy(update={"training": wide.training.model_copy(update={"batch_size": 60})})
    report = check(session)
    passes(report)
    assert {tensor.name: tensor.checked + tensor.skipped for tensor in report.tensors} == {
        "l1.weight": 20,
        "l1.bias": 20,
        "l2.weight": 20,
        "l2.bias": 20,
        "l3.weight": 20,
        "l3.bias": 3,
    }
    assert max(tensor.checked for tensor in check(session, elements=3).tensors) <= 3
