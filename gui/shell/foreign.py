"""What comes from other programs by way of the window: a link that is typed, pasted or dropped, and a model's file."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFileDialog, QFormLayout, QInputDialog, QWidget

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.data.names import DATASETS
from twostroke.engine.files.disk import said
from twostroke.engine.files.foreign.wishes import Wishes
from twostroke.engine.files.kinds import recognised

if TYPE_CHECKING:
    from twostroke.engine.files.foreign.conversion import Conversion

LINK_WIDTH = 640
ENDINGS = ("onnx", "safetensors", "keras", "npz")
DATA_PATTERN = "Tables and arrays (*.csv *.tsv *.npz);;All files (*)"
OWN_DATA = "Table or arrays…"
UNSAYING = ("safetensors", "npz")
"""Models whose files do not name their activations."""


def link_in_clipboard() -> str:
    """The link that was copied; "" where something else was."""
    text = QGuiApplication.clipboard().text().strip()
    return text if _is_link(text) else ""


def asked_link(window: QWidget) -> str:
    """The link that the user types or pastes; "" after Cancel. One that was copied stands there already."""
    dialog = QInputDialog(window)
    dialog.setWindowTitle("Open link")
    dialog.setLabelText("A link to the TensorFlow Playground:")
    dialog.setTextValue(link_in_clipboard())
    dialog.setOkButtonText("Open")
    dialog.resize(LINK_WIDTH, dialog.sizeHint().height())
    text = dialog.textValue().strip() if dialog.exec() == QDialog.DialogCode.Accepted else ""
    dialog.deleteLater()
    return text


def dropped(data: QMimeData) -> Path | str | None:
    """What may be dropped on the window: one file, or a link."""
    urls = data.urls()
    if len(urls) == 1 and urls[0].isLocalFile():
        return Path(urls[0].toLocalFile())
    if len(urls) > 1:
        return None
    text = urls[0].toString() if urls else data.text().strip()
    return text if _is_link(text) else None


def said_of(found: "Conversion") -> str:
    """What was guessed or not taken over, for a box; "" where nothing was."""
    lines = "\n".join(f"– {remark}" for remark in found.remarks)
    return f"{found.title} is open. What to know of it:\n\n{lines}" if lines else ""


class ModelDialog(QDialog):
    """What the file of a model does not say: its activations, where it names none, and the data."""

    def __init__(self, parent: QWidget, path: Path) -> None:
        super().__init__(parent)
        kind = recognised(path)
        self.setWindowTitle(f"Open {said(Path(path.name))}")
        form = QFormLayout(self)
        self.activation, self.output = (
            _choice("as the file says, else relu"),
            _choice("as the file says, else by the data"),
        )
        for entry in CATALOGUE.values():
            self.output.addItem(entry.title, entry.name)
            if not entry.output_only:
                self.activation.addItem(entry.title, entry.name)
        if kind is not None and kind.model in UNSAYING:
            form.addRow("Hidden layers", self.activation)
            form.addRow("Output layer", self.output)
        self.data = _choice("as the file says, else random rows")
        for info in DATASETS.values():
            self.data.addItem(info.title, info.name)
        self.data.addItem(OWN_DATA, OWN_DATA)
        self.data.activated.connect(self._choose_data)
        form.addRow("Learns from", self.data)
        kinds = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(kinds.Open | kinds.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)

    def _choose_data(self, place: int) -> None:
        """A file of one's own takes a place in the list; after Cancel the first one is chosen again."""
        if self.data.itemData(place) != OWN_DATA:
            return
        chosen, _ = QFileDialog.getOpenFileName(self, "Open data", "", DATA_PATTERN)
        if chosen:
            self.data.insertItem(place, said(Path(Path(chosen).name)), chosen)
        self.data.setCurrentIndex(place if chosen else 0)

    @property
    def wishes(self) -> Wishes:
        """What was chosen; empty for the first entry of each list."""
        return Wishes(self.activation.currentData(), self.output.currentData(), self.data.currentData())


def _choice(usual: str) -> QComboBox:
    box = QComboBox()
    box.addItem(usual, "")
    return box


def asked_wishes(window: QWidget, path: Path) -> Wishes | None:
    """What the user says of a model's file; None after Cancel."""
    dialog = ModelDialog(window, path)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    wishes = dialog.wishes
    dialog.deleteLater()
    return wishes if accepted else None


# What reads links and models is no part of the start.


def opens(path: Path) -> bool:
    """Whether the file is another program's model."""
    from twostroke.engine.files.foreign import opening

    return opening.opens(path)


def read(argument: str, wishes: Wishes) -> "Conversion":
    """The session that a link or a file becomes. Raises FileError."""
    from twostroke.engine.files.foreign.opening import open_foreign

    return open_foreign(argument, wishes)


def _is_link(text: str) -> bool:
    from twostroke.engine.files.foreign.playground_link import is_link

    return is_link(text)
