"""Enters and leaves presenter mode, and passes on what is asked for in it."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QFont, QGuiApplication, QScreen

from twostroke.gui.drive.controller import Controller
from twostroke.gui.look.style import FONT_PIXELS, base_font
from twostroke.gui.shell.presenter.arrangement import Before, Parts
from twostroke.gui.shell.presenter.back_row import enlargement
from twostroke.gui.shell.presenter.black_out import BlackOut
from twostroke.gui.shell.presenter.keys_here import KeysHere
from twostroke.gui.shell.presenter.lock import Lock
from twostroke.gui.shell.presenter.pointer import Pointer


class Presenter(QObject):
    """The mode of one window. `changed` says whether it is on."""

    changed = Signal(bool)

    def __init__(self, parts: Parts, controller: Controller) -> None:
        super().__init__(parts.window)
        self._parts, self._controller = parts, controller
        self._keys = KeysHere(parts.actions)
        self._before: Before | None = None
        self.lock = Lock(controller, parts.pictures)
        self.pointer = Pointer(parts.pictures)
        self.black = BlackOut(parts.window)
        self.black.changed.connect(self._rest)

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
        self.lock.close(True)
        self._keys.take()
        self._fill(screen_for_picture(parts.window.screen()))
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
        self._keys.give_back()
        self.lock.close(False)
        self._parts.window.setAcceptDrops(True)
        self._draw_larger(1.0)
        before.bring_back(self._parts)
        self.changed.emit(False)

    def _fill(self, screen: QScreen) -> None:
        window = self._parts.window
        self._draw_larger(enlargement(screen.size()))
        if window.screen() is not screen:
            window.showNormal()
            window.setGeometry(screen.availableGeometry())
            handle = window.windowHandle()
            if handle is not None:
                handle.setScreen(screen)
        window.showFullScreen()

    def _draw_larger(self, scale: float) -> None:
        self._parts.pictures.draw_larger(scale)
        self.pointer.scale = scale
        words = base_font()
        words.setPixelSize(round(scale * FONT_PIXELS))
        self._parts.banner.setFont(words if scale != 1.0 else QFont())

    def black_out(self) -> None:
        """The whole screen black until any key."""
        if self.on:
            self.black.begin()

    def switch_pointer(self) -> None:
        """Have a dot follow the mouse, or no more."""
        self.pointer.switch(self.on and not self.pointer.on)
        self._parts.actions["pointer"].setChecked(self.pointer.on)

    def window_changed(self) -> None:
        """The window manager may have ended the full screen by itself."""
        window = self._parts.window
        self._rest()
        if self.on and not window.isFullScreen() and not window.isMinimized():
            self.leave()

    def _rest(self) -> None:
        """Nothing is shown that nobody sees."""
        self._controller.leave_unseen(self.black.on or self._parts.window.isMinimized())


def screen_for_picture(now: QScreen) -> QScreen:
    """Where the class looks: where the window is, unless that is the lecturer's own screen and there is another."""
    if now is not QGuiApplication.primaryScreen():
        return now
    others = [screen for screen in QGuiApplication.screens() if screen is not now]
    return others[0] if others else now
