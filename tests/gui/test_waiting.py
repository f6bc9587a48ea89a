"""Long work in the window: no sign while it is quick, then a dialog with Cancel, and never two at a time."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from twostroke.engine.files.disk import opened
from twostroke.engine.files.patience import Cancelled, go_on
from twostroke.gui.shell import waiting
from twostroke.gui.shell.waiting import WaitDialog, in_background, settle, wait_until

TEXT = "Reading prices.csv…"
ALL = QEventLoop.ProcessEventsFlag.AllEvents


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window with one button in it, as large as it."""
    made = QWidget()
    made.button = QPushButton("Open", made)  # type: ignore[attr-defined]
    made.resize(640, 400)
    made.button.resize(made.size())  # type: ignore[attr-defined]
    qtbot.addWidget(made)
    made.show()
    QTest.qWaitForWindowExposed(made)
    return made


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The dialog appears soon, and no thread is left."""
    monkeypatch.setattr(waiting, "QUIET", 0.05)
    yield
    assert settle()
    waiting._left.clear()
    QTest.qWait(10)  # who waits for a dialog still, sees that none is to come; else he would take that of the next test


def dialogs() -> list[WaitDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, WaitDialog) and w.isVisible()]


def once_shown(then: Callable[[WaitDialog], object]) -> None:
    """Do `then` with the dialog as soon as it is there, and in front, so that it has the keys."""

    def look() -> None:
        if dialogs() and dialogs()[0].isActiveWindow():
            then(dialogs()[0])
        elif WaitDialog.under_way:
            QTimer.singleShot(5, look)

    QTimer.singleShot(5, look)


class Work:
    """Reads for `seconds`, or until it is told to stop; `stubborn` does not listen."""

    def __init__(self, seconds: float = 5.0, stubborn: bool = False) -> None:
        self.calls = 0
        self.stopped = threading.Event()
        self.released = threading.Event()
        self._seconds, self._stubborn = seconds, stubborn

    def __call__(self) -> str:
        self.calls += 1
        assert threading.current_thread() is not threading.main_thread()
        end = time.monotonic() + self._seconds
        try:
            while time.monotonic() < end and not self.released.is_set():
                time.sleep(0.005)
                if not self._stubborn:
                    go_on("prices.csv")
        except Cancelled:
            self.stopped.set()
            raise
        return "read"


def test_quick_work_shows_nothing_and_lets_no_event_in(window: QWidget) -> None:
    seen: list[int] = []
    QTimer.singleShot(0, lambda: seen.append(1))
    assert in_background(window, TEXT, lambda: 7) == 7
    assert not seen
    assert not window.findChildren(WaitDialog)


def test_work_of_a_moment_shows_nothing(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "QUIET", 60.0)
    once_shown(lambda dialog: pytest.fail("the dialog was shown"))
    work = Work(30.0)
    beats: list[float] = []
    timer = QTimer(window)
    timer.timeout.connect(lambda: (beats.append(time.monotonic()), len(beats) > 5 and work.released.set()))
    timer.start(10)
    assert in_background(window, TEXT, work) == "read"
    timer.stop()
    assert len(beats) > 5  # the event loop goes on


def test_slow_work_shows_what_is_done(window: QWidget) -> None:
    seen: list[tuple[str, int, bool]] = []
    once_shown(lambda d: seen.append((d.text.text(), d.bar.maximum(), d.cancel.isVisible())))
    assert in_background(window, TEXT, Work(0.4)) == "read"
    assert seen == [(TEXT, 0, True)]  # how far it is has not been told yet
    assert not dialogs()


def test_the_bar_says_how_far_it_is(window: QWidget) -> None:
    done = [0.0]
    seen: list[float] = []

    def look(dialog: WaitDialog) -> None:
        done[0] += 0.25
        QTimer.singleShot(40, lambda: seen.append(dialog.bar.value() / dialog.bar.maximum()))
        if done[0] < 1.0:
            QTimer.singleShot(60, lambda: look(dialog))

    once_shown(look)
    assert wait_until(window, TEXT, lambda: len(seen) == 4, share=lambda: done[0])
    assert seen == [0.25, 0.5, 0.75, 1.0]


def test_the_bar_follows_the_work(window: QWidget, tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(4 * 2**20))
    halfway, gate, seen = threading.Event(), threading.Event(), list[int]()

    def work() -> int:
        with opened(path, 2**30) as stream:
            half = len(stream.read(2 * 2**20))
            halfway.set()
            gate.wait(30.0)
            return half + len(stream.read())

    def look(dialog: WaitDialog) -> None:
        halfway.wait(30.0)
        QTimer.singleShot(60, lambda: (seen.append(dialog.bar.value()), gate.set()))

    once_shown(look)
    assert in_background(window, TEXT, work) == 4 * 2**20
    assert seen == [pytest.approx(500, abs=5)]


@pytest.mark.parametrize("way", ["mouse", "escape", "keyboard", "close"])
def test_cancel_stops_the_work(window: QWidget, way: str) -> None:
    ways: dict[str, Callable[[WaitDialog], object]] = {
        "mouse": lambda d: QTest.mouseClick(d.cancel, Qt.MouseButton.LeftButton),
        "escape": lambda d: QTest.keyClick(d, Qt.Key.Key_Escape),
        "keyboard": lambda d: (QTest.keyClick(d, Qt.Key.Key_Tab), QTest.keyClick(d.focusWidget(), Qt.Key.Key_Space)),
        "close": lambda d: d.close(),
    }
    work = Work()
    once_shown(ways[way])
    assert in_background(window, TEXT, work) is None
    assert settle()
    assert work.stopped.is_set()
    assert not dialogs()
    assert in_background(window, TEXT, lambda: 7) == 7


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_a_key_that_was_meant_for_the_window_cancels_nothing(window: QWidget, key: Qt.Key) -> None:
    once_shown(lambda d: QTest.keyClick(d.focusWidget() or d, key))
    assert in_background(window, TEXT, Work(0.4)) == "read"


def test_work_that_does_not_listen_is_left_behind(window: QWidget) -> None:
    work = Work(60.0, stubborn=True)
    once_shown(lambda d: d.reject())
    began = time.monotonic()
    assert in_background(window, TEXT, work) is None
    assert time.monotonic() - began < 20.0
    assert not settle(0.01)
    work.released.set()
    assert settle()
    assert not work.stopped.is_set()


@pytest.mark.parametrize("seconds", [0.0, 0.4])
def test_what_goes_wrong_goes_wrong_here(window: QWidget, seconds: float) -> None:
    def fail() -> None:
        time.sleep(seconds)
        raise ValueError("row 7")

    with pytest.raises(ValueError, match="row 7"):
        in_background(window, TEXT, fail)
    assert not dialogs()
    assert not WaitDialog.under_way


def test_input_is_kept_for_later_while_nothing_is_shown(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second click on the button that began the work must not get through, and is not lost either."""
    flags: list[QEventLoop.ProcessEventsFlag] = []

    class Loop(QEventLoop):
        def exec(self, wanted: QEventLoop.ProcessEventsFlag = ALL) -> int:  # type: ignore[override]
            flags.append(wanted)
            return int(super().exec(wanted))

    monkeypatch.setattr(waiting, "QEventLoop", Loop)
    assert in_background(window, TEXT, Work(0.3)) == "read"
    assert flags == [QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, ALL]


