"""The edits of single parameters: what they freeze, how they say it, and what they refuse."""

from typing import Any

import pytest

from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model import by_hand


def session_with(**network: Any) -> Session:
    """2-2-3-1."""
    return Session.model_validate({"network": {"layers": [{"units": 2}, {"units": 3}], **network}})


def frozen(session: Session, places: tuple[str, ...], on: bool = True) -> tuple[str, ...]:
    return by_hand.freeze(session, places, on).session.network.frozen


def test_single_numbers_that_make_up_an_array_are_told_as_one() -> None:
    session = session_with(frozen=["l1.bias[1]", "l3.bias"])
    assert frozen(session, ("l1.bias[0]",)) == ("l1.bias", "l3.bias")
    assert frozen(session_with(frozen=["l1.bias"]), ("l1.bias[1]",), False) == ("l1.bias[0]",)
    assert frozen(session, ("l1.bias[1]", "l3.bias"), False) == ()


def test_what_is_so_already_changes_nothing() -> None:
    session = session_with(frozen=["l2.weight[0, 1]", "l1.bias"])
    assert by_hand.freeze(session, ("l2.weight[0,1]", "l1.bias[0]"), True).session == session
    assert by_hand.is_frozen(session, "l2.weight[0,1]")
    assert by_hand.is_frozen(session, "l1.bias[1]")
    assert not by_hand.is_frozen(session, "l2.weight")


def test_one_number_of_an_array_that_no_file_lists_is_refused() -> None:
    session = Session.model_validate({"network": {"layers": [{"units": 128}, {"units": 128}], "frozen": ["l2.weight"]}})
    with pytest.raises(SessionError, match="free all of it first"):
        by_hand.freeze(session, ("l2.weight[0,0]",), False)


def test_running_figures_are_not_frozen() -> None:
    session = session_with(layers=[{"units": 2, "norm": "batch"}])
    with pytest.raises(SessionError, match="no parameter that updates change"):
        by_hand.freeze(session, ("l1.running_mean",), True)


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("l1.weight[2,0]", 1.0, r"expected an index from \[0,0\] to \[1,1\]"),
        ("l1.bias", 1.0, "expected one number of it"),
        ("l9.bias[0]", 1.0, "no parameter"),
        ("l1.bias[0]", 1e39, "expected a number that float32 holds"),
        ("l1.bias[0]", -1e-50, "in which what is smaller than 1.4e-45 becomes 0"),
        ("l1.bias[0]", float("nan"), "expected a number that float32 holds"),
    ],
)
def test_numbers_that_cannot_be_are_refused_in_words(place: str, value: float, told: str) -> None:
    with pytest.raises(SessionError, match=told):
        by_hand.set_number(session_with(), place, value)


def test_a_cut_link_has_to_be_mended_before_its_weight_is_typed() -> None:
    with pytest.raises(SessionError, match=r"is cut, and so 0\. Mend the link first"):
        by_hand.set_number(session_with(cut=["l2.weight[0, 1]"]), "l2.weight[0,1]", 1.0)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("l1.weight[0,1]", "weight 2 of hidden 1 · 1"),
        ("l3.bias[0]", "bias of output · 1"),
        ("l1.bias", "biases of hidden 1"),
        ("l2.weight", "weights of hidden 2"),
        ("l2.param.negative_slope[2]", "slope of hidden 2 · 3"),
    ],
)
def test_places_in_words(place: str, words: str) -> None:
    assert by_hand.worded(session_with(), place) == words
