"""Start and end: the display, the first session, what nobody expected, and the drive of the smoke test."""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSettings, QTimer, QtMsgType, Signal, qInstallMessageHandler
from PySide6.QtGui import QColor, QFontInfo, QImage
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.compute import warmup
from twostroke.engine.files.session_file import write_session
from twostroke.gui.cli.smoke import GRAB_NEURON, Driver, SmokeError, check_picture, grab_script, smoke_script
from twostroke.gui.look import style
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import NeuronRef, Theme
from twostroke.gui.model.lessons import FIRST, lesson
from twostroke.gui.shell import app, display
from twostroke.gui.shell.errors import LOG_NAME, ErrorDialog, ErrorReporter
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.program import Program, application

# -- the display -----------------------------------------------------------------------------------------------------


@pytest.fixture
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")


def test_without_a_display_the_sentence_names_export(no_display: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run() == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert "twostroke export" in said.err


@pytest.mark.parametrize("platform", ["offscreen", "minimal"])
def test_qt_told_to_do_without_a_screen_needs_none(
    no_display: None, monkeypatch: pytest.MonkeyPatch, platform: str
) -> None:
    assert app.display_problem() == app.NO_DISPLAY
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert app.display_problem() is None


@pytest.mark.parametrize("platform", ["xcb", "xcb:name", "wayland", "wayland;xcb"])
def test_qt_told_to_take_a_screen_needs_one(no_display: None, monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    """It ended the process with a signal."""
    monkeypatch.setenv("QT_QPA_PLATFORM", platform)
    assert app.display_problem() == app.NO_DISPLAY
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    assert display.has_display() is platform.startswith("wayland")


def test_a_display_that_nobody_serves_is_none(no_display: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":9999")
    assert not display.has_display()


def test_asking_about_the_display_loads_no_qt() -> None:
    code = (
        "import sys; from twostroke.gui.shell.app import display_problem; display_problem();"
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('PySide6', 'numba', 'numpy')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


# -- the first session -----------------------------------------------------------------------------------------------


# -- how it looks ----------------------------------------------------------------------------------------------------


def test_the_font_comes_with_the_program(qapp: QApplication) -> None:
    assert "Inter" in style.load_fonts()
    assert QFontInfo(style.base_font()).family() == "Inter"
    assert QFontInfo(style.base_font()).pixelSize() == style.FONT_PIXELS


@pytest.mark.parametrize("theme", list(Theme))
def test_the_style_sheet_is_complete(theme: Theme) -> None:
    sheet = style.style_sheet(PALETTES[theme])
    assert "$" not in sheet.split("*/", 1)[1]
    for line in sheet.splitlines():
        if "url(" in line:
            assert Path(line.split('"')[1]).exists(), line


def test_text_on_the_accent_can_be_read() -> None:
    for theme in Theme:
        palette = PALETTES[theme]
        assert contrast(palette.on_accent, palette.accent) >= 4.5


def contrast(one: str, other: str) -> float:
    """As the accessibility guidelines (WCAG 2) define it: (L1 + 0.05) / (L2 + 0.05)."""

    def light(colour: str) -> float:
        parts = [QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF()]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


# -- what nobody expected --------------------------------------------------------------------------------------------


@pytest.fixture
def reporter(qapp: object, tmp_path: Path) -> Iterator[ErrorReporter]:
    made = ErrorReporter(tmp_path)
    made.install()
    yield made
    made.remove()


def raised() -> RuntimeError:
    """An exception with a traceback."""
    try:
        raise RuntimeError("a thing of the past")
    except RuntimeError as error:
        return error


def test_an_exception_is_logged_and_told_once(
    reporter: ErrorReporter, tmp_path: Path, expect_message: Callable[[str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    expect_message("a thing of the past")
    told: list[str] = []
    reporter.happened.connect(lambda sentence, details: told.append(details))
    error = raised()
    for _ in range(3):
        sys.excepthook(type(error), error, error.__traceback__)
    assert len(told) == 1
    assert "a thing of the past" in told[0]
    assert (tmp_path / LOG_NAME).read_text().count("Traceback") == 3
    assert reporter.count == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_an_exception_in_a_thread_is_told_too(
    reporter: ErrorReporter, qtbot: QtBot, expect_message: Callable[[str], None]
) -> None:
    expect_message("beside the window")

    def fail() -> None:
        raise RuntimeError("in a thread")

    with qtbot.waitSignal(reporter.happened, timeout=60_000) as caught:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    assert "in a thread" in caught.args[1]


def test_messages_of_qt_go_to_the_log(
    reporter: ErrorReporter, tmp_path: Path, expect_message: Callable[[str], None]
) -> None:
    expect_message("shrugs")
    handler = qInstallMessageHandler(None)
    qInstallMessageHandler(handler)
    assert handler is not None
    handler(QtMsgType.QtWarningMsg, None, "Qt shrugs")
    assert "WARNING qt: Qt shrugs" in (tmp_path / LOG_NAME).read_text()
    assert reporter.count == 1


def test_afterwards_everything_is_as_before(qapp: object, tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook, list(logging.getLogger().handlers))
    reporter = ErrorReporter(tmp_path)
    reporter.install()
    assert sys.excepthook != before[0]
    reporter.remove()
    reporter.remove()
    assert (sys.excepthook, threading.excepthook, list(logging.getLogger().handlers)) == before


def test_a_folder_that_cannot_be_written_is_no_obstacle(qapp: object, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    reporter = ErrorReporter(tmp_path / "file" / "logs")
    reporter.install()
    reporter.remove()
    assert not reporter.path.exists()


def test_one_dialog_at_a_time(
    reporter: ErrorReporter, qtbot: QtBot, expect_message: Callable[[str], None], tmp_path: Path
) -> None:
    expect_message("Something (went|else|again)")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = ErrorDialog(reporter, window)
    reporter.report(raised(), "Something went wrong.")
    reporter.report(ValueError("another"), "Something else went wrong.")
    boxes = window.findChildren(QMessageBox)
    assert len(boxes) == 1
    assert boxes[0].text() == "Something went wrong."
    assert str(tmp_path / LOG_NAME) in boxes[0].informativeText()
    boxes[0].close()
    assert dialog.box is None
    reporter.report(KeyError("a third"), "Something again.")
    assert dialog.box is not None
    dialog.box.close()


# -- the drive -------------------------------------------------------------------------------------------------------


def test_a_blank_picture_is_found() -> None:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#15181d"))
    with pytest.raises(SmokeError, match="blank"):
        check_picture(image, "the stage")
    for x in range(300):
        image.setPixelColor(x, 100, QColor(x % 256, 0, 0))
    check_picture(image, "the stage")


class Bystander(QObject):
    """As much of a Program as a Driver needs: an application, and a controller that has seen `status`."""

    told = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.app = application()
        self.controller = self
        self.snapshot: object | None = self
        self.status = None


def drive(script: Iterator[Callable[[], bool]], seconds: float = 60.0) -> str:
    return Driver(Bystander(), script, seconds).run()  # type: ignore[arg-type]


def test_a_script_that_ends_has_no_problem(qapp: object) -> None:
    seen: list[int] = []

    def script() -> Iterator[Callable[[], bool]]:
        yield lambda: seen.append(1) is None and len(seen) > 2
        seen.append(9)

    assert drive(script()) == ""
    assert seen == [1, 1, 1, 9]


def test_the_watchdog_names_what_it_waited_for(qapp: object) -> None:
    def the_moon_to_rise() -> bool:
        return False

    assert drive(iter([the_moon_to_rise]), 0.05) == "not done after 0 s; waiting for: the moon to rise"


def test_an_exception_becomes_one_line(qapp: object) -> None:
    def script() -> Iterator[Callable[[], bool]]:
        yield lambda: True
        raise ValueError("first line\nsecond line")

    assert drive(script()) == "ValueError: first line"


def test_the_real_window_is_driven_through_one_update(qapp: object, tmp_path: Path) -> None:
    warmup.compile_kernels("float32")  # before any thread starts, so that none is left compiling
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    with Program(preferences=Preferences(settings)) as program:
        program.window.resize(1280, 720)  # the screen of these tests is so narrow that its column would fold
        program.open()
        assert program.window.isVisible()
        assert program.window.lesson.isVisible()
        assert Driver(program, smoke_script(program)).run() == ""
        assert program.window.document.title == lesson(FIRST).title
    assert not any(thread.name == "twostroke-training" for thread in threading.enumerate())


def test_a_window_that_is_closed_before_it_runs_does_not_run(qapp: object, tmp_path: Path) -> None:
    """As while its file is read: what asked the loop to end then would not be asked again."""
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    interrupt = signal.getsignal(signal.SIGINT)
    try:
        with Program(preferences=Preferences(settings)) as program:
            program.open()
            program.window.close()
            limit = QTimer(singleShot=True, interval=5_000)  # one that a later test would not hear
            limit.timeout.connect(lambda: program.app.exit(7))
            limit.start()
            assert program.exec() == 0
            limit.stop()
    finally:
        signal.signal(signal.SIGINT, interrupt)


@pytest.mark.parametrize("opened", [False, True])
def test_ctrl_c_before_the_window_runs_ends_it(opened: bool, qapp: object, tmp_path: Path) -> None:
    """It is neither lost, nor raised within Qt's calls into Python, and afterwards it is anybody's again."""
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    before = signal.getsignal(signal.SIGINT)
    with Program(preferences=Preferences(settings)) as program:
        if opened:
            program.open()
        signal.raise_signal(signal.SIGINT)
        if not opened:
            program.open()
        limit = QTimer(singleShot=True, interval=5_000)
        limit.timeout.connect(lambda: program.app.exit(7))
        limit.start()
        assert program.exec() == 0
        limit.stop()
    assert signal.getsignal(signal.SIGINT) is before


def test_the_picture_is_taken_in_mid_stroke(tmp_path: Path) -> None:
    """Of the gradient at a shut gate of hidden 1, with that neuron inspected and the curves behind it."""
    target = tmp_path / "window.png"
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    with Program(preferences=Preferences(settings)) as program:
        program.open()
        assert Driver(program, grab_script(program, target)).run() == ""
        view = program.controller.view
        assert view is not None
        assert view.moment is not None
        assert view.moment.step == Step(Phase.GATE_BACK, 1)
        assert view.layers[1].a[GRAB_NEURON.unit] == 0
        assert view.choices.selected == GRAB_NEURON
        assert len(view.snapshot.curves.update) > 10
    check_picture(QImage(str(target)), "the file")


def test_a_picture_is_taken_of_a_session_from_a_file(tmp_path: Path) -> None:
    """As it stands, in its first update, and of a neuron that it has."""
    path, target = tmp_path / "one.twostroke.json", tmp_path / "window.png"
    write_session(path, example_session((1,)))
    settings = QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)
    with Program(path, Preferences(settings)) as program:
        program.open()
        assert Driver(program, grab_script(program, target, 0)).run() == ""
        view = program.controller.view
        assert view is not None
        assert view.tape is not None
        assert (view.tape.update, view.layers[1].units) == (0, 1)
        assert view.choices.selected == NeuronRef(1, 0)
        assert program.window.document.title == "one"
    check_picture(QImage(str(target)), "the file")
