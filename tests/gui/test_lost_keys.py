"""Where what has the keys is hidden, taken away or cannot be used any more, they are the picture's: nothing starts."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.window_bench import Bench, bench, settings

__all__ = ["bench", "settings"]


def disable(button: QWidget) -> None:
    button.setEnabled(False)


def disable_around(button: QWidget) -> None:
    button.parentWidget().setEnabled(False)


def hide(button: QWidget) -> None:
    button.hide()


def hide_around(button: QWidget) -> None:
    button.parentWidget().hide()


def delete(button: QWidget) -> None:
    button.deleteLater()
    QApplication.sendPostedEvents(button, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize("lose", [disable, disable_around, hide, hide_around, delete])
def test_keys_of_what_is_gone_are_the_pictures(bench: Bench, lose: Callable[[QWidget], None]) -> None:
    """They were nobody's, or those of Reset: Space, which trains, took the trained network away."""
    offer = bench.window.offer
    offer.show()
    button = offer.buttons["Recover"]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    lose(button)
    QApplication.processEvents()
    assert QApplication.focusWidget() is bench.window.stage
    bench.key(Qt.Key.Key_Down)
    assert bench.controller.walking
    bench.key(Qt.Key.Key_Space)
    assert bench.link.sent[-1] == "Play"
    assert "Reset" not in bench.link.sent


def test_a_layer_that_is_removed_leaves_its_keys_to_the_picture(bench: Bench) -> None:
    bench.controller.send(to(example_session((4, 4)), "Add"))
    QApplication.processEvents()
    bench.window.panels["network"].layer_rows[-1].units.field.setFocus()  # type: ignore[union-attr]
    bench.controller.send(to(example_session((4,)), "Remove"))
    QApplication.processEvents()
    assert QApplication.focusWidget() is bench.window.stage


def test_the_windows_own_keys_are_the_pictures(bench: Bench) -> None:
    bench.window.setFocus()
    assert QApplication.focusWidget() is bench.window.stage
