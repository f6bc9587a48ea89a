"""The window of a race: what is asked for, and the runs beside it."""

import multiprocessing
from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.race_bench import (
    Gate,
    Opens,
    dots,
    ended,
    looked_at,
    race,
    real_race,
    run,
    said,
)
from tests.gui.test_real_engine import Real, real
from tests.gui.window_bench import bench, settings
from twostroke.engine.border.commands import Advance
from twostroke.engine.race.job import run_batch
from twostroke.engine.race.kept_rows import key_of
from twostroke.engine.race.lineup import Job, line_up
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.shell.race.race_work import beside_the_window
from twostroke.gui.shell.race.shown_results import RUNS

__all__ = ["bench", "race", "real", "real_race", "settings"]

# -- what is asked for -----------------------------------------------------------------------------------------------


def test_the_menu_opens_one_window_that_says_how_many_runs_there_are(race: Opens) -> None:
    window = race()
    assert window.isVisible()
    assert not window.isModal()
    assert said(window).startswith("9 runs: 3 combinations.")
    assert race() is window


def test_a_field_that_lists_nothing_takes_no_room_of_the_others(race: Opens, qtbot: QtBot) -> None:
    window = race()
    for key in ("network.activation", "network.units"):
        window.form.first.choose(key)
        qtbot.wait(50)
        assert window.form.second.height() <= window.form.second.sizeHint().height()
        below = window.form.second.geometry().bottom()
        assert 0 < window.form.seeds.geometry().top() - below < 20
    window.form.second.choose("training.optimizer")
    qtbot.wait(50)
    lists = window.form.second.list
    assert lists.viewport().height() >= lists.sizeHintForRow(0) * lists.count(), "all five are seen"


def test_two_places_make_every_combination(race: Opens, qtbot: QtBot) -> None:
    window = race()
    window.form.second.choose("network.units", "2, 3")
    looked_at(window, qtbot)
    assert said(window).startswith("18 runs: 6 combinations.")
    window.form.second.place.setCurrentIndex(0)
    looked_at(window, qtbot)
    assert said(window).startswith("9 runs")


WRONG = [
    ("network.units", "4, 0", "network.layers[0].units is 0; expected"),
    ("network.units", "four", "network.layers[0].units"),
    ("network.units", "4,", "network.units has an empty value"),
    ("network.units", "4,4", "network.units has the value 4 twice"),
    ("network.depth", "1.5", "expected a whole number from 0 to"),
    ("training.optimizer.learning_rate", "0,1", "learning_rate is 0; expected"),
    ("training.batch_sise", "1", "did you mean training.batch_size?"),
    ("network.seed", "1,2", "--seeds counts on from"),
    ("", "1", "unknown key"),
    ("network.activation", "", "network.activation has an empty value"),
]


def test_what_cannot_be_is_told_as_it_is_typed(race: Opens, qtbot: QtBot) -> None:
    window = race()
    for key, values, sentence in WRONG:
        window.form.first.choose(key, values)
        looked_at(window, qtbot)
        assert sentence in said(window)
        assert not window.start.isEnabled()
        assert not window.results.isEnabled(), "what it shows was asked for before"
    window.form.first.choose("network.units", "2, 3")
    looked_at(window, qtbot)
    assert window.start.isEnabled()


def test_a_number_that_does_not_do_is_told(race: Opens) -> None:
    window = race()
    window.form.seeds.lineEdit().setText("0")
    QTest.keyClick(window.form.seeds, Qt.Key.Key_Return)
    assert "Seeds: “0” does not do; a whole number from 1 to" in said(window)


