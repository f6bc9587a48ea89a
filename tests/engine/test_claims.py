"""Claims: what each name and function says, beside NumPy and the probes; and what is said of claims that cannot be."""

import time
from typing import Any

import numpy as np
import pytest

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.claims import functions, vocabulary
from twostroke.engine.claims.arithmetic import ClaimError
from twostroke.engine.claims.language import evaluate, judge, number_of, parse
from twostroke.engine.claims.subject import subject_of
from twostroke.engine.claims.vocabulary import Words
from twostroke.engine.files.session_file import trace_arrays
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

UPDATES = 200


def session(**network: Any) -> Session:
    """A small network with a ReLU, a PReLU and a sigmoid layer."""
    layers = [{"units": 5, "activation": "relu"}, {"units": 4, "activation": "prelu"}]
    return Session.model_validate(
        {
            "data": {"name": "circle", "samples": 60},
            "network": {"layers": layers, "seed": 3} | network,
            "training": {"batch_size": 7, "optimizer": {"name": "adam", "learning_rate": 0.02}},
        }
    )


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    """That network after some updates."""
    trainer = Trainer(session())
    trainer.advance(UPDATES)
    return trainer


@pytest.fixture(scope="module")
def words(trainer: Trainer) -> Words:
    """What claims say of it; `before` is the network at update 0."""
    return Words(subject_of(trainer), {"before": subject_of(Trainer(session()))})


def said(text: str, words: Words) -> Any:
    """What an expression comes to."""
    return evaluate(parse(text, functions.FUNCTIONS), words)


def holds(text: str, words: Words) -> bool:
    """Whether a claim holds."""
    return judge(parse(text, functions.FUNCTIONS), words).holds


def test_every_name_is_what_the_session_and_the_trainer_say(trainer: Trainer, words: Words) -> None:
    tape = trainer.record()
    expected = {
        "update": UPDATES,
        "epoch": trainer.epoch,
        "failed": False,
        "depth": 2,
        "units": 9,
        "parameters": trainer.network.theta.size,
        "batch_size": 7,
        "learning_rate": 0.02,
        "loss": tape.loss,
        "x": tape.x,
        "target": tape.target,
        "row": int(np.argmax(tape.sample_loss)),
    }
    assert expected.keys() == vocabulary.NAMES.keys()
    for name, value in expected.items():
        assert np.array_equal(said(name, words), value), name


def test_every_array_of_a_trace_is_a_part_of_its_layer(trainer: Trainer, words: Words) -> None:
    arrays = trace_arrays(trainer.record(), trainer.session)
    seen = 0
    for key, array in arrays.items():
        if key.startswith("l") and key != "loss":
            assert np.array_equal(said(key, words), array), key
            seen += 1
    assert seen > 40
    assert {key for key in vocabulary.TRACE if f"l1.{key}" in arrays} == vocabulary.TRACE.keys()
    assert np.array_equal(said("out.z", words), arrays["l3.z"])
    assert np.array_equal(said("layer 2.z", words), arrays["l2.z"])
    assert np.array_equal(said("l2.param.negative_slope", words), arrays["l2.param.negative_slope"])


def test_masks_of_a_layer_are_those_of_its_numbers(trainer: Trainer, words: Words) -> None:
    tape = trainer.record().layers
    for number, layer in enumerate(tape[:2], start=1):
        own = f"l{number}"
        assert np.array_equal(said(f"{own}.firing", words), layer.a > 0)
        assert layer.gain is not None
        shut = layer.gain == 0
        assert np.array_equal(said(f"{own}.shut", words), shut)
        assert np.array_equal(said(f"{own}.saturated", words), shut)
        assert np.array_equal(said(f"{own}.open", words), ~shut)
        assert np.array_equal(said(f"{own}.dloss_dz[shut]", words), layer.dloss_dz[shut])
        assert np.array_equal(
            said(f"{own}.z[row][open[row]]", words), layer.z[said("row", words)][~shut[said("row", words)]]
        )
    assert said("l1.units", words) == 5
    assert (said("l1.activation", words), said("out.activation", words)) == ("relu", "sigmoid")
    assert said("l1.norm", words) == "none"
    assert said("l1.dead", words).tolist() == [False] * 5
    assert CATALOGUE["sigmoid"].shut_below == 0.01
    assert np.array_equal(said("out.shut", words), np.asarray(tape[2].gain) < 0.01)


