"""Fields for numbers: what is typed stands, whichever decimal sign it has, or the field says that it cannot be.

They leave the wheel to the scroll column while they do not have the focus. Typing counts when it is finished: by
Return, or when the field is left; `give_up` (Escape) takes it back. `declined` carries what was typed and cannot be.
"""

import math
from typing import Any

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from twostroke.engine.session.phrases import MINUS
from twostroke.gui.fields.calm import MINIMUM_FIELD, chevron, takes_wheel
from twostroke.gui.look.painting import painting
from twostroke.gui.model import typed
from twostroke.gui.model.numbers import exact

TEXT_INSET = 6  # pixels from where a spin box writes to where other fields do
EVERY_DIGIT = 323
"""Decimals after which no number of double precision has any: the field rounds nothing."""

State = QValidator.State


def _arrows(widget: QAbstractSpinBox) -> None:
    if widget.buttonSymbols() is QAbstractSpinBox.ButtonSymbols.NoButtons:
        return
    middle = widget.height() / 2
    chevron(widget, widget.width() - 9, middle - 4, True)
    chevron(widget, widget.width() - 9, middle + 4, False)


def _bare(field: QSpinBox | QDoubleSpinBox, text: str) -> str:
    """The number in the field's text, without its unit."""
    return text.removesuffix(field.suffix()) if field.suffix() else text


def _state(value: float | None, text: str, least: float, most: float) -> State:
    """What cannot be is no number yet: on Return the field says so."""
    if value is None:
        return State.Intermediate if typed.partial(text) else State.Invalid
    return State.Acceptable if least <= value <= most and typed.partial(text) else State.Intermediate


class TypedNumber:
    """Beside QSpinBox or QDoubleSpinBox, whose common class knows no value: what fields for numbers share."""

    @property
    def _box(self) -> Any:
        """Itself, as what it stands beside."""
        return self

    def fixup(self, text: str) -> str:
        """Say that it cannot be; Qt puts the value back."""
        self._box.declined.emit(_bare(self._box, text).strip())
        return text

    def give_up(self) -> None:
        """Forget what is being typed."""
        self._box.setValue(self._box.value())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll column unless the field has the focus."""
        if takes_wheel(self._box, event):
            QAbstractSpinBox.wheelEvent(self._box, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and its arrows."""
        QAbstractSpinBox.paintEvent(self._box, event)
        _arrows(self._box)


class CalmSpinBox(TypedNumber, QSpinBox):
    """A whole number."""

    declined = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.setMinimumWidth(MINIMUM_FIELD)

    def textFromValue(self, value: int) -> str:
        """Its digits alone, in every country."""
        return str(value).replace("-", MINUS)

    def valueFromText(self, text: str) -> int:
        """What was typed; 0 where it is no number, which `validate` does not let through."""
        return typed.whole(_bare(self, text)) or 0

    def validate(self, text: str, position: int) -> tuple[State, str, int]:
        """Let through whatever can become a number."""
        bare = _bare(self, text)
        return _state(typed.whole(bare), bare, self.minimum(), self.maximum()), text, position


