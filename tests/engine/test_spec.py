"""The session model: what is valid, what is written, what is refused. Sentences are tested in test_spec_errors."""

import json
from typing import Any

import pytest
from hypothesis import given
from pydantic import ValidationError

from tests.engine.strategies import sessions
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.data.names import DATASETS
from twostroke.engine.session.spec import (
    FITTING,
    MAX_ACTIVATIONS,
    MAX_LAYERS,
    MAX_PARAMETERS,
    Session,
    pairing_problem,
)
from twostroke.engine.session.spec_errors import parse_session

BARE = {"format": "twostroke-session", "version": 1}


def session(**parts: Any) -> Session:
    """A session from the parts that are named."""
    return parse_session({**BARE, **parts}, "test")


def test_every_value_has_a_default() -> None:
    """The shortest session is valid, and stands for the one that the program opens with."""
    bare = session()
    assert bare.widths == (2, 8, 8, 1)
    assert bare.data.name == "spiral"
    assert bare.network.output.activation.name == "sigmoid"
    assert bare.training.loss.name == "binary_cross_entropy"


def test_a_dataset_named_alone_stands_for_the_object_with_its_defaults() -> None:
    for name in DATASETS:
        assert session(data=name) == session(data={"name": name})
    assert session(data="sine").training.loss.name == "mse"


def test_the_example_of_the_format_is_read_and_written_in_the_order_of_its_keys() -> None:
    """Names alone and objects mean the same; defaults are written as names alone."""
    example = json.loads(
        """{"format": "twostroke-session", "version": 1,
        "data": {"name": "spiral", "samples": 500, "noise": 0.1, "train_share": 0.5, "features": ["x", "y"], "seed": 7},
        "network": {"layers": [{"units": 8, "activation": "relu"},
                               {"units": 8, "activation": {"name": "leaky_relu", "negative_slope": 0.1}}],
                    "output": {"activation": "sigmoid"}, "init": "he_normal", "seed": 1, "dtype": "float32"},
        "training": {"loss": "binary_cross_entropy",
                     "optimizer": {"name": "sgd", "learning_rate": 0.03, "momentum": 0.0},
                     "batch_size": 10, "shuffle": true, "l1": 0.0, "l2": 0.0},
        "gates": {"forward": true, "backward": true}}"""
    )
    written = parse_session(example, "example").model_dump(mode="json")
    assert written.pop("view") == {"sample": 0}
    assert json.dumps(written) == json.dumps(example)


@given(sessions())
def test_what_is_written_is_read_as_the_same(some: Session) -> None:
    """JSON and back gives an equal session, and the same JSON again."""
    text = json.dumps(some.model_dump(mode="json"))
    again = parse_session(json.loads(text), "test")
    assert again == some
    assert json.dumps(again.model_dump(mode="json")) == text


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ({"training": {"optimizer": "adam"}}, {"training": {"optimizer": {"name": "adam"}}}),
        ({"training": {"loss": "mse"}}, {"training": {"loss": {"name": "mse"}}}),
        ({"network": {"init": "he"}}, {"network": {"init": {"name": "he_normal"}}}),
        ({"network": {"init": "xavier"}}, {"network": {"init": {"name": "xavier_uniform"}}}),
        ({"network": {"layers": [{"activation": "swish"}]}}, {"network": {"layers": [{"activation": "silu"}]}}),
        ({"data": {"name": "reg_plane"}}, {"data": {"name": "reg-plane"}}),
        ({"data": {"name": "breast-cancer"}}, {"data": {"name": "breast_cancer"}}),
        ({"training": {"optimizer": {"momentum": 0.5}}}, {"training": {"optimizer": {"name": "sgd", "momentum": 0.5}}}),
        ({"network": {"layers": [{"units": 8.0}]}}, {"network": {"layers": [{"units": 8}]}}),
        ({"training": {"l2": 0}}, {"training": {"l2": 0.0}}),
        ({"network": {"output": "softmax"}}, {"network": {"output": {"activation": "softmax"}}}),
    ],
)
def test_two_ways_of_saying_the_same(short: dict[str, Any], full: dict[str, Any]) -> None:
    """Aliases, names alone, and whole numbers written with a point."""
    assert session(**short) == session(**full)


@pytest.mark.parametrize("name", DATASETS)
def test_output_and_loss_follow_the_data(name: str) -> None:
    """A session that names only its data is complete and can be trained."""
    some = session(data={"name": name})
    assert (some.network.output.activation.name, some.training.loss.name) == FITTING[some.task]
    assert some.widths[0] == DATASETS[name].inputs


@pytest.mark.parametrize(
    ("parts", "outputs"),
    [
        ({"data": {"name": "spiral"}}, 1),
        ({"data": {"name": "spiral"}, "network": {"output": "softmax"}}, 2),
        ({"data": {"name": "sine"}}, 1),
        ({"data": {"name": "iris"}}, 3),
        ({"data": {"name": "digits"}, "training": {"loss": "mse"}}, 10),
    ],
)
def test_outputs_follow_the_data(parts: dict[str, Any], outputs: int) -> None:
    """One unit per class; one for a number or for two classes, two of these under softmax."""
    assert session(**parts).outputs == outputs


def test_every_pairing_is_possible_or_proposes_one_that_is() -> None:
    """The proposal of a refused pairing, taken literally, is accepted."""
    for name in ("spiral", "sine", "iris"):
        task = DATASETS[name].task
        for activation in CATALOGUE:
            for loss in LOSSES:
                problem = pairing_problem(task, activation, loss)
                if problem is None:
                    session(data={"name": name}, network={"output": activation}, training={"loss": loss})
                    continue
                advice = problem.rpartition("; use ")[2].replace(",", "").split()
                pairs = [
                    (a, b)
                    for a in (activation, *(word for word in advice if word in CATALOGUE))
                    for b in (loss, *(word for word in advice if word in LOSSES))
                ]
                assert any(pairing_problem(task, *pair) is None for pair in pairs), problem


def test_sizes_are_limited_as_a_whole() -> None:
    """Each layer alone may be large; all together may not exceed the memory of an ordinary machine."""
    with pytest.raises(ValidationError, match=f"at most {MAX_PARAMETERS:,}: use fewer or smaller layers"):
        session_of(layers=[4096, 4096, 4096])
    with pytest.raises(ValidationError, match=f"at most {MAX_ACTIVATIONS:,}: use a smaller training.batch_size"):
        session_of(layers=[4096, 8] * 3, batch=65_536, samples=100_000)
    session_of(layers=[4096, 8] * 3, batch=65_536, samples=500)  # a batch never holds more than there is
    session_of(layers=[1] * MAX_LAYERS)


def session_of(layers: list[int], batch: int = 10, samples: int = 500) -> Session:
    """A spiral session with layers of these widths."""
    return Session.model_validate(
        {
            "data": {"samples": samples},
            "network": {"layers": [{"units": units} for units in layers]},
            "training": {"batch_size": batch},
        }
    )


def test_settings_that_the_window_turns_into_widgets_declare_their_kind_and_range() -> None:
    """Numbers keep their plain type and both ends of their range, whatever validators they carry."""
    from annotated_types import Ge, Gt, Le, Lt

    def check(model: Any) -> None:
        for name, field in model.model_fields.items():
            if field.annotation in (int, float):
                ends = {type(limit) for limit in field.metadata}
                assert ends & {Ge, Gt}, name
                assert ends & {Le, Lt}, name
                assert field.title, name
            elif hasattr(field.annotation, "model_fields"):
                check(field.annotation)

    check(Session)