def test_figures_of_the_parts_are_those_of_the_evaluation(trainer: Trainer, words: Words) -> None:
    figures = trainer.evaluator.evaluate(trainer.network, trainer.update)
    for part, scores in (("train", figures.train), ("test", figures.test)):
        assert scores is not None
        assert scores.output is not None
        assert scores.confusion is not None
        right = (scores.output[:, 0] > 0.5) == getattr(trainer.dataset, f"label_{part}")
        assert said(f"{part}.loss", words) == scores.loss
        assert said(f"{part}.accuracy", words) == right.mean()
        assert said(f"{part}.samples", words) == len(scores.output)
        assert np.array_equal(said(f"{part}.confusion", words), scores.confusion)
        assert np.array_equal(said(f"{part}.output", words), scores.output)
        assert scores.confusion.sum(axis=0).min() > 0
        hits = np.diagonal(scores.confusion)
        assert np.allclose(said(f"{part}.recall", words), hits / scores.confusion.sum(axis=1))
        assert np.allclose(said(f"{part}.precision", words), hits / scores.confusion.sum(axis=0))
        both = scores.confusion.sum(axis=1) + scores.confusion.sum(axis=0)
        assert np.allclose(said(f"{part}.f1", words), 2 * hits / both)
        assert np.isclose(said(f"mean({part}.losses)", words), scores.loss)


X = np.array([[1.0, -2.0], [0.5, 3.0]])
OF_NUMBERS = {
    "abs": ("abs(0 - 2.5)", 2.5),
    "sqrt": ("sqrt(2)", np.sqrt(2)),
    "exp": ("exp(1)", np.e),
    "log": ("log(10)", np.log(10)),
    "round": ("round(2.6)", 3.0),
    "max": ("max(1, 4, 2)", 4.0),
    "min": ("min(1, 4, 2)", 1.0),
    "mean": ("mean(x)", "np.mean"),
    "median": ("median(x)", "np.median"),
    "std": ("std(x)", "np.std"),
    "sum": ("sum(x)", "np.sum"),
    "norm": ("norm(x)", "norm"),
    "argmax": ("argmax(x)", "np.argmax"),
    "argmin": ("argmin(x)", "np.argmin"),
    "count": ("count(x > 0)", "count"),
    "all": ("all(x > 0)", False),
    "any": ("any(x > 0)", True),
    "rank": ("rank(l1.weight)", 2),
    "close": ("close(x, x + 0.001, 0.002)", True),
}
BY_NUMPY: dict[str, Any] = {
    "np.mean": np.mean,
    "np.median": np.median,
    "np.std": np.std,
    "np.sum": np.sum,
    "np.argmax": np.argmax,
    "np.argmin": np.argmin,
    "norm": np.linalg.norm,
    "count": lambda x: (x > 0).sum(),
}


@pytest.mark.parametrize("name", [each.name for each in functions.NUMERIC])
def test_every_function_of_numbers_is_that_of_numpy(name: str, words: Words) -> None:
    text, expected = OF_NUMBERS[name]
    if isinstance(expected, str):
        expected = BY_NUMPY[expected](said("x", words).astype(np.float64))
    assert said(text, words) == pytest.approx(expected, rel=1e-12)


