"""Error against the number of hinges: a race that is ready to start, and its chart."""

import math
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QToolTip
from pytestqt.qtbot import QtBot

from tests.engine.test_race import Here
from tests.gui.output_bench import panel
from tests.gui.race_bench import Gate, ended, looked_at, nothing, opened, run, said
from tests.gui.test_hinges import ward
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.commands import Open
from twostroke.engine.race.kept_rows import Key, key_of
from twostroke.engine.race.lineup import Lineup, line_up
from twostroke.engine.race.outcome import Row
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.over_numbers import axis_of_figures, hinges_of, over_numbers, ticks
from twostroke.gui.model.race_figures import FIGURES
from twostroke.gui.model.race_scale import Scale
from twostroke.gui.model.race_terms import HINGES, HINGES_SEEDS, Terms
from twostroke.gui.model.user_text import BREAK
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.shell.race.number_picture import NumberPlan
from twostroke.gui.shell.race.shown_results import AGAINST, NO_NUMBERS
from twostroke.gui.shell.race.window import UNDER_WAY, RaceWindow

__all__ = ["bench", "panel", "settings"]

SINE = Session.model_validate({"data": {"name": "sine", "samples": 40}, "network": {"layers": [{"units": 4}]}})
LOSS = next(figure for figure in FIGURES if figure.title == "Train loss")
COUNTS = (1, 2, 3, 5, 8, 13, 21, 34)


# -- figures -----------------------------------------------------------------------------------------------------------


def line(values: dict[int, list[tuple[float, int | None]]]) -> tuple[Lineup, dict[Key, Row]]:
    """A race over these units, with loss and hinges of each run."""
    lineup = line_up(SINE, {HINGES: tuple(values)}, max(map(len, values.values())), 10)
    rows = {}
    for job in lineup.jobs:
        own = values[int(job.vary[0])]  # type: ignore[arg-type]
        loss, hinges = own[job.seed - SINE.network.seed]
        rows[key_of(job)] = Row(job.vary, job.seed, {"loss": loss}, None, 1.0, hinges=hinges)
    return lineup, rows


def test_numbers_rise_and_hinges_are_a_median() -> None:
    lineup, rows = line({8: [(0.1, 5), (0.2, 8), (0.3, 7)], 2: [(1.0, 1), (2.0, 2), (4.0, None)]})
    found = over_numbers(lineup, rows, LOSS)
    assert found is not None
    assert [strand.label for strand in found] == ["2", "8"]
    assert [strand.spread.median for strand in found if strand.spread] == [2.0, 0.2]
    assert [hinges_of(strand) for strand in found] == ["1.5", "7"]


@pytest.mark.parametrize(
    "vary", [{"network.activation": ("relu", "tanh")}, {HINGES: (2,)}, {HINGES: (2, 3), "training.l2": (0, 0.1)}]
)
def test_without_two_numbers_in_one_place_there_is_no_line(vary: dict[str, tuple[object, ...]]) -> None:
    assert over_numbers(line_up(SINE, vary, 1, 10), {}, LOSS) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("losses", "wanted"),
    [((1e-5, 1.0), [1e-4, 1e-2, 1.0]), ((0.03, 0.4), [0.05, 0.1, 0.2]), ((0.2, 0.2), [0.2])],
)
def test_an_error_stands_on_a_logarithmic_axis(losses: tuple[float, float], wanted: list[float]) -> None:
    lineup, rows = line({1: [(losses[0], 1)], 2: [(losses[1], 1)]})
    found = over_numbers(lineup, rows, LOSS)
    assert found is not None
    scale = axis_of_figures(found, LOSS)
    assert scale.log
    assert all(0.0 <= scale.place(loss) <= 1.0 for loss in losses)
    marked = ticks(scale)
    assert all(any(math.isclose(each, value) for value in marked) for each in wanted), marked
    assert all(0.0 <= scale.place(value) <= 1.0 for value in marked)


# -- in the window -----------------------------------------------------------------------------------------------------


