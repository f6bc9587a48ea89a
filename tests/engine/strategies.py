"""Random sessions for hypothesis: any depth, width, activation, loss and optimizer that can go together, kept tame.

Tame means that numbers stay of ordinary size for a few updates, so that a comparison measures the arithmetic and not
the chaos of an exploding network.
"""

from typing import Any

from hypothesis import strategies as st

from twostroke.engine.spec import Session

HIDDEN = (
    "identity", "step", "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "elu", "selu", "softplus", "silu", "gelu",
    "quadratic",
)  # fmt: skip
EVERY = (*HIDDEN, "softmax")
PLAIN_LOSSES = ("mse", "mae", "huber")
INITS = (
    "xavier_uniform", "xavier_normal", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform",
    {"name": "normal", "mean": 0.1, "std": 0.5}, {"name": "uniform", "low": -0.8, "high": 0.6},
)  # fmt: skip

floats = st.floats


@st.composite
def activations(draw: st.DrawFn, names: tuple[str, ...] = HIDDEN) -> Any:
    """An activation as a session's file would name it."""
    name = draw(st.sampled_from(names))
    if name in ("leaky_relu", "prelu"):
        return {"name": name, "negative_slope": draw(floats(-0.5, 1.5))}
    if name == "elu":
        return {"name": name, "alpha": draw(floats(0.0, 2.0))}
    if name == "gelu":
        return {"name": name, "approximate": draw(st.sampled_from(["none", "tanh"]))}
    if name == "quadratic":
        return {"name": name, "a": draw(floats(-0.2, 0.2)), "b": draw(floats(-1.0, 1.0)), "c": draw(floats(-0.5, 0.5))}
    return name


@st.composite
def data(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """A data part, and the task it asks for."""
    kind = draw(st.sampled_from(["binary", "value", "line", "classes"]))
    seed = draw(st.integers(0, 1000))
    if kind == "classes":
        name, share = draw(st.sampled_from([("iris", 0.2), ("wine", 0.2)]))
        return {"name": name, "train_share": share, "seed": seed}, "classes"
    drawn = {"samples": draw(st.integers(10, 60)), "noise": draw(floats(0.0, 0.5)), "seed": seed}
    if kind == "line":
        return {"name": draw(st.sampled_from(["sine", "absolute"])), **drawn}, "regression"
    inputs = draw(st.lists(st.sampled_from(["x", "y", "x^2", "y^2", "x*y", "sin(x)", "sin(y)"]), unique=True))
    name, task = {"binary": ("moons", "binary"), "value": ("reg-gauss", "regression")}[kind]
    return {"name": name, "features": tuple(inputs), **drawn}, task


@st.composite
def output_and_loss(draw: st.DrawFn, task: str) -> tuple[Any, Any]:
    """An output activation and a loss that can go together for the task."""
    pairs = ["plain"] if task == "regression" else ["plain", "binary_cross_entropy", "cross_entropy"]
    loss: Any = draw(st.sampled_from(pairs))
    if loss == "binary_cross_entropy":
        return "sigmoid", loss
    if loss == "cross_entropy":
        return "softmax", loss
    loss = draw(st.sampled_from(PLAIN_LOSSES))
    if loss == "huber":
        loss = {"name": "huber", "delta": draw(floats(0.05, 3.0))}
    return draw(activations(HIDDEN if task == "regression" else EVERY)), loss


@st.composite
def optimizers(draw: st.DrawFn) -> dict[str, Any]:
    """SGD, with or without momentum, or Adam."""
    rate = draw(floats(1e-4, 0.03))
    if draw(st.booleans()):
        return {"name": "sgd", "learning_rate": rate, "momentum": draw(st.sampled_from([0.0, 0.5, 0.9]))}
    beta1, beta2 = draw(st.sampled_from([(0.9, 0.999), (0.0, 0.9), (0.8, 0.99)]))
    epsilon = draw(st.sampled_from([1e-8, 1e-3]))
    return {"name": "adam", "learning_rate": rate, "beta1": beta1, "beta2": beta2, "epsilon": epsilon}


@st.composite
def sessions(draw: st.DrawFn, dtype: str = "float64", max_units: int = 7) -> Session:
    """A whole session: 0 to 4 hidden layers of 1 to 7 units."""
    part, task = draw(data())
    layers = [
        {"units": draw(st.integers(1, max_units)), "activation": draw(activations())}
        for _ in range(draw(st.integers(0, 4)))
    ]
    output, loss = draw(output_and_loss(task))
    penalty = st.sampled_from([0.0, 0.0, 1e-3, 0.1])
    both = st.sampled_from([True, True, True, False])
    return Session.model_validate(
        {
            "data": part,
            "network": {
                "layers": layers,
                "output": {"activation": output},
                "init": draw(st.sampled_from(INITS)),
                "seed": draw(st.integers(0, 1000)),
                "dtype": dtype,
            },
            "training": {
                "loss": loss,
                "optimizer": draw(optimizers()),
                "batch_size": draw(st.integers(1, 12)),
                "shuffle": draw(st.booleans()),
                "l1": draw(penalty),
                "l2": draw(penalty),
            },
            "gates": {"forward": draw(both), "backward": draw(both)},
        }
    )
