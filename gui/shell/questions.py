"""What the window asks before work could be lost: the user's, or that of somebody else."""

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from twostroke.engine.files.disk import said
from twostroke.engine.files.seen import Since

SINCE = "since it was opened or saved here"

FOUND = {
    Since.CHANGED: (f"has been changed {SINCE}.", "Overwriting it loses what others have written."),
    Since.GONE: (f"has been deleted, moved or renamed {SINCE}.", "It can be written anew in the same place."),
    Since.LINKED: (
        f"has become a link to another place {SINCE}.",
        "Overwriting replaces the link; what it leads to stays as it is.",
    ),
}
"""What has become of a file, and what Overwrite would do about it."""


class Way(Enum):
    """What to do about a file that is not what it was."""

    OVERWRITE = "overwrite"
    ELSEWHERE = "elsewhere"
    CANCEL = "cancel"


def whether_to_save(window: QWidget, title: str, why: str) -> QMessageBox.StandardButton:
    """Save, Discard or Cancel, before a session with changes is left; `why`: what has changed."""
    kinds = QMessageBox.StandardButton
    box = _box(window, f"Save the changes to “{title}”?", why)
    box.setStandardButtons(kinds.Save | kinds.Discard | kinds.Cancel)
    box.setDefaultButton(kinds.Save)
    answer = kinds(box.exec())
    box.deleteLater()
    return answer


def whether_to_overwrite(window: QWidget, path: Path, found: Since) -> Way:
    """What to do where the file at `path` is no longer the one that was opened or saved. Escape is Cancel."""
    what, then = FOUND[found]
    first = "Write it anew" if found is Since.GONE else "Overwrite"
    return _way(window, f"{said(Path(path.name))} {what}", then, first)


def whether_to_replace(window: QWidget, path: Path) -> Way:
    """What to do where a file stands at `path` that nobody has been asked about."""
    return _way(window, f"{said(Path(path.name))} exists already.", "Overwriting it loses what is in it.", "Overwrite")


def whether_to_end(window: QWidget, names: Sequence[str]) -> bool:
    """Whether exports that are under way may be ended. Escape leaves them."""
    several = len(names) > 1
    what = f"{len(names)} exports are under way." if several else f"{said(Path(names[0]))} is not written yet."
    box = _box(window, what, f"{'They end' if several else 'Its export ends'} with the window, and nothing is left.")
    end = box.addButton("Leave", QMessageBox.ButtonRole.DestructiveRole)
    wait = box.addButton("Go on exporting", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(wait)
    box.exec()
    box.deleteLater()
    return box.clickedButton() is end


def _way(window: QWidget, text: str, then: str, first: str) -> Way:
    box = _box(window, text, then)
    overwrite = box.addButton(first, QMessageBox.ButtonRole.DestructiveRole)
    elsewhere = box.addButton("Save as…", QMessageBox.ButtonRole.AcceptRole)
    box.addButton(QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(elsewhere)
    box.exec()
    box.deleteLater()
    if box.clickedButton() is overwrite:
        return Way.OVERWRITE
    return Way.ELSEWHERE if box.clickedButton() is elsewhere else Way.CANCEL


def _box(window: QWidget, text: str, then: str) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Question, "Twostroke", text, parent=window)
    box.setTextFormat(Qt.TextFormat.PlainText)  # names of files may look like tags
    box.setInformativeText(then)
    return box
