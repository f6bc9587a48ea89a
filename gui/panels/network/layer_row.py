"""A layer's row in the network panel: units, activation with its parameters, and, unfolded, its further organs."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.catalogue.activations import CATALOGUE, Activation, Parameter
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.settings.network_spec import Penalties
from twostroke.engine.session.spec import ActivationSpec, LayerSpec, NormSpec, OutputSpec
from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.look.carried import carried
from twostroke.gui.model import edits
from twostroke.gui.model.functions_page import also_called
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.relevance import relevant
from twostroke.gui.model.words import title_of
from twostroke.gui.panels.base.forms import ChoiceEditor, Editor, Facts, FloatEditor, Form, IntEditor, facts_of
from twostroke.gui.panels.base.widgets import FIELD_HEIGHT, CalmComboBox, Disclosure, OneLine, Text, rows
from twostroke.gui.panels.network.names_view import ALSO, NamesView

NAME = 62  # px for "hidden 20"
STEPPER = 60
NAMES = 92  # px for the names of a layer's further settings


class ActivationCombo(CalmComboBox):
    """A list of activations. One that is dragged here from the catalogue is chosen, as if from the list.

    `catalogue_asked` says that the page of all of them is wanted.
    """

    catalogue_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.names = NamesView()
        self.setView(self.names)
        self.names.catalogue.clicked.connect(self._ask)
        self.setAcceptDrops(True)

    def _ask(self) -> None:
        self.hidePopup()
        self.catalogue_asked.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One that the list has."""
        event.setAccepted(self.findData(carried(event.mimeData())) >= 0)

    def dropEvent(self, event: QDropEvent) -> None:
        """Choose it."""
        index = self.findData(carried(event.mimeData()))
        event.setAccepted(index >= 0)
        if index >= 0:
            self.setCurrentIndex(index)
            self.activated.emit(index)


def activation_combo(label: str, output: bool = False) -> ActivationCombo:
    """A list of the activations that a hidden layer, or the output, can have; each tells what it is and says."""
    combo = ActivationCombo()
    combo.setAccessibleName(label)
    for name, entry in CATALOGUE.items():
        if entry.output_only and not output:
            continue
        combo.addItem(entry.title, name)
        combo.setItemData(combo.count() - 1, activation_tip(entry), Qt.ItemDataRole.ToolTipRole)
        combo.setItemData(combo.count() - 1, also_called(name), ALSO)
    return combo


def activation_tip(entry: Activation) -> str:
    """Formula, derivative, and what the function says."""
    return f"f(z) = {entry.formula}\nf′(z) = {entry.derivative}\n“{entry.says}”"


