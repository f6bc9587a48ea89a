"""The oracle against itself and against hand: an oracle that is wrong would prove nothing.

Every gradient it gives is compared with differences of its own loss; what has no gradient is worked by hand.
"""

import math
from typing import Any

import numpy as np
import pytest

from tests.engine import measures, naive
from tests.engine.naive.training import gradients_of, trainable

INPUTS, SAMPLES = 3, 5
SMOOTH = [{"units": 4, "activation": "tanh"}, {"units": 3, "activation": "gelu"}]
Session = dict[str, Any]


def session_of(
    layers: list[Any], output: Any = "identity", loss: Any = "mse", outputs: int = 2, **rest: Any
) -> Session:
    """A session as a file would hold it, with the number of outputs beside it."""
    output = output if isinstance(output, dict) else {"activation": output}
    return {
        "network": {"layers": layers, "output": output},
        "gates": {"forward": True, "backward": True},
        "training": {"loss": loss, "optimizer": {"name": "sgd", "learning_rate": 0.1}, **rest},
        "outputs": outputs,
    }


def parameters_of(session: Session, rng: np.random.Generator) -> dict[str, Any]:
    """Random values for everything that training changes, of the shapes that the settings ask for."""
    described = [*session["network"]["layers"], session["network"]["output"]]
    widths = [INPUTS, *(layer["units"] for layer in session["network"]["layers"]), session["outputs"]]
    out: dict[str, Any] = {}
    for number, layer in enumerate(described, start=1):
        units = widths[number]
        out[f"l{number}.weight"] = rng.normal(0.0, 0.7, (units, widths[number - 1]))
        for name in ("bias", "scale", "shift", "running_mean"):
            out[f"l{number}.{name}"] = rng.normal(0.3, 0.5, units)
        out[f"l{number}.running_variance"] = rng.uniform(0.5, 2.0, units)
        for name in ("negative_slope", "a", "b", "c", "beta"):
            out[f"l{number}.param.{name}"] = rng.normal(0.4, 0.3, units)
        if layer.get("skip") is not None and widths[layer["skip"]] != units:
            out[f"l{number}.skip_weight"] = rng.normal(0.0, 0.7, (units, widths[layer["skip"]]))
    return out


def batch_for(session: Session, rng: np.random.Generator) -> tuple[Any, Any, dict[int, Any]]:
    """Inputs, targets that suit the loss, and dropout's masks."""
    outputs = session["outputs"]
    classes = rng.integers(0, max(2, outputs), SAMPLES)
    target = np.eye(outputs)[classes] if outputs > 1 else classes[:, None].astype(float)
    masks = {
        number: (rng.random((SAMPLES, layer["units"])) >= layer["dropout"]) / (1.0 - layer["dropout"])
        for number, layer in enumerate(session["network"]["layers"], start=1)
        if layer.get("dropout")
    }
    return rng.normal(0.0, 1.0, (SAMPLES, INPUTS)), target, masks


def differs(session: Session, seed: int) -> tuple[float, int]:
    """Largest error, as a share of its size, of the oracle's gradients beside differences of its loss; and how many."""
    rng = np.random.default_rng(seed)
    training = naive.Training(session, parameters_of(session, rng))
    x, target, masks = batch_for(session, rng)
    found = training.both_strokes(x, target, masks)
    worst, count = 0.0, 0
    for number, (layer, got) in enumerate(zip(training.layers, found.layers, strict=True), start=1):
        gradients = gradients_of(layer, got, number)
        for name, values in trainable(layer, number).items():
            for index in np.ndindex(values.shape):

                def loss(v: float, values: Any = values, index: Any = index) -> float:
                    own, values[index] = values[index], v
                    value = training.both_strokes(x, target, masks).loss
                    values[index] = own
                    return value

                measured = measures.central_difference(loss, float(values[index]), 1e-3)
                size = found.sizes.layers[number - 1][f"dloss_d{name.split('.', 1)[1]}"][index]
                worst = max(worst, measures.distance(gradients[name][index], measured, size))
                count += 1
    return worst, count


def with_norm(norm: Any) -> list[Any]:
    """Two smooth layers that are normalized."""
    return [{**layer, "norm": norm} for layer in SMOOTH]


