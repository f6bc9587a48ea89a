"""How the network learns, and which stroke passes the gates."""

import re

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from twostroke.engine.session.spec import (
    OPTIMIZERS,
    ClassWeights,
    Clip,
    GatesSpec,
    LossSpec,
    Schedule,
    Session,
    TrainingSpec,
)
from twostroke.gui.fields.number_fields import EntryLine
from twostroke.gui.model import edits
from twostroke.gui.model.numbers import exact, plain
from twostroke.gui.model.relevance import relevant
from twostroke.gui.model.typed import real
from twostroke.gui.model.words import title_of
from twostroke.gui.panels.base.forms import Form
from twostroke.gui.panels.base.panel import SettingsPanel
from twostroke.gui.panels.base.widgets import (
    FIELD_GAP,
    FIELD_HEIGHT,
    CalmComboBox,
    Disclosure,
    Heading,
    Text,
    keep_place,
    rows,
)

NAMES = 104  # px for the names of what is rarely needed


class WeightList(EntryLine):
    """The weight of each class, as numbers with spaces between them. `entered` carries another list."""

    entered = Signal(object)  # tuple of numbers
    declined = Signal(str)  # why it does not stand

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[float, ...] = ()
        self.setAccessibleName("Weight of each class")
        self.setToolTip("One number for each class, in their order, with spaces between them")
        self.editingFinished.connect(self._enter)

    def show_values(self, values: tuple[float, ...]) -> None:
        """Show `values`, unless another list is being typed."""
        if values != self._shown or not self.hasFocus():
            self._shown = values
            self.give(_written(values))

    def _enter(self) -> None:
        words = re.split(r"[;\s]+|,\s+", self.text().strip("; "))
        numbers = [real(word) for word in words]
        given = tuple(number for number in numbers if number is not None)
        if len(given) < len(numbers):
            self.give_up()
            self.declined.emit(f"Class weights: “{words[numbers.index(None)]}” is no number.")
        elif given != self._shown:
            self._shown = given
            self.give(_written(given))
            self.entered.emit(given)


def _written(values: tuple[float, ...]) -> str:
    return "  ".join(exact(value) for value in values)


class More(QWidget):
    """Schedule, gradient clipping and class weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.schedule, self.clip, self.classes = (Form(part, names=NAMES) for part in (Schedule, Clip, ClassWeights))
        self.values = WeightList()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 0, 0, 4)
        layout.setSpacing(5)
        for widget in (self.schedule, self.clip, self.classes, self.values):
            layout.addWidget(widget)
        for widget in (self.classes, self.values):
            keep_place(widget)

    def show_training(self, training: TrainingSpec, has_classes: bool) -> None:
        """Show the settings; class weights only where there are classes."""
        for form, part in ((self.schedule, training.schedule), (self.clip, training.clip)):
            form.show_values(part, relevant(part))
        self.classes.show_values(training.class_weights)
        self.classes.setVisible(has_classes)
        self.values.show_values(training.class_weights.values)
        self.values.setVisible(has_classes and training.class_weights.name == "given")

    def fields(self) -> list[QWidget]:
        """Its fields in the order in which they stand."""
        forms = (self.schedule, self.clip, self.classes)
        return [*(e.field for form in forms for e in form.editors.values()), self.values]


def more_told(training: TrainingSpec) -> str:
    """What is not as usual among them, in a few words; "" for nothing."""
    schedule, clip, classes = training.schedule, training.clip, training.class_weights
    told = [f"{schedule.name} schedule"] if schedule.name != "constant" else []
    told += ["warm-up"] if schedule.warm_up else []
    told += [f"clip {clip.name} {plain(clip.limit)}"] if clip.name != "none" else []
    told += [] if classes.name == "none" else ["balanced classes" if classes.name == "balanced" else "class weights"]
    return " · ".join(told)


def _at_top(form: Form) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(form)
    layout.addStretch(1)
    return page


class TrainingPanel(SettingsPanel):
    """Loss, batch, shuffling, L1, L2, what is rarely needed, optimizer with its settings, and the gate switches."""

    TITLE = "Training"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.loss = Form(LossSpec)
        self.optimizer = CalmComboBox()
        self.optimizer.setAccessibleName("Optimizer")
        self.rules: dict[str, Form] = {}
        self.rule = QStackedWidget()
        self.rest = Form(TrainingSpec)
        self.gates = Form(GatesSpec)
        self.more = More()
        self.further = Disclosure("More of training", self.more)
        for name, rule in OPTIMIZERS.items():
            self.optimizer.addItem(title_of(name), name)
            self.rules[name] = Form(rule)
            self.rule.addWidget(_at_top(self.rules[name]))
        most = max(len(form.editors) for form in self.rules.values())  # what is below stays where it is
        self.rule.setFixedHeight(most * (FIELD_HEIGHT + FIELD_GAP) - FIELD_GAP)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.body.addWidget(self.loss)
        self.body.addWidget(self.rest)
        more = rows()
        more.addWidget(Text("More", "muted"), 0, 0)
        more.addWidget(self.further.button, 0, 1, Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(more)
        self.body.addWidget(self.further)
        choice = rows()
        choice.addWidget(Text("Optimizer", "muted"), 0, 0)
        choice.addWidget(self.optimizer, 0, 1)
        self.body.addLayout(choice)
        self.body.addWidget(self.rule)
        self.body.addSpacing(8)
        self.body.addWidget(Heading("Gates"))
        self.body.addWidget(self.gates)
        self.body.addWidget(self.notice)

    def _connect(self) -> None:
        self.loss.edited.connect(self._set_loss)
        self.optimizer.currentIndexChanged.connect(
            lambda: self.edit(edits.set_optimizer, str(self.optimizer.currentData()))
        )
        for form, path in ((self.rest, "training"), (self.gates, "gates")):
            self._send(form, path)
        for form in self.rules.values():
            self._send(form, "training.optimizer")
        self._send(self.more.schedule, "training.schedule")
        self._send(self.more.clip, "training.clip")
        self.more.classes.edited.connect(lambda _, name: self.edit(edits.set_class_weights, name))
        self.more.values.declined.connect(self.decline)
        self.more.values.entered.connect(lambda values: self.edit(edits.set_class_weight_values, values))

    def _send(self, form: Form, path: str) -> None:
        form.edited.connect(lambda name, value: self.edit(edits.set_value, f"{path}.{name}", value))

    def _set_loss(self, name: str, value: object) -> None:
        if name == "name":
            self.edit(edits.set_loss, value)
        else:
            self.edit(edits.set_value, f"training.loss.{name}", value)

    def part_of(self, session: Session) -> object:
        """Training and gates."""
        return session.training, session.gates

    def show_session(self, session: Session) -> None:
        """Show the training's settings; of the optimizers only the chosen one's."""
        training = session.training
        self.loss.show_values(training.loss, relevant(training.loss))
        self.optimizer.select(training.optimizer.name)
        self.optimizer.setToolTip((type(training.optimizer).__doc__ or "").split(", as torch")[0].split(" As torch")[0])
        for name, form in self.rules.items():
            if name == training.optimizer.name:
                self.rule.setCurrentIndex(list(self.rules).index(name))
                form.show_values(training.optimizer, relevant(training.optimizer))
        self.rest.show_values(training)
        self.more.show_training(training, session.task != "regression")
        self.further.say(more_told(training))
        self.gates.show_values(session.gates)
