"""The activation of one hidden neuron alone, in the inspector; and the way back to all neurons of its layer alike."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from twostroke.engine.border.commands import Change
from twostroke.engine.border.snapshot import Answer
from twostroke.gui.model import edits
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.asking import Asking
from twostroke.gui.panels.base.widgets import Notice, Text, keep_place, rows
from twostroke.gui.panels.network.layer_row import ParameterRow, activation_combo, activation_tip


class NeuronGate(QWidget):
    """A chooser for one neuron's activation, with its parameters. `asked` carries an edit, and whom to answer."""

    asked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asking = Asking(self.asked.emit, self._answered)
        self._view: ViewState | None = None
        self._ref = NeuronRef(1, 0)
        self.activation = activation_combo("Activation of this neuron")
        self.parameters = ParameterRow(self._set_parameter)
        self.level = QToolButton()
        self.level.setText("all neurons of the layer alike")
        self.level.setProperty("role", "link")
        self.level.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        keep_place(self.level)
        self.notice = Notice()
        grid = rows(self)
        grid.addWidget(Text("This neuron", "muted"), 0, 0)
        grid.addWidget(self.activation, 0, 1)
        for row, widget in enumerate((self.parameters, self.level, self.notice), start=1):
            grid.addWidget(widget, row, 0, 1, 2)
        self.activation.currentIndexChanged.connect(
            lambda: self._edit(edits.set_neuron, self._ref.unit, str(self.activation.currentData()))
        )
        self.level.clicked.connect(lambda: self._edit(edits.level_neurons))

    def show_neuron(self, view: ViewState, ref: NeuronRef) -> None:
        """Show the activation of neuron `ref`; nothing for an input or an output."""
        layers = view.snapshot.session.network.layers
        known = 1 <= ref.layer <= len(layers) and ref.unit < layers[ref.layer - 1].units
        self.setVisible(known)
        if not known:
            return
        if ref == self._ref and self._asking.is_old(view.snapshot):
            return
        if ref != self._ref:
            self.notice.remark("")
        self._view, self._ref = view, ref
        layer = layers[ref.layer - 1]
        spec = layer.neurons[ref.unit] if layer.neurons else layer.activation
        self.activation.select(spec.name)
        self.activation.setToolTip(activation_tip(spec.entry))
        self.parameters.show_spec(spec)
        if self.level.isHidden() == bool(layer.neurons):
            self.level.setVisible(bool(layer.neurons))

    def _set_parameter(self, name: str, value: object) -> None:
        self._edit(edits.set_neuron_parameter, self._ref.unit, name, value)

    def _edit(self, change: Change, *arguments: object) -> None:
        if self._view is not None:
            self._asking.edit(self._view.snapshot.session, change, self._ref.layer, *arguments)

    def _answered(self, answer: Answer) -> None:
        if not answer.refused:
            self.notice.remark(answer.remark)
            return
        self.notice.refuse(answer.refused)
        if self._view is not None:
            self.show_neuron(self._view, self._ref)