def test_escape_takes_back_what_is_typed_and_only_then_closes(race: Opens) -> None:
    window = race()
    seeds = window.form.seeds
    seeds.setFocus(Qt.FocusReason.TabFocusReason)
    before = seeds.text()
    QTest.keyClicks(seeds, "77")
    QTest.keyClick(seeds, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert seeds.text() == before
    QTest.keyClick(seeds, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_return_presses_the_button_that_has_the_focus_and_f6_goes_there(race: Opens, qtbot: QtBot) -> None:
    window = race()
    looked_at(window, qtbot)
    window.form.first.list.setFocus()
    QTest.keyClick(window.form.first.list, Qt.Key.Key_Return)
    assert not window.race.running
    QTest.keyClick(window.form.first.list, Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert window.focusWidget() is window.read_table  # the first of the foot that can be pressed
    window.copy.setFocus()
    QTest.keyClick(window.copy, Qt.Key.Key_Return)
    assert said(window).startswith("Copied")
    assert not window.race.running


# -- runs ------------------------------------------------------------------------------------------------------------


def test_each_run_gives_the_numbers_that_it_gives_alone(race: Opens, qtbot: QtBot) -> None:
    window = race()
    run(window, qtbot)
    assert said(window) == "9 runs: 3 combinations, all done."
    assert len(dots(window)) == 9
    lineup = line_up(window.race.session, {"network.activation": ("relu", "tanh", "gelu")}, 3, 20)
    alone, _ = run_batch(lineup.jobs, True)
    for row in alone:
        found = window.race.rows[key_of(row)]
        assert (found.train, found.test) == (row.train, row.test)
    assert not window.start.isEnabled()


def test_cancel_leaves_what_is_finished_and_go_on_does_the_rest(race: Opens, qtbot: QtBot) -> None:
    gate, done = Gate(4), list[tuple[object, int]]()

    def before(jobs: Sequence[Job]) -> None:
        gate(jobs)
        done.extend(key_of(job) for job in jobs)

    window = race(before)
    QTest.mouseClick(window.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(gate.met.is_set, timeout=30_000)
    assert not window.form.isEnabled()
    assert window.cancel.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert window.isVisible()
    QTest.mouseClick(window.cancel, Qt.MouseButton.LeftButton)
    gate.open.set()
    ended(window, qtbot)
    finished = len(window.race.rows)
    assert 0 < finished < 9
    assert window.start.text() == "Go on"
    assert f"{finished} of them done" in said(window)
    assert len(dots(window)) == finished
    run(window, qtbot)
    assert len(window.race.rows) == 9
    assert len(set(done)) == 9
    assert len(done) <= 9 + 1  # one may have been stopped in its midst


def test_other_terms_and_back_lose_no_run(race: Opens, qtbot: QtBot) -> None:
    window = race()
    run(window, qtbot)
    window.form.updates.setValue(30)
    looked_at(window, qtbot)
    assert not window.race.rows
    window.form.updates.setValue(20)
    window.form.seeds.setValue(4)
    looked_at(window, qtbot)
    assert (len(window.race.rows), len(window.race.left)) == (9, 3)
    assert window.start.text() == "Go on"


def test_runs_that_fail_are_told(race: Opens, qtbot: QtBot) -> None:
    window = race(updates=200, seeds=4)
    window.form.first.choose("network.activation", "quadratic,relu")
    window.form.second.choose("training.optimizer.learning_rate", "10, 0.01")
    run(window, qtbot)
    failed = [row for row in window.race.rows.values() if row.failure]
    assert failed
    assert failed[0].failure in window.results.failures.text() or "more: see" in window.results.failures.text()
    window.results.view.setCurrentText(RUNS)
    last = window.results.runs.model().columnCount() - 1
    texts = [window.results.runs.model().index(line, last).data() for line in range(16)]
    assert sorted(filter(None, texts)) == sorted(row.failure for row in failed)


def test_what_nobody_expected_ends_the_race_with_a_sentence(race: Opens, qtbot: QtBot) -> None:
    def broken(_: Sequence[Job]) -> None:
        raise OSError("broken")

    window = race(broken)
    with qtbot.captureExceptions() as caught:
        run(window, qtbot)
    assert [kind for kind, *_ in caught] == [OSError]
    assert said(window).startswith("The race has stopped because of a fault")
    assert window.start.isEnabled()


def test_closing_ends_the_runs_and_keeps_what_is_finished(race: Opens, qtbot: QtBot) -> None:
    gate = Gate(4)
    window = race(gate)
    QTest.mouseClick(window.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(gate.met.is_set, timeout=30_000)
    window.close()
    assert not window.race.running
    gate.open.set()
    window.race.settle()
    assert 0 < len(window.race.rows) < 9
    race()
    assert window.isVisible()
    run(window, qtbot)
    assert len(window.race.rows) == 9


@pytest.mark.slow
@pytest.mark.compiled
def test_processes_end_with_the_main_window_and_change_no_number_of_its_network(
    real: Real, real_race: Opens, qtbot: QtBot
) -> None:
    window = real_race(updates=1_000_000_000, seeds=1)
    window.race._make = beside_the_window
    QTest.mouseClick(window.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(multiprocessing.active_children()), timeout=60_000)
    real.controller.send(Advance(300))
    qtbot.waitUntil(lambda: real.stands_at(300), timeout=60_000)
    alone = Trainer(window.race.session)
    alone.advance(300)
    assert real.controller.snapshot is not None
    for number, layer in enumerate(real.controller.snapshot.layers, start=1):
        assert np.array_equal(layer.weight, alone.network.weight(number))
    real.window.document.give_up()
    real.window.close()
    assert not window.isVisible()
    qtbot.waitUntil(lambda: not multiprocessing.active_children(), timeout=20_000)


def test_no_button_at_the_foot_is_cut_off_however_narrow_the_window_is(race: Opens, qtbot: QtBot) -> None:
    window = race()
    for width in (100, 830, 1180):
        window.resize(width, 560)
        qtbot.wait(20)
        for button in (window.save_table, window.read_table, window.save_picture, window.copy, window.leave):
            assert button.width() >= button.sizeHint().width(), (button.text(), window.width())
            assert window.rect().contains(button.geometry())