CASES: dict[str, Session] = {
    "plain": session_of(SMOOTH),
    "batch": session_of(with_norm("batch")),
    "batch, wide epsilon": session_of(with_norm({"name": "batch", "epsilon": 0.5})),
    "layer": session_of(with_norm("layer"), "softmax", "cross_entropy"),
    "dropout": session_of([{**layer, "dropout": 0.4} for layer in SMOOTH]),
    "skip by projection": session_of(
        [SMOOTH[0], {**SMOOTH[1], "skip": 0, "units": 5}], {"activation": "tanh", "skip": 1}
    ),
    "skip as it is": session_of([{**SMOOTH[0], "units": 3}, {**SMOOTH[1], "skip": 0}, {**SMOOTH[1], "skip": 1}]),
    "skip of a dropped, normalized layer": session_of(
        [{**SMOOTH[0], "norm": "batch", "dropout": 0.3}, {**SMOOTH[1], "norm": "layer"}, {**SMOOTH[0], "skip": 1}],
        {"activation": "identity", "skip": 1},
    ),
    "an activation for each unit": session_of(
        [
            {"units": 4, "activation": "tanh", "neurons": ["tanh", "swish_beta", "quadratic", "gelu"]},
            {"units": 3, "activation": "swish_beta"},
        ]
    ),
    "hinge, one output": session_of(SMOOTH, loss="hinge", outputs=1),
    "hinge, three": session_of(SMOOTH, loss="hinge", outputs=3),
    "hinge with weights": session_of(SMOOTH, loss="hinge", outputs=3, class_weights=[0.5, 3.0, 1.0]),
    "cross-entropy with weights": session_of(
        SMOOTH, "softmax", "cross_entropy", outputs=3, class_weights=[0.2, 1.0, 4.0]
    ),
    "binary cross-entropy with weights": session_of(
        SMOOTH, "sigmoid", "binary_cross_entropy", outputs=1, class_weights=[0.3, 2.0]
    ),
    "huber through softmax": session_of(SMOOTH, "softmax", {"name": "huber", "delta": 0.2}, outputs=3),
}


@pytest.mark.parametrize("case", CASES)
def test_gradients_are_the_slopes_of_the_loss(case: str) -> None:
    """Every parameter of every organ, beside differences of the oracle's own loss."""
    worst, count = differs(CASES[case], seed=4)
    assert worst < 1e-10
    assert count > 20


def test_a_wrong_gradient_would_show() -> None:
    """The same comparison with the surrogate, which is deliberately not the derivative."""
    worst, _ = differs(session_of([{"units": 4, "activation": {"name": "step", "surrogate": "sigmoid"}}]), seed=4)
    assert worst > 0.01


def test_sizes_by_hand() -> None:
    """z = 2 · 3 - 6 · 1 + 0.5 = 0.5 of terms of 12.5; the error 0.25 beside the target 0.25, and its double the slope.

    Sums over two samples with opposite errors cancel; their terms do not.
    """
    layer = naive.Layer("identity", {}, np.array([[2.0, -6.0]]), np.array([0.5]))
    one = naive.both_strokes([layer], [[3.0, 1.0]], [[0.25]], "mse")
    assert [one.layers[0].z.item(), one.layers[0].dloss_dz.item(), one.loss] == [0.5, 0.5, 0.0625]
    size = one.sizes.layers[0]
    assert [size["z"].item(), size["a"].item(), size["dloss_dz"].item()] == [12.5, 13.0, 2.0 * 13.25 + 0.5]
    assert size["dloss_dweight"].tolist() == [[27.0 * 3.0 + 0.5 * 3.0, 27.0 + 0.5]]
    two = naive.both_strokes([layer], [[3.0, 1.0]] * 2, [[0.25], [0.75]], "mse")
    assert two.layers[0].dloss_dbias.tolist() == [0.0]
    assert two.sizes.layers[0]["dloss_dbias"].tolist() == [13.25 + 13.75 + 0.5]


def arrays(layer: naive.LayerPass) -> dict[str, Any]:
    """All of one layer, by the names of a trace."""
    found = {name: getattr(layer, name) for name in measures.ARRAYS if getattr(layer, name) is not None}
    return found | layer.organs | {f"dloss_dparam.{name}": values for name, values in layer.dloss_dparam.items()}


@pytest.mark.parametrize("case", CASES)
def test_sizes_are_no_excuse(case: str) -> None:
    """They are never below their numbers, nor so far above that a part in ten million could hide in 1e-12 of them.

    Normalizers make them large: what two of them leave of a gradient may be a ten-thousandth of its terms.
    """
    rng = np.random.default_rng(4)
    training = naive.Training(CASES[case], parameters_of(CASES[case], rng))
    found = training.both_strokes(*batch_for(CASES[case], rng))
    for layer, sizes in zip(found.layers, found.sizes.layers, strict=True):
        for name, values in arrays(layer).items():
            if name != "dropout_mask":
                assert (sizes[name] >= np.abs(values) * (1.0 - 1e-12)).all(), name
            if np.abs(values).max() > 1e-12 and name != "dropout_mask":
                assert sizes[name].max() < 1e5 * np.abs(values).max(), name


