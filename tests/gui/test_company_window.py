"""Networks that are compared, as the window shows them: pictures, headings, panel, keys, and the end of it all."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session, example_snapshot
from tests.gui.window_bench import settings
from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Status
from twostroke.engine.files.session_file import write_session
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.numbers import number
from twostroke.gui.model.outcome import Member, duration, heading, table, updates_to
from twostroke.gui.panels.comparison.comparison_panel import ComparisonPanel
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.side_by_side import ROOMY

__all__ = ["settings"]

LONG = 60_000


class Window:
    """The window over real engines."""

    def __init__(self, qtbot: QtBot, settings: QSettings) -> None:
        self.qtbot = qtbot
        self.bridge = Bridge(Session())
        self.controller = Controller(self.bridge)
        self.window = MainWindow(self.controller, Preferences(settings))
        self.company = self.window.company
        self.panel = self.window.panel(ComparisonPanel)
        self.window.resize(1440, 900)
        self.window.show()
        self.bridge.start()
        self.until(lambda: self.at(0))

    def until(self, holds: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(holds, timeout=LONG)

    def at(self, update: int) -> bool:
        """Whether all stand still there, and are shown there."""
        main = self.controller.snapshot
        still = main is not None and main.status in (Status.PAUSED, Status.STROKE) and main.update == update
        views = self.company.comparison.views
        shown = [views[each].snapshot for each in self.others if each in views]
        return still and len(shown) == len(self.others) and all(
            each.update == update and each.session == one.made.session
            for each, one in zip(shown, self.others, strict=True)
        )  # fmt: skip

    @property
    def others(self):  # type: ignore[no-untyped-def]
        return self.company.comparison.companions

    def close(self) -> None:
        self.company.close()
        self.controller.stop()
        self.bridge.stop()
        self.window.document.may_go = lambda: True  # type: ignore[method-assign]
        self.window.close()
        self.window.deleteLater()


@pytest.fixture
def window(qtbot: QtBot, settings: QSettings) -> Iterator[Window]:
    made = Window(qtbot, settings)
    yield made
    made.close()


def test_the_form_compares_and_both_are_seen_side_by_side(window: Window) -> None:
    QTest.keyClick(window.window, Qt.Key.Key_N)
    form = window.panel.form
    window.until(form.isVisible)
    form.kind.setCurrentIndex(form.kind.findData("depth"))
    form.value.setCurrentIndex(form.value.findData(3))
    form.kind.setCurrentIndex(form.kind.findData("seed"))
    assert form.value.currentData() == 2, "3 was a depth"
    form.kind.setCurrentIndex(form.kind.findData("activation"))
    assert form.value.currentData() == "tanh", "what one would compare ReLU with first"
    form.add.click()
    window.until(lambda: window.at(0))
    pictures = window.company.pictures
    assert [seen.isVisible() for seen in pictures.every] == [True, True]
    first, second = (seen.geometry() for seen in pictures.every)
    assert first.top() == second.top()
    assert first.right() < second.left()
    assert abs(first.width() - second.width()) <= 2
    heading_of = pictures.others[0].heading
    window.until(lambda: heading_of.title.text() == "all hidden layers: tanh")
    assert pictures.every[0].heading.title.text() == "as it is", "as in a film"
    assert pictures.others[0].view is not None
    assert pictures.others[0].view.layers[1].title == "tanh"


def test_a_step_and_a_stroke_are_seen_in_both(window: Window) -> None:
    window.company.add(Difference("depth", 4))
    window.until(lambda: window.at(0))
    QTest.keyClick(window.window, Qt.Key.Key_U)
    window.until(lambda: window.at(1))
    QTest.keyClick(window.window, Qt.Key.Key_Right)
    window.until(lambda: window.controller.in_stroke and window.company.pictures.others[0].view.moment is not None)
    for _ in range(9):
        window.controller.step_forward()
    main, other = window.controller.view, window.company.pictures.others[0].view
    assert main is not None
    assert main.moment is not None
    assert other.moment is not None
    assert main.moment.step.phase.is_backward == other.moment.step.phase.is_backward
    assert list(main.tape.rows) == list(other.tape.rows)  # type: ignore[union-attr]
    assert main.tape.rows[main.row] == other.tape.rows[other.row]  # type: ignore[union-attr]


def test_what_is_told_below_all_says_whose_it_is_unless_it_is_true_of_all(window: Window) -> None:
    window.company.add(Difference("activation", "tanh"))
    window.until(lambda: window.at(0))
    pictures = window.company.pictures
    pictures.setMaximumWidth(2 * ROOMY - 1)
    window.until(lambda: pictures.below.isVisible())
    QTest.keyClick(window.window, Qt.Key.Key_Right)
    window.until(lambda: window.controller.in_stroke and pictures.others[0].view.moment is not None)

    def told() -> str:
        scene = pictures.below.scene
        return "" if scene is None else " ".join(scene.texts("caption"))

    window.until(lambda: told().startswith("Sample") or told().startswith("Pinned"))
    while "z meets the gates" not in window.controller.view.caption:
        window.controller.step_forward()
    window.until(lambda: "z meets the gates" in told())
    window.until(lambda: told().startswith("A: z meets the gates"))


def test_numbers_that_differ_are_marked_beside_the_main_network_only(window: Window) -> None:
    window.company.add(Difference("activation", "tanh"))
    window.until(lambda: window.at(0))
    pictures = window.company.pictures

    def marks() -> list[int]:
        scenes = (seen.stage.scene for seen in pictures.every)
        return [len(scene.with_role("differs 1")) for scene in scenes if scene is not None]

    window.until(lambda: marks() == [0, 1])
    window.company.add(Difference("depth", 4))
    window.until(lambda: window.at(0))
    window.until(lambda: marks() == [0, 1, 0])
    assert pictures.below.scene is not None
    assert "differs from the main network at 3 digits" in pictures.below.scene.texts("legend")


def test_two_narrow_pictures_share_caption_and_legend(window: Window) -> None:
    window.company.add(Difference("activation", "tanh"))
    window.until(lambda: window.at(0))
    pictures = window.company.pictures
    pictures.setMinimumWidth(2 * ROOMY)
    window.until(lambda: not pictures.below.isVisible())
    pictures.setMinimumWidth(0)
    pictures.setMaximumWidth(2 * ROOMY - 1)
    window.until(lambda: pictures.below.isVisible() and pictures.below.scene is not None)
    assert pictures.below.scene is not None
    assert pictures.below.scene.texts("legend")
    assert not any(scene.texts("legend") for seen in pictures.every if (scene := seen.stage.scene) is not None)


def test_what_is_pointed_at_in_one_picture_is_pointed_at_in_all(window: Window) -> None:
    window.company.add(Difference("activation", "tanh"))
    window.until(lambda: window.at(0))
    window.company.pictures.others[0].stage.neuron_clicked.emit(NeuronRef(1, 2))
    assert window.controller.choices.selected == NeuronRef(1, 2)
    assert window.company.pictures.others[0].view.choices.selected == NeuronRef(1, 2)


def test_one_is_large_and_then_all_alike(window: Window) -> None:
    for seed in (2, 3):
        window.company.add(Difference("seed", seed))
    window.until(lambda: window.at(0))
    pictures = window.company.pictures
    for large in (0, 1, 2, None):
        window.window.actions_by_id["compare_large"].trigger()
        assert pictures.large == large
        QTest.qWait(30)
        rooms = [seen.height() * seen.width() for seen in pictures.every]
        assert pictures.below.isVisible() == (large is None)  # caption and legend stand somewhere
        if large is not None:
            assert all(rooms[large] > 1.5 * room for place, room in enumerate(rooms) if place != large)
            small = [seen for place, seen in enumerate(pictures.every) if place != large]
            assert all(seen.x() > pictures.every[large].geometry().right() for seen in small), (
                "their layers need height"
            )


def test_the_panel_tells_what_came_of_it(window: Window) -> None:
    window.company.add(Difference("activation", "tanh"))
    window.until(lambda: window.at(0))
    window.controller.send(c.Advance(300))
    window.until(lambda: window.at(300) and window.others[0].snapshot.evaluation is not None)
    window.window.columns.reveal(window.panel)

    def lines() -> dict[str, list[str]]:
        return {row[0].text(): [cell.text() for cell in row[1:]] for row in window.panel._cells}

    def losses() -> list[str]:
        each = (window.controller.snapshot, window.others[0].snapshot)
        return [number(one.evaluation.train.loss) for one in each]

    window.until(lambda: lines().get("Update") == ["300", "300"] and lines()["Loss, train"] == losses())
    assert lines()["Dead units"][1].endswith("of 16")
    assert window.panel.loss is not None
    assert [line.name for line in window.panel.loss._thin] == ["B"]


def test_a_picture_is_closed_and_its_thread_ends(window: Window) -> None:
    window.company.add(Difference("activation", "tanh"))
    window.company.add(Difference("rate", 0.1))
    window.until(lambda: window.at(0))
    engine = window.others[0].bridge._engine
    window.company.pictures.closed.emit(0)
    assert engine is not None
    assert not engine.alive  # type: ignore[attr-defined]
    window.until(lambda: window.company.pictures.others[0].heading.title.text() == "learning rate: 0.1")
    window.window.actions_by_id["compare_end"].trigger()
    assert not window.others
    assert not window.company.pictures.main.heading.isVisible()
    window.controller.toggle_play()
    window.until(lambda: window.controller.snapshot.update > 300)  # type: ignore[union-attr]


def test_opening_a_file_ends_the_comparison(window: Window, tmp_path) -> None:  # type: ignore[no-untyped-def]
    window.company.add(Difference("activation", "tanh"))
    window.until(lambda: window.at(0))
    path = tmp_path / "other.twostroke.json"
    write_session(path, example_session((3,)))
    window.window.document.open(path)
    window.until(lambda: not window.others and window.window.document.path == path)
    assert window.company.pictures.main.stage.isVisible()


def test_closing_while_engines_begin(window: Window) -> None:
    for seed in (2, 3, 4):
        window.company.add(Difference("seed", seed))
    assert not window.panel.form.add.isEnabled()


def test_a_difference_that_cannot_be_is_refused_in_the_panel(window: Window) -> None:
    window.company.add(Difference("activation", "relu"))
    assert "so nothing differs" in window.panel.notice.text()
    assert not window.others


def test_figures_of_the_table() -> None:
    snapshot = example_snapshot(example_session(), update=500)
    assert snapshot.evaluation is not None
    norms = tuple(range(1, 1 + len(snapshot.layers)))
    snapshot = replace(
        snapshot, evaluation=replace(snapshot.evaluation, gradient_norms=norms), seconds_per_update=12.3e-6
    )
    lines = {row[0]: row[1:] for row in table([Member("A", snapshot), Member("B", None)], 0.9)}
    assert lines["‖∂L/∂W‖ first / last"] == ("0.333", "–")
    assert lines["Time per update"] == ("12.3 µs", "–")
    assert (duration(0.0), duration(0.25), duration(2.0)) == ("–", "250 ms", "2 s")


def test_updates_to_a_level_are_those_of_the_first_figure_that_reaches_it() -> None:
    curves = example_snapshot(example_session(), update=500).curves
    level = float(curves.train_accuracy.max())
    first = updates_to(curves, True, level)
    assert first == int(curves.update[list(curves.train_accuracy >= level).index(True)])
    assert updates_to(curves, True, 1.01) is None
    assert updates_to(curves, False, 0.5) is None  # which has no R²


def test_one_that_is_behind_says_how_far_it_is() -> None:
    main, behind = (example_snapshot(example_session(), update=update) for update in (500, 120))
    assert heading(behind, main) == "update 120 of 500"
    assert heading(behind, None).startswith("update 120 · loss ")