class Stepper(CalmSpinBox):
    """A whole number between a − and a + that can be hit with a pointer."""

    BUTTON = 17  # px, as in the style sheet

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "stepper")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFixedWidth(60)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and its signs; one that leads nowhere is pale."""
        QSpinBox.paintEvent(self, event)
        with painting(self) as painter:
            palette, centre = self.palette(), Qt.AlignmentFlag.AlignCenter
            for sign, left, possible in (
                (MINUS, 0, self.value() > self.minimum()),
                ("+", self.width() - self.BUTTON, self.value() < self.maximum()),
            ):
                painter.setPen(palette.color(palette.ColorRole.Text if possible else palette.ColorRole.Mid))
                painter.drawText(QRectF(left, 0, self.BUTTON, self.height()), centre, sign)


class NumberBox(TypedNumber, QDoubleSpinBox):
    """A number of any size, written as short as it can be read again; arrows change its leading digit."""

    declined = Signal(str)

    def __init__(self, parent: QWidget | None = None, step: float | None = None) -> None:
        super().__init__(parent)
        self._step = step  # None: a tenth of the number's own size
        self.setDecimals(EVERY_DIGIT)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.setMinimumWidth(MINIMUM_FIELD)

    def textFromValue(self, value: float) -> str:
        """The number without trailing zeros."""
        return exact(value)

    def valueFromText(self, text: str) -> float:
        """What was typed; 0 where it is no number, which `validate` does not let through."""
        return typed.real(_bare(self, text)) or 0.0

    def validate(self, text: str, position: int) -> tuple[State, str, int]:
        """Let through whatever can become a number."""
        bare = _bare(self, text)
        return _state(typed.real(bare), bare, self.minimum(), self.maximum()), text, position

    def stepBy(self, steps: int) -> None:
        """One step of fixed size, or one unit of the leading digit."""
        value = self.value()
        for _ in range(abs(steps)):
            value += math.copysign(self._step or _leading(value, steps > 0), steps)
        self.setValue(float(f"{value:.12g}") if abs(value) > 1e-12 * (self._step or 0.0) else 0.0)
        self.selectAll()


class OptionalBox(NumberBox):
    """A number or none: one step below the smallest number lies `absent`, and so does an empty field."""

    NONE = -1.0  # every optional setting begins at 0
    _absent, _smallest = "", 0.0  # Qt asks for a text before `__init__` is through

    def __init__(self, absent: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._absent = absent

    def setRange(self, minimum: float, maximum: float) -> None:
        """The numbers that may be given. It begins with none."""
        super().setRange(self.NONE, maximum)
        self._smallest = minimum
        self.set_number(None)

    def number(self) -> float | None:
        """The number; None where there is none."""
        return None if self.value() < self._smallest else self.value()

    def set_number(self, number: float | None) -> None:
        """Show `number`, or that there is none."""
        self.setValue(self.NONE if number is None else number)

    def textFromValue(self, value: float) -> str:
        """The number, or the words for none."""
        return self._absent if value < self._smallest else super().textFromValue(value)

    def valueFromText(self, text: str) -> float:
        """What was typed; nothing is none."""
        return self.NONE if typed.real(text) is None else super().valueFromText(text)

    def validate(self, text: str, position: int) -> tuple[State, str, int]:
        """As any number; nothing, and the words for none, are right too."""
        if text in ("", self._absent):
            return State.Acceptable, text, position
        return _state(typed.real(text), text, self._smallest, self.maximum()), text, position

    def stepBy(self, steps: int) -> None:
        """From none up to the smallest number, and from there back down."""
        if self.number() is None:
            self.set_number(self._smallest if steps > 0 else None)
        elif steps < 0 and self.value() == self._smallest:
            self.set_number(None)
        else:
            super().stepBy(steps)


class EntryLine(QLineEdit):
    """A line of text that has been given, and may be typed anew; `given_up` says that the old text is back."""

    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given = ""

    def give(self, text: str) -> None:
        """Show `text`, to which `give_up` comes back."""
        self._given = text
        self.setText(text)

    def give_up(self) -> None:
        """Forget what is being typed."""
        self.setText(self._given)
        self.given_up.emit()


def _leading(value: float, up: bool) -> float:
    """One unit of the leading digit of `value`: 0.03 -> 0.01; downwards from 0.01 -> 0.001; 0 -> 0.001."""
    if value == 0:
        return 0.001
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    towards_zero = up != (value > 0)
    exact_power = math.isclose(abs(value), 10.0**exponent)
    return 10.0 ** (exponent - 1 if towards_zero and exact_power else exponent)


def begin_alike(box: QAbstractSpinBox) -> None:
    """Have its number begin where the text of the fields above and below it does."""
    box.lineEdit().setTextMargins(TEXT_INSET, 0, 0, 0)