def test_every_function_of_a_layer_is_what_its_numbers_come_to(trainer: Trainer, words: Words) -> None:
    data, network = trainer.dataset, trainer.network
    passes = network.both_strokes(data.x_train, data.target_train)
    a, gain = passes.layers[0].a, passes.layers[0].gain
    assert gain is not None
    shares = (gain == 0).mean(axis=0)
    gains = [np.abs(np.asarray(layer.gain, np.float64)).mean(axis=1) for layer in passes.layers[:2]]
    layer = trainer.record().layers[0]
    expected = {
        "dead": int(((a > 0).sum(axis=0) == 0).sum()),
        "saturated": int((shares >= 0.75).sum()),
        "saturation": shares.mean(),
        "firing_rate": (a > 0).mean(),
        "sparsity": 1 - (a > 0).mean(),
        "gradient_norm": np.linalg.norm(network.weight(1, passes.gradient).astype(np.float64)),
        "update_ratio": np.linalg.norm(layer.weight_next - layer.weight) / np.linalg.norm(layer.weight),
        "gain_product": (gains[0] * gains[1]).mean(),
        "jacobian_norm": _jacobian(trainer),
        "effective_rank": _effective_rank(a),
    }
    known = {each.name for each in functions.LAYERS}
    assert expected.keys() == known - {"check_error"}
    for name, value in expected.items():
        assert said(f"{name}(l1)", words) == pytest.approx(value, rel=1e-4), name
        assert said(f"{name}(1)", words) == said(f"{name}(layer 1)", words)
    assert said("check_error(l1)", words) < 1e-6
    assert said("gain_product(out)", words) == 1.0


def _jacobian(trainer: Trainer) -> float:
    """By nudging z of hidden 1 in float64, layer by layer."""
    network, x = trainer.network, trainer.dataset.x_train.astype(np.float64)
    w = {n: network.weight(n).astype(np.float64) for n in (1, 2, 3)}
    b = {n: network.bias(n).astype(np.float64) for n in (1, 2, 3)}
    slope = network.param(2, "negative_slope").astype(np.float64)

    def output(z: Any) -> Any:
        z2 = np.maximum(z, 0) @ w[2].T + b[2]
        return np.where(z2 > 0, z2, slope * z2) @ w[3].T + b[3]

    z = x @ w[1].T + b[1]
    h, squares = 1e-6, 0.0
    for unit in range(z.shape[1]):
        step = np.zeros_like(z)
        step[:, unit] = h
        squares += np.square((output(z + step) - output(z - step)) / (2 * h)).sum(axis=1)
    return float(np.sqrt(np.mean(squares)))


def _effective_rank(a: Any) -> float:
    values = np.linalg.svd(a.astype(np.float64), compute_uv=False)
    shares = values[values > 0] / values.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))


def test_every_function_of_a_network_is_that_of_its_probe() -> None:
    linear = session(layers=[{"units": 3, "activation": "identity"}])
    deep = Words(subject_of(Trainer(linear)), {"before": subject_of(Trainer(session()))})
    assert said("collapse_error()", deep) < 1e-5
    assert said("regions()", deep) == 1
    assert said("regions(before)", deep) > 1
    line = {"data": {"name": "sine", "samples": 40}, "network": {"layers": [{"units": 6, "activation": "relu"}]}}
    curve = Words(subject_of(Trainer(Session.model_validate(line))))
    z = said("l1.z", curve)
    assert z.shape[1] == 6
    w, b = (said(f"l1.{name}", curve).astype(np.float64) for name in ("weight", "bias"))
    kinks = -b / w[:, 0]
    assert said("hinges()", curve) == len({x for x in kinks.round(9) if abs(x) < 1.2})
    assert {each.name for each in functions.WHOLE} == {"collapse_error", "regions", "hinges"}


def test_other_moments_and_networks_have_all_names(words: Words) -> None:
    assert said("before.update", words) == 0
    assert holds("before.train.loss != train.loss", words)
    assert holds("dead(before.l1) == 0", words)
    assert holds("effective_rank(before.l1) != effective_rank(l1)", words)


def test_later_updates_do_not_touch_a_subject() -> None:
    trainer = Trainer(session())
    words = Words(subject_of(trainer))
    trainer.advance(5)
    assert said("update", words) == 0
    assert np.array_equal(said("l1.weight", words), Trainer(session()).network.weight(1))


