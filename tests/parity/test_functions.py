"""Activations, their derivatives, losses and gains beside PyTorch's."""

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed; `make parity` installs it")

from tests.engine import naive  # noqa: E402
from tests.parity import peer  # noqa: E402
from twostroke.engine.catalogue.activations import CATALOGUE  # noqa: E402
from twostroke.engine.compute.network import Network  # noqa: E402
from twostroke.engine.session.spec import Session  # noqa: E402

both_precisions = pytest.mark.parametrize("dtype", ["float64", "float32"])

ACTIVATIONS: list[dict[str, Any]] = [
    {"name": "identity"},
    {"name": "sigmoid"},
    {"name": "tanh"},
    {"name": "relu"},
    {"name": "leaky_relu", "negative_slope": 0.1},
    {"name": "prelu", "negative_slope": 0.25},
    {"name": "elu", "alpha": 1.5},
    {"name": "selu"},
    {"name": "softplus"},
    {"name": "silu"},
    {"name": "gelu", "approximate": "none"},
    {"name": "gelu", "approximate": "tanh"},
    {"name": "swish_beta", "beta": 1.5},
    {"name": "quadratic", "a": -0.3, "b": 0.7, "c": 0.2},
    {"name": "step", "surrogate": "none"},
]
Z = np.array([0.0, -0.0, 1e-8, -1e-8, 19.9, 20.1, *np.linspace(-30.0, 30.0, 601), *np.linspace(-2.0, 2.0, 401)])


def one_neuron(activation: Any, dtype: str) -> Network:
    """A neuron of weight 1 and bias 0."""
    session = Session.model_validate(
        {
            "data": {"name": "sine"},
            "network": {"layers": [], "output": {"activation": activation}, "dtype": dtype},
            "training": {"loss": "mse"},
        }
    )
    network = Network(session)
    network.weight(1)[:] = 1.0
    return network


@both_precisions
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=lambda a: "-".join(str(v) for v in a.values()))
def test_activations(activation: dict[str, Any], dtype: str, compare: Any) -> None:
    """f and f' over a range, at the kinks too; each number by itself."""
    [(z, a, gain)] = one_neuron(activation, dtype).forward_all(Z[:, None])
    given = torch.tensor(z[:, 0], requires_grad=True)
    learned = {
        name: torch.tensor(activation[name], dtype=given.dtype) for name in peer.LEARNED.get(activation["name"], ())
    }
    value = peer.activate(activation["name"], given, {**activation, **learned})
    (slope,) = torch.autograd.grad(value.sum(), given)
    label = activation["name"] + (" with tanh" if activation.get("approximate") == "tanh" else "")
    layer = naive.Layer(activation["name"], {**naive.DEFAULTS[activation["name"]], **activation}, *np.ones((2, 1)))
    levels, slopes = naive.of_levels(layer, z, a, np.abs(z)), naive.of_slopes(layer, z, np.abs(z))
    what = f"f and f' at {len(Z):,} places"
    compare(f"activation {label}", what, dtype, a[:, 0], value.detach().numpy(), levels[:, 0])
    compare(f"activation {label}", what, dtype, gain[:, 0], slope.numpy(), slopes[:, 0])


PAIRS: list[tuple[Any, str, list[float] | None]] = [
    ("mse", "identity", None),
    ("half_squared_error", "identity", None),
    ("mae", "tanh", None),
    ({"name": "huber", "delta": 0.4}, "identity", None),
    ("mse", "softmax", None),
    ("binary_cross_entropy", "sigmoid", None),
    ("cross_entropy", "softmax", None),
    ("hinge", "identity", None),
    ("binary_cross_entropy", "sigmoid", [0.3, 1.0, 2.5]),
    ("cross_entropy", "softmax", [0.3, 1.0, 2.5]),
    ("hinge", "identity", [0.3, 1.0, 2.5]),
]
LOSSES = [(*pair, outputs) for pair in PAIRS for outputs in (1, 3) if outputs > 1 or pair[1] != "softmax"]


@both_precisions
@pytest.mark.parametrize(("loss", "activation", "weights", "outputs"), LOSSES, ids=str)
def test_losses(
    loss: Any, activation: str, weights: list[float] | None, outputs: int, dtype: str, compare: Any
) -> None:
    """The mean loss of 40 samples and dL/dz, with and without class weights."""
    session = Session.model_validate(
        {
            "data": {"name": "iris" if outputs == 3 else "moons"},
            "network": {"layers": [], "output": {"activation": activation}, "dtype": dtype},
            "training": {"loss": loss},
        }
    )
    rng = np.random.default_rng(3)
    network = Network(session)
    network.weight(1)[:] = np.eye(*network.weight(1).shape)
    x = rng.normal(0.0, 1.5, (40, network.widths[0])).astype(dtype)
    classes = rng.integers(0, max(2, outputs), 40)
    target = (np.eye(outputs)[classes] if outputs > 1 else classes[:, None]).astype(dtype)
    own = None if weights is None else weights[: max(2, outputs)]
    feed = network.feed(x, target, None if own is None else np.array(own)[classes])
    buffers = network.buffers(40)
    value = network.stroke(feed, np.arange(40), buffers)
    dz = network.layer_pass(buffers, 1, 40).dloss_dz
    z = torch.tensor(x[:, :outputs], requires_grad=True)
    want = peer.loss_of(
        loss,
        z,
        peer.activate(activation, z, {}),
        torch.tensor(target),
        None if own is None else torch.tensor(own, dtype=z.dtype),
    )
    (slope,) = torch.autograd.grad(want, z)
    label = f"{loss if isinstance(loss, str) else loss['name']}{' with class weights' if weights else ''}"
    layer = naive.Layer(activation, naive.DEFAULTS[activation], np.eye(outputs), np.zeros(outputs))
    name, delta = naive.loss_of(loss)
    sizes = naive.both_strokes([layer], x[:, :outputs], target, name, delta, weights=own).sizes
    compare(f"loss {label}", "value and dL/dz of 40 samples", dtype, value, float(want.detach()), sizes.loss)
    compare(f"loss {label}", "", dtype, dz, slope.numpy(), sizes.layers[0]["dloss_dz"])


@pytest.mark.parametrize("name", ["identity", "sigmoid", "tanh", "relu", "selu"])
def test_gains(name: str, compare: Any) -> None:
    """torch.nn.init.calculate_gain."""
    want = torch.nn.init.calculate_gain("linear" if name == "identity" else name)
    compare("gain of the initialisation", "calculate_gain", "float64", CATALOGUE[name].weight_gain({}), want)


def test_gain_of_leaky_relu(compare: Any) -> None:
    """It follows the slope."""
    got = CATALOGUE["leaky_relu"].weight_gain({"negative_slope": 0.3})
    compare(
        "gain of the initialisation", "calculate_gain", "float64", got, torch.nn.init.calculate_gain("leaky_relu", 0.3)
    )