@pytest.fixture
def race(bench: Bench, qtbot: QtBot) -> RaceWindow:
    """Over the sine, with runs that are done in this process."""
    bench.controller.send(Open(SINE))
    qtbot.waitUntil(lambda: has(bench.controller, SINE), timeout=30_000)
    return opened(bench.window, qtbot)


def has(controller: Controller, session: Session) -> bool:
    return controller.snapshot is not None and controller.snapshot.session.data == session.data


def small(window: RaceWindow, qtbot: QtBot) -> None:
    """What it asks for, with fewer runs."""
    QTest.mouseClick(window.ready, Qt.MouseButton.LeftButton)
    window.form.first.choose(HINGES, "8, 1, 3")
    window.form.seeds.setValue(3)
    window.form.updates.setValue(200)
    looked_at(window, qtbot)


def plan_of(window: RaceWindow) -> NumberPlan:
    plan = window.results.against.plan
    assert isinstance(plan, NumberPlan)
    return plan


def test_a_click_asks_for_all_of_it(race: RaceWindow, qtbot: QtBot) -> None:
    QTest.mouseClick(race.ready, Qt.MouseButton.LeftButton)
    looked_at(race, qtbot)
    assert race.race.terms == Terms(((HINGES, "1, 2, 3, 5, 8, 13, 21, 34"),), HINGES_SEEDS, 10_000)
    assert race.race.lineup is not None
    assert [job.vary[0] for job in race.race.lineup.jobs[::HINGES_SEEDS]] == [*COUNTS]
    assert race.results.view.currentText() == AGAINST
    assert race.results.chosen == LOSS
    assert race.start.isDefault()
    assert race.start.hasFocus()
    assert race.race.terms.command("s.json").startswith("twostroke race s.json --vary ")


def test_each_run_is_a_dot_where_its_number_and_its_error_are(race: RaceWindow, qtbot: QtBot) -> None:
    small(race, qtbot)
    run(race, qtbot)
    plan, rows = plan_of(race), race.race.rows
    assert len(plan.dots) == len(rows) == 9
    assert [strand.label for strand in plan.strands] == ["1", "3", "8"]
    for dot in plan.dots:
        row = rows[key_of(next(job for job in race.race.lineup.jobs if key_of(job) == key_of(dot.row)))]  # type: ignore[union-attr]
        assert row.train is not None
        across, up = float(row.vary[0]), row.train["loss"]  # type: ignore[arg-type]
        assert math.isclose(dot.at.x(), place(plan.across, across, plan.area.left(), plan.area.width()))
        assert math.isclose(dot.at.y(), place(plan.up, up, plan.area.bottom(), -plan.area.height()))
        assert row.hinges is not None
        assert 0 <= row.hinges <= row.vary[0]  # type: ignore[operator]
    medians = [strand.spread.median for strand in plan.strands if strand.spread is not None]
    each = [[row.train["loss"] for _, row in strand.runs if row.train] for strand in plan.strands]
    assert medians == [float(np.median(losses)) for losses in each]
    hinges = [[row.hinges for _, row in strand.runs] for strand in plan.strands]
    assert [hinges_of(strand) for strand in plan.strands] == [f"{np.median(own):g}" for own in hinges]  # type: ignore[arg-type]
    assert medians[-1] < medians[0]


def place(scale: Scale, value: float, begin: float, length: float) -> float:
    return begin + (math.log10(value) - scale.low) / (scale.high - scale.low) * length


def test_a_dot_tells_its_hinges_and_opens_its_run(
    race: RaceWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(race, qtbot)
    run(race, qtbot)
    chart, plan = race.results.against, plan_of(race)
    dot = plan.dots[-1]
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _, text, *__: told.append(text))
    at = dot.at.toPoint()
    chart.event(QHelpEvent(QEvent.Type.ToolTip, at, chart.mapToGlobal(at)))
    assert told
    assert f"{dot.row.hinges} hinge" in told[0]
    asked: list[Row] = []
    chart.opened.connect(asked.append)
    chart.setFocus()
    QTest.keyClick(chart, Qt.Key.Key_Right)
    assert chart.chosen is not None
    assert chart.chosen.row.vary == (3,)
    QTest.keyClick(chart, Qt.Key.Key_Up)
    assert chart.chosen.value == sorted(value for value, _ in plan.strands[1].runs)[1]
    QTest.keyClick(chart, Qt.Key.Key_Return)
    assert [row.vary for row in asked] == [(3,)]


