"""What the screen calls the choices of a session; inputs and classes keep their own names."""

import pytest

from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.words import feature_title, in_words, neuron_name, title_of, unbroken


@pytest.mark.parametrize(
    ("name", "of", "title"),
    [
        ("mse", "", "squared error"),
        ("hinge", "", "hinge"),
        ("adamw", "", "AdamW"),
        ("he_normal", "", "He normal"),
        ("swish_beta", "", "Swish, β learned"),
        ("negative_slope", "", "slope"),
        ("alpha", "", "α"),
        ("a", "", "a"),
        ("none", "approximate", "exact"),
        ("tanh", "approximate", "tanh"),
        ("none", "surrogate", "none: f′ = 0"),
        ("straight_through", "surrogate", "straight-through"),
        ("activation", "gain", "by activation"),
        ("float32", "dtype", "32 bit"),
        ("none", "clip", "none"),
        ("xavier_uniform", "name", "Xavier uniform"),
    ],
)
def test_titles(name: str, of: str, title: str) -> None:
    assert title_of(name, of) == title


def test_every_entry_has_a_title_of_its_own() -> None:
    for catalogue in (CATALOGUE, LOSSES):
        titles = [entry.title for entry in catalogue.values()]
        assert len({*titles}) == len(titles)


def test_an_input_called_like_a_choice_keeps_its_name() -> None:
    """Columns and classes of one's own table may be called anything."""
    assert [feature_title(name) for name in ("layer", "adam", "beta", "x^2", "sin(y)")] == [
        "layer",
        "adam",
        "beta",
        "x²",
        "sin y",
    ]
    snapshot = example_snapshot(example_session(data="iris"))
    names = ("batch", "alpha", "given", "mse")
    object.__setattr__(snapshot.data, "feature_names", names)
    view = resolve(snapshot, None, None, Choices())
    assert [neuron_name(view, 0, unit) for unit in range(4)] == [f"input · {name}" for name in names]


def test_small_numbers_in_words() -> None:
    assert [in_words(n) for n in (0, 1, 12, 13, 1204)] == ["none", "one", "twelve", "13", "1,204"]


def test_no_line_ends_within_a_name() -> None:
    said = "mean gradient of the weight of hidden 2 · 13 → output"
    assert unbroken(said).split(" ")[-3:] == ["hidden\u00a02\u00a0·\u00a013", "→", "output"]
    assert unbroken("weight of input · sepal length → hidden 1 · 2") == (
        "weight of input\u00a0·\u00a0sepal length → hidden\u00a01\u00a0·\u00a02"
    )
    assert unbroken("a of output · setosa, sample 3") == "a of output\u00a0·\u00a0setosa, sample 3"
    assert unbroken("all other terms") == "all other terms"
