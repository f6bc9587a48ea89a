"""The table of differences: each choice is one difference that can be made, and nothing else differs."""

import pytest

from twostroke.engine.border.cursor import Cursor, Phase
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model.differences import DIFFERENCES, Difference, told
from twostroke.gui.model.in_company import same_moment

RICH = Session.model_validate(
    {
        "network": {
            "layers": [
                {"units": 6, "activation": "relu"},
                {"units": 6, "activation": "relu", "norm": "batch", "dropout": 0.1, "skip": 1, "l2": 0.1},
            ]
        },
        "training": {
            "optimizer": {"name": "sgd", "momentum": 0.9, "nesterov": True},
            "l2": 0.01,
            "clip": "norm",
            "schedule": "cosine",
            "class_weights": "balanced",
        },
    }
)
BARE = Session.model_validate({"network": {"layers": []}})
EVERY = [(session, kind) for session in (Session(), RICH, BARE) for kind in DIFFERENCES]


@pytest.mark.parametrize(("session", "kind"), EVERY)
def test_each_choice_can_be_made_and_differs(session: Session, kind: str) -> None:
    for choice in DIFFERENCES[kind].choices(session):
        edited = Difference(kind, choice.value).made_on(session)
        assert edited.session != session
        assert edited.session.data is session.data
        assert told(edited)


@pytest.mark.parametrize(("session", "kind"), EVERY)
def test_the_first_choice_is_one_that_differs(session: Session, kind: str) -> None:
    first = DIFFERENCES[kind].first(session)
    left = [choice.value for choice in DIFFERENCES[kind].choices(session)]
    assert first in left if left else first is None


def activated(*names: str) -> Session:
    return Session.model_validate({"network": {"layers": [{"activation": name} for name in names]}})


@pytest.mark.parametrize(("session", "kind", "first"), [
    (activated("relu", "relu"), "activation", "tanh"),
    (activated("tanh"), "activation", "relu"),
    (activated("identity"), "activation", "relu"),
    (activated("relu", "tanh"), "activation", "relu"),
    (activated("relu"), "depth", 2),
    (activated(*["relu"] * 10), "depth", 9),
    (activated("relu"), "rate", 0.003),
    (Session.model_validate({"training": {"optimizer": {"name": "adam", "learning_rate": 0.004}}}), "rate", 3e-4),
    (Session.model_validate({"training": {"optimizer": {"name": "sgd", "learning_rate": 1e-5}}}), "rate", 1e-4),
    (Session.model_validate({"training": {"optimizer": "adam"}}), "optimizer", "sgd"),
    (Session.model_validate({"network": {"seed": 4}}), "seed", 5),
    (Session.model_validate({"network": {"seed": 12}}), "seed", 1),
    (Session.model_validate({"network": {"layers": [{"norm": "batch"}]}}), "normalizer", "none"),
    (Session(), "normalizer", "batch"),
])  # fmt: skip
def test_the_first_choice_is_what_one_would_compare_with_first(session: Session, kind: str, first: object) -> None:
    assert DIFFERENCES[kind].first(session) == first


def test_only_what_is_chosen_differs() -> None:
    made = Difference("activation", "tanh").made_on(RICH).session
    assert {gate.name for layer in made.network.layers for gate in layer.gates} == {"tanh"}
    assert made.training == RICH.training
    layers = [
        layer.model_copy(update={"activation": made.network.layers[0].activation}) for layer in RICH.network.layers
    ]
    assert made.network == RICH.network.model_copy(update={"layers": tuple(layers)})


def test_each_organ_there_is_can_be_left_out_and_is_gone() -> None:
    organs = [choice.value for choice in DIFFERENCES["organ"].choices(RICH)]
    assert organs == [
        "biases", "normalizer", "dropout", "skips", "penalty", "clip", "schedule", "momentum", "weights",
    ]  # fmt: skip
    for organ in organs:
        without = Difference("organ", organ).made_on(RICH).session
        assert organ not in [choice.value for choice in DIFFERENCES["organ"].choices(without)]


def test_what_would_not_differ_is_refused_with_a_sentence() -> None:
    with pytest.raises(SessionError, match="so nothing differs"):
        Difference("activation", "relu").made_on(Session())
    with pytest.raises(SessionError, match="no dropout to leave out"):
        Difference("organ", "dropout").made_on(Session())


def test_a_moment_of_another_depth_is_the_same_phase_and_share_of_its_stroke() -> None:
    for deep in (1, 2, 5):
        for index in range(len(Cursor(3).steps)):
            here = Cursor(3, index, 0.5)
            there = same_moment(here, deep, alike=False)
            phases = {Phase.INPUT, Phase.LOSS, Phase.UPDATE}
            mine, other = here.steps[index].phase, there.steps[there.index].phase
            assert (mine in phases) == (other in phases)
            assert mine.is_backward == other.is_backward
            if mine in phases:
                assert (mine, here.fraction) == (other, there.fraction)
    assert same_moment(Cursor(3, 1, 0.0), 5, alike=False) == Cursor(5, 1, 0.0)
    end = same_moment(Cursor(3, 6, 1.0), 5, alike=False)
    assert end.steps[end.index].layer == 5


def test_terms_are_read_one_by_one_only_where_all_widths_agree() -> None:
    at = Cursor(3, 1, 0.5, unit=2, term=1, within=0.3)
    assert same_moment(at, 3, alike=True) is at
    assert same_moment(at, 3, alike=False) == Cursor(3, 1, 0.5)
