"""Numbers near the end of their range, as just before training stops: picture and panels show them without a word."""

import math
from dataclasses import fields, replace
from itertools import product

import numpy as np
import pytest

from tests.gui.examples import example_session, example_snapshot
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.tape import LayerTape
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.explain.formula import added_up
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.resolve import resolve
from twostroke.gui.panels.account.account_panel import AccountPanel
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.lenses import LENSES

__all__ = ["bench", "settings"]

HUGE = 1e307
KINDS = [Quantity(kind, 2, 0, source, row=0) for kind in Kind for source in (None, 1)]


def show_huge(bench: Bench, film: bool) -> None:
    """Weights whose products and sums are no longer finite, live or at the end of an update."""
    if film:
        bench.controller.step_forward()
    now = bench.link.engine.now
    layers = tuple(replace(state, weight=state.weight * HUGE, a=state.a + 100.0) for state in now.layers)
    tape = now.tape and replace(now.tape, layers=tuple(map(_huge, now.tape.layers)))
    bench.link.engine.change(layers=layers, tape=tape)
    bench.link.deliver()
    bench.controller.player.to_end()
    bench.controller.refresh()


def _huge(layer: LayerTape) -> LayerTape:
    return replace(layer, weight=layer.weight * HUGE, weight_next=-layer.weight * HUGE, a=layer.a + 100.0)


@pytest.mark.parametrize("film", [False, True])
def test_every_account_and_lens_shows_them(bench: Bench, film: bool) -> None:
    """A warning on the way would be a fault of the window."""
    show_huge(bench, film)
    panel = bench.window.panel(AccountPanel)
    for quantity in KINDS:
        bench.controller.explain(quantity)
        assert panel.account is not None or not panel.hint.isHidden()
    for lens in LENSES:
        bench.controller.see_through(lens.id)
        bench.window.stage.grab()
        assert bench.window.stage._view.choices.lens == lens.id
    assert bench.window.stage.scene.texts("caption")


def test_a_sum_goes_beyond_its_range_as_floating_point_does() -> None:
    assert added_up([0.1] * 10) == 1.0
    assert added_up([HUGE * 9] * 3) == math.inf
    assert math.isnan(added_up([math.inf, -math.inf]))


SPOILT = (
    "weight",
    "weight_next",
    "bias_next",
    "z",
    "a",
    "gain",
    "forward_mask",
    "dloss_da",
    "dloss_dz",
    "dloss_dweight",
)


def spoilt(layer: LayerTape, value: float) -> LayerTape:
    """With `value` as every other number."""
    arrays = {name: np.array(getattr(layer, name)) for name in SPOILT if getattr(layer, name) is not None}
    for each in arrays.values():
        each.reshape(-1)[::2] = value
    return replace(layer, **arrays)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("lens", [lens.id for lens in LENSES])
def test_where_and_how_large_things_are_drawn_is_always_finite(value: float, lens: str) -> None:
    """Else no painter knows what it covers, and the picture stands still at the update that runs away."""
    snapshot = example_snapshot(example_session((6, 5), "gelu"), stroke=True)
    tape = replace(snapshot.tape, layers=tuple(spoilt(layer, value) for layer in snapshot.tape.layers))
    cursor = Cursor(tape.depth)
    for step, fraction in product(cursor.steps, (0.3, 1.0)):
        with np.errstate(over="ignore", invalid="ignore"):
            view = resolve(snapshot, tape, cursor.seek(step, fraction), Choices(lens=lens))
            items = scene_at(view, 560.0, 400.0).items
        for item, field in ((each, field) for each in items for field in fields(each)):
            drawn = getattr(item, field.name)
            if isinstance(drawn, float | np.ndarray):
                assert np.isfinite(drawn).all(), (item.role, field.name, step)
