"""The chain of gains: the products over all paths add up to the gradient, and the strongest path is the strongest."""

import math
from collections.abc import Iterator
from typing import Any

import pytest

from tests.gui.explained import laid
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.session.spec import Session
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState

PLAIN = [{"units": 3, "activation": "tanh"}, {"units": 2, "activation": "sigmoid"}, {"units": 3, "activation": "gelu"}]
SKIPS = [{"units": 3, "activation": "tanh"}, {"units": 3, "activation": "elu"}, {"units": 2, "skip": 1, "dropout": 0.3}]
SAME = [{"units": 2, "activation": "tanh"}, {"units": 2, "activation": "silu"}, {"units": 2, "skip": 1}]
NORMED = [
    {"units": 3, "activation": "tanh"},
    {"units": 3, "activation": "tanh", "norm": "layer"},
    {"units": 3, "activation": "tanh", "norm": "layer", "skip": 1},
]
CLASSES = {"data": {"name": "iris"}, "training": {"loss": "cross_entropy"}}


def view_of(layers: list[dict[str, Any]], **parts: Any) -> ViewState:
    output = {"activation": "softmax" if parts else "sigmoid"}
    network = {"layers": layers, "dtype": "float64", "output": output}
    return laid(Session.model_validate({"network": network, **parts}), 3)


def paths(view: ViewState, start: tuple[int, int]) -> Iterator[tuple[tuple[int, int], ...]]:
    """All ways from a neuron to an output."""
    layer, unit = start
    if layer == view.depth:
        yield (start,)
        return
    onward = [(layer + 1, target) for target in range(view.layers[layer + 1].units)]
    for source, into in view.skip_targets:
        if source == layer:
            plain = view.layers[into].units == view.layers[layer].units
            onward += [(into, target) for target in range(view.layers[into].units) if not plain or target == unit]
    for there in onward:
        yield from ((start, *rest) for rest in paths(view, there))


def over(view: ViewState, path: tuple[tuple[int, int], ...], source: int | None = 0) -> Account:
    return explain(view, Quantity(Kind.CHAIN, *path[0], source, path=path), 4)


@pytest.mark.parametrize(
    ("layers", "parts"), [(PLAIN, {}), (SKIPS, {}), (SAME, {}), (PLAIN, CLASSES), ([{"units": 4}], {})]
)
def test_all_paths_add_up_to_the_gradient_of_the_sample(layers: list[dict[str, Any]], parts: dict[str, Any]) -> None:
    view = view_of(layers, **parts)
    for source in (0, None):
        whole = explain(view, Quantity(Kind.SAMPLE_GRADIENT, 1, 1, source), 4).value
        found = [over(view, path, source).value or 0.0 for path in paths(view, (1, 1))]
        assert math.fsum(found) == pytest.approx(whole, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize(("layers", "parts"), [(PLAIN, {}), (SKIPS, {}), (SAME, {}), (PLAIN, CLASSES)])
def test_without_a_path_it_is_the_strongest(layers: list[dict[str, Any]], parts: dict[str, Any]) -> None:
    view = view_of(layers, **parts)
    account = explain(view, Quantity(Kind.CHAIN, 1, 1, 0), 4)
    sizes = [abs(over(view, path).value or 0.0) for path in paths(view, (1, 1))]
    assert account.value is not None
    assert abs(account.value) == pytest.approx(max(sizes), rel=1e-12)
    assert "The path that carries most: hidden 1 · 2 ← " in account.note


def test_the_product_builds_up_factor_by_factor() -> None:
    account = explain(view_of(PLAIN), Quantity(Kind.CHAIN, 1, 1, 0), 4)
    product = 1.0
    for term in account.terms:
        product *= term.a.value or math.nan
        assert term.product == pytest.approx(product, rel=1e-12)
    assert account.terms[-1].product == pytest.approx(account.value, rel=1e-12)
    kinds = [term.a.quantity.kind for term in account.terms if term.a.quantity]
    gates = [Kind.WEIGHT, Kind.BACKWARD_MASK] * 3
    assert kinds == [Kind.DELTA, *gates, Kind.INPUT]


def test_behind_a_layer_norm_a_path_counts_with_its_spread() -> None:
    """A skip path goes around a normalizer: which of both is the stronger one depends on what that divides by."""
    view = view_of(NORMED)
    for unit in range(3):
        account = explain(view, Quantity(Kind.CHAIN, 1, unit, 0), 4)
        largest = max(abs(over(view, path).value or 0.0) for path in paths(view, (1, unit)))
        assert abs(account.value or 0.0) == pytest.approx(largest, rel=1e-12)


def test_a_path_is_found_before_anything_is_known() -> None:
    view = view_of(NORMED)
    assert view.tape is not None
    early = resolve(view.snapshot, view.tape, Cursor(view.depth), view.choices)
    account = explain(early, Quantity(Kind.CHAIN, 1, 1, 0), 4)
    assert account.value is None
    assert "The path that carries most: hidden 1 · 2 ← " in account.note


def test_neurons_that_nothing_joins_are_refused() -> None:
    view = view_of(PLAIN)
    with pytest.raises(LookupError, match="nothing leads from layer 1 to layer 3"):
        over(view, ((1, 0), (3, 0), (4, 0)))


def test_a_normalizer_is_on_the_path_with_its_direct_part() -> None:
    view = view_of([{"units": 3, "norm": "batch"}, {"units": 3, "norm": "layer"}])
    account = explain(view, Quantity(Kind.CHAIN, 1, 0, 0), 4)
    assert "means and variances of a normalizer" in account.note
    assert sum("scale" in term.a.name for term in account.terms) == 2
