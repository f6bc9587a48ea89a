"""The rows of the studio's exports: all of them are kept, none moves, and the picture keeps its room."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.shell.studio.queue_view import MOST_SEEN, QueueView
from twostroke.gui.shell.studio.work_queue import UNEXPECTED, Export, WorkQueue


class Job:
    """Work that ends when a test says so."""

    def __init__(self, target: Path) -> None:
        self.target, self.done, self.frames, self.remark, self.running = target, 0, 1, "", True

    def start(self) -> None:
        """It is at work."""

    def cancel(self) -> None:
        self.running = False

    def wait(self, seconds: float | None) -> bool:
        return not self.running

    def finish(self) -> Path | None:
        return self.target


def asked(queue: WorkQueue, name: str) -> Export:
    job = Job(Path("/nowhere") / name)
    export = Export(job.target, lambda: job)
    queue.add(export)
    QApplication.processEvents()
    return export


def finish(queue: WorkQueue, qtbot: QtBot, only: Sequence[Export] | None = None) -> None:
    for export in queue.exports if only is None else only:
        qtbot.waitUntil(lambda export=export: export.job is not None)
        assert isinstance(export.job, Job)
        export.job.running = False
        qtbot.waitUntil(lambda export=export: export.over)


@pytest.fixture
def view(qtbot: QtBot) -> QueueView:
    queue = WorkQueue()
    made = QueueView(queue)
    queue.setParent(made)
    qtbot.addWidget(made)
    return made


def shown(view: QueueView) -> QueueView:
    view.resize(700, view.sizeHint().height())
    view.show()
    QApplication.processEvents()
    return view


def test_all_that_was_exported_is_kept(view: QueueView, qtbot: QtBot) -> None:
    queue = view._queue
    assert not view.isVisibleTo(None)
    for index in range(MOST_SEEN):
        asked(queue, f"{index}.mp4")
    few = view.sizeHint().height()
    for index in range(MOST_SEEN, MOST_SEEN + 4):
        asked(queue, f"{index}.mp4")
    assert view.sizeHint().height() == few  # the rest is scrolled to
    shown(view)
    finish(queue, qtbot)
    assert all(row.isVisible() and row.open.isVisible() for row in view.rows)


def test_the_newest_is_seen_as_it_is_asked_for_and_each_as_it_begins(view: QueueView, qtbot: QtBot) -> None:
    queue = view._queue
    for index in range(2 * MOST_SEEN):
        asked(queue, f"{index}.mp4")
    shown(view)

    def seen(index: int) -> bool:
        row = view.rows[index]
        return not row.visibleRegion().isEmpty() and row.visibleRegion().boundingRect() == row.rect()

    first = queue.exports[0].job
    assert isinstance(first, Job)
    first.running = False
    qtbot.waitUntil(lambda: seen(1))
    asked(queue, "newest.mp4")
    assert seen(-1)
    assert not seen(1)
    queue.close()


def test_a_row_stays_where_it_is_when_another_one_ends(view: QueueView, qtbot: QtBot) -> None:
    queue = view._queue
    for name in "abc":
        asked(queue, f"{name}.mp4")
    shown(view)
    places = [row.mapTo(view, QPoint()) for row in view.rows]
    qtbot.mouseClick(view.rows[1].button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert view.rows[1].export.over
    assert [row.mapTo(view, QPoint()) for row in view.rows] == places
    finish_but_cancelled = [row.export.job for row in view.rows if row.export.job is not None]
    assert len(finish_but_cancelled) == 1
    queue.close()


@pytest.mark.parametrize("error", [ExportRequestError("The folder is gone."), RuntimeError("what nobody expected")])
def test_one_that_cannot_begin_is_told_of_and_holds_up_no_other(qtbot: QtBot, error: Exception) -> None:
    """Its folder may be gone by then, and the studio closed, so that the window has to tell it."""

    def begin() -> Job:
        raise error

    queue, over, unexpected = WorkQueue(), list[Export](), list[object]()
    queue.over.connect(over.append)
    queue.failed.connect(unexpected.append)
    asked(queue, "a.mp4")
    queue.add(Export(Path("/nowhere/b.mp4"), begin))
    asked(queue, "c.mp4")
    finish(queue, qtbot, queue.exports[::2])
    assert [each.target.name for each in over] == ["a.mp4", "b.mp4", "c.mp4"]
    sentence = isinstance(error, ExportRequestError)
    assert over[1].message == (str(error) if sentence else UNEXPECTED)
    assert unexpected == ([] if sentence else [error])


def test_where_nothing_opens_it_a_sentence_says_where_it_lies(
    view: QueueView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: bool(opened.append(url)))
    asked(view._queue, "film.mp4")
    finish(view._queue, qtbot)
    view.resize(2_000, 60)
    view.show()
    (row,) = view.rows
    row.open.click()
    assert len(opened) == 2
    assert row.name.text() == "Nothing was found that opens it: film.mp4 lies in /nowhere."
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: True)
    row.button.click()
    assert row.name.text() == "film.mp4"