# -- the language ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "outcome", "value"),
    [
        ("update == 200", True, 200),
        ("200 == update", True, 200),
        ("0 < update < 201", True, 200),
        ("0 < update < 200", False, 200),
        ("update > 3 and depth == 2", True, True),
        ("update > 3 or l9.z", True, True),
        ("not update > 3", False, False),
        ("(1 if depth == 2 else 9) == 1", True, 1),
        ("-update == 0 - 200", True, -200.0),
        ("update // 7 + update % 7 == 32", True, 32.0),
        ("2 ** 3 == 8", True, 8.0),
        ("l1.activation == 'relu'", True, "relu"),
        ("l1.activation != 'relu'", False, "relu"),
        ("all(l1.open == ~l1.shut)", True, True),
        ("any(l1.open & l1.shut)", False, False),
        ("all(l1.open | l1.shut)", True, True),
        ("l1.z[0, 0] == l1.z[0][0]", True, None),
        ("count(l1.z[:, 1:3] < 1e9) == 2 * batch_size", True, 14),
        ("max(abs(l1.dloss_dz[shut])) == 0", True, 0.0),
        ("dead(layer 2) == 0", True, 0),
        ("close(1, 1.1, tolerance=0.2)", True, True),
        ("l1.z[argmax(l1.z[:, 0]), 0] == max(l1.z[:, 0])", True, None),
        ("9 ** 9 ** 9 > 1", True, None),
        ("sum(x[x > 1e9]) == 0", True, 0.0),
    ],
)  # fmt: skip
def test_a_claim_and_the_side_that_is_told(words: Words, text: str, outcome: bool, value: Any) -> None:
    found = judge(parse(text, functions.FUNCTIONS), words)
    assert found.holds is outcome
    if value is not None:
        assert found.value == value
        assert type(found.value) is type(value)


HOSTILE = [
    ("", "empty"),
    ("   ", "empty"),
    ("dead(l1) = 0", "written =="),
    ("dead(l1", "cannot be read"),
    ("l1.weight[0,1", "cannot be read"),
    ("1 +", "cannot be read"),
    ("x\x00", "cannot be read"),
    ("(" * 240 + "1" + ")" * 240, "cannot be read"),
    ("-" * 400 + "1", "within each other"),
    ("~" * 400 + "1", "within each other"),
    ("+".join(["1"] * 200), "within each other"),
    ("1" * 501, "501 characters"),
    ("9" * 100, "too large"),
    ("__import__('os')", "unknown function"),
    ("l1.__class__", "begins with _"),
    ("_x", "begins with _"),
    ("().__class__.__bases__[0]", "begins with _"),
    ("open('file')", "unknown function"),
    ("eval('1')", "unknown function"),
    ("deed(l1)", "did you mean dead"),
    ("dead()", "expected 1: dead(layer)"),
    ("dead(l1, l2)", "dead has 2"),
    ("close(1, 2, tolerance=1, more=2)", "in this order"),
    ("close(b=1, a=2, tolerance=1)", "in this order"),
    ("max(*l1.z)", "not known in claims"),
    ("max(**l1)", "in this order"),
    ("l1.z.sum()", "is no function"),
    ("[1, 2]", "not known in claims"),
    ("{1: 2}", "not known in claims"),
    ("lambda: 1", "not known in claims"),
    ("(y := 1)", "not known in claims"),
    ("[i for i in x]", "not known in claims"),
    ("f'{x}'", "not known in claims"),
    ("1 is 1", "not known in claims"),
    ("1 in x", "not known in claims"),
    ("x @ x", "not known in claims"),
    ("1 << 99", "not known in claims"),
    ("None", "not known in claims"),
    ("1j", "not known in claims"),
    ("b'1'", "not known in claims"),
    ("...", "not known in claims"),
    ("await x", "not known in claims"),
    ("import os", "cannot be read"),
    ("x; x", "cannot be read"),
]


