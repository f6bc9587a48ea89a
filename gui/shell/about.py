"""What this program is, and the versions that a report of a fault needs."""

from PySide6.QtWidgets import QMessageBox, QWidget

from twostroke.gui.look.icons import SIDE, app_icon
from twostroke.gui.shell.errors import message
from twostroke.gui.shell.versions import lines

TEXT = "Watch a neural network fire forward and learn backward, through one and the same gate."


def about(parent: QWidget) -> QMessageBox:
    """The dialog, not shown yet."""
    box = message(parent, TEXT, QMessageBox.Icon.NoIcon)
    box.setWindowTitle("About Twostroke")
    box.setIconPixmap(app_icon().pixmap(3 * SIDE, 3 * SIDE))
    box.setInformativeText("\n".join(lines()))
    return box
