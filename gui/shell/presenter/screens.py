"""Which screen is whose, and how a window comes to one."""

from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget


def for_picture(now: QScreen) -> QScreen:
    """Where the class looks: where the window is, unless that is the lecturer's own screen and there is another."""
    other = beside(now)
    return now if other is None or now is not QGuiApplication.primaryScreen() else other


def beside(screen: QScreen) -> QScreen | None:
    """Another screen; the lecturer's own sooner than a third one."""
    primary = QGuiApplication.primaryScreen()
    others = [each for each in QGuiApplication.screens() if each is not screen]
    return primary if primary in others else others[0] if others else None


def move(window: QWidget, screen: QScreen) -> None:
    """Bring a window to a screen, of which the full screen or a maximised window then takes the place."""
    if window.screen() is not screen:
        window.setGeometry(screen.availableGeometry())
        handle = window.windowHandle()
        if handle is not None:
            handle.setScreen(screen)


def fill(window: QWidget, screen: QScreen) -> None:
    """Maximise a window on a screen."""
    window.showNormal()
    move(window, screen)
    window.showMaximized()