class ParameterRow(QWidget):
    """The parameters of an activation in one row, which is there for the others, too, and has their formula."""

    def __init__(self, send: Callable[[str, object], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._row = QHBoxLayout(self)
        self._row.setSpacing(4)
        self._entry: Activation | None = None
        self.formula = OneLine(self)
        self.formula.setProperty("role", "muted")
        self.setFixedHeight(FIELD_HEIGHT)
        self.editors: dict[str, Editor] = {}

    def show_spec(self, spec: ActivationSpec) -> None:
        """Show the parameters of `spec`."""
        if spec.entry is not self._entry:
            self._build(spec.entry)
        for name, editor in self.editors.items():
            editor.show_value(spec.params[name])

    def _build(self, entry: Activation) -> None:
        while item := self._row.takeAt(0):
            if (widget := item.widget()) and widget is not self.formula:
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
        self._row.addWidget(self.formula, 1)
        self.formula.say(entry.formula)
        self.formula.setVisible(not self.editors)


def _parameter_editor(parameter: Parameter) -> Editor:
    title = title_of(parameter.name)
    if parameter.choices:
        return ChoiceEditor(Facts(parameter.name, "choice", title, parameter.help, 0, 0, parameter.choices))
    return FloatEditor(Facts(parameter.name, "float", title, parameter.help, parameter.minimum, parameter.maximum))


class Organs(QWidget):
    """What a layer may have beside its sum and its gate: normalizer, dropout, skip path, penalties of its own."""

    def __init__(self, layer: Callable[[], int], edit: Callable[..., None], hidden: bool = True) -> None:
        super().__init__()
        self._layer, self._edit = layer, edit
        self.summary = ""
        self.norm = Form(NormSpec, names=NAMES) if hidden else None
        self.dropout = (
            Form(LayerSpec, leave_out=set(LayerSpec.model_fields) - {"dropout"}, names=NAMES) if hidden else None
        )
        self.skip = CalmComboBox()
        facts = facts_of(Penalties, "skip")
        self.skip.setAccessibleName(facts.title)
        self.skip.setToolTip(facts.help)
        self.penalties = Form(Penalties, names=NAMES)
        path = rows()
        name = Text(facts.title, "muted")
        name.setToolTip(facts.help)
        path.setColumnMinimumWidth(0, NAMES)
        path.addWidget(name, 0, 0)
        path.addWidget(self.skip, 0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 0, 0, 4)
        layout.setSpacing(5)
        for form in (self.norm, self.dropout):
            if form is not None:
                layout.addWidget(form)
        layout.addLayout(path)
        layout.addWidget(self.penalties)
        self._connect()

    def _connect(self) -> None:
        for form, prefix in ((self.norm, "norm."), (self.dropout, ""), (self.penalties, "")):
            if form is not None:
                form.edited.connect(lambda key, value, prefix=prefix: self._set(prefix + key, value))
        self.skip.currentIndexChanged.connect(lambda: self._set("skip", self.skip.currentData()))

    def _set(self, key: str, value: object) -> None:
        self._edit(edits.set_layer, self._layer(), key, value)

    def show_spec(self, spec: LayerSpec | OutputSpec, layer: int) -> None:
        """Show the settings of layer `layer` (from 1)."""
        if isinstance(spec, LayerSpec) and self.norm is not None and self.dropout is not None:
            self.norm.show_values(spec.norm, relevant(spec.norm))
            self.dropout.show_values(spec)
        self._show_sources(layer)
        self.skip.select(spec.skip)
        self.penalties.show_values(spec)
        self.summary = organs_told(spec)

    def _show_sources(self, layer: int) -> None:
        sources = [None, *range(layer)]
        if sources != [self.skip.itemData(i) for i in range(self.skip.count())]:
            with QSignalBlocker(self.skip):
                self.skip.clear()
                for source in sources:
                    self.skip.addItem("none" if source is None else layer_name(source), source)


def organs_told(spec: LayerSpec | OutputSpec) -> str:
    """What a layer has of these, in a few words; "" for nothing."""
    told = []
    if isinstance(spec, LayerSpec):
        told += [title_of(spec.norm.name)] if spec.norm.name != "none" else []
        told += [f"dropout {plain(spec.dropout)}"] if spec.dropout else []
    told += [] if spec.skip is None else [f"skip from {layer_name(spec.skip)}"]
    told += [f"{name} {plain(value)}" for name, value in (("L1", spec.l1), ("L2", spec.l2)) if value is not None]
    return " · ".join(told)


class LayerRow(QWidget):
    """One hidden layer: its name, units, activation, the activation's parameters below, and the rest folded.

    An activation that is dragged anywhere onto the row is the layer's. `catalogue_asked` as of `ActivationCombo`.
    """

    catalogue_asked = Signal()

    def __init__(self, layer: int, edit: Callable[..., None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edit, self.layer = edit, layer
        self.setAcceptDrops(True)
        name = layer_name(layer)
        self.units = IntEditor(facts_of(LayerSpec, "units"), stepper=True)
        self.units.field.setAccessibleName(f"Units of {name}")
        self.activation = activation_combo(f"Activation of {name}")
        self.parameters = ParameterRow(self._set_parameter)
        self.level = QToolButton()
        self.level.setText("each its own · make alike")
        self.level.setProperty("role", "link")
        self.level.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.level.setToolTip(f"The neurons of {name} have activations of their own: give all the one of the layer")
        self.organs = Organs(lambda: self.layer, edit)
        self.more = Disclosure(f"More of {name}", self.organs)
        title = Text(name, "muted")
        title.setFixedWidth(NAME)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2)
        grid.setVerticalSpacing(4)
        for column, widget in enumerate((title, self.units, self.activation, self.more.button)):
            grid.addWidget(widget, 0, column)
        below = QWidget()  # parameters, or a button: there is always one row for them
        below.setFixedHeight(FIELD_HEIGHT)
        line = QHBoxLayout(below)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.parameters, 1)
        line.addWidget(self.level, 0, Qt.AlignmentFlag.AlignRight)
        for row, widget in enumerate((below, self.more), start=1):
            grid.addWidget(widget, row, 0, 1, 4)
        grid.setColumnStretch(2, 1)
        self._connect()

    def _connect(self) -> None:
        self.units.edited.connect(lambda units: self._edit(edits.set_units, self.layer, units))
        self.activation.currentIndexChanged.connect(
            lambda: self._edit(edits.set_activation, self.layer, self.activation.currentData())
        )
        self.level.clicked.connect(lambda: self._edit(edits.level_neurons, self.layer))
        self.activation.catalogue_asked.connect(self.catalogue_asked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)

    def show_layer(self, spec: LayerSpec) -> None:
        """Show the settings of the layer."""
        self.units.show_value(spec.units)
        self.activation.select(spec.activation.name)
        self.activation.setToolTip(activation_tip(spec.activation.entry))
        self.parameters.show_spec(spec.activation)
        self.level.setVisible(bool(spec.neurons))
        self.parameters.setVisible(not spec.neurons)  # which would be those of no neuron
        self.organs.show_spec(spec, self.layer)
        self.more.say(self.organs.summary)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """As of the list in it."""
        self.activation.dragEnterEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """As of the list in it."""
        self.activation.dropEvent(event)

    def _set_parameter(self, name: str, value: object) -> None:
        self._edit(edits.set_activation_parameter, self.layer, name, value)

    def _menu(self, place: QPoint) -> None:
        menu = LetterMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("All activation functions…", self.catalogue_asked.emit)
        menu.addAction("Add a layer after it", lambda: self._edit(edits.add_layer, self.layer))
        menu.addAction("Remove this layer", lambda: self._edit(edits.remove_layer, self.layer))
        menu.popup(self.mapToGlobal(place))
