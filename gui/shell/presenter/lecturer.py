"""What the lecturer sees and the class does not: when the window of notes opens, where, and what it tells."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QScreen

from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.presenter_notes import PresenterNotes, plain
from twostroke.gui.model.view import ViewState
from twostroke.gui.shell.presenter.arrangement import Parts
from twostroke.gui.shell.presenter.notes_window import NotesWindow
from twostroke.gui.shell.presenter.screens import beside, fill

TELL_MS = 500
"""Between two times that the words about the moment are made: while a film runs nobody reads them faster."""


class Lecturer(QObject):
    """Has the window of notes, made when it is first wanted."""

    def __init__(self, parts: Parts, controller: Controller) -> None:
        super().__init__(parts.window)
        self._parts, self._controller = parts, controller
        self._scene: PresenterNotes | None = None
        self.window: NotesWindow | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TELL_MS)
        self._soon.timeout.connect(self._tell)
        controller.stage_view.connect(self._moved)

    def show_scene(self, scene: PresenterNotes | None) -> None:
        """The notes of a scene; None where no lesson is open: then those of the moment."""
        self._scene = scene
        self._tell()

    def open(self, screen: QScreen | None = None) -> None:
        """Show the window: filling `screen`, else where it was."""
        if self.window is None:
            self.window = NotesWindow(self._parts.window, self._parts.stand, self._parts.actions)
            self.window.resize(self.window.sizeHint().boundedTo(self._parts.window.screen().availableSize()))
        if screen is not None:
            fill(self.window, screen)
        self.window.show()
        self.window.raise_()
        self._tell()

    def begin(self, picture: QScreen) -> None:
        """The lecturer begins to present on that screen: the notes go to another one, if there is one."""
        self.keep_apart(picture)
        if self.window is not None:
            self.window.begin_anew()

    def keep_apart(self, picture: QScreen) -> None:
        """Have the notes where the picture is not; nowhere, where there is no other screen."""
        other = beside(picture)
        if other is not None:
            self.open(other)
        elif self.window is not None:
            self.window.hide()

    def end(self) -> None:
        """No more."""
        self._soon.stop()
        if self.window is not None:
            self.window.hide()

    def show_black(self, black: bool) -> None:
        """Whether the class sees nothing."""
        if self.window is not None:
            self.window.picture.show_black(black)

    def look(self) -> None:
        """The class will see something else."""
        if self.window is not None and self.window.isVisible():
            self.window.picture.look()

    def _moved(self, _: ViewState) -> None:
        self.look()
        if self.window is not None and self.window.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _tell(self) -> None:
        if self.window is not None and self.window.isVisible():
            self.window.tell(self._scene or self._of_moment())

    def _of_moment(self) -> PresenterNotes:
        view = self._controller.view
        if view is None:
            return PresenterNotes("")
        at_rest = "Live" if self._controller.playing else "At rest"
        title = at_rest if view.tape is None else f"Update {view.tape.update:,}"
        return PresenterNotes(title, plain(view.caption), "", plain(self._controller.coming()))
