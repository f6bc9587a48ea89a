"""Drives the real window through one update and looks at the picture: proof that a build works. Silent when it does.

The same drive brings the window to a telling moment for a picture of the whole program.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QObject, QSettings, QSize, QTimer
from PySide6.QtGui import QImage

from twostroke.engine.border.commands import Advance, Pause, Reset
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Status
from twostroke.engine.files.disk import FileError, replacing
from twostroke.engine.files.leftovers import temporary_folder
from twostroke.gui.cli import signals
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.lessons import FIRST, lesson
from twostroke.gui.shell.display import has_display
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.program import Program

WATCHDOG_SECONDS = 60.0
COMPILING_SECONDS = 300.0
"""Compiling the kernels for the first time takes long on a slow machine, and is no reason to fail."""

LOOK_MS = 15
ENOUGH_UPDATES = 50
FEWEST_COLOURS = 12
GRAB_SIZE = QSize(1440, 900)
GRAB_MOMENT = (Step(Phase.GATE_BACK, 1), 0.55)
GRAB_NEURON = NeuronRef(1, 1)  # its gate is shut at that moment
GRAB_STOPS = 24

Condition = Callable[[], bool]
Script = Iterator[Condition]


class SmokeError(RuntimeError):
    """Something that must work does not; the message is one line."""


class Driver(QObject):
    """Runs a script: a generator that acts, and yields the condition on which to go on."""

    def __init__(self, program: Program, script: Script, seconds: float = WATCHDOG_SECONDS) -> None:
        super().__init__()
        self._program = program
        self._script = script
        self._seconds = seconds
        self._began = time.monotonic()
        self._deadline = self._began + seconds
        self._compiling = True
        self._condition: Condition = bool_true
        self._line = "begin"
        self.problem = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._look)

    def run(self) -> str:
        """Run to the end of the script. Returns what went wrong, "" for nothing."""
        self._timer.start(LOOK_MS)
        self._program.app.exec()
        self._timer.stop()
        return self.problem

    def _look(self) -> None:
        try:
            if self._condition():
                self._condition = next(self._script)
            elif self._overdue():
                raise SmokeError(f"not done after {self._seconds:.0f} s; waiting for: {described(self._condition)}")
        except StopIteration:
            self._program.app.exit(0)
        except Exception as error:
            said = str(error) if isinstance(error, SmokeError | FileError) else f"{type(error).__name__}: {error}"
            self.problem = said.splitlines()[0]
            self._program.app.exit(1)

    def _overdue(self) -> bool:
        """Whether the watchdog bites; its time begins when the kernels are compiled."""
        now = time.monotonic()
        snapshot = self._program.controller.snapshot
        if (snapshot is None or snapshot.status is Status.COMPILING) and self._compiling:
            self._compiling = now - self._began < COMPILING_SECONDS
            self._deadline = now + self._seconds
        else:
            self._compiling = False
        return now > self._deadline


def bool_true() -> bool:
    """The condition of the very beginning."""
    return True


def described(condition: Condition) -> str:
    """What a condition waits for: its function's name in words."""
    return condition.__name__.replace("_", " ")


def smoke_script(program: Program) -> Script:
    """Train, stand still, walk one update forward and back, and look at the picture."""
    window, controller = program.window, program.controller

    def training() -> bool:
        return controller.snapshot is not None and controller.snapshot.update >= ENOUGH_UPDATES

    def tape_laid() -> bool:
        return controller.in_stroke

    def film_standing() -> bool:
        return not controller.player.moving

    def live_again() -> bool:
        return not controller.in_stroke and controller.playing

    yield training
    window.actions_by_id["speed_fast"].trigger()
    window.actions_by_id["next"].trigger()
    yield tape_laid
    count = len(cursor_of(program).steps)
    for index in range(1, count):
        window.actions_by_id["next"].trigger()
        yield film_standing
        expect(cursor_of(program).index == index, f"Right does not reach phase {index + 1} of {count}")
    for index in reversed(range(count - 1)):
        window.actions_by_id["previous"].trigger()
        expect(cursor_of(program).index == index, f"Left does not reach phase {index + 1} of {count}")
    check_picture(window.stage.grab().toImage(), "the stage")
    check_picture(window.grab().toImage(), "the window")
    window.actions_by_id["play"].trigger()
    yield live_again
    expect(program.errors.count == 0, f"warnings or errors were logged, see {program.errors.path}")