# --- By hand --------------------------------------------------------------------------------------------------------


def test_normalizers_by_hand() -> None:
    """Sums 1, 3 of one unit: mean 2, variance 1. With epsilon 0.44, 1/sqrt(1.44): -5/6 and 5/6; unbiased variance 2."""
    norm = naive.Norm("batch", np.array([6.0]), np.array([1.0]), np.array([10.0]), np.array([4.0]), 0.25, 0.44)
    sums = np.array([[1.0], [3.0]])
    normalized, mean, variance = naive.norms.normalize(norm, sums)
    assert np.allclose(normalized.ravel(), [-5 / 6, 5 / 6], rtol=1e-15)
    assert naive.norms.scaled(norm, normalized).ravel() == pytest.approx([-4.0, 6.0], rel=1e-14)
    assert (mean.tolist(), variance.tolist()) == ([2.0], [1.0])
    running = naive.norms.running_next(norm, mean, variance, 2)
    assert [float(v[0]) for v in running] == [0.75 * 10 + 0.25 * 2, 0.75 * 4 + 0.25 * 2]
    assert [v.tolist() for v in naive.norms.running_next(norm, mean, np.zeros(1), 1)] == [[10.0], [4.0]]
    assert naive.norms.by_running_figures(norm, sums).ravel() == pytest.approx(
        [-9 / math.sqrt(4.44), -7 / math.sqrt(4.44)]
    )
    by_sample, mean, _ = naive.norms.normalize(naive.Norm("layer", np.ones(2), np.zeros(2), epsilon=0.44), sums.T)
    assert by_sample.ravel() == pytest.approx([-5 / 6, 5 / 6], rel=1e-14)
    assert mean.tolist() == [2.0]


def test_hinge_by_hand() -> None:
    """Outputs 2, 0.5, 1.5 with the second true: max(0, 1 - 0.5 + 2) + max(0, 1 - 0.5 + 1.5) = 4.5, over 3 classes."""
    a, t = np.array([2.0, 0.5, 1.5]), np.array([0.0, 1.0, 0.0])
    assert naive.sample_loss("hinge", a, a, t) == 1.5
    assert naive.sample_slope("hinge", a, t).tolist() == [1 / 3, -2 / 3, 1 / 3]
    one = np.array([0.25])
    assert naive.sample_loss("hinge", one, one, np.array([1.0])) == 0.75
    assert naive.sample_loss("hinge", one, one, np.array([0.0])) == 1.25
    assert naive.sample_slope("hinge", one, np.array([0.0])).tolist() == [1.0]
    assert naive.sample_slope("hinge", np.array([1.0]), np.array([1.0])).tolist() == [0.0]  # at the kink


def test_class_weights_by_hand() -> None:
    """Samples of classes 0, 1, 1 with weights 3 and 1: 3/5, 1/5, 1/5 in cross-entropy, 3/3, 1/3, 1/3 elsewhere."""
    target = np.array([[0.0], [1.0], [1.0]])
    assert naive.shares("cross_entropy", np.eye(2)[[0, 1, 1]], [3.0, 1.0]).tolist() == [0.6, 0.2, 0.2]
    assert naive.shares("hinge", target, [3.0, 1.0]).tolist() == [1.0, 1 / 3, 1 / 3]
    assert naive.balanced(target) == [1.5, 0.75]
    assert naive.balanced(np.eye(3)[[0, 0, 2, 2]]) == [2 / 3, 0.0, 2 / 3]


ROOT = math.sqrt(0.5)


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        ("constant", {0: 1.0, 10**6: 1.0}),
        ({"name": "step", "every": 3, "factor": 0.5}, {0: 1.0, 2: 1.0, 3: 0.5, 8: 0.25}),
        ({"name": "cosine", "updates": 4, "minimum": 0.2}, {0: 1.0, 1: 0.6 + 0.4 * ROOT, 2: 0.6, 4: 0.2, 9: 0.2}),
        ({"name": "constant", "warm_up": 4, "warm_up_start": 0.2}, {0: 0.2, 1: 0.4, 3: 0.8, 4: 1.0, 5: 1.0}),
        ({"name": "step", "every": 2, "factor": 0.1, "warm_up": 3}, {0: 0.01, 3: 1.0, 4: 1.0, 5: 0.1}),
    ],
    ids=str,
)
def test_schedules_by_hand(schedule: Any, wanted: dict[int, float]) -> None:
    """The rate at single steps."""
    assert {t: naive.learning_rate(1.0, schedule, t) for t in wanted} == pytest.approx(wanted, rel=1e-14)


