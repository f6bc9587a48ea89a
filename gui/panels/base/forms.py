"""Widgets built from the session model's field declarations, so that a setting is declared once, in engine/session/.

`facts_of` reads a declaration, `editor_for` turns it into an editor, `Form` lines up the editors of a whole model.
An editor shows values without a signal and emits `edited` for the user's own edits only; while the user types, no
other value overwrites the field.
"""

import math
import types
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Union, get_args, get_origin, runtime_checkable

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from twostroke.engine.session.spec import Real
from twostroke.gui.fields.number_fields import CalmSpinBox, NumberBox, OptionalBox, Stepper
from twostroke.gui.fields.soon import soon
from twostroke.gui.model.numbers import exact, plain
from twostroke.gui.model.relevance import now_and_then, places
from twostroke.gui.model.typed import real, whole
from twostroke.gui.model.words import as_sentence, title_of
from twostroke.gui.panels.base.number_combo import NumberCombo
from twostroke.gui.panels.base.widgets import NAME_WIDTH, CalmComboBox, Text, keep_place, rows

RATES = (*(float(f"{digit}e{exponent}") for exponent in range(-5, 1) for digit in (1, 3)), 10.0)
"""Learning rates to choose from: 1e-5 to 10 in 1-3-10 steps."""


@dataclass(frozen=True)
class Facts:
    """What a field declares. `kind` is "bool", "int", "float", "rate", "choice", "optional" (a number or none) or
    "other" (no single widget)."""

    name: str
    kind: str
    title: str
    help: str
    minimum: float
    maximum: float
    choices: tuple[str, ...] = ()
    unit: str = ""


def facts_of(model: type[BaseModel], name: str) -> Facts:
    """The declaration of field `name` of `model`."""
    info = model.model_fields[name]
    low, high = _limits(info)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    choices = tuple(str(c) for c in get_args(info.annotation)) if get_origin(info.annotation) is Literal else ()
    title = info.title or name.replace("_", " ").capitalize()
    kind = _kind(info.annotation, choices, extra.get("scale") == "log")
    return Facts(name, kind, title, as_sentence(info.description or ""), low, high, choices, str(extra.get("unit", "")))


def _kind(annotation: Any, choices: tuple[str, ...], logarithmic: bool) -> str:
    if get_origin(annotation) in (Union, types.UnionType):
        return "optional" if Real in get_args(annotation) else "other"
    if choices:
        return "choice" if len(choices) > 1 else "other"
    if annotation is bool:
        return "bool"
    if annotation is int:
        return "int"
    if annotation is float:
        return "rate" if logarithmic else "float"
    return "other"


def _limits(info: FieldInfo) -> tuple[float, float]:
    """Smallest and largest value; beside an open end, the next number there is."""
    names = ("gt", "ge", "lt", "le")
    ends = {name: float(getattr(end, name)) for end in info.metadata for name in names if hasattr(end, name)}
    low = math.nextafter(ends["gt"], math.inf) if "gt" in ends else ends.get("ge", -1e9)
    high = math.nextafter(ends["lt"], -math.inf) if "lt" in ends else ends.get("le", 1e9)
    return low, high


@runtime_checkable
class Hears(Protocol):
    """A part of the window that tells the user why a field goes back to its value."""

    def decline(self, sentence: str) -> None:
        """Say `sentence` where it can be seen."""