def window_click(window: QWidget) -> None:
    """As the mouse does it: through the window, not straight to the widget."""
    handle = window.windowHandle()
    assert handle is not None
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, handle.geometry().center())


def test_the_window_cannot_be_used_behind_the_dialog(window: QWidget) -> None:
    clicked: list[bool] = []
    window.button.clicked.connect(clicked.append)  # type: ignore[attr-defined]
    once_shown(lambda _: window_click(window))
    assert in_background(window, TEXT, Work(0.4)) == "read"
    QApplication.processEvents()
    assert clicked == []


def test_a_second_call_meanwhile_is_refused(window: QWidget) -> None:
    second = Work()
    answers: list[object] = []

    def again() -> None:
        answers.append(in_background(window, TEXT, second))
        answers.append(wait_until(window, TEXT, lambda: True))

    for moment in (45, 200):  # while nothing is shown yet, and behind the dialog
        QTimer.singleShot(moment, again)
    assert in_background(window, TEXT, Work(0.5)) == "read"
    assert answers == [None, False, None, False]
    assert second.calls == 0


def test_closing_the_window_ends_the_wait(window: QWidget) -> None:
    work = Work()
    once_shown(lambda _: window.close())
    assert in_background(window, TEXT, work) is None
    assert settle()
    assert work.stopped.is_set()
    assert not dialogs()


def test_the_end_of_the_program_ends_the_wait(window: QWidget) -> None:
    work = Work()
    answers: list[object] = []

    def begin() -> None:
        once_shown(lambda _: QApplication.exit())
        answers.append(in_background(window, TEXT, work))

    QTimer.singleShot(0, begin)
    QApplication.exec()
    assert answers == [None]
    assert settle()
    assert work.stopped.is_set()


def test_waiting_for_an_answer(window: QWidget) -> None:
    answered: list[int] = []
    QTimer.singleShot(150, lambda: answered.append(1))
    cancelled: list[int] = []
    assert wait_until(window, TEXT, lambda: bool(answered), lambda: cancelled.append(1))
    assert not cancelled
    assert wait_until(window, TEXT, lambda: True)


def test_waiting_can_be_cancelled_once(window: QWidget) -> None:
    cancelled: list[int] = []
    once_shown(lambda d: d.reject())
    assert not wait_until(window, TEXT, lambda: False, lambda: cancelled.append(1))
    assert cancelled == [1]


def test_what_cannot_be_cancelled_has_no_button(window: QWidget) -> None:
    answered: list[int] = []

    def press(dialog: WaitDialog) -> None:
        assert not dialog.cancel.isVisible()
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        event = QCloseEvent()
        QApplication.sendEvent(dialog, event)
        assert not event.isAccepted()
        QTimer.singleShot(50, lambda: answered.append(len(dialogs())))

    once_shown(press)
    assert wait_until(window, TEXT, lambda: bool(answered))
    assert answered == [1]


def test_work_that_must_be_finished_has_no_cancel(window: QWidget) -> None:
    seen: list[bool] = []
    once_shown(lambda d: (seen.append(d.cancel.isVisible()), QTest.keyClick(d, Qt.Key.Key_Escape)))
    assert in_background(window, "Saving mine…", Work(0.4), cancellable=False) == "read"
    assert seen == [False]


def test_the_end_of_the_program_leaves_time_for_work_that_must_be_finished(window: QWidget) -> None:
    done: list[int] = []

    def write() -> None:
        time.sleep(0.6)
        done.append(1)

    once_shown(lambda _: window.close())
    assert in_background(window, "Saving mine…", write, cancellable=False) is None
    assert done == []
    assert settle()
    assert done == [1]


def test_a_long_name_is_shortened_in_the_middle(window: QWidget) -> None:
    seen: list[tuple[str, int]] = []
    once_shown(lambda d: seen.append((d.text.text(), d.width())))
    assert in_background(window, f"Reading {'very-' * 60}long.csv…", Work(0.3)) == "read"
    ((text, width),) = seen
    assert text.startswith("Reading very-")
    assert text.endswith("long.csv…")
    assert width == waiting.WIDTH