def test_clipping_by_hand() -> None:
    """Gradients 3 and 4 have the norm 5; a bound of 1 shortens all by 1/(5 + 1e-6), a value is cut by itself."""
    given = {"one": np.array([3.0]), "two": np.array([[-4.0]])}
    by_norm = naive.clipped(given, "norm")
    assert [v.item() for v in by_norm.values()] == pytest.approx([3 / 5.000001, -4 / 5.000001], rel=1e-15)
    assert [v.item() for v in naive.clipped(given, {"name": "value", "limit": 3.5}).values()] == [3.0, -3.5]
    assert naive.clipped(given, {"name": "norm", "limit": 6.0})["two"].item() == -4.0
    assert naive.clipped(given, None) is given


STEPS = [
    # w = 1, rate 0.1, gradients 2 and -1. v = 2 and 0; Nesterov goes on by g + 0.5 v = 3 and -1.
    ({"name": "sgd", "learning_rate": 0.1, "momentum": 0.5, "nesterov": True}, [0.7, 0.8]),
    # q = 1, then 0.75 + 0.25 = 1 for alpha 0.75: steps of 2/1 and -1/1.
    ({"name": "rmsprop", "learning_rate": 0.1, "alpha": 0.75, "epsilon": 1e-300}, [0.8, 0.9]),
    # the same with v = 2, then 0.5 · 2 - 1 = 0.
    ({"name": "rmsprop", "learning_rate": 0.1, "alpha": 0.75, "epsilon": 1e-300, "momentum": 0.5}, [0.8, 0.8]),
    # q = 5 + 4 = 9, then 10; the second step has half the rate.
    (
        {"name": "adagrad", "learning_rate": 0.1, "decay": 1.0, "initial": 5.0},
        [1 - 0.2 / 3, 1 - 0.2 / 3 + 0.05 / math.sqrt(10)],
    ),
    # Adam's first step has the length of the rate; the weight is first shrunk by a tenth of a half.
    (
        {"name": "adamw", "learning_rate": 0.1, "weight_decay": 0.5, "beta1": 0.0, "beta2": 0.0},
        [0.85, 0.85 * 0.95 + 0.1],
    ),
]


@pytest.mark.parametrize(("settings", "wanted"), STEPS, ids=lambda v: v["name"] if isinstance(v, dict) else "")
def test_optimizers_by_hand(settings: dict[str, Any], wanted: list[float]) -> None:
    """Two steps each; SGD with momentum and Adam are in test_optimizers."""
    optimizer, w = naive.optimizer_of(settings), np.array([1.0])
    for gradient, want in zip((2.0, -1.0), wanted, strict=True):
        w = optimizer.step("w", w, np.array([gradient]))
        assert w[0] == pytest.approx(want, rel=1e-8)


def test_penalties_and_clipping_in_order() -> None:
    """Clipping meets the gradient of the loss; a layer's own penalties come after it, on its weights alone."""
    session = session_of([], loss="mse", outputs=1, clip={"name": "value", "limit": 0.5}, l1=7.0, l2=7.0)
    session["network"]["output"] |= {"l1": 0.25, "l2": 2.0}
    parameters = {"l1.weight": np.array([[1.0, -2.0, 0.0]]), "l1.bias": np.array([1.0])}
    training = naive.Training(session, parameters)
    training.update(np.array([[1.0, 1.0, 0.1]]), np.array([[-2.0]]))  # error 2: gradients 4, 4, 0.4 and 4
    assert training.layers[0].weight == pytest.approx(
        np.array([[1 - 0.1 * (0.5 + 0.25 + 2.0), -2 - 0.1 * (0.5 - 0.25 - 4.0), -0.04]])
    )
    assert training.layers[0].bias == pytest.approx([0.95])


def test_evaluation_uses_running_figures_and_no_dropout() -> None:
    """Rows do not see each other then, and the masks are not asked for."""
    session = session_of([{**SMOOTH[0], "norm": "batch", "dropout": 0.5}])
    rng = np.random.default_rng(0)
    training = naive.Training(session, parameters_of(session, rng))
    x, _, _ = batch_for(session, rng)
    together = naive.predict(training.layers, x)
    alone = np.vstack([naive.predict(training.layers, row[None, :]) for row in x])
    assert np.array_equal(together, alone)
