"""A new session by its few first choices: which data, and how large a network. All else is the window's."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QSpinBox, QVBoxLayout, QWidget

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.data.names import DATASETS
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model.welcome import small_session
from twostroke.gui.panels.base.widgets import Text

MOST_LAYERS, MOST_UNITS = 6, 32


class OwnSession(QDialog):
    """`made` carries the Session. Not modal; Escape closes it."""

    made = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("New session")
        usual = Session()
        self.data, self.activation = QComboBox(), QComboBox()
        for info in DATASETS.values():
            self.data.addItem(f"{info.title}: {info.help}", info.name)
        for entry in CATALOGUE.values():
            if not entry.output_only:
                self.activation.addItem(entry.title, entry.name)
        self.layers, self.units = _number(1, MOST_LAYERS), _number(1, MOST_UNITS)
        self.data.setCurrentIndex(self.data.findData(usual.data.name))
        self.activation.setCurrentIndex(self.activation.findData("relu"))
        self.layers.setValue(len(usual.network.layers))
        self.units.setValue(usual.widths[1])
        self.problem = Text("", "warning", wrap=True)
        self.problem.hide()
        self._lay()

    def _lay(self) -> None:
        form = QFormLayout()
        form.addRow("Data", self.data)
        form.addRow("Hidden layers", self.layers)
        form.addRow("Neurons in each", self.units)
        form.addRow("Activation", self.activation)
        buttons = QDialogButtonBox()
        buttons.addButton("Begin", QDialogButtonBox.ButtonRole.AcceptRole).setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._make)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(form)
        layout.addWidget(self.problem)
        layout.addWidget(buttons)

    def _make(self) -> None:
        chosen = str(self.data.currentData()), self.layers.value(), self.units.value(), self.activation.currentData()
        try:
            session = small_session(*chosen)
        except SessionError as error:
            self.problem.say(str(error))
            self.problem.show()
            return
        self.accept()
        self.made.emit(session)


def _number(low: int, high: int) -> QSpinBox:
    field = QSpinBox()
    field.setRange(low, high)
    return field
