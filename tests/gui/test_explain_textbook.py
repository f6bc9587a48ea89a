"""Examples that textbooks print, number by number: 2-2-2 with sigmoids, and 2-2-1 with ReLU."""

import pytest

from tests.cli.test_worked_example import SESSION as BOOK
from tests.gui.explained import laid
from twostroke.engine.session.spec import Session
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.quantities import Account, Kind, Quantity

HOMEWORK = {
    "data": {"name": "rows", "x": [[1, 2]], "y": [3], "task": "regression", "scale_target": "none", "train_share": 1.0},
    "network": {
        "layers": [{"units": 2, "activation": "relu"}],
        "output": {"activation": "identity"},
        "parameters": {
            "l1.weight": [[0.5, 0.25], [-1, 0.25]],
            "l1.bias": [0, 0],
            "l2.weight": [[2, 1]],
            "l2.bias": [0.5],
        },
        "dtype": "float64",
    },
    "training": {"loss": "half_squared_error", "optimizer": {"name": "sgd", "learning_rate": 0.1}, "batch_size": 1},
}


def told(session: dict[str, object], kind: Kind, layer: int, unit: int, source: int | None = None) -> Account:
    view = laid(Session.model_validate(session))
    row = None if kind in (Kind.GRADIENT, Kind.NEXT) else 0
    return explain(view, Quantity(kind, layer, unit, source, row), 9)


@pytest.mark.parametrize(
    ("kind", "layer", "unit", "source", "printed"),
    [
        (Kind.Z, 1, 0, None, "0.3775"),
        (Kind.A, 1, 0, None, "0.593269992"),
        (Kind.A, 1, 1, None, "0.596884378"),
        (Kind.Z, 2, 0, None, "1.105905967"),
        (Kind.A, 2, 0, None, "0.75136507"),
        (Kind.A, 2, 1, None, "0.772928465"),
        (Kind.OUTPUT_LOSS, 2, 0, None, "0.274811083"),
        (Kind.OUTPUT_LOSS, 2, 1, None, "0.023560026"),
        (Kind.LOSS, 0, 0, None, "0.298371109"),
        (Kind.UPSTREAM, 2, 0, None, "0.74136507"),
        (Kind.GAIN, 2, 0, None, "0.186815602"),
        (Kind.DELTA, 2, 0, None, "0.138498562"),
        (Kind.GRADIENT, 2, 0, 0, "0.082167041"),
        (Kind.NEXT, 2, 0, 0, "0.35891648"),
        (Kind.NEXT, 2, 0, 1, "0.408666186"),
        (Kind.NEXT, 2, 1, 0, "0.511301270"),
        (Kind.NEXT, 2, 1, 1, "0.561370121"),
        (Kind.BACK_TERM, 2, 0, 0, "0.055399425"),
        (Kind.BACK_TERM, 2, 1, 0, "-0.019049119"),
        (Kind.UPSTREAM, 1, 0, None, "0.036350306"),
        (Kind.GAIN, 1, 0, None, "0.241300709"),
        (Kind.GRADIENT, 1, 0, 0, "0.000438568"),
        (Kind.NEXT, 1, 0, 0, "0.149780716"),
        (Kind.NEXT, 1, 0, 1, "0.19956143"),
        (Kind.NEXT, 1, 1, 0, "0.24975114"),
        (Kind.NEXT, 1, 1, 1, "0.29950229"),
    ],
)
def test_the_book_s_numbers(kind: Kind, layer: int, unit: int, source: int | None, printed: str) -> None:
    """As Matt Mazur prints them in "A Step by Step Backpropagation Example".

    Within one of the last digit: he goes on with rounded ones.
    """
    value = told(BOOK, kind, layer, unit, source).value
    unit = 10.0 ** -len(printed.partition(".")[2])
    assert value == pytest.approx(float(printed), abs=unit)


@pytest.mark.parametrize(
    ("kind", "layer", "unit", "source", "text"),
    [
        (Kind.Z, 1, 0, None, "0.5 · 1 + 0.25 · 2 + 0 = 1"),
        (Kind.Z, 1, 1, None, "−1 · 1 + 0.25 · 2 + 0 = −0.5"),
        (Kind.A, 1, 0, None, "max(0, 1) = 1"),
        (Kind.A, 1, 1, None, "max(0, −0.5) = 0"),
        (Kind.Z, 2, 0, None, "2 · 1 + 1 · 0 + 0.5 = 2.5"),
        (Kind.A, 2, 0, None, "2.5"),
        (Kind.OUTPUT_LOSS, 2, 0, None, "0.5 · (2.5 − 3)² = 0.125"),
        (Kind.DELTA, 2, 0, None, "−0.5 · 1 = −0.5"),
        (Kind.UPSTREAM, 1, 0, None, "2 · (−0.5) = −1"),
        (Kind.GAIN, 1, 1, None, "0 (as −0.5 ≤ 0) = 0"),
        (Kind.DELTA, 1, 0, None, "−1 · 1 = −1"),
        (Kind.DELTA, 1, 1, None, "−0.5 · 0 = 0"),
        (Kind.SAMPLE_GRADIENT, 1, 0, 1, "−1 · 2 = −2"),
        (Kind.GRADIENT, 1, 0, 1, "(−1 · 2) / 1 = −2"),
        (Kind.NEXT, 1, 0, 1, "0.25 − 0.1 · (−2) = 0.45"),
        (Kind.NEXT, 1, 1, 1, "0.25 − 0.1 · 0 = 0.25"),
        (Kind.NEXT, 2, 0, None, "0.5 − 0.1 · (−0.5) = 0.55"),
    ],
)
def test_the_homework_s_lines(kind: Kind, layer: int, unit: int, source: int | None, text: str) -> None:
    assert told(HOMEWORK, kind, layer, unit, source).text == text
