"""What a user reads when a session is wrong: path, value, what was expected; quickly, and on one line."""

import math
import time
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twostroke.engine.session.phrases import listed, nearest, path, shown
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

BARE = {"format": "twostroke-session", "version": 1}


def complaint(data: Any) -> str:
    """The message about `data`, without its origin. Fails where `data` is accepted."""
    with pytest.raises(SessionError) as caught:
        parse_session(data, "a.json")
    message = str(caught.value)
    assert message.startswith("a.json: ")
    assert message.endswith((".", "?"))
    assert message.isprintable()
    assert len(message) < 400
    return message.removeprefix("a.json: ")


def layer(**settings: Any) -> dict[str, Any]:
    """A session with one layer."""
    return {"network": {"layers": [settings]}}


UNITS = "expected a whole number from 1 to 4,096."

CASES: list[tuple[dict[str, Any], str]] = [
    (layer(units=10**9), f"network.layers[0].units is 1,000,000,000; {UNITS}"),
    (layer(units=0), f"network.layers[0].units is 0; {UNITS}"),
    (layer(units=8.5), f"network.layers[0].units is 8.5; {UNITS}"),
    (layer(units="8"), f'network.layers[0].units is "8"; {UNITS}'),
    (layer(units=True), f"network.layers[0].units is true; {UNITS}"),
    (layer(units=None), f"network.layers[0].units is null; {UNITS}"),
    (layer(units=[8]), f"network.layers[0].units is a list of 1 entry; {UNITS}"),
    (layer(units=math.inf), f"network.layers[0].units is inf; {UNITS}"),
    (layer(units=10**400), f"network.layers[0].units is a number of more than 15 digits; {UNITS}"),
    (layer(activation="rleu"), 'network.layers[0].activation: unknown activation "rleu"; did you mean "relu"?'),
    (
        layer(activation=3),
        "network.layers[0].activation is 3; expected a name in quotes, or an object with a name and settings.",
    ),
    (
        layer(activation={"name": "elu", "alhpa": 1}),
        'network.layers[0].activation: unknown key "alhpa" of activation elu; it takes alpha.',
    ),
    (
        layer(activation={"name": "relu", "alpha": 1}),
        'network.layers[0].activation: unknown key "alpha" of activation relu; it takes no parameters.',
    ),
    (
        layer(activation={"name": "elu", "alpha": 99}),
        "network.layers[0].activation: alpha is 99; expected a number from 0 to 10.",
    ),
    (
        layer(activation={"name": "elu", "alpha": 10**400}),
        "network.layers[0].activation: alpha is a number of more than 15 digits; expected a number from 0 to 10.",
    ),
    (
        layer(activation={"name": "elu", "alpha": math.nan}),
        "network.layers[0].activation: alpha is nan; expected a number from 0 to 10.",
    ),
    (
        layer(activation={"name": "gelu", "approximate": "tan"}),
        'network.layers[0].activation: approximate is "tan"; expected none or tanh.',
    ),
    (
        layer(activation="softmax"),
        "network.layers[0]: softmax compares all units of a layer, and is for the output layer only; use relu here.",
    ),
    (layer(unit=3), "unknown key network.layers[0].unit; did you mean units?"),
    ({"network": {"layers": {}}}, "network.layers is an object of 0 keys; expected a list in square brackets."),
    ({"network": {"layers": [{}] * 65}}, "network.layers has 65 entries; expected at most 64."),
    (
        {"network": {"output": {"units": 3}}},
        "unknown key network.output.units; the number of outputs follows from the data.",
    ),
    ({"network": {"dtype": "float16"}}, 'network.dtype: unknown dtype "float16"; did you mean "float64"?'),
    ({"network": {"init": "he_narmal"}}, 'network.init: unknown init "he_narmal"; did you mean "he_normal"?'),
    (
        {"network": {"init": {"name": "uniform", "low": 2}}},
        "network.init: low is 2, above high, which is 1; expected low <= high.",
    ),
    ({"data": {"name": "sprial"}}, 'data.name: unknown dataset "sprial"; did you mean "spiral"?'),
    ({"data": {"name": 5}}, "data.name is 5; expected a name in quotes."),
    ({"data": {"noise": "0.1"}}, 'data.noise is "0.1"; expected a number from 0 to 1.'),
    ({"data": {"noise": math.nan}}, "data.noise is nan; expected a number from 0 to 1."),
    ({"data": {"features": "x"}}, 'data.features is "x"; expected a list in square brackets.'),
    ({"data": {"features": ["x", "sinx"]}}, 'data: unknown feature of spiral "sinx"; did you mean "sin(x)"?'),
    ({"data": {"features": ["x", "x"]}}, "data: features name one input twice; name each at most once."),
    ({"data": {"features": [1]}}, "data.features[0] is 1; expected a name in quotes."),
    (
        {"data": {"name": "iris", "features": ["x"]}},
        "data: the dataset iris uses its own columns; leave features empty.",
    ),
    (
        {"data": {"samples": 3, "noise": 2, "sed": 1}},
        "data.samples is 3; expected a whole number from 10 to 100,000. 2 more problems follow.",
    ),
    (
        {"training": {"optimizer": {"name": "adam", "learning_rate": 0}}},
        "training.optimizer.learning_rate is 0; expected a number above 0 and at most 100.",
    ),
    (
        {"training": {"optimizer": {"name": "adam", "bata1": 0.5}}},
        "unknown key training.optimizer.bata1; did you mean beta1?",
    ),
    (
        {"training": {"optimizer": {"momentum": 1}}},
        "training.optimizer.momentum is 1; expected a number from 0 to below 1.",
    ),
    ({"training": {"optimizer": "adma"}}, 'training.optimizer: unknown optimizer "adma"; did you mean "adam"?'),
    (
        {"training": {"optimizer": "zebra"}},
        'training.optimizer: unknown optimizer "zebra"; expected sgd, rmsprop, adagrad, adam or adamw.',
    ),
    (
        {"training": {"optimizer": [1]}},
        "training.optimizer is a list of 1 entry; expected a name in quotes, or an object with a name and settings.",
    ),
    (
        {"training": {"loss": "zebra"}},
        'training.loss: unknown loss "zebra"; expected mse, half_squared_error, mae, huber, binary_cross_entropy, '
        "cross_entropy or hinge.",
    ),
    ({"training": {"shuffle": 1}}, "training.shuffle is 1; expected true or false."),
    ({"training": {"shuffle": "yes"}}, 'training.shuffle is "yes"; expected true or false.'),
    ({"gates": []}, "gates is a list of 0 entries; expected an object in braces."),
    (layer(skip=-1), "network.layers[0].skip is −1; expected a whole number from 0."),
    (layer(skip=1), "network: layers[0].skip is 1, which is not an earlier layer; expected 0, the input."),
    (layer(l1=11), "network.layers[0].l1 is 11; expected a number from 0 to 10."),
    (layer(norm="bach"), 'network.layers[0].norm: unknown norm "bach"; did you mean "batch"?'),
    (
        {"network": {"layers": [{"norm": "batch"}]}, "training": {"batch_size": 1}},
        "training.batch_size is 1, and a "
        "mini-batch of one sample has no variance for the normalizer batch; use 2 or more, or the normalizer layer.",
    ),
    (layer(dropout=1), "network.layers[0].dropout is 1; expected a number from 0 to below 1."),
    (
        layer(units=3, neurons=["relu"]),
        "network.layers[0]: neurons names 1 activation for 3 units; expected one for each.",
    ),
    (
        layer(activation=["relu"], neurons=["tanh"]),
        "network.layers[0]: activation is a list, and neurons is there too; keep one of them.",
    ),
    (
        {"training": {"optimizer": {"name": "sgd", "nesterov": True}}},
        "training.optimizer: nesterov needs a momentum above 0, for example 0.9.",
    ),
    (
        {"training": {"loss": None}},
        "training.loss is null; expected a name in quotes, or an object with a name and settings.",
    ),
    (
        {"training": {"class_weights": [1, "b"]}},
        'training.class_weights.values[1] is "b"; expected a number from 0 to 1,000,000.',
    ),
    (
        {"training": {"class_weights": [1, 2, 3]}},
        "training.class_weights has 3 values; expected 2, one for each class.",
    ),
    (
        {"training": {"class_weights": {"name": "balanced", "values": [1, 2]}}},
        "training.class_weights: class_weights are balanced, and values are there too; leave the values out.",
    ),
    ({"training": {"schedule": "cos"}}, 'training.schedule: unknown schedule "cos"; did you mean "cosine"?'),
    ({"view": {"lens": "gradiant"}}, 'view.lens: unknown lens "gradiant"; did you mean "gradient"?'),
    (
        {"view": {"lens": 3}},
        "view.lens is 3; expected strokes, activation, gradient, gain, change, carried, firing, "
        "response, weights or masks.",
    ),
    ({"view": {"grain": "termm"}}, 'view.grain: unknown grain "termm"; did you mean "term"?'),
    ({"view": {"digits": 10}}, "view.digits is 10; expected a whole number from 2 to 9."),
    ({"view": {"digits": "3"}}, 'view.digits is "3"; expected a whole number from 2 to 9.'),
    ({"trainig": {}}, "unknown key trainig; did you mean training?"),
    ({"optimizer": "adam"}, "unknown key optimizer; it is training.optimizer here."),
    ({"seed": 3}, "unknown key seed; it is data.seed or network.seed here."),
    ({"layers": []}, "unknown key layers; it is network.layers here."),
    ({"network": {"batch_size": 3}}, "unknown key network.batch_size; it is training.batch_size here."),
    ({"training": {"units": 3}}, "unknown key training.units; it is network.layers[0].units here."),
    (
        {"training": {"optimizer": {"name": "sgd", "beta1": 0.5}}},
        "unknown key training.optimizer.beta1; expected name, learning_rate, momentum or nesterov.",
    ),
    (
        layer(neurons=3),
        "network.layers[0]: neurons is 3; how many there are is called units, and neurons is a list with an activation "
        "for each.",
    ),
    (
        {"data": {"name": "fetch_mnist_784"}},
        'data.name: unknown dataset "fetch_mnist_784"; the nearest here is digits, whose pictures have 8 × 8 pixels.',
    ),
    (
        {"data": {"name": "California Housing"}},
        'data.name: unknown dataset "California Housing"; it does not come with the program: save it as CSV, and open '
        "that as a table.",
    ),
    ({"zzz": {}}, "unknown key zzz; expected format, version, data, network, training, gates, view or weights."),
    (
        {"network": {"output": "sigmoid"}, "training": {"loss": "cross_entropy"}},
        "training.loss cross_entropy needs the output activation softmax, not sigmoid; "
        "use softmax, or the loss binary_cross_entropy.",
    ),
    (
        {"data": {"name": "sine"}, "network": {"output": "softmax"}},
        "network.output.activation softmax needs classes, and this data asks for a number; use identity.",
    ),
    ({"a\ud800": 1}, 'the session has the key "a\\ud800", which is no text.'),
    (
        {"a\n\x1b[31m": 1},
        'unknown key "a\\n\\u001b[31m"; expected format, version, data, network, training, gates, view or weights.',
    ),
]