def grab_script(program: Program, target: Path, at: int | None = None) -> Script:
    """Bring the window to the moment at which the gradient meets the gates, and write its picture.

    That moment is in update `at`, where a session from a file stands; without it, the one of the first lesson.
    """
    window, controller = program.window, program.controller
    window.resize(GRAB_SIZE)

    def kernels_compiled() -> bool:
        return controller.snapshot is not None and controller.snapshot.evaluation is not None

    def tape_laid() -> bool:
        return controller.in_stroke

    yield kernels_compiled
    controller.set_pace(None)
    controller.send(Pause())
    if at is None:
        yield from _train_lesson(controller)
    else:
        yield _evaluated_at(controller, at)
    snapshot = controller.snapshot
    assert snapshot is not None
    widths = snapshot.session.widths
    cursor = Cursor(len(widths) - 1).seek(*GRAB_MOMENT)
    controller.scrub(cursor.time)
    yield tape_laid
    if at is None:
        controller.show_row(lesson(FIRST).row)
    controller.select(GRAB_NEURON if widths[1] > GRAB_NEURON.unit else NeuronRef(1, 0))
    settled_at = time.monotonic() + 0.5

    def picture_settled() -> bool:
        return time.monotonic() > settled_at

    yield picture_settled
    image = window.grab().toImage()
    check_picture(image, "the window")
    with replacing(target) as stream:
        stream.write(_png(image))


def _png(image: QImage) -> bytes:
    """As a file's content: Qt does not say why a file cannot be written, so Python writes it."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def _train_lesson(controller: Controller) -> Script:
    """From the beginning to the update that the first lesson shows; each stop is a point of the curves."""
    end_at = lesson(FIRST).at
    controller.send(Reset())
    yield _evaluated_at(controller, 0)
    for stop in range(GRAB_STOPS):
        begin, end = end_at * stop // GRAB_STOPS, end_at * (stop + 1) // GRAB_STOPS
        controller.send(Advance(end - begin))
        yield _evaluated_at(controller, end)


def _evaluated_at(controller: Controller, update: int) -> Condition:
    def reached() -> bool:
        evaluation = controller.snapshot.evaluation if controller.snapshot else None
        return evaluation is not None and evaluation.update == update

    return reached


def cursor_of(program: Program) -> Cursor:
    """Where the film stands."""
    cursor = program.controller.player.cursor
    if cursor is None:
        raise SmokeError("the tape is gone")
    return cursor


def expect(holds: bool, otherwise: str) -> None:
    """Raises SmokeError where something does not hold."""
    if not holds:
        raise SmokeError(otherwise)


def check_picture(image: QImage, what: str) -> None:
    """A picture of one colour, or of next to none, is blank. Raises SmokeError."""
    seen = {
        image.pixel(x, y)
        for x in range(0, image.width(), max(1, image.width() // 240))
        for y in range(0, image.height(), max(1, image.height() // 160))
    }
    expect(len(seen) >= FEWEST_COLOURS, f"the picture of {what} is blank: {len(seen)} colours")


def run_smoke(path: Path | str | None = None, grab: Path | None = None) -> int:
    """Drive the window; 0 where all went well, 1 with one line on stderr otherwise. Settings of the user stay aside.

    Only a picture to `grab` is one of the session at `path`; otherwise the first lesson proves that all works. Where
    there is no display, it is done without.
    """
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    path = path if grab else None
    with temporary_folder() as folder:
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        with Program(path, Preferences(settings), on_interrupt=signals.leave) as program:
            program.open()
            problem = Driver(program, _script(program, path, grab)).run()
        settings.sync()
        del settings
    if problem:
        print(f"twostroke: {problem}", file=sys.stderr)
    return 1 if problem else 0


def _script(program: Program, path: Path | str | None, grab: Path | None) -> Script:
    if grab is None:
        return smoke_script(program)
    begin = find(str(path)).start if isinstance(path, Path) else 0
    return grab_script(program, grab, None if path is None else begin)
