"""The chain of gains: the products over all paths add up to the gradient, and the strongest path is the strongest."""

import math
from collections.abc import Iterator
from typing import Any

import pytest

from tests.gui.explained import laid
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.session.spec import Session
from twostroke.gui.model.explain.account import EXPLAINERS, explain
from twostroke.gui.model.explain.chain import chain_of, path_of
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity
from twostroke.gui.model.explain.rerouted import detours, rerouted
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


LEARNING = [
    {"units": 3, "activation": "prelu"},
    {"units": 2, "activation": "swish_beta", "norm": "layer"},
    {"units": 3, "activation": "quadratic", "skip": 1, "dropout": 0.3},
]


@pytest.mark.parametrize(
    ("start", "names"),
    [
        ((1, 1), ("param.negative_slope",)),
        ((3, 0), ("param.a", "param.b", "param.c")),
        ((3, 1), ("skip_weight",)),
    ],
)
def test_paths_add_up_to_the_gradient_of_what_else_is_learned(start: tuple[int, int], names: tuple[str, ...]) -> None:
    """Where no normalizer follows, which mixes neurons on no path."""
    view = view_of([LEARNING[0], {"units": 2, "activation": "swish_beta"}, {**LEARNING[2], "units": 2}])
    for name in names:
        if name == "skip_weight":
            view = view_of([LEARNING[0], LEARNING[0], {**LEARNING[2], "units": 2}])
        source = 1 if name == "skip_weight" else None
        whole = explain(view, Quantity(Kind.SAMPLE_GRADIENT, *start, source, name=name), 4).value
        own = [Quantity(Kind.CHAIN, *start, source, None, name, path) for path in paths(view, start)]
        found = [explain(view, each, 4).value or 0.0 for each in own]
        assert math.fsum(found) == pytest.approx(whole, rel=1e-10, abs=1e-15)


@pytest.mark.parametrize("name", ["param.beta", "scale", "shift"])
def test_scale_shift_and_a_learned_slope_have_a_chain(name: str) -> None:
    view = view_of(LEARNING)
    for unit in range(2):
        account = explain(view, Quantity(Kind.CHAIN, 2, unit, name=name), 4)
        whole = explain(view, Quantity(Kind.SAMPLE_GRADIENT, 2, unit, name=name), 4)
        ways = [Quantity(Kind.CHAIN, 2, unit, name=name, path=path) for path in paths(view, (2, unit))]
        products = [explain(view, each, 4).value or 0.0 for each in ways]
        assert math.fsum(products) == pytest.approx(whole.value, rel=1e-9)
        assert abs(account.value or 0.0) == pytest.approx(max(map(abs, products)), rel=1e-12)
        assert account.terms[-1].product == pytest.approx(account.value, rel=1e-12)
        gradient = Quantity(Kind.GRADIENT, 2, unit, name=name)
        assert chain_of(gradient, 3) == Quantity(Kind.CHAIN, 2, unit, None, 3, name)


# Led over another neuron.


@pytest.mark.parametrize("layers", [PLAIN, SKIPS, SAME, NORMED])
def test_a_chain_over_any_neuron_is_the_strongest_or_keeps_its_others(layers: list[dict[str, Any]]) -> None:
    view = view_of(layers)
    chain = Quantity(Kind.CHAIN, 1, 1, 0, view.row)
    every = list(paths(view, (1, 1)))
    before = path_of(Facts(view, EXPLAINERS, 4), chain)
    for layer in range(2, view.depth + 1):
        for unit in range(view.layers[layer].units):
            found = rerouted(view, chain, layer, unit)
            over_it = [path for path in every if (layer, unit) in path]
            if (layer, unit) in before or not over_it:
                assert found is None
                continue
            assert found is not None
            assert found.path in over_it
            kept = tuple((at, unit if at == layer else each) for at, each in before)
            best = max(abs(over(view, path).value or 0.0) for path in over_it)
            assert found.path == kept or abs(explain(view, found, 4).value or 0.0) == pytest.approx(best, rel=1e-12)


def test_a_chain_is_led_over_no_neuron_before_its_own() -> None:
    view = view_of(PLAIN)
    chain = Quantity(Kind.CHAIN, 2, 1, 0, view.row)
    assert [rerouted(view, chain, layer, 0) for layer in (0, 1, 2)] == [None] * 3
    assert rerouted(view, Quantity(Kind.GRADIENT, 1, 1, 0), 2, 0) is None


def test_detours_are_offered_strongest_first() -> None:
    view = view_of(PLAIN)
    chain = Quantity(Kind.CHAIN, 1, 1, 0, view.row)
    found = detours(view, chain, 3)
    assert len(found) == 2
    sizes = [abs(explain(view, each.chain, 4).value or 0.0) for each in found]
    assert sizes == sorted(sizes, reverse=True)
    assert [abs(each.product) for each in found] == pytest.approx(sizes, rel=1e-12)


def test_neurons_that_nothing_joins_are_refused() -> None:
    view = view_of(PLAIN)
    with pytest.raises(LookupError, match="nothing leads from layer 1 to layer 3"):
        over(view, ((1, 0), (3, 0), (4, 0)))


def test_a_normalizer_is_on_the_path_with_its_direct_part() -> None:
    view = view_of([{"units": 3, "norm": "batch"}, {"units": 3, "norm": "layer"}])
    account = explain(view, Quantity(Kind.CHAIN, 1, 0, 0), 4)
    assert "means and variances of a normalizer" in account.note
    assert sum("scale" in term.a.name for term in account.terms) == 2