def test_the_picture_is_saved_as_it_is_seen(
    race: RaceWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    small(race, qtbot)
    run(race, qtbot)
    for name in ("a.png", "a.svg", "a.pdf"):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name, **__: (str(tmp_path / name), ""))
        race._save_picture()
        assert (tmp_path / name).stat().st_size > 1_000
    image, plan = QImage(str(tmp_path / "a.png")), plan_of(race)
    assert (image.width(), image.height()) == (2 * round(plan.width), 2 * round(plan.height))
    dot = plan.dots[0]
    seen = image.pixelColor(QPoint(round(2 * dot.at.x()), round(2 * dot.at.y()))).name()
    assert seen in (race.results.against.palette_.text, race.results.against.palette_.accent)


def test_cancelled_it_keeps_what_is_finished_and_goes_on(race: RaceWindow, qtbot: QtBot) -> None:
    gate = Gate(2)
    race.race._make = lambda _: nullcontext(Here(gate))
    small(race, qtbot)
    QTest.mouseClick(race.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(gate.met.is_set, timeout=30_000)
    assert not race.ready.isEnabled()
    race.ask_for_hinges()
    assert said(race) == UNDER_WAY, "nothing else is asked for meanwhile"
    QTest.mouseClick(race.cancel, Qt.MouseButton.LeftButton)
    gate.open.set()
    ended(race, qtbot)
    assert 0 < len(race.race.rows) < 9
    assert race.start.text() == "Go on"
    race.race._make = lambda _: nullcontext(Here(nothing))
    run(race, qtbot)
    assert len(plan_of(race).dots) == 9


def test_over_a_plane_it_is_not_offered_and_names_are_no_numbers(bench: Bench, qtbot: QtBot) -> None:
    window = opened(bench.window, qtbot)
    assert not window.ready.isVisible()
    window.results.view.setCurrentText(AGAINST)
    assert window.results.no_numbers.isVisible()
    assert window.results.no_numbers.text().replace(BREAK, "") == NO_NUMBERS
    assert not window.results.against.isVisible()


def test_it_can_be_asked_for_where_the_hinges_are_counted(panel: OutputPanel, qtbot: QtBot) -> None:
    made = ward(panel)
    made.show()
    assert not panel.more.isVisible()
    panel.regions.setChecked(True)
    made.show()
    assert panel.more.isVisible()
    assert panel.more.focusPolicy() & Qt.FocusPolicy.TabFocus
    with qtbot.waitSignal(panel.race_asked):
        panel.more.setFocus()
        QTest.keyClick(panel.more, Qt.Key.Key_Space)


@pytest.mark.parametrize(("data", "regions"), [("sine", {"why": "tanh is curved"}), ("spiral", {"why": "too many"})])
def test_where_none_are_counted_it_is_not_there(panel: OutputPanel, data: str, regions: dict[str, object]) -> None:
    made = ward(panel, data, **regions)
    panel.regions.setChecked(True)
    made.show()
    assert not panel.more.isVisible()


def test_the_line_opens_the_race_window_with_it(bench: Bench, qtbot: QtBot) -> None:
    bench.controller.send(Open(SINE))
    qtbot.waitUntil(lambda: has(bench.controller, SINE), timeout=30_000)
    bench.window.panel(OutputPanel).race_asked.emit()
    window = bench.window.findChild(RaceWindow)
    assert isinstance(window, RaceWindow)
    assert window.isVisible()
    looked_at(window, qtbot)
    assert window.race.terms.vary == ((HINGES, "1, 2, 3, 5, 8, 13, 21, 34"),)
    assert window.race.lineup is not None
    assert len(window.race.lineup.jobs) == len(COUNTS) * HINGES_SEEDS
