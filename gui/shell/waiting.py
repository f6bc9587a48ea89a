"""Long work in the window: the event loop goes on, a sign with Cancel says what is done, and nothing begins twice.

`in_background` does work that knows no Qt, such as reading a file, in a thread of its own. `wait_until` waits for
somebody else, such as the training thread. Both return when the work is over; meanwhile an event loop of their own
runs. In its first moments the user's input is kept for later, and then the dialog keeps it from the window; a second
call meanwhile, from a timer or a dropped file, is refused as if it had been cancelled.
"""

import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from twostroke.engine.files.patience import Patience, waiting
from twostroke.gui.model.user_text import tip

Result = TypeVar("Result")

AT_ONCE = 0.03  # seconds that may pass without an event loop: nobody sees them, and nothing can come in between
QUIET = 0.3  # seconds before the dialog appears
LOOK_MS = 16  # between looks at how far it is
LEAVE = 2.0  # seconds for which the end of the program waits for threads that were told to stop

WIDTH, MARGIN = 400, 24
STEPS = 1_000  # of the bar


def in_background(window: QWidget, text: str, work: Callable[[], Result], *, cancellable: bool = True) -> Result | None:
    """Do `work` in a thread of its own under a Patience, and return its result; None where it was cancelled.

    `text` says what is done, such as "Reading prices.csv…". What `work` raises is raised here. Work that does not stop
    when it is cancelled is left to end by itself, and what comes of it is dropped; what must not be left half done, or
    done after all, such as writing a file, is not `cancellable`.
    """
    if WaitDialog.under_way:
        return None
    job = Job(work)
    job.start()
    if job.wait(AT_ONCE) or _shown_until(window, text, job.over, lambda: job.patience.share, cancellable):
        return job.result()
    job.leave()
    return None


def wait_until(
    window: QWidget,
    text: str,
    done: Callable[[], bool],
    cancel: Callable[[], None] | None = None,
    share: Callable[[], float] = lambda: 0.0,
) -> bool:
    """Let the event loop go on until `done()`, and return True; False where the user cancelled or left the program.

    Then `cancel` is called first. Without it there is no button to do so. `share` (0 to 1) is how much is done, 0 as
    long as that is not known.
    """
    if WaitDialog.under_way:
        return False
    over = done() or _shown_until(window, text, done, share, cancel is not None)
    if not over and cancel is not None:
        cancel()
    return over


def _shown_until(
    window: QWidget, text: str, done: Callable[[], bool], share: Callable[[], float], cancellable: bool
) -> bool:
    dialog = WaitDialog(window, text, cancellable)
    try:
        return dialog.wait(done, share)
    finally:
        dialog.deleteLater()


def settle(seconds: float = LEAVE) -> bool:
    """Wait for work that was cancelled, so that no thread is at work when the program ends. Whether all has ended."""
    end = time.monotonic() + seconds
    for job in _left:
        job.wait(max(0.0, end - time.monotonic()))
    return all(job.over() for job in _left)


class Job(Generic[Result]):
    """Work in a thread of its own. Whoever starts it looks whether it is over, and then takes its result.

    Training steps back while it is done, unless it is not `waited_for`.
    """

    def __init__(self, work: Callable[[], Result], *, waited_for: bool = True) -> None:
        self.patience = Patience()
        self._waited_for = waited_for
        self._work = work
        self._answers: list[Result] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="twostroke-reading", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; whether the work is over."""
        self._thread.join(seconds)
        return self.over()

    def over(self) -> bool:
        """Whether it has ended, however."""
        return not self._thread.is_alive()

    def leave(self) -> None:
        """Tell the work to stop, and do not wait for it."""
        self.patience.end()
        _left[:] = [job for job in _left if not job.over()] + [self]

    def result(self) -> Result:
        """What came of it; what it raised is raised here."""
        if self._error is not None:
            raise self._error
        return self._answers[0]

    def _run(self) -> None:
        try:
            with waiting(self.patience) if self._waited_for else nullcontext():
                self._answers.append(self._work())
        except BaseException as error:  # for whoever waits for the result, whatever it is
            self._error = error


_left: list[Job[Any]] = []
"""Work that was cancelled, and may not have ended yet."""


def show_share(bar: QProgressBar, share: float) -> None:
    """Have the bar say how much is done, 0 to 1; 0 is not known, and the bar says that something is."""
    bar.setRange(0, STEPS if share > 0.0 else 0)
    bar.setValue(int(share * STEPS))


class WaitDialog(QDialog):
    """Says what is done and how far it is, with a way to cancel it unless `cancellable` is false."""

    under_way = False  # whether somebody waits

    def __init__(self, window: QWidget, text: str, cancellable: bool) -> None:
        super().__init__(window)
        self.setWindowTitle(QApplication.applicationDisplayName())
        self.setWindowModality(Qt.WindowModality.ApplicationModal)
        self.setFixedWidth(WIDTH)
        self._window, self._shown_once = window, window.isVisible()
        self._cancelled = False
        self._loop = QEventLoop()
        self.text = QLabel()
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setText(self.text.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, WIDTH - 2 * MARGIN))
        self.text.setToolTip(tip(text))
        self.bar = QProgressBar()
        show_share(self.bar, 0.0)
        self.bar.setAccessibleName(text)
        self.bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # keys that were meant for the window must not cancel
        self.bar.setFocus()
        self.cancel = QPushButton("Cancel")
        self.cancel.setAutoDefault(False)
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel.setVisible(cancellable)
        self.cancel.clicked.connect(self.reject)
        self._arrange()

    def _arrange(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 20, MARGIN, 20)
        layout.setSpacing(14)
        layout.addWidget(self.text)
        layout.addWidget(self.bar)
        layout.addWidget(self.cancel, 0, Qt.AlignmentFlag.AlignRight)

    def wait(self, done: Callable[[], bool], share: Callable[[], float]) -> bool:
        """Wait until `done()`; whether it came to that."""
        quiet_until = time.monotonic() + QUIET

        def look() -> None:
            show_share(self.bar, share())
            to_be_shown = self.isHidden() and time.monotonic() > quiet_until
            if to_be_shown or done() or self._left():
                self._loop.quit()

        ticker = QTimer(self)
        ticker.timeout.connect(look)
        ticker.start(LOOK_MS)
        WaitDialog.under_way = True
        try:
            self._loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            if not done() and not self._left():
                self.show()
                self._loop.exec()
        finally:
            WaitDialog.under_way = False
            ticker.stop()
            self.hide()
        return not self._left() and done()

    def _left(self) -> bool:
        """Whether the user has cancelled, or closed the window behind the dialog."""
        return self._cancelled or (self._shown_once and not self._window.isVisible())

    def reject(self) -> None:
        """The button, Escape, and the dialog's own close button; where nothing can be cancelled they do nothing."""
        if not self.cancel.isHidden():
            self._cancelled = True
            self._loop.quit()
