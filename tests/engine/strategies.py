"""Random sessions for hypothesis: any depth, width, activation, loss and optimizer that can go together, kept tame.

Tame means that numbers stay of ordinary size for a few updates, so that a comparison measures the arithmetic and not
the chaos of an exploding network.
"""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from hypothesis import strategies as st

from twostroke.engine.session.parameters import shapes
from twostroke.engine.session.spec import Session

HIDDEN = (
    "identity",
    "step",
    "sigmoid",
    "tanh",
    "relu",
    "leaky_relu",
    "prelu",
    "elu",
    "selu",
    "softplus",
    "silu",
    "gelu",
    "quadratic",
    "swish_beta",
)
EVERY = (*HIDDEN, "softmax")
PLAIN_LOSSES = ("mse", "half_squared_error", "mae", "huber")
INITS = (
    "xavier_uniform",
    "xavier_normal",
    "he_normal",
    "he_uniform",
    "lecun_normal",
    "lecun_uniform",
    {"name": "normal", "mean": 0.1, "std": 0.5},
    {"name": "uniform", "low": -0.8, "high": 0.6},
)

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
    if name == "step":
        return {"name": name, "surrogate": draw(st.sampled_from(["none", "straight_through", "sigmoid"]))}
    if name == "swish_beta":
        return {"name": name, "beta": draw(floats(-1.0, 2.0))}
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


# --- Organs ---------------------------------------------------------------------------------------------------------
# Each is a change of a session's dictionary; a session gets two of them, so that every pair meets.

Part = dict[str, Any]


def hidden_layers(session: Part) -> list[Part]:
    """The session's hidden layers, for changing."""
    found: list[Part] = session["network"]["layers"]
    return found


def with_norm(kind: str) -> Callable[[st.DrawFn, Part], None]:
    """A normalizer in some layers."""

    def change(draw: st.DrawFn, session: Part) -> None:
        for number, layer in enumerate(hidden_layers(session)):
            if number == 0 or draw(st.booleans()):
                momentum, epsilon = draw(st.sampled_from([(0.1, 1e-5), (0.9, 1e-2), (1.0, 1e-3)]))
                layer["norm"] = {"name": kind, "momentum": momentum, "epsilon": epsilon}
        if kind == "batch":
            session["training"]["batch_size"] = max(2, session["training"]["batch_size"])

    return change


def with_dropout(draw: st.DrawFn, session: Part) -> None:
    """Dropout in some layers."""
    for number, layer in enumerate(hidden_layers(session)):
        if number == 0 or draw(st.booleans()):
            layer["dropout"] = draw(st.sampled_from([0.1, 0.5, 0.8]))


def with_skip(draw: st.DrawFn, session: Part) -> None:
    """Skip paths into some layers; half of them between layers of the same width."""
    layers = hidden_layers(session)
    if len(layers) < 2:
        layers.append(dict(layers[0]))
    for number, layer in enumerate([*layers, session["network"]["output"]], start=1):
        if number == 2 or draw(st.booleans()):
            layer["skip"] = draw(st.integers(0, number - 1))
            if layer["skip"] and "units" in layer and "neurons" not in layer and draw(st.booleans()):
                layer["units"] = layers[layer["skip"] - 1]["units"]


def with_neurons(draw: st.DrawFn, session: Part) -> None:
    """An activation for each unit."""
    for number, layer in enumerate(hidden_layers(session)):
        if number == 0 or draw(st.booleans()):
            layer["neurons"] = [draw(activations()) for _ in range(layer["units"])]


def with_gates(draw: st.DrawFn, session: Part) -> None:
    """A stroke that passes by the gates, or by some of them."""
    units = [layer["units"] for layer in hidden_layers(session)]
    places = [
        f"l{layer}.unit[{unit}].{stroke}"
        for layer, count in enumerate(units, start=1)
        for unit in range(count)
        for stroke in ("forward", "backward")
    ]
    some = draw(st.lists(st.sampled_from(places), min_size=1, max_size=4, unique=True))
    session["gates"] = draw(st.sampled_from([{"forward": False}, {"backward": False}, {"off": some}, {"off": some}]))


def with_optimizer(draw: st.DrawFn, session: Part) -> None:
    """One of those beside plain SGD."""
    session["training"]["optimizer"] = draw(every_optimizer())


def with_schedule(draw: st.DrawFn, session: Part) -> None:
    """A rate that changes within a few updates."""
    warm_up = {"warm_up": draw(st.integers(0, 3)), "warm_up_start": draw(floats(0.01, 1.0))}
    session["training"]["schedule"] = draw(
        st.sampled_from(
            [
                {"name": "constant", **warm_up},
                {"name": "step", "every": 2, "factor": 0.5, **warm_up},
                {"name": "cosine", "updates": 3, "minimum": 0.001, **warm_up},
            ]
        )
    )


def with_clip(draw: st.DrawFn, session: Part) -> None:
    """A bound that some gradients exceed."""
    limit = draw(st.sampled_from([1e-3, 0.05, 1.0]))
    session["training"]["clip"] = {"name": draw(st.sampled_from(["norm", "value"])), "limit": limit}


def with_penalties(draw: st.DrawFn, session: Part) -> None:
    """Penalties of the training, and of one layer."""
    session["training"] |= {"l1": 0.01, "l2": 0.1}
    draw(st.sampled_from([*hidden_layers(session), session["network"]["output"]])).update({"l1": 0.0, "l2": 0.3})