@pytest.mark.parametrize(("parts", "expected"), CASES, ids=[expected[:60] for _, expected in CASES])
def test_sentences(parts: dict[str, Any], expected: str) -> None:
    """Key, value, expectation, word for word."""
    assert complaint({**BARE, **parts}) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, 'the key format is missing; a session begins with "format": "twostroke-session".'),
        ({"format": "twostroke-session"}, 'the key version is missing; this program writes "version": 1.'),
        ({"format": "other", "version": 1}, 'format is "other"; expected "twostroke-session".'),
        ({"format": None, "version": 1}, 'format is null; expected "twostroke-session".'),
        (
            {**BARE, "version": 2, "new": 1},
            "version is 2, made by a newer version of the program; this one reads version 1.",
        ),
        ({**BARE, "version": 0}, "version is 0; expected 1."),
        ({**BARE, "version": math.inf}, "version is inf; expected 1."),
        (
            {**BARE, "data": {"name": "table", "missing_markers": ["x" * 61]}},
            f'data.missing_markers[0] is "{"x" * 39}…"; expected a name in quotes, of at most 60 characters.',
        ),
        ({**BARE, "version": "1"}, 'version is "1"; expected 1.'),
        ({**BARE, "version": True}, "version is true; expected 1."),
        ([1, 2], "expected a session, which is an object in braces, and found a list of 2 entries."),
        (None, "expected a session, which is an object in braces, and found null."),
        ("session", 'expected a session, which is an object in braces, and found "session".'),
    ],
)
def test_what_is_no_session_of_this_version(data: Any, expected: str) -> None:
    """Format and version are looked at before anything else, so a newer file is not called wrong."""
    assert complaint(data) == expected


