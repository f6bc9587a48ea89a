"""What leaves the window besides films and pictures: code, models, numbers; and the clipboard."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from twostroke.engine.border.commands import Capture
from twostroke.engine.border.snapshot import Answer, Captured
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.in_use import check_free
from twostroke.engine.session.phrases import listed
from twostroke.gui.drive.controller import Controller
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.trained import update_of
from twostroke.gui.shell.waiting import Job
from twostroke.gui.stage.stage import Stage

if TYPE_CHECKING:  # no part of the start
    from twostroke.gui.export.model_files.model_formats import ModelFormat
    from twostroke.gui.export.model_files.subject import Subject

LOOK_MS = 50
MOST_COPIED = 100_000
"""Rows that go to the clipboard: more take a spreadsheet minutes."""

NOTHING_YET = "There are no numbers yet: the engine is still getting ready."
TITLES = {"numpy": "in NumPy", "pytorch": "in PyTorch", "trace": "of an update", "weights": "of the parameters"}


class TakeAway(QObject):
    """Writes beside the window, which goes on, and so does training; says what was written, or why not."""

    written = Signal(str)

    def __init__(self, window: QWidget, controller: Controller, stage: Stage, folder: Callable[[], str]) -> None:
        super().__init__(window)
        self._window, self._controller, self._stage, self._folder = window, controller, stage, folder
        self._jobs: list[tuple[Job[list[Path]], str]] = []
        self._look = QTimer(self)
        self._look.setInterval(LOOK_MS)
        self._look.timeout.connect(self._finish)

    # -- files -----------------------------------------------------------------------------------------------------

    def export(self) -> None:
        """Ask for a file, and write code, a model or numbers to it, as its ending says."""
        from twostroke.gui.export.model_files.model_formats import MODEL_FORMATS, model_format, usual_shape

        kinds = {_filter(known, shape): (known, shape) for known in MODEL_FORMATS for shape in known.shapes}
        start = str(Path(self._folder()) / "network.py")
        chosen, kind = QFileDialog.getSaveFileName(
            self._window, "Export code, model or numbers", start, ";;".join(kinds)
        )
        if not chosen:
            return
        known, shape = kinds.get(kind, (MODEL_FORMATS[0], ""))
        path = Path(chosen)
        typed = model_format(path.name)
        if typed is None and path.suffix:
            endings = listed(each.ending for each in MODEL_FORMATS)
            self._say(f"{said(Path(path.name))} is no such file; expected a name that ends in {endings}.")
            return
        if typed is None:
            path = path.with_name(path.name + known.ending)
        elif typed is not known:
            known, shape = typed, ""
        self._controller.ask(Capture(True), partial(self._captured, known, usual_shape(path) or shape, path))

    def _captured(self, known: "ModelFormat", shape: str, path: Path, answer: Answer) -> bool:
        if answer.captured is None:
            return False
        job = Job(partial(_write, known, shape, path, answer.captured, self._row()), waited_for=False)
        job.start()
        self._jobs.append((job, path.name))
        self._look.start()
        return True

    def _row(self) -> int:
        view = self._controller.view
        return 0 if view is None or view.tape is None else view.row

    def _finish(self) -> None:
        """Say what has become of work that is over."""
        over = [each for each in self._jobs if each[0].over()]
        self._jobs = [each for each in self._jobs if each not in over]
        if not self._jobs:
            self._look.stop()
        for job, name in over:
            try:
                files = job.result()
            except (ExportError, ExportRequestError, FileError, DataProblem) as error:
                self._say(str(error))
                continue
            self.written.emit(f"Written: {listed(said(Path(path.name)) for path in files) if files else name}.")

    def _say(self, sentence: str) -> None:
        message(self._window, sentence).open()

    # -- clipboard -------------------------------------------------------------------------------------------------

    def copy_numbers(self) -> None:
        """The numbers of what is shown as a table, for a spreadsheet."""
        from twostroke.gui.model import number_table

        view = self._controller.view
        if view is None:
            self._say(NOTHING_YET)
            return
        rows = number_table.count(view)
        if rows > MOST_COPIED:
            self._say(
                f"The table would have {rows:,} rows, too many for the clipboard; expected at most {MOST_COPIED:,}. "
                "File, Export code, model or numbers… writes them to a file."
            )
            return
        QGuiApplication.clipboard().setText(number_table.as_tsv(view))
        self.written.emit(f"Copied a table of {rows:,} rows.")

    def copy_picture(self) -> None:
        """The picture as it is on the screen."""
        picture = self._stage.grab()
        QGuiApplication.clipboard().setPixmap(picture)
        self.written.emit(f"Copied the picture, {picture.width()} × {picture.height()}.")


def _filter(known: "ModelFormat", shape: str) -> str:
    """A line of the file dialog."""
    which = f" {TITLES[shape]}" if len(known.shapes) > 1 else ""
    return f"{known.title}{which} (*{known.ending})"


def _write(known: "ModelFormat", shape: str, path: Path, captured: Captured, row: int) -> list[Path]:
    """Code begins at update 0 and trains as far as the window has; all else is of the network as it is."""
    check_free(known.files(path), (), captured.session)
    return known.write(shape)(_subject(known, captured, row), path)()


def _subject(known: "ModelFormat", captured: Captured, row: int) -> "Subject":
    from twostroke.gui.export.model_files.subject import Subject

    now = update_of(captured.state)
    if known.code:
        return Subject(captured.session, at=now or None)
    return Subject(captured.session, captured.state, usual_at=now, row=row)