@pytest.mark.parametrize(("text", "why"), HOSTILE)
def test_what_is_no_claim_is_refused_with_a_sentence(text: str, why: str) -> None:
    began = time.perf_counter()
    with pytest.raises(ClaimError, match=None) as refused:
        parse(text, functions.FUNCTIONS)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert len(str(refused.value)) < 400
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("l1.foo == 1", 'l1 has no "foo"; expected weight'),
        ("l1.wieght == 1", "did you mean weight?"),
        ("updat == 1", "did you mean update?"),
        ("l9.z == 1", "there is no l9; expected l1 to l3"),
        ("shut == 1", "write l1.shut"),
        ("l1.z[shut][shut] == 1", "no entries there"),
        ("l1.z[99] == 1", "no entries there"),
        ("l1.z[0, 0, 0] == 1", "it has 2 places"),
        ("l1.z[0.5] == 1", "a whole number or a mask"),
        ("l1.z['a'] == 1", "a whole number or a mask"),
        ("l1.z[::0] == 1", "no entries there"),
        ("l1.z[l2.shut] == 1", "the mask is an array of 7 × 4 yes and no"),
        ("update[0] == 1", "has no entries"),
        ("l1 == 1", "takes numbers, not l1"),
        ("l1.z == l2.z", "arrays of one shape"),
        ("l1.z > 0", "use all(...) or any(...)"),
        ("update", "compare it with something"),
        ("l1", "compare it with something"),
        ("l1.z and 1", "for masks write & | ~"),
        ("1 if l1.z else 2", "yes or no"),
        ("not update", "takes a yes or no"),
        ("~update", "takes a yes or no"),
        ("l1.z & l1.z", "takes masks"),
        ("'a' < 'b'", "compared by == or !="),
        ("'a' + 'b' == 'ab'", "takes numbers, not the text"),
        ("max(l1.z[l1.z > 1e9]) == 0", "the mask holds no entry"),
        ("count(l1.z) == 0", "count takes a mask"),
        ("rank(l1.bias) == 0", "rank takes a matrix"),
        ("dead(before) == 0", "dead takes a layer"),
        ("dead(1.5) == 0", "dead takes a layer"),
        ("dead(7) == 0", "there is no l7"),
        ("regions(l1) == 0", "takes nothing, or a network"),
        ("hinges() == 0", "hinges are found for a network of one"),
        ("collapse_error() == 0", "collapse_error: hidden 1"),
        ("train.r2 == 0", "train has no r2 for such data"),
        ("train.acuracy == 0", "did you mean accuracy?"),
        ("update.x == 0", "has no part"),
        ("x == ()", "not known there"),
    ],
)
def test_what_has_no_meaning_here_is_told_with_a_sentence(words: Words, text: str, why: str) -> None:
    with pytest.raises(ClaimError) as refused:
        judge(parse(text, functions.FUNCTIONS), words)
    assert why in str(refused.value)


def test_arrays_stay_small(words: Words) -> None:
    wide = Words(subject_of(Trainer(session(layers=[{"units": 4000, "activation": "relu"}]))))
    with pytest.raises(ClaimError, match="would make an array of"):
        said("l1.weight[:, 0:1] * l1.bias == 0", wide)


def test_softmax_has_no_masks() -> None:
    classes = {"data": {"name": "digits"}, "network": {"layers": [{"units": 3}]}}
    words = Words(subject_of(Trainer(Session.model_validate(classes))))
    for text in ("out.shut", "out.gain", "saturation(out)", "out.dloss_da"):
        with pytest.raises(ClaimError, match=r"softmax|as one"):
            said(text, words)


def test_without_a_test_part_nothing_is_said_of_it() -> None:
    rows = {"name": "rows", "x": [[0, 0], [0, 1], [1, 0], [1, 1]], "y": [0, 1, 1, 0], "train_share": 1.0}
    words = Words(subject_of(Trainer(Session.model_validate({"data": rows}))))
    with pytest.raises(ClaimError, match="no test part"):
        said("test.accuracy", words)


def test_one_number_is_asked_for(words: Words) -> None:
    assert number_of(parse("update / 16", functions.FUNCTIONS), words) == 12.5
    for text, why in (
        ("x", "expected one number"),
        ("1 / 0", "finite"),
        ("'a'", "one number"),
        ("1 == 1", "one number"),
    ):
        with pytest.raises(ClaimError, match=why):
            number_of(parse(text, functions.FUNCTIONS), words)
