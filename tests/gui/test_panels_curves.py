"""The panel *Curves*: its figures are those of the snapshot, and its axes fit them."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.output_bench import curves_panel
from tests.gui.test_panels_output import live
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.plots import R_SQUARED
from twostroke.gui.panels.curves.curves_panel import CurvesPanel

__all__ = ["curves_panel"]


def test_curves_are_those_of_the_snapshot(curves_panel: CurvesPanel) -> None:
    view = live()
    curves_panel.show_view(view)
    x, y = curves_panel.loss.train.getOriginalDataset()
    np.testing.assert_array_equal(x, view.snapshot.curves.update)
    np.testing.assert_array_equal(y, view.snapshot.curves.train_loss)
    np.testing.assert_array_equal(
        curves_panel.accuracy.test.getOriginalDataset()[1], view.snapshot.curves.test_accuracy
    )
    assert curves_panel.accuracy.isVisible()
    curves_panel.show_view(live(example_session(data="sine")))
    assert not curves_panel.accuracy.isVisible()


def test_a_loss_of_zero_survives_the_logarithm(curves_panel: CurvesPanel) -> None:
    view = live()
    curves = replace(view.snapshot.curves, train_loss=np.zeros(13))
    curves_panel.show_view(replace(view, snapshot=replace(view.snapshot, curves=curves)))
    curves_panel.log.click()
    assert np.isfinite(curves_panel.loss.train.getData()[1]).all()
    assert (curves_panel.loss.train.getOriginalDataset()[1] > 0).all()
    curves_panel.log.click()
    assert (curves_panel.loss.train.getOriginalDataset()[1] == 0).all()


@pytest.mark.parametrize("log", [False, True])
def test_the_axes_fit_the_run_that_is_shown(curves_panel: CurvesPanel, qtbot: QtBot, log: bool) -> None:
    """Whatever run was shown before: longer or shorter, of greater or smaller losses, and level ones."""
    view = live()
    if log:
        curves_panel.log.click()
    for updates, loss in ((100_000, 1.0), (50, 1.0), (50, 300.0), (20, 1e-3), (100_000, 0.01), (30, 2.0), (30, 0.0)):
        update = np.linspace(0, updates, 13).astype(np.int64)
        train = loss * np.linspace(1.0, 0.2, 13)
        curves = replace(view.snapshot.curves, update=update, train_loss=train, test_loss=1.1 * train)
        curves_panel.show_view(replace(view, snapshot=replace(view.snapshot, curves=curves)))
        qtbot.wait(20)  # pyqtgraph fits when it paints
        (left, right), (low, high) = curves_panel.loss.item.viewRange()
        assert left == 0
        assert updates <= right < 1.1 * updates
        least, most = (max(0.2 * loss, 1e-12), max(1.1 * loss, 1e-12))
        least, most = (math.log10(least), math.log10(most)) if log else (least, most)
        assert low <= least <= most <= high
        assert high - low < 1.5 * max(most - least, 1.0 if loss == 0 else 0.0)


def test_the_same_curves_cost_nothing(curves_panel: CurvesPanel, monkeypatch: pytest.MonkeyPatch) -> None:
    view = live()
    curves_panel.show_view(view)
    drawn: list[object] = []
    monkeypatch.setattr(curves_panel.loss, "_draw", lambda: drawn.append(1))
    curves_panel.show_view(replace(view))
    assert drawn == []


def with_curves(view: ViewState, **figures: Any) -> ViewState:
    return replace(view, snapshot=replace(view.snapshot, curves=replace(view.snapshot.curves, **figures)))


def test_values_have_a_curve_of_r2(curves_panel: CurvesPanel) -> None:
    fit = np.linspace(-40.0, 0.9, 13)
    view = with_curves(live(example_session(data="sine")), train_r2=fit, test_r2=fit - 0.1)
    curves_panel.show_view(view)
    np.testing.assert_array_equal(curves_panel.r2.train.getOriginalDataset()[1], fit)
    np.testing.assert_array_equal(curves_panel.r2.test.getOriginalDataset()[1], fit - 0.1)
    assert curves_panel.r2.isVisible()
    low, high = curves_panel.r2.item.viewRange()[1]
    assert -1.5 < low < -1
    assert 1 < high < 1.5
    curves_panel.show_view(live())
    assert not curves_panel.r2.isVisible()
    assert curves_panel.accuracy.isVisible()


def test_values_that_do_not_differ_have_no_r2(curves_panel: CurvesPanel) -> None:
    curves_panel.show_view(live(example_session(data="sine")))
    assert not curves_panel.r2.isVisible()


@pytest.mark.parametrize(
    ("values", "low"), [([0.5, 0.9], 0.0), ([-0.3, 0.9], -0.3), ([-40.0, 0.9], -1.0), ([-40.0, -3.0], -40.0), ([], 0.0)]
)
def test_the_axis_of_r2_reaches_down_to_curves_that_lie_nowhere_above(values: list[float], low: float) -> None:
    assert R_SQUARED.around(np.array(values)) == (low, 1.0)


def test_smoothed_curves_are_said_to_be_and_what_was_measured_lies_behind(curves_panel: CurvesPanel) -> None:
    view = live()
    rough = np.tile([0.2, 0.8], 7)[:13]
    view = with_curves(view, train_loss=rough, breaks=(6,))
    curves_panel.show_view(view)
    plot = curves_panel.loss
    assert not plot.raw_train.isVisible()
    assert plot.smoothing.isHidden()
    curves_panel.smoothing.setCurrentIndex(curves_panel.smoothing.findData(5))
    assert plot.smoothing.text() == "Mean of 5 points; pale: as measured"
    drawn = plot.train.getOriginalDataset()[1]
    expected = [rough[max(0 if at < 6 else 6, at - 4) : at + 1].mean() for at in range(13)]
    np.testing.assert_allclose(np.delete(drawn, 6), expected, rtol=1e-12)
    np.testing.assert_array_equal(np.delete(plot.raw_train.getOriginalDataset()[1], 6), rough)
    assert plot.raw_train.opts["pen"].widthF() < plot.train.opts["pen"].widthF()
    assert plot.raw_test.opts["pen"].style() == plot.test.opts["pen"].style() != plot.raw_train.opts["pen"].style()
    curves_panel.show_view(live(example_session(data="sine")))
    assert curves_panel.r2.smoothing.text() == plot.smoothing.text(), "a plot that comes later is smoothed, too"
    curves_panel.show_view(view)
    curves_panel.smoothing.setCurrentIndex(0)
    np.testing.assert_array_equal(np.delete(plot.train.getOriginalDataset()[1], 6), rough)
    assert not plot.raw_train.isVisible()
