"""Each kind of account in the narrowest panel, at the most digits: nothing is cut, none has to be scrolled."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication, QScrollBar
from pytestqt.qtbot import QtBot

from tests.gui.explained import laid, walked
from tests.gui.test_account_panel import EVERYTHING
from tests.gui.test_explain_walk import starts
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.engine.session.spec import Session
from twostroke.gui.look import style
from twostroke.gui.look.formula_lines import fitted, set_in_one_line
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.explain.account import EXPLAINERS, explain
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity
from twostroke.gui.model.numbers import FEWEST_DIGITS as FEWEST
from twostroke.gui.model.numbers import MOST_DIGITS as MOST
from twostroke.gui.model.numbers import latex
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.account.names import alike, shorter
from twostroke.gui.panels.account.number_link import LETTER, PAD, NumberLink
from twostroke.gui.panels.base.formula_view import SIZE
from twostroke.gui.panels.base.panel import MARGIN
from twostroke.gui.panels.table import Side
from twostroke.gui.shell.room import NARROWEST

HIGHER = 1.15
"""By how much the value is set larger than the rule below it."""

SPIRAL, IRIS = {"name": "spiral"}, {"name": "iris"}
GATES = (
    *(name for name in CATALOGUE if name not in ("softmax", "step", "gelu")),
    *({"name": "step", "surrogate": surrogate} for surrogate in ("none", "straight_through", "sigmoid")),
    *({"name": "gelu", "approximate": form} for form in ("none", "tanh")),
)
OUTPUTS = {"binary_cross_entropy": "sigmoid", "cross_entropy": "softmax", "mse": "softmax"}
STEPS = (
    *(({"name": name}, {"l1": 0.001, "l2": 0.01}) for name in OPTIMIZERS),
    ({"name": "sgd", "momentum": 0.9, "nesterov": True}, {"clip": {"name": "value", "limit": 0.01}}),
    ({"name": "rmsprop", "momentum": 0.9}, {"clip": {"name": "norm", "limit": 0.05}}),
    ({"name": "adagrad", "decay": 0.01}, {"schedule": {"name": "cosine", "warm_up": 1, "updates": 50}}),
    ({"name": "adam"}, {"schedule": {"name": "step", "every": 2, "factor": 0.5, "warm_up": 20}}),
)


def with_gates() -> Iterator[tuple[ViewState, Quantity]]:
    """What each activation does to z above 0 and below, and what it learns."""
    view = laid(
        Session.model_validate({"data": SPIRAL, "network": {"layers": [{"units": len(GATES), "neurons": GATES}]}}), 1
    )
    assert view.tape is not None
    layer = view.tape.layers[0]
    for unit in range(len(GATES)):
        rows = {bool(layer.z[row, unit] > 0): row for row in range(view.tape.samples)}
        for kind in (Kind.A, Kind.GAIN, Kind.FORWARD_MASK):
            yield from ((view, Quantity(kind, 1, unit, None, row)) for row in rows.values())
    for gate, names in LEARNT.items():
        unit = next(unit for unit, each in enumerate(GATES) if each == gate)
        for name in names:
            quantity = Quantity(Kind.NEXT, 1, unit, name=f"param.{name}")
            yield from ((view, replace(quantity, kind=kind)) for kind in (Kind.NEXT, Kind.GRADIENT))


LEARNT = {"prelu": ("negative_slope",), "swish_beta": ("beta",), "quadratic": ("a", "b", "c")}


def with_losses(samples: int = 1) -> Iterator[tuple[ViewState, Quantity]]:
    for loss in LOSSES:
        data = {"name": "moons"} if loss == "binary_cross_entropy" else IRIS
        output = {"activation": OUTPUTS.get(loss, "identity")}
        training = (
            {"loss": loss, "class_weights": {"name": "balanced"}} if LOSSES[loss].needs_classes else {"loss": loss}
        )
        view = laid(Session.model_validate({"data": data, "network": {"output": output}, "training": training}), 3)
        assert view.tape is not None
        for row in range(min(view.tape.samples, samples)):
            for kind in (Kind.OUTPUT_LOSS, Kind.UPSTREAM, Kind.DELTA, Kind.LOSS, Kind.SAMPLE_WEIGHT):
                yield view, Quantity(kind, 0 if kind is Kind.LOSS else view.depth, 0, None, row)
        yield view, Quantity(Kind.LOSS)


def with_steps() -> Iterator[tuple[ViewState, Quantity]]:
    for optimizer, more in STEPS:
        view = laid(Session.model_validate({"data": SPIRAL, "training": {"optimizer": optimizer, **more}}), 3)
        yield from first_of_each_kind(view, [Quantity(Kind.NEXT, 1, 0, 0), Quantity(Kind.STEP, 1, 0, 0)])


def with_organs() -> Iterator[tuple[ViewState, Quantity]]:
    view = laid(Session.model_validate(EVERYTHING), 1)
    yield from first_of_each_kind(view, list(starts(view)))
    deep = {"data": SPIRAL, "network": {"layers": [{"units": 3, "activation": "sigmoid"}] * 12}}
    view = laid(Session.model_validate(deep), 1)
    yield view, Quantity(Kind.CHAIN, 1, 0, 0, view.row)


def first_of_each_kind(view: ViewState, begin: list[Quantity]) -> Iterator[tuple[ViewState, Quantity]]:
    seen = set()
    for quantity in walked(view, begin, FEWEST):
        key = (quantity.kind, quantity.layer, quantity.name)
        if key not in seen:
            seen.add(key)
            yield view, quantity


def room() -> float:
    """Pixels of a line where the column is narrowest and has a scroll bar."""
    bar = QScrollBar()
    return NARROWEST[Side.RIGHT] - bar.sizeHint().width() - 2 * MARGIN


def check(account: Account, wide: float) -> None:
    letter = style.FONT_PIXELS * SIZE
    value = f"{account.symbol} = {latex(account.value, account.digits)}"
    for text, size in ((value, letter * HIGHER), (account.rule, letter), (f"{{}} = {account.numbers}", letter)):
        found = fitted(text, wide, size)
        assert found is not None, f"{account.title}: cannot be set: {text}"
        assert found[0].width * found[1] <= wide + 0.5, f"{account.title}: too wide: {text}"


@pytest.mark.parametrize(
    "group",
    [
        with_losses,
        pytest.param(partial(with_losses, 3), marks=pytest.mark.slow, id="with_losses of three samples"),
        pytest.param(with_gates, marks=pytest.mark.slow),
        pytest.param(with_steps, marks=pytest.mark.slow),
        pytest.param(with_organs, marks=pytest.mark.slow),
    ],
)
def test_every_formula_fits_the_narrowest_panel(qapp: QApplication, group: object) -> None:
    assert callable(group)
    wide, kinds = room(), set()
    for view, quantity in group():
        kinds.add(quantity.kind)
        account = explain(view, quantity, MOST)
        check(account, wide)
        for operand in account.operands:
            number = f"{operand.symbol} = {latex(operand.value, MOST)}"
            set_ = set_in_one_line(number)
            assert set_ is not None, number
            assert set_.width * style.FONT_PIXELS * LETTER + 2 * PAD <= wide, number
    assert kinds <= set(EXPLAINERS)


def test_a_name_is_never_cut_to_what_tells_nothing(qtbot: QtBot) -> None:
    """ "next mea…en 3 · 4" stood beside a number: what the title says, too, is left out, or the name goes below."""
    link, name = NumberLink(), "mean of the gradient of the weight of hidden 3 · 1 → output"
    qtbot.addWidget(link)
    link.palette_ = PALETTES[Theme.DARK]
    title = "next mean of the gradient of the weight of hidden 3 · 1 → output"
    assert shorter(name, title) == ("mean of the gradient of the weight", "mean of the gradient", "mean")
    assert shorter("scale of hidden 3 · 4", "z of hidden 3 · 4") == ("scale",)
    assert shorter("a of hidden 2 · 1", "z of hidden 3 · 4") == ()
    link.show_number(r"m\left[w_1\right] = -0.0643", "", name, shorter=shorter(name, title))
    seen = {}
    for width in (460, 282, 200, 130):
        link.resize(width, 40)
        seen[width] = (link.name_shown, link.sizeHint().height())
    assert [shown for shown, _ in seen.values()] == [
        "mean of the gradient of the weight",
        "mean of the gradient",
        "mean",
        "mean",
    ]
    assert seen[130][1] > seen[200][1], "one line more, as nothing has room beside the number"


def test_what_names_have_in_common() -> None:
    assert alike(["from hidden 3 · 1", "from hidden 3 · 2"]) == ("from hidden ", "")
    assert alike(["loss of sample 1", "loss of sample 2"]) == ("loss of sample ", "")
    assert alike(["sample 1 of the batch", "sample 2 of the batch"]) == ("sample ", " of the batch")
    assert alike(["bias"]) == ("", "")
    assert alike(["bias", "bias"]) == ("", "")