def with_hinge(draw: st.DrawFn, session: Part) -> None:
    """Hinge, for two classes or several."""
    if session["data"]["name"] == "reg-gauss" or session["data"]["name"] in ("sine", "absolute"):
        session["data"] = {"name": draw(st.sampled_from(["moons", "iris"]))}
    session["training"] |= {"loss": "hinge"}
    session["network"]["output"] = {
        **session["network"]["output"],
        "activation": draw(st.sampled_from(["identity", "tanh"])),
    }


def with_class_weights(draw: st.DrawFn, session: Part) -> None:
    """Weights of two or three classes, in a loss that takes them."""
    name, loss, output, given = draw(
        st.sampled_from(
            [
                ("moons", "binary_cross_entropy", "sigmoid", [0.5, 3.0]),
                ("moons", "cross_entropy", "softmax", [2.0, 0.1]),
                ("iris", "cross_entropy", "softmax", [0.2, 1.0, 5.0]),
                ("iris", "hinge", "identity", [0.2, 1.0, 5.0]),
                ("iris", "binary_cross_entropy", "sigmoid", [3.0, 0.3, 1.0]),
            ]
        )
    )
    session["data"] = {"name": name, "samples": 40, "train_share": 0.3}
    session["training"] |= {"loss": loss, "class_weights": draw(st.sampled_from(["balanced", given]))}
    session["network"]["output"] = {**session["network"]["output"], "activation": output}


def with_frozen(draw: st.DrawFn, session: Part) -> None:
    """Any whole parameters, and any single numbers of them."""
    made = Session.model_validate(session)
    known = {k: s for k, s in shapes(made.network, made.widths).items() if ".running_" not in k}
    numbers = [f"{key}[{','.join(map(str, i))}]" for key, shape in known.items() for i in np.ndindex(*shape)]
    session["network"]["frozen"] = draw(st.lists(st.sampled_from([*known, *numbers]), min_size=1, max_size=6))


def with_cut(draw: st.DrawFn, session: Part) -> None:
    """Any links and hidden units, but no units of layers whose normalizer weighs them against each other."""
    made = Session.model_validate(session)
    links = [
        (k, s) for k, s in shapes(made.network, made.widths).items() if k.split(".")[1] in ("weight", "skip_weight")
    ]
    places = [f"{key}[{j},{i}]" for key, shape in links for j, i in np.ndindex(*shape)]
    for number, layer in enumerate(made.network.layers, start=1):
        if layer.norm.name != "layer":
            places += [f"l{number}.unit[{unit}]" for unit in range(layer.units)] * 3
    session["network"]["cut"] = draw(st.lists(st.sampled_from(places), min_size=1, max_size=5))


ORGANS: dict[str, Callable[[st.DrawFn, Part], None]] = {
    "batch": with_norm("batch"),
    "layer": with_norm("layer"),
    "neurons": with_neurons,
    "dropout": with_dropout,
    "skip": with_skip,
    "gates": with_gates,
    "optimizer": with_optimizer,
    "schedule": with_schedule,
    "clip": with_clip,
    "penalties": with_penalties,
    "hinge": with_hinge,
    "class weights": with_class_weights,
    "frozen": with_frozen,
    "cut": with_cut,
}
"""In the order in which they are applied: an activation for each unit before a skip path may change the widths."""

PAIRS = tuple(pair for pair in combinations(ORGANS, 2) if pair != ("batch", "layer"))


@st.composite
def every_optimizer(draw: st.DrawFn) -> dict[str, Any]:
    """Any optimizer; adaptive ones with an epsilon that keeps a gradient of mere round-off from a whole step."""
    rate, epsilon = draw(floats(1e-4, 0.03)), draw(st.sampled_from([1e-4, 1e-2]))
    name = draw(st.sampled_from(["momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"]))
    momentum = draw(st.sampled_from([0.0, 0.5, 0.9]))
    rest = {
        "momentum": {},
        "nesterov": {},
        "rmsprop": {"alpha": 0.9, "momentum": momentum, "epsilon": epsilon},
        "adagrad": {"decay": 0.1, "initial": draw(st.sampled_from([0.0, 0.5])), "epsilon": epsilon},
        "adam": {"beta1": 0.8, "beta2": 0.99, "epsilon": epsilon},
        "adamw": {"weight_decay": draw(st.sampled_from([0.0, 0.01, 1.0])), "epsilon": epsilon},
    }
    return {"name": name, "learning_rate": rate, **rest[name]}


@st.composite
def sessions_with(draw: st.DrawFn, organs: tuple[str, ...], dtype: str = "float64") -> Session:
    """A random session with the given organs: 1 to 3 hidden layers of 1 to 5 units.

    Gradients that are 0 but for round-off come with some organs (of a bias before batch normalization), and Adam would
    make whole steps of them; so no epsilon is small.
    """
    plain = draw(sessions(dtype, max_units=5))
    session = plain.model_dump(mode="json")
    session["network"]["layers"] = session["network"]["layers"][:3] or [{"units": 4, "activation": "tanh"}]
    session["gates"] = {"forward": True, "backward": True}
    if "epsilon" in session["training"]["optimizer"]:
        session["training"]["optimizer"]["epsilon"] = 1e-3
    for name in sorted(organs, key=list(ORGANS).index):
        ORGANS[name](draw, session)
    return Session.model_validate(session)


def sessions_with_a_pair(dtype: str = "float64") -> st.SearchStrategy[tuple[tuple[str, ...], Session]]:
    """A pair of organs, and a random session that has both."""
    return st.sampled_from(PAIRS).flatmap(lambda pair: st.tuples(st.just(pair), sessions_with(pair, dtype)))
