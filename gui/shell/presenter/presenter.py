"""Enters and leaves presenter mode, and passes on what is asked for in it."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen

from twostroke.gui.drive.controller import Controller
from twostroke.gui.fields.soon import soon
from twostroke.gui.look.style import write_larger
from twostroke.gui.model.presenter_notes import PresenterNotes
from twostroke.gui.panels.lesson.lesson_panel import SceneView
from twostroke.gui.shell.presenter.arrangement import Before, Parts
from twostroke.gui.shell.presenter.back_row import enlargement
from twostroke.gui.shell.presenter.black_out import BlackOut
from twostroke.gui.shell.presenter.keys_here import KeysHere
from twostroke.gui.shell.presenter.lecturer import Lecturer
from twostroke.gui.shell.presenter.lock import Lock
from twostroke.gui.shell.presenter.pointer import Pointer
from twostroke.gui.shell.presenter.screens import beside, for_picture, move

SETTLED_MS = 300
"""After which a window that was asked to fill a screen does so: in between it may be neither here nor there."""


class Presenter(QObject):
    """The mode of one window. `changed` says whether it is on."""

    changed = Signal(bool)

    def __init__(self, parts: Parts, controller: Controller) -> None:
        super().__init__(parts.window)
        self._parts, self._controller = parts, controller
        self._keys = KeysHere(parts.actions)
        self._before: Before | None = None
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLED_MS)
        self._settled.timeout.connect(self._end_with_full_screen)
        self.lock = Lock(controller, parts.pictures)
        self.pointer = Pointer(parts.pictures)
        self.black = BlackOut(parts.window)
        self.lecturer = Lecturer(parts, controller)
        parts.columns.wanted.connect(parts.panels_beside.choose)
        for changed in (parts.panels_beside.changed, self.pointer.moved):
            changed.connect(self.lecturer.look)
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenAdded.connect(self._screens_changed)
            app.screenRemoved.connect(self._screens_changed)
        self.black.changed.connect(self._rest)
        self.black.changed.connect(self.lecturer.show_black)

    @property
    def on(self) -> bool:
        """Whether the lecturer presents."""
        return self._before is not None

    def toggle(self) -> None:
        """Enter the mode, or leave it."""
        if self.on:
            self.leave()
        else:
            self.enter()

    def enter(self) -> None:
        """The picture alone, large, on the whole screen; and no control to touch by accident."""
        parts = self._parts
        self._before = Before.of(parts)
        for each in parts.controls:
            each.hide()
        parts.columns.show_bare(True)
        parts.window.setAcceptDrops(False)
        parts.window.installEventFilter(self)
        self.lock.close(True)
        self._keys.take()
        screen = for_picture(parts.window.screen())
        self.lecturer.begin(screen)
        parts.panels_beside.begin()
        self._fill(screen)
        parts.window.activateWindow()
        parts.pictures.main.stage.setFocus()
        self.changed.emit(True)

    def leave(self) -> None:
        """All as it was before."""
        if self._before is None:
            return
        before, self._before = self._before, None
        self.black.end()
        self.pointer.switch(False)
        self._parts.actions["pointer"].setChecked(False)
        self.lecturer.end()
        self._parts.panels_beside.end()
        self._keys.give_back()
        self.lock.close(False)
        self._parts.window.removeEventFilter(self)
        self._parts.window.setAcceptDrops(True)
        self._draw_larger(1.0)
        before.bring_back(self._parts)
        self.changed.emit(False)

    def _fill(self, screen: QScreen) -> None:
        window = self._parts.window
        if window.screen() is not screen:
            window.showNormal()
            move(window, screen)
        window.showFullScreen()
        self._refit()

    def _refit(self) -> None:
        """The window has another size, perhaps another screen."""
        self._draw_larger(enlargement(self._parts.window.size()))

    def _draw_larger(self, scale: float) -> None:
        self._parts.pictures.draw_larger(scale)
        self._parts.panels_beside.draw_larger(scale)
        self.pointer.scale = scale
        write_larger(self._parts.banner.text, scale)

    def black_out(self) -> None:
        """The whole screen black until any key."""
        if self.on:
            self.black.begin()

    def switch_pointer(self) -> None:
        """Have a dot follow the mouse, or no more."""
        self.pointer.switch(self.on and not self.pointer.on)
        self._parts.actions["pointer"].setChecked(self.pointer.on)

    def choose_panels(self) -> None:
        """Beside the picture the output, then the curves, then neither."""
        if self.on:
            self._parts.panels_beside.choose_next()

    def show_notes(self) -> None:
        """The lecturer's window: on the screen that the class does not look at, if there is one."""
        self.lecturer.open(beside(self._parts.window.screen()) if self.on else None)

    def tell_class(self, scene: SceneView | None) -> None:
        """What stands beside the picture of a lesson's scene; None for no lesson."""
        self._parts.panels_beside.tell(scene)

    def show_scene(self, scene: PresenterNotes | None) -> None:
        """What the lecturer is to see of a scene of a lesson; None where there is none."""
        self.lecturer.show_scene(scene)

    def swap_screens(self) -> None:
        """The picture where the notes are, and the notes where the picture is."""
        here = self._parts.window.screen()
        other = beside(here)
        if self.on and other is not None:
            self._fill(other)
            self.lecturer.open(here)

    def _screens_changed(self) -> None:
        """A projector has come or gone: the notes are never where the class looks."""
        if self.on:
            soon(self, lambda: self.lecturer.keep_apart(self._parts.window.screen()), SETTLED_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The screen may be exchanged while the lecturer presents."""
        if self.on and event.type() is QEvent.Type.Resize:
            self._refit()
        return False

    def window_changed(self) -> None:
        """The window manager may have ended the full screen by itself."""
        self._rest()
        self._settled.start()

    def _end_with_full_screen(self) -> None:
        window = self._parts.window
        if self.on and not window.isFullScreen() and not window.isMinimized():
            self.leave()

    def _rest(self) -> None:
        """Nothing is shown that nobody sees."""
        self._controller.leave_unseen(self.black.on or self._parts.window.isMinimized())
