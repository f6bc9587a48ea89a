"""The network: one row a layer, its activation and that activation's parameters, and how the weights begin."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from twostroke.engine.activations import CATALOGUE, Activation, Parameter
from twostroke.engine.spec import ActivationSpec, Init, LayerSpec, NetworkSpec, Session
from twostroke.gui import edits
from twostroke.gui.panels.forms import ChoiceEditor, Editor, Facts, FloatEditor, Form, IntEditor, facts_of
from twostroke.gui.panels.panel import SettingsPanel
from twostroke.gui.panels.widgets import CalmComboBox, Text, focusable_before, rows, small_button, tab_order
from twostroke.gui.panels.words import count, title_of
from twostroke.gui.view_model import ViewState

NAME = 54  # px for "hidden 1"
STEPPER = 60


def activation_combo(names: tuple[str, ...], label: str) -> CalmComboBox:
    """A list of activations; each tells its formula and what it says."""
    combo = CalmComboBox()
    combo.setAccessibleName(label)
    for name in names:
        entry = CATALOGUE[name]
        combo.addItem(entry.title, name)
        combo.setItemData(combo.count() - 1, activation_tip(entry), Qt.ItemDataRole.ToolTipRole)
    return combo


def activation_tip(entry: Activation) -> str:
    """Formula, derivative, and what the function says."""
    return f"f(z) = {entry.formula}\nf′(z) = {entry.derivative}\n“{entry.says}”"


class ParameterRow(QWidget):
    """The parameters of a layer's activation in one small row; none for most functions."""

    def __init__(self, send: Callable[[str, object], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._row = QHBoxLayout(self)
        self._row.setSpacing(4)
        self._entry: Activation | None = None
        self.editors: dict[str, Editor] = {}

    def show_spec(self, spec: ActivationSpec) -> None:
        """Show the parameters of `spec`."""
        if spec.entry is not self._entry:
            self._build(spec.entry)
        for name, editor in self.editors.items():
            editor.show_value(spec.params[name])
        self.setVisible(bool(self.editors))

    def _build(self, entry: Activation) -> None:
        while item := self._row.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._entry, self.editors = entry, {}
        self._row.setContentsMargins(NAME + 4 if len(entry.parameters) < 3 else 8, 0, 0, 0)
        for parameter in entry.parameters:
            editor = _parameter_editor(parameter)
            editor.edited.connect(lambda value, name=parameter.name: self._send(name, value))
            label = Text(title_of(parameter.name), "muted")
            label.setToolTip(parameter.help)
            editor.field.setMinimumWidth(36)
            self._row.addWidget(label)
            self._row.addWidget(editor, 1)
            self.editors[parameter.name] = editor


def _parameter_editor(parameter: Parameter) -> Editor:
    title = title_of(parameter.name)
    if parameter.choices:
        return ChoiceEditor(Facts(parameter.name, "choice", title, parameter.help, 0, 0, parameter.choices))
    return FloatEditor(Facts(parameter.name, "float", title, parameter.help, parameter.minimum, parameter.maximum))


class LayerRow(QWidget):
    """One hidden layer: its name, units, activation, and the activation's parameters below."""

    def __init__(self, panel: "NetworkPanel", layer: int) -> None:
        super().__init__(panel)
        self._panel, self.layer = panel, layer
        name = f"hidden {layer}"
        self.units = IntEditor(facts_of(LayerSpec, "units"), stepper=True)
        self.units.field.setAccessibleName(f"Units of {name}")
        self.activation = activation_combo(edits.HIDDEN_ACTIVATIONS, f"Activation of {name}")
        self.parameters = ParameterRow(self._set_parameter)
        title = Text(name, "muted")
        title.setFixedWidth(NAME)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3)
        grid.setVerticalSpacing(4)
        for column, widget in enumerate((title, self.units, self.activation)):
            grid.addWidget(widget, 0, column)
        grid.addWidget(self.parameters, 1, 0, 1, 3)
        grid.setColumnStretch(2, 1)
        self._connect()

    def _connect(self) -> None:
        self.units.edited.connect(lambda units: self._panel.edit(edits.set_units, self.layer, units))
        self.activation.currentIndexChanged.connect(
            lambda: self._panel.edit(edits.set_activation, self.layer, self.activation.currentData())
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)

    def show_layer(self, spec: LayerSpec) -> None:
        """Show the settings of the layer."""
        self.units.show_value(spec.units)
        self.activation.select(spec.activation.name)
        self.activation.setToolTip(activation_tip(spec.activation.entry))
        self.parameters.show_spec(spec.activation)

    def _set_parameter(self, name: str, value: object) -> None:
        self._panel.edit(edits.set_activation_parameter, self.layer, name, value)

    def _menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("Add a layer after it", lambda: self._panel.edit(edits.add_layer, self.layer))
        menu.addAction("Remove this layer", lambda: self._panel.edit(edits.remove_layer, self.layer))
        menu.popup(self.mapToGlobal(place))


class NetworkPanel(SettingsPanel):
    """Inputs, hidden layers, output, initialisation, weight seed and precision."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Network", parent)
        self.layer_rows: list[LayerRow] = []
        self.inputs = Text()
        self.fewer = small_button("−", "Remove the last hidden layer")
        self.more = small_button("+", "Add a hidden layer")
        self.layer_count = Text()
        self.output = activation_combo(edits.OUTPUT_ACTIVATIONS, "Activation of the output")
        self.outputs = Text()
        self.output_parameters = ParameterRow(lambda name, value: self.edit(edits.set_output_parameter, name, value))
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
        self.body.addLayout(layers)
        self.body.addLayout(self._hidden)
        self.body.addLayout(_line(Text("output", "muted"), self.outputs, self.output, stretch_last=True))
        self.body.addWidget(self.output_parameters)
        for part in (self.init, self.rest, self.total, self.notice):
            self.body.addWidget(part)

    def _connect(self) -> None:
        self.fewer.clicked.connect(lambda: self.edit(edits.remove_layer))
        self.more.clicked.connect(lambda: self.edit(edits.add_layer))
        self.output.currentIndexChanged.connect(
            lambda: self.edit(edits.set_output, str(self.output.currentData()), asked="output")
        )
        self.init.edited.connect(self._set_init)
        self.rest.edited.connect(lambda name, value: self.edit(edits.set_value, f"network.{name}", value))

    def part_of(self, session: Session) -> object:
        """The network."""
        return session.network

    def show_session(self, session: Session, view: ViewState) -> None:
        """Show the network's settings; only a change of depth makes or removes widgets."""
        network = session.network
        self._show_inputs(session)
        self._show_layers(network.layers)
        self.outputs.say(count(session.outputs, "unit"))
        self.output.select(network.output.activation.name)
        self.output.setToolTip(activation_tip(network.output.activation.entry))
        self.output_parameters.show_spec(network.output.activation)
        tab_order((*focusable_before(self.output, self), *self._fields()))
        self.init.show_values(network.init, edits.relevant(network.init))
        self.rest.show_values(network)
        self.total.say(f"{session.parameter_count:,} weights and biases")

    def _show_inputs(self, session: Session) -> None:
        names = ", ".join(title_of(name) for name in edits.shown_features(session))
        self.inputs.say(names or count(session.data.inputs, "column"))
        self.inputs.setToolTip(names)

    def _fields(self) -> list[QWidget]:
        """All fields in the order in which they stand."""
        fields: list[QWidget] = [self.fewer, self.more]
        for row in self.layer_rows:
            fields += [row.units.field, row.activation, *(e.field for e in row.parameters.editors.values())]
        fields += [self.output, *(e.field for e in self.output_parameters.editors.values())]
        return fields + [e.field for form in (self.init, self.rest) for e in form.editors.values()]

    def _show_layers(self, layers: tuple[LayerSpec, ...]) -> None:
        while len(self.layer_rows) > len(layers):
            gone = self.layer_rows.pop()
            self._hidden.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        while len(self.layer_rows) < len(layers):
            row = LayerRow(self, len(self.layer_rows) + 1)
            self.layer_rows.append(row)
            self._hidden.addWidget(row)
        for row, spec in zip(self.layer_rows, layers, strict=True):
            row.show_layer(spec)
        self.layer_count.say(str(len(layers)))
        self.fewer.setEnabled(bool(layers))

    def _set_init(self, name: str, value: object) -> None:
        if name == "name":
            self.edit(edits.set_init, value)
        else:
            self.edit(edits.set_value, f"network.init.{name}", value)


def _line(name: Text, *widgets: QWidget | int, stretch_last: bool = False) -> QHBoxLayout:
    """A row that starts like the layers' rows."""
    row = QHBoxLayout()
    row.setSpacing(3)
    name.setFixedWidth(NAME)
    row.addWidget(name)
    for widget in widgets:
        if isinstance(widget, QWidget):
            if stretch_last and widget is not widgets[-1]:
                widget.setFixedWidth(STEPPER)
                if isinstance(widget, Text):
                    widget.setAlignment(Qt.AlignmentFlag.AlignCenter)
            row.addWidget(widget, 1 if widget is widgets[-1] else 0)
    return row
