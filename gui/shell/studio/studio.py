"""The studio, beside the main window: shots at the left, how they will look in the middle, their fields right of it."""

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from twostroke.engine.border.snapshot import Captured
from twostroke.engine.files.disk import FileError, in_utf8, replacing
from twostroke.gui.export.films_folder import called, placed
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.look.dress import dress
from twostroke.gui.look.style import mark
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.lessons import LESSON_ENDING, Lesson
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.storyboard.board import Picture, Shot, Show, Storyboard, StoryboardError
from twostroke.gui.model.storyboard.board_text import written_storyboard
from twostroke.gui.model.storyboard.checks import check_board
from twostroke.gui.model.storyboard.scenes import LessonBoard
from twostroke.gui.model.storyboard.storyboard_file import ENDING, read_storyboard
from twostroke.gui.model.user_text import short
from twostroke.gui.panels.base.widgets import Text
from twostroke.gui.shell.foreign import dropped
from twostroke.gui.shell.keyed_dialog import RETURN, KeyedDialog
from twostroke.gui.shell.room import FRAME
from twostroke.gui.shell.studio.aligned import MARGIN, scrolled, titled
from twostroke.gui.shell.studio.begun import Basis, new_shot
from twostroke.gui.shell.studio.lesson_playing import LessonPlaying, Make, scenes_of
from twostroke.gui.shell.studio.lessons_menu import lessons_menu
from twostroke.gui.shell.studio.orders import job_for
from twostroke.gui.shell.studio.picture_form import PictureForm
from twostroke.gui.shell.studio.preview_view import PreviewView
from twostroke.gui.shell.studio.queue_view import QueueView
from twostroke.gui.shell.studio.shot_form import ShotForm
from twostroke.gui.shell.studio.shot_list import DOUBLE, ShotList, takes_key
from twostroke.gui.shell.studio.target_form import TargetForm
from twostroke.gui.shell.studio.work_queue import Export, WorkQueue

FIRST_SIZE = QSize(1480, 840)
STORYBOARDS = f"Storyboards (*{ENDING})"
READABLE = f"Storyboards and lessons (*{LESSON_ENDING})"
SAVED = "Write shots and look to a file, which twostroke export takes as well"
PLAYING = "“{name}” is being played…"
UNTITLED = "Untitled"
REPLACE = "{name} exists already. Press Replace to overwrite it."
TWICE = "{name} is in the queue already. Choose another name, or wait until it is done."
ON_PAPER = "These pages will be dark, as the picture is. For paper choose Light under Colours."
UNTOLD = "The title of a shot is seen in its picture where Show title is ticked."
COPIED = "The picture is on the clipboard."


Kept = tuple[Storyboard, Basis, str]
"""What was put together, over which session, and how its exports are called."""


