"""Accounts of numbers: what is said of one, and what is left open as long as it is not known."""

import numpy as np
import pytest

from tests.gui.examples import example_session
from tests.gui.grains import turn_view
from tests.gui.organs import organ_view
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.gui.model.explain import comparing, stepping
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.quantities import Kind, Quantity


def test_each_loss_and_each_optimizer_is_written_down() -> None:
    assert set(comparing.FORMULAS) == set(LOSSES)
    assert set(stepping.DIRECTIONS) == set(OPTIMIZERS)


def test_z_is_the_sum_of_its_terms() -> None:
    view = organ_view(example_session(), Step(Phase.GATE, 1))
    account = explain(view, Quantity(Kind.Z, 1, 2, None, view.row), 3)
    *products, bias = (term.product or np.nan for term in account.terms)
    assert account.value == pytest.approx(sum(products) + bias, rel=1e-12)
    assert [each.quantity for each in account.operands] == [
        Quantity(Kind.WEIGHT, 1, 2, 0),
        Quantity(Kind.INPUT, 0, 0, None, view.row),
        Quantity(Kind.WEIGHT, 1, 2, 1),
        Quantity(Kind.INPUT, 0, 1, None, view.row),
        Quantity(Kind.BIAS, 1, 2),
    ]
    assert account.rule == r"z^{(1)}_{3} = \sum_{k=1}^{2} w^{(1)}_{3k} \, x_{k} + b^{(1)}_{3}"


def test_what_is_not_known_yet_is_left_open() -> None:
    view = organ_view(example_session(), Step(Phase.SUM, 1))
    account = explain(view, Quantity(Kind.A, 1, 2, None, view.row), 3)
    assert account.value is None
    assert account.numbers.endswith(r"= \dots")
    assert account.operands[0].value is not None


def test_term_by_term_only_what_has_come_in_is_known() -> None:
    """At the first product of the second neuron: the neuron before is done, the next product is open."""
    view = turn_view(Phase.SUM, 1, 1, 0)

    def is_known(kind: Kind, unit: int, source: int | None = None) -> bool:
        return explain(view, Quantity(kind, 1, unit, source), 3).value is not None

    assert [is_known(Kind.Z, unit) for unit in range(3)] == [True, False, False]
    assert [is_known(Kind.TERM, 1, source) for source in (0, 1)] == [True, False]
    account = explain(view, Quantity(Kind.Z, 1, 1), 3)
    assert account.text.endswith("= …")


def test_the_mean_comes_after_the_samples_own_gradients() -> None:
    view = turn_view(Phase.WEIGHTS, 1, 1, 0)
    own, mean = (explain(view, Quantity(kind, 1, 1, 0), 3) for kind in (Kind.SAMPLE_GRADIENT, Kind.GRADIENT))
    assert own.value is not None
    assert mean.value is None
