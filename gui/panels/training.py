"""How the network learns, and which stroke passes the gates."""

from pydantic import BaseModel
from PySide6.QtWidgets import QWidget

from twostroke.engine.spec import Adam, GatesSpec, LossSpec, Session, Sgd, TrainingSpec
from twostroke.gui import edits
from twostroke.gui.panels.forms import Form
from twostroke.gui.panels.panel import SettingsPanel
from twostroke.gui.panels.widgets import CalmComboBox, Heading, Text, rows
from twostroke.gui.panels.words import title_of
from twostroke.gui.view_model import ViewState

RULES: tuple[type[BaseModel], ...] = (Sgd, Adam)


class TrainingPanel(SettingsPanel):
    """Loss, optimizer with its settings, batch, shuffling, L1, L2, and the two gate switches."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Training", parent)
        self.loss = Form(LossSpec)
        self.optimizer = CalmComboBox()
        self.optimizer.setAccessibleName("Optimizer")
        self.rules: dict[str, Form] = {}
        self.rest = Form(TrainingSpec)
        self.gates = Form(GatesSpec)
        for rule in RULES:
            name = str(rule.model_fields["name"].default)
            self.optimizer.addItem(title_of(name), name)
            self.rules[name] = Form(rule)
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.body.addWidget(self.loss)
        choice = rows()
        choice.addWidget(Text("Optimizer", "muted"), 0, 0)
        choice.addWidget(self.optimizer, 0, 1)
        self.body.addLayout(choice)
        for widget in (*self.rules.values(), self.rest):
            self.body.addWidget(widget)
        self.body.addSpacing(8)
        self.body.addWidget(Heading("Gates"))
        self.body.addWidget(self.gates)
        self.body.addWidget(self.notice)

    def _connect(self) -> None:
        self.loss.edited.connect(self._set_loss)
        self.optimizer.currentIndexChanged.connect(
            lambda: self.edit(edits.set_optimizer, str(self.optimizer.currentData()), asked="optimizer")
        )
        for form, path in ((self.rest, "training"), (self.gates, "gates")):
            self._send(form, path)
        for form in self.rules.values():
            self._send(form, "training.optimizer")

    def _send(self, form: Form, path: str) -> None:
        form.edited.connect(lambda name, value: self.edit(edits.set_value, f"{path}.{name}", value))

    def _set_loss(self, name: str, value: object) -> None:
        if name == "name":
            self.edit(edits.set_loss, value, asked="loss")
        else:
            self.edit(edits.set_value, f"training.loss.{name}", value)

    def part_of(self, session: Session) -> object:
        """Training and gates."""
        return session.training, session.gates

    def show_session(self, session: Session, view: ViewState) -> None:
        """Show the training's settings; of the optimizers only the chosen one's."""
        training = session.training
        self.loss.show_values(training.loss, edits.relevant(training.loss))
        self.optimizer.select(training.optimizer.name)
        self.optimizer.setToolTip((type(training.optimizer).__doc__ or "").split(", as torch")[0].split(" As torch")[0])
        for name, form in self.rules.items():
            form.setVisible(name == training.optimizer.name)
            if name == training.optimizer.name:
                form.show_values(training.optimizer)
        self.rest.show_values(training)
        self.gates.show_values(session.gates)