class Editor(QWidget):
    """One setting's widget. `edited` carries the new value, for edits of the user only."""

    edited = Signal(object)

    def __init__(self, facts: Facts, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facts = facts
        self.field = field
        self._shown: Any = None  # what the engine has, as far as it has told
        self._withheld = False  # whether that is not in the field yet
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(field)
        field.setToolTip(_tip(facts))
        field.setAccessibleName(facts.title)
        field.setAccessibleDescription(facts.help)
        self.setFocusProxy(field)
        field.installEventFilter(self)

    def value(self) -> Any:
        """What the field says now."""
        raise NotImplementedError

    def _write(self, value: Any) -> None:
        """Put `value` into the field."""
        raise NotImplementedError

    def _typing(self) -> bool:
        """Whether the user is in the middle of typing."""
        return False

    def show_value(self, value: Any) -> None:
        """Show `value` without a signal; where the user types, when the field is left."""
        self._shown = value
        self._withheld = value != self.value() and self._typing()
        if not self._withheld:
            self._show_now(value)

    def revert(self) -> None:
        """Show the last value from the engine again: the edit was not possible."""
        self._show_now(self._shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What was typed and not entered gives way to the value when the field is left."""
        if event.type() == QEvent.Type.FocusOut:
            soon(self, self._settle)
        return super().eventFilter(watched, event)

    def _decline(self, text: str) -> None:
        """Say why what was typed does not stand; nothing is no answer, and only goes."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, Hears):
            around = around.parentWidget()
        if around is not None and text:
            around.decline(declined(self.facts, text))

    def _show_now(self, value: Any) -> None:
        if value is not None and value != self.value():
            with QSignalBlocker(self.field):
                self._write(value)

    def _settle(self) -> None:
        if self._withheld:
            self.show_value(self._shown)

    def _emit(self, *_: object) -> None:
        self._withheld = False
        self.edited.emit(self.value())


def _tip(facts: Facts) -> str:
    known = facts.kind in ("int", "float") and abs(facts.minimum) < 1e9 and facts.maximum < 1e9
    return "\n".join(line for line in (facts.help or facts.title, _ends(facts) if known else "") if line)


def _ends(facts: Facts) -> str:
    """The range in words: "0 to 1", "above 0 to below 1"."""
    low, high = round(facts.minimum, 9), round(facts.maximum, 9)
    above, below = "above " if low < facts.minimum else "", "below " if high > facts.maximum else ""
    return f"{above}{plain(low)} to {below}{plain(high)}"


def declined(facts: Facts, text: str) -> str:
    """Why `text` does not stand in a field for numbers."""
    number = real(text)
    if number is None:
        return f"{facts.title}: “{text}” is no number."
    if facts.kind == "int" and whole(text) is None:
        return f"{facts.title}: “{text}” is no whole number."
    return f"{facts.title}: {exact(number)} is out of range. It goes from {_ends(facts)}."


class BoolEditor(Editor):
    """A check box; its title stands beside it."""

    def __init__(self, facts: Facts, parent: QWidget | None = None) -> None:
        self._box = QCheckBox(facts.title)
        super().__init__(facts, self._box, parent)
        self._box.toggled.connect(self._emit)

    def value(self) -> bool:
        """Whether it is checked."""
        return self._box.isChecked()

    def _write(self, value: Any) -> None:
        self._box.setChecked(bool(value))


class IntEditor(Editor):
    """A spin box for a whole number; a stepper where small steps are the usual change."""

    def __init__(self, facts: Facts, stepper: bool = False, parent: QWidget | None = None) -> None:
        self._box = Stepper() if stepper else CalmSpinBox()
        self._box.setRange(int(facts.minimum), int(facts.maximum))
        self._box.setSuffix(f" {facts.unit}" if facts.unit else "")
        super().__init__(facts, self._box, parent)
        self._box.valueChanged.connect(self._emit)
        self._box.declined.connect(self._decline)

    def value(self) -> int:
        """The number."""
        return self._box.value()

    def set_maximum(self, maximum: int) -> None:
        """Narrow the range to what exists at present, e.g. rows of the training part."""
        with QSignalBlocker(self._box):
            self._box.setMaximum(maximum)

    def _write(self, value: Any) -> None:
        self._box.setValue(int(value))

    def _typing(self) -> bool:
        return self._box.hasFocus() and self._box.cleanText() != self._box.textFromValue(self._box.value())


class FloatEditor(Editor):
    """A spin box for a number."""

    def __init__(self, facts: Facts, parent: QWidget | None = None) -> None:
        span = facts.maximum - facts.minimum
        self._box = NumberBox(
            step=0.05 if 0.5 < span <= 1.0 and facts.minimum >= 0 and facts.name != "epsilon" else None
        )
        self._box.setRange(facts.minimum, facts.maximum)
        self._box.setSuffix(f" {facts.unit}" if facts.unit else "")
        super().__init__(facts, self._box, parent)
        self._box.valueChanged.connect(self._emit)
        self._box.declined.connect(self._decline)

    def value(self) -> float:
        """The number."""
        return self._box.value()

    def _write(self, value: Any) -> None:
        self._box.setValue(float(value))

    def _typing(self) -> bool:
        return self._box.hasFocus() and self._box.cleanText() != self._box.textFromValue(self._box.value())


class OptionalEditor(Editor):
    """A spin box for a number that may be left out; empty, and below the smallest number, it says so."""

    def __init__(self, facts: Facts, parent: QWidget | None = None) -> None:
        self._box = OptionalBox("as in training")
        self._box.setRange(facts.minimum, facts.maximum)
        super().__init__(facts, self._box, parent)
        self._box.valueChanged.connect(self._emit)
        self._box.declined.connect(self._decline)

    def value(self) -> float | None:
        """The number; None where it is left out."""
        return self._box.number()

    def _write(self, value: Any) -> None:
        self._box.set_number(value)

    def _show_now(self, value: Any) -> None:
        super()._show_now(value)
        if value is None and self.value() is not None:  # here None is a value like others
            with QSignalBlocker(self._box):
                self._write(None)

    def _typing(self) -> bool:
        return self._box.hasFocus() and self._box.cleanText() != self._box.textFromValue(self._box.value())


class RateEditor(Editor):
    """A learning rate: a list in 1-3-10 steps into which any other number may be typed."""

    def __init__(self, facts: Facts, parent: QWidget | None = None) -> None:
        self._box = NumberCombo(RATES)
        super().__init__(facts, self._box, parent)
        self._box.line.setAccessibleName(facts.title)
        self._box.entered.connect(self._emit)
        self._box.declined.connect(self._decline)

    def value(self) -> float:
        """The rate last shown or chosen."""
        return self._box.number()

    def _write(self, value: Any) -> None:
        self._box.show_number(float(value))

    def _typing(self) -> bool:
        return self._box.typing()


class ChoiceEditor(Editor):
    """A combo box."""

    def __init__(self, facts: Facts, parent: QWidget | None = None) -> None:
        self._box = CalmComboBox()
        for choice in facts.choices:
            self._box.addItem(title_of(choice, facts.name), choice)
        super().__init__(facts, self._box, parent)
        self._box.currentIndexChanged.connect(self._emit)

    def value(self) -> str:
        """The name chosen."""
        return str(self._box.currentData())

    def _write(self, value: Any) -> None:
        self._box.select(value)


EDITORS: dict[str, Callable[[Facts], Editor]] = {
    "bool": BoolEditor,
    "int": IntEditor,
    "float": FloatEditor,
    "rate": RateEditor,
    "choice": ChoiceEditor,
    "optional": OptionalEditor,
}


def editor_for(facts: Facts) -> Editor:
    """The editor of a field. Raises KeyError where the field is no single value (`kind` "other")."""
    return EDITORS[facts.kind](facts)


class Form(QWidget):
    """All single-valued fields of a model, one row each. `edited` carries the field's name and the new value."""

    edited = Signal(str, object)

    def __init__(
        self,
        model: type[BaseModel],
        leave_out: Iterable[str] = (),
        names: int = NAME_WIDTH,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editors: dict[str, Editor] = {}
        self._names: dict[str, Text] = {}
        self._grid = rows(self)
        self._grid.setColumnMinimumWidth(0, names)
        every = [facts_of(model, name) for name in model.model_fields if name not in set(leave_out)]
        single = [facts for facts in every if facts.kind != "other"]
        row_of = places(model, [facts.name for facts in single])
        for facts in single:
            self._add(row_of[facts.name], facts)
        self.keep_places(now_and_then(model))

    def _add(self, row: int, facts: Facts) -> None:
        editor = editor_for(facts)
        editor.edited.connect(lambda value, name=facts.name: self.edited.emit(name, value))
        self.editors[facts.name] = editor
        if facts.kind == "bool":
            self._grid.addWidget(editor, row, 0, 1, 2)
            return
        label = self._names[facts.name] = Text(facts.title, "muted")
        label.setToolTip(_tip(facts))
        label.setBuddy(editor.field)
        self._grid.addWidget(label, row, 0)
        self._grid.addWidget(editor, row, 1)

    def keep_places(self, names: Iterable[str]) -> None:
        """Let the fields `names` keep their rows while they are not shown."""
        for name in names:
            if name in self.editors:
                keep_place(self.editors[name])

    def show_values(self, values: BaseModel, shown: Iterable[str] | None = None) -> None:
        """Show the fields of `values`; with `shown`, only the rows of those names."""
        wanted = None if shown is None else set(shown)
        for name, editor in self.editors.items():
            visible = wanted is None or name in wanted
            if editor.isHidden() == visible:
                editor.setVisible(visible)
                if name in self._names:
                    self._names[name].setVisible(visible)
            editor.show_value(getattr(values, name))

    def revert(self) -> None:
        """Show the last values from the engine again."""
        for editor in self.editors.values():
            editor.revert()
