"""The network: its layers, how the weights begin, and what a layer has beside units and activation when unfolded."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.session.phrases import counted
from twostroke.engine.session.spec import Init, LayerSpec, NetworkSpec, Session
from twostroke.gui.model import edits
from twostroke.gui.model.relevance import relevant
from twostroke.gui.model.words import feature_title
from twostroke.gui.panels.base.forms import Form
from twostroke.gui.panels.base.panel import SettingsPanel
from twostroke.gui.panels.base.widgets import Disclosure, OneLine, Text, rows, small_button
from twostroke.gui.panels.network.layer_row import (
    NAME,
    STEPPER,
    LayerRow,
    Organs,
    ParameterRow,
    activation_combo,
    activation_tip,
)


class NetworkPanel(SettingsPanel):
    """Inputs, hidden layers, output, initialisation, weight seed and precision.

    `catalogue_asked` says that the page of all activation functions is wanted.
    """

    TITLE = "Network"

    catalogue_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.layer_rows: list[LayerRow] = []
        self.inputs = OneLine()
        self.fewer = small_button("−", "Remove the last hidden layer")
        self.more = small_button("+", "Add a hidden layer")
        self.layer_count = Text()
        self.every = activation_combo("Activation of all hidden layers")
        self.every.setPlaceholderText("mixed")
        self.output = activation_combo("Activation of the output", output=True)
        self.outputs = Text()
        self.output_parameters = ParameterRow(lambda name, value: self.edit(edits.set_output_parameter, name, value))
        self.output_organs = Organs(lambda: len(self.session.network.layers) + 1, self.edit, hidden=False)
        self.output_more = Disclosure("More of the output", self.output_organs)
        self.init = Form(Init)
        self.rest = Form(NetworkSpec)
        self.total = Text("", "muted")
        self._hidden = QVBoxLayout()
        self._hidden.setSpacing(5)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.body.addLayout(_line(Text("input", "muted"), self.inputs, 1))
        layers = rows()  # above the layers, or the buttons would move under the pointer with every layer
        buttons = QHBoxLayout()
        buttons.setSpacing(3)
        for widget in (self.fewer, self.layer_count, self.more):
            buttons.addWidget(widget)
        buttons.addStretch(1)
        self.layer_count.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.layer_count.setFixedWidth(24)
        layers.addWidget(Text("Hidden layers", "muted"), 0, 0)
        layers.addLayout(buttons, 0, 1)
        layers.addWidget(Text("All layers", "muted"), 1, 0)
        layers.addWidget(self.every, 1, 1)
        self.body.addLayout(layers)
        self.body.addLayout(self._hidden)
        self.body.addLayout(
            _line(Text("output", "muted"), self.outputs, self.output, stretch_last=True, end=self.output_more.button)
        )
        self.body.addWidget(self.output_parameters)
        self.body.addWidget(self.output_more)
        for part in (self.init, self.rest, self.total, self.notice):
            self.body.addWidget(part)

    def _connect(self) -> None:
        self.fewer.clicked.connect(lambda: self.edit(edits.remove_layer))
        self.more.clicked.connect(lambda: self.edit(edits.add_layer))
        self.every.activated.connect(lambda: self.edit(edits.set_activation, None, self.every.currentData()))
        self.output.currentIndexChanged.connect(lambda: self.edit(edits.set_output, str(self.output.currentData())))
        for combo in (self.every, self.output):
            combo.catalogue_asked.connect(self.catalogue_asked)
        self.init.edited.connect(self._set_init)
        self.rest.edited.connect(lambda name, value: self.edit(edits.set_value, f"network.{name}", value))

    def part_of(self, session: Session) -> object:
        """The network."""
        return session.network

    def show_session(self, session: Session) -> None:
        """Show the network's settings; only a change of depth makes or removes widgets."""
        network = session.network
        self._show_inputs(session)
        self._show_layers(network.layers)
        self.outputs.say(counted(session.outputs, "unit"))
        self.output.select(network.output.activation.name)
        self.output.setToolTip(activation_tip(network.output.activation.entry))
        self.output_parameters.show_spec(network.output.activation)
        self.output_organs.show_spec(network.output, len(network.layers) + 1)
        self.output_more.say(self.output_organs.summary)
        self.init.show_values(network.init, relevant(network.init))
        self.rest.show_values(network)
        self.total.say(f"{session.parameter_count:,} weights and biases")

    def _show_inputs(self, session: Session) -> None:
        names = ", ".join(feature_title(name) for name in edits.shown_features(session))
        self.inputs.say(names or counted(session.data.inputs, "input"))

    def _show_layers(self, layers: tuple[LayerSpec, ...]) -> None:
        while len(self.layer_rows) > len(layers):
            gone = self.layer_rows.pop()
            self._hidden.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.layer_rows) < len(layers):
            row = LayerRow(len(self.layer_rows) + 1, self.edit, self)
            row.catalogue_asked.connect(self.catalogue_asked)
            self.layer_rows.append(row)
            self._hidden.addWidget(row)
        for row, spec in zip(self.layer_rows, layers, strict=True):
            row.show_layer(spec)
        self.layer_count.say(str(len(layers)))
        self._show_every(layers)
        self.fewer.setEnabled(bool(layers))

    def _show_every(self, layers: tuple[LayerSpec, ...]) -> None:
        """The activation that all neurons of all hidden layers have; "mixed" where there is none."""
        each = {gate.name for layer in layers for gate in layer.gates}
        same = CATALOGUE[each.pop()] if len(each) == 1 else None
        self.every.setCurrentIndex(-1 if same is None else self.every.findData(same.name))
        self.every.setToolTip("Give all hidden layers one activation" if same is None else activation_tip(same))
        self.every.setEnabled(bool(layers))

    def _set_init(self, name: str, value: object) -> None:
        if name == "name":
            self.edit(edits.set_init, value)
        else:
            self.edit(edits.set_value, f"network.init.{name}", value)


def _line(name: Text, *widgets: QWidget | int, stretch_last: bool = False, end: QWidget | None = None) -> QHBoxLayout:
    """A row that starts like the layers' rows."""
    row = QHBoxLayout()
    row.setSpacing(2)
    name.setFixedWidth(NAME)
    row.addWidget(name)
    for widget in widgets:
        if isinstance(widget, QWidget):
            if stretch_last and widget is not widgets[-1]:
                widget.setFixedWidth(STEPPER)
                if isinstance(widget, Text):
                    widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            row.addWidget(widget, 1 if widget is widgets[-1] else 0)
    if end is not None:
        row.addWidget(end)
    return row