class Studio(KeyedDialog):
    """Over `basis`, the session of the window as it was; training there goes on meanwhile.

    `queue` outlives it: what is being exported is, also when the studio is closed. `earlier` is what was put together
    here, or in one that was closed, and is saved nowhere, the newest last.
    """

    def __init__(
        self, window: QWidget | None, board: Storyboard, basis: Basis, name: str, before: "Studio | None" = None
    ) -> None:
        super().__init__(window)
        self.setObjectName("studio")  # before its parts: the style sheet asks for it, and does so once of each
        self.board, self._basis, self._file = board, basis, name
        self.earlier = [] if before is None else before.put_together
        self._beside = board.compare  # the networks that may be shown beside it
        self._own = False  # whether the user has changed the storyboard since it was opened or saved
        self._confirmed = ""  # an existing target that the user has agreed to replace
        self._awaited: Path | None = None  # one that is being written, and was asked for once more
        self.playing = LessonPlaying(self)
        self._playing_file = ""  # how exports of what is being played will be called
        self.queue: WorkQueue = before.queue if before is not None else WorkQueue(window or self)
        if before is None:
            self.queue.failed.connect(_raise)
        self.shots, self.preview, self.rows = ShotList(), PreviewView(), QueueView(self.queue, self)
        self.shot_form, self.picture_form, self.target = ShotForm(), PictureForm(), TargetForm(name)
        self.notice = Text("", "muted", wrap=True)
        self.notice.setAccessibleName("State of the studio")
        self._build_buttons()
        self._arrange()
        self._connect()
        self.setAcceptDrops(True)
        self.setWindowTitle(f"Studio – {short(board.title or name)}")
        dress(self, palette_of(board.picture))
        self.notice.ensurePolished()
        self.notice.setMinimumHeight(2 * self.notice.fontMetrics().lineSpacing())  # what is above it stays in its place
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self.shot_form.take_session(board.session, board.score)
        self.show_board(board)

    # -- parts -----------------------------------------------------------------------------------------------------

    def _build_buttons(self) -> None:
        self.start, self.leave = QPushButton("Export"), QPushButton("Close")
        self.copy = QPushButton("Copy picture")
        self.save, self.read = QPushButton("Save storyboard…"), QPushButton("Open…")
        self.lessons, self.stop = QPushButton("Lesson"), QPushButton("Stop playing")
        self.lessons.setMenu(lessons_menu(self.lessons, self.open_lesson))
        self.back = QPushButton("Earlier shots")
        self.start.setDefault(True)
        for button in (self.leave, self.copy, self.save, self.read, self.lessons, self.back, self.stop):
            button.setAutoDefault(False)
        self.stop.hide()
        self.back.setToolTip("Show the shots again that were put together here before, of the session as it was then")
        self.read.setToolTip("Open a storyboard, or a lesson, whose scenes become shots")
        self.lessons.setToolTip("Show the scenes of a lesson of this program as shots")
        self.save.setToolTip(SAVED)
        self.copy.setToolTip("Copy the frame that is shown, in its full size")
        self.start.setToolTip("Put it into the queue (Ctrl+Return)")

    def _arrange(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 14)
        right.setSpacing(8)
        fields = scrolled(titled((("Shot", self.shot_form), ("Picture", self.picture_form))))
        right.addWidget(fields, 1)
        making, feet = QWidget(), QWidget()
        below = QVBoxLayout(making)
        below.setContentsMargins(0, 0, MARGIN, 0)
        below.addWidget(titled((("Export", self.target),)))
        below.addWidget(self.notice)
        ends = QHBoxLayout()
        ends.setSpacing(8)
        ends.addWidget(self.stop)
        ends.addWidget(self.start, 1)
        below.addLayout(ends)
        right.addWidget(making)
        foot = QHBoxLayout(feet)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(8)
        for button in (self.read, self.lessons, self.save, self.copy, self.back):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(self.leave)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self.shots)
        middle.addWidget(self.preview, 1)
        left = QVBoxLayout()
        left.setContentsMargins(16, 16, 8, 14)
        left.setSpacing(10)
        left.addLayout(middle, 1)
        left.addWidget(self.rows)
        left.addWidget(feet)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(left, 1)
        layout.addLayout(right)
        self.parts = (self.shots, self.preview, fields, making, self.rows, feet)

    def _connect(self) -> None:
        self.shots.chosen.connect(self._choose)
        self.shots.changed.connect(self._put_shots)
        self.shots.wanted.connect(self._add)
        self.shot_form.changed.connect(self._put_shot)
        self.picture_form.changed.connect(self._put_picture)
        self.picture_form.renamed.connect(self._rename)
        self.picture_form.compared.connect(self._compare)
        self.preview.shot_seen.connect(self._follow)
        self.target.changed.connect(self._forget)
        self.queue.over.connect(self._take_end)
        self.start.clicked.connect(self._export)
        self.copy.clicked.connect(self.preview.copy)
        self.preview.copied.connect(self._take_copy)
        self.save.clicked.connect(self._save)
        self.read.clicked.connect(self._open)
        self.back.clicked.connect(self._go_back)
        self.leave.clicked.connect(self.close)
        self.stop.clicked.connect(lambda: self._stop_playing())
        self.playing.played.connect(self._take_lesson)
        self.playing.failed.connect(self._stop_playing)

    # -- the storyboard --------------------------------------------------------------------------------------------

    def show_board(self, board: Storyboard, place: int = 0) -> None:
        """Show that storyboard, and of its shots that one."""
        self.board = self._basis.under(board)
        self._beside = self._beside or board.compare
        self._offer_earlier()
        self.shots.show_shots(board.shots, place)
        self.picture_form.offer_company(self._names, shown=bool(board.compare))
        self.shot_form.take_company(bool(board.compare))
        self.shot_form.show_shot(board.shots[place])
        self.picture_form.show_picture(board.picture, board.title)
        self._look(board.shots[place])
        self.preview.show_shot(place)

    def _look(self, shot: Shot) -> None:
        """Show what the board has become, or say why it cannot be."""
        try:
            check_board(self.board)
        except StoryboardError as error:
            self._say(str(error), "warning")
            self.preview.show_nothing(str(error))
            self.start.setEnabled(False)
            return
        self.start.setEnabled(True)
        self._say(self._remark)
        self.preview.show_board(self.board)

    def _put(self, board: Storyboard, place: int) -> None:
        self.board, self._own = self._basis.under(board), True
        self.shots.show_shots(board.shots, place)
        self._forget()
        self._look(board.shots[place])

    @property
    def put_together(self) -> list[Kept]:
        """What the user has made here and saved nowhere, the newest last."""
        return [*self.earlier, *self._unsaved]

    @property
    def _unsaved(self) -> list[Kept]:
        return [(self.board, self._basis, self._file)] if self._own else []

    def _turn_to(self, board: Storyboard, basis: Basis, name: str, *, own: bool = False) -> None:
        self.playing.stop()
        self.stop.hide()
        self._basis, self._own, self._beside = basis, own, board.compare
        self.shot_form.take_session(board.session, board.score)
        self.setWindowTitle(f"Studio – {short(name)}")
        self.show_board(board)

    def _turn_to_another(self, board: Storyboard, name: str, file: str) -> None:
        """One of a session of its own, whose exports are called `file`; there is a way back to what was put together
        here."""
        self.earlier = self.put_together
        self._call(file)
        self._turn_to(board, Basis(Captured(board.session, board.state)), name)

    def _call(self, file: str) -> None:
        self._file = file
        self.target.call(file)

    def _go_back(self) -> None:
        """To the newest; what is left for it comes again after all others."""
        board, basis, file = self.earlier.pop()
        self.earlier = [*self._unsaved, *self.earlier]
        self._call(file)
        self._turn_to(board, basis, board.title or UNTITLED, own=True)

    def _offer_earlier(self) -> None:
        count = len(self.earlier)
        self.back.setVisible(count > 0)
        self.back.setText(f"Earlier shots ({count})" if count > 1 else "Earlier shots")

    def _put_shots(self, shots: tuple[Shot, ...], place: int) -> None:
        self._put(replace(self.board, shots=shots), place)
        self.shot_form.show_shot(shots[place])
        self.preview.show_shot(place)

    def _put_shot(self, shot: Shot) -> None:
        at = self.shots.place
        before, shots = self.board.shots[at], (*self.board.shots[:at], shot, *self.board.shots[at + 1 :])
        self._put(replace(self.board, shots=shots), at)
        if shot.camera != before.camera:
            self.preview.show_arrived()

    def _put_picture(self, picture: Picture) -> None:
        self._put(replace(self.board, picture=picture), self.shots.place)

    def _rename(self, title: str) -> None:
        if title != self.board.title:
            self._put(replace(self.board, title=title), self.shots.place)

    @property
    def _names(self) -> tuple[str, ...]:
        """Of the networks beside it."""
        return replace(self.board, compare=self._beside).names[1:]

    def _compare(self, on: bool) -> None:
        """Show the networks beside it, or leave them out."""
        shots = tuple(replace(shot, camera=None) for shot in self.board.shots) if on else self.board.shots
        self._put(replace(self.board, compare=self._beside if on else (), shots=shots), self.shots.place)
        self.shot_form.take_company(on)
        self.shot_form.show_shot(shots[self.shots.place])

    def _add(self, show: Show) -> None:
        if self.board.is_played:
            return
        at = self.shots.place
        before = self.board.shots[at]
        shot = new_shot(self._basis, show, before.goes_on_at(training=show is Show.TRAINING), before.row)
        self._put_shots((*self.board.shots[: at + 1], shot, *self.board.shots[at + 1 :]), at + 1)

    def _choose(self, place: int) -> None:
        self.shot_form.show_shot(self.board.shots[place])
        self.preview.show_shot(place)

    def _follow(self, place: int) -> None:
        """The film has come to another shot."""
        if place != self.shots.place:
            self.shots.show_shots(self.board.shots, place)
            self.shot_form.show_shot(self.board.shots[place])

    # -- files -----------------------------------------------------------------------------------------------------

    def _save(self) -> None:
        beside = placed(os.path.join(os.path.dirname(self.target.target), called(self._file) + ENDING))
        path, _ = QFileDialog.getSaveFileName(self, "Save storyboard", beside, STORYBOARDS)
        if not path:
            return
        target = Path(path if path.endswith(ENDING) else path + ENDING)
        try:
            text = written_storyboard(self.board, target.parent)
            content = in_utf8(text, target)
            with replacing(target) as file:
                file.write(content)
        except (FileError, StoryboardError) as error:
            self._say(str(error), "warning")
            return
        self._own = False
        self._say(f"Saved as {target}")

    def _open(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Open storyboard or lesson", "", READABLE)
        if path:
            self.open_file(Path(path))

    def open_file(self, path: Path) -> None:
        """Show the storyboard of a file, of its own session, or play the lesson in it; why not, where it cannot be
        read."""
        if not path.name.lower().endswith(ENDING):
            self._play(scenes_of(partial(open_lesson, path), self._look_of_lessons), path.name)
            return
        try:
            board = read_storyboard(path)
        except StoryboardError as error:
            self._say(str(error), "warning")
            return
        if isinstance(board, LessonBoard):
            self._play(board.played, path.name, path.name[: -len(ENDING)])
        else:
            self._turn_to_another(board, path.name, path.name[: -len(ENDING)])

    def open_lesson(self, lesson: Lesson) -> None:
        """Play it beside the window; then its scenes are the shots."""
        self._play(scenes_of(lambda: lesson, self._look_of_lessons), lesson.title)

    @property
    def _look_of_lessons(self) -> Picture:
        return replace(self.board.picture, title=True)

    def _play(self, make: Make, name: str, file: str = "") -> None:
        """`file`: how exports are called; as the lesson, where nothing is said."""
        self._forget()
        self._playing_file = file
        sentence = PLAYING.format(name=short(name))
        self.preview.show_nothing(sentence)
        self._say(sentence)
        self.start.setEnabled(False)
        self.stop.show()
        self.playing.play(make, name)

    def _stop_playing(self, why: str = "") -> None:
        """What was shown before is shown again; `why`, where that is not asked for by the user."""
        self.playing.stop()
        self.stop.hide()
        self.show_board(self.board, self.shots.place)
        if why:
            self._say(why, "warning")

    def _take_lesson(self, board: Storyboard) -> None:
        assert board.lesson is not None
        self._turn_to_another(board, board.title, self._playing_file or board.lesson.name)

    def _take_copy(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self._say(COPIED)

    # -- exporting -------------------------------------------------------------------------------------------------

    def _export(self) -> None:
        target = self.target.target
        try:
            begin = job_for(self.board, self.preview.index, self.target.making)
        except (ExportRequestError, ExportError) as error:
            self._say(str(error), "warning")
            return
        path = Path(target)
        if self.queue.waits_for(path):
            self._awaited = path
            self._say(TWICE.format(name=path.name), "warning")
        elif os.path.lexists(path) and not path.is_dir() and self._confirmed != target:
            self._confirmed = target
            self._say(REPLACE.format(name=path.name))
            self.start.setText("Replace")
        else:
            self._forget()
            self._say(self._remark)
            self.queue.add(Export(path, begin))
            self.target.let_go()

    def _forget(self) -> None:
        """What was said of the file that is to be written: it is another one, or can be written by now."""
        if self.start.isEnabled():
            self._say(self._remark)
        self._confirmed, self._awaited = "", None
        self.start.setText("Export")

    @property
    def _remark(self) -> str:
        """What to know of what would be exported; "" where there is nothing."""
        dark = self.board.picture.theme is Theme.DARK and not self.board.picture.transparent
        on_paper = ON_PAPER if dark and self.target.is_paper else ""
        untold = any(shot.title for shot in self.board.shots) and not self.board.picture.title
        return on_paper or self._basis.remark(self.board) or (UNTOLD if untold else "")

    def _take_end(self, export: Export) -> None:
        if export.target == self._awaited:
            self._forget()

    def _say(self, sentence: str, role: str = "muted") -> None:
        mark(self.notice, "role", role)
        self.notice.say(sentence)

    # -- the end ---------------------------------------------------------------------------------------------------

    def end(self) -> None:
        """Nothing is painted or played behind a closed window; what is being exported goes on."""
        self.playing.stop()
        self.preview.close_painter()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A storyboard or a lesson may be dropped."""
        path = dropped(event.mimeData())
        if isinstance(path, Path) and path.name.lower().endswith(LESSON_ENDING):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open it."""
        path = dropped(event.mimeData())
        if isinstance(path, Path):
            event.acceptProposedAction()
            self.open_file(path)

    def event(self, event: QEvent) -> bool:
        """Ctrl+D is the studio's here, and a shortcut of the main window elsewhere."""
        return takes_key(event, DOUBLE, lambda: self.shots.double_shot()) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return in a field of what is to be made exports it, and so does Ctrl+Return anywhere."""
        here = self.focusWidget()
        asks = here is not None and here is not self.target.browse and self.target.isAncestorOf(here)
        if event.key() in RETURN and (asks or event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            self.start.click()
        else:
            super().keyPressEvent(event)

    def reject(self) -> None:
        """Escape, and Close."""
        self.end()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's own button."""
        self.end()
        super().closeEvent(event)


def _raise(error: BaseException) -> None:
    """To the window's log."""
    raise error