def test_all_problems_are_kept_for_those_who_ask() -> None:
    """The message counts them, the exception lists them."""
    with pytest.raises(SessionError) as caught:
        parse_session({**BARE, "data": {"samples": 3, "seed": -1}}, "a.json")
    assert caught.value.problems == (
        "data.samples is 3; expected a whole number from 10 to 100,000",
        "data.seed is −1; expected a whole number from 0 to 2,147,483,647",
    )
    assert str(caught.value).endswith("1 more problem follows.")


def deep(levels: int) -> Any:
    """Lists in lists."""
    value: Any = []
    for _ in range(levels):
        value = [value]
    return value


HOSTILE = {
    "a million layers": {"network": {"layers": [{"units": 1}] * 1_000_000}},
    "a million keys": {f"k{i}": i for i in range(1_000_000)},
    "a million features": {"data": {"features": ["x"] * 1_000_000}},
    "a long name": {"data": {"name": "x" * 10_000_000}},
    "a long key": {"x" * 10_000_000: 1},
    "a long activation": layer(activation="y" * 10_000_000),
    "a large list as a name": {"training": {"optimizer": {"name": [0] * 1_000_000}}},
    "deep in a name": {"data": {"name": deep(900)}},
    "deep at the top": {"data": deep(100_000)},
    "wide and deep": {"gates": [[[[0] * 60] * 60] * 60] * 60},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_sessions_are_refused_quickly_and_in_little_memory(name: str) -> None:
    """One sentence within a second, and no copy of what was sent."""
    data = {**BARE, **HOSTILE[name]}
    tracemalloc.start()
    began = time.process_time()
    complaint(data)
    seconds = time.process_time() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seconds < 1.0
    assert peak < 20_000_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = (
    "data",
    "network",
    "training",
    "gates",
    "view",
    "name",
    "layers",
    "output",
    "init",
    "loss",
    "optimizer",
    "features",
    "units",
    "activation",
    "seed",
    "learning_rate",
)
near_sessions = st.dictionaries(
    st.sampled_from(KEYS[:5]),
    json_values
    | st.dictionaries(
        st.sampled_from(KEYS),
        json_values | st.lists(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=3), max_size=3),
        max_size=4,
    ),
    max_size=4,
)


@given(near_sessions)
def test_anything_is_a_session_or_a_sentence(parts: dict[str, Any]) -> None:
    """No other exception, whatever stands where."""
    said = None
    try:
        found: Session | None = parse_session({**BARE, **parts}, "a.json")
    except SessionError as error:
        found, said = None, str(error)
    assert isinstance(found, Session) or (said is not None and said.isprintable() and said.startswith("a.json: "))


def test_phrases() -> None:
    """The pieces of which sentences are made."""
    assert path(("network", "layers", 0, "units")) == "network.layers[0].units"
    assert path(("data", "odd key")) == 'data."odd key"'
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b or c"
    assert nearest("Reg_Plane", ["reg-plane", "spiral"]) == "reg-plane"
    assert nearest("zebra", ["spiral"]) is None
    assert shown("é") == '"é"'
    assert shown("x" * 50) == '"' + "x" * 39 + '…"'
    assert shown(1_500) == "1,500"
    assert shown(-0.5) == "−0.5"
    assert shown({"a": 1}) == "an object of 1 key"
    assert shown(b"") == "a bytes"
