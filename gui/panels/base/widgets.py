"""Small widgets that every panel uses: fields that leave the wheel to the scroll column, headings, notices, rows."""

import math
from collections.abc import Iterable
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QIcon, QKeyEvent, QPaintEvent, QPen, QPolygonF, QResizeEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from twostroke.engine.session.phrases import MINUS
from twostroke.gui.look.painting import painting
from twostroke.gui.look.style import mark
from twostroke.gui.model.numbers import plain

NAME_WIDTH = 84  # of the left column, in a panel of about 230 px
MINIMUM_FIELD = 60


def _chevron(widget: QWidget, x: float, y: float, up: bool) -> None:
    """A small arrow centred at (x, y), in the colour of the widget's text: a style sheet takes the style's own away."""
    with painting(widget, smooth=True) as painter:
        role = widget.palette().ColorRole.Text if widget.isEnabled() else widget.palette().ColorRole.Mid
        painter.setPen(QPen(widget.palette().color(role), 1.2))
        tip = -1.5 if up else 1.5
        painter.drawPolyline(QPolygonF([QPointF(x - 3, y - tip), QPointF(x, y + tip), QPointF(x + 3, y - tip)]))


def _spin_arrows(widget: QAbstractSpinBox) -> None:
    if widget.buttonSymbols() is QAbstractSpinBox.ButtonSymbols.NoButtons:
        return
    middle = widget.height() / 2
    _chevron(widget, widget.width() - 9, middle - 4, True)
    _chevron(widget, widget.width() - 9, middle + 4, False)


def takes_wheel(field: QWidget, event: QWheelEvent) -> bool:
    """Whether the wheel may turn `field`: only with the focus, else it belongs to the column that scrolls."""
    if not field.hasFocus():
        event.ignore()
    return field.hasFocus()


class CalmSpinBox(QSpinBox):
    """A whole number; the wheel changes it only while it has the focus, and typing counts when it is finished."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.setGroupSeparatorShown(False)
        self.setMinimumWidth(MINIMUM_FIELD)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll column unless the field has the focus."""
        if takes_wheel(self, event):
            super().wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and its arrows."""
        super().paintEvent(event)
        _spin_arrows(self)


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


class NumberBox(QDoubleSpinBox):
    """A number of any size, written as short as possible; arrows change its leading digit."""

    def __init__(self, parent: QWidget | None = None, step: float | None = None) -> None:
        super().__init__(parent)
        self._step = step  # None: a tenth of the number's own size
        self.setDecimals(12)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.setMinimumWidth(MINIMUM_FIELD)

    def textFromValue(self, value: float) -> str:
        """The number without trailing zeros."""
        return plain(value)

    def valueFromText(self, text: str) -> float:
        """What was typed; 0 where it is no number, which `validate` does not let through."""
        return parsed(text) or 0.0

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let through whatever can become a number within the range."""
        value = parsed(text)
        if value is None:
            partial = all(c in "+-−.,eE0123456789 " for c in text)
            state = QValidator.State.Intermediate if partial else QValidator.State.Invalid
        else:
            inside = self.minimum() <= value <= self.maximum()
            state = QValidator.State.Acceptable if inside else QValidator.State.Intermediate
        return state, text, position

    def stepBy(self, steps: int) -> None:
        """One step of fixed size, or one unit of the leading digit."""
        value = self.value()
        for _ in range(abs(steps)):
            value += math.copysign(self._step or _leading(value, steps > 0), steps)
        self.setValue(round(value, 12))
        self.selectAll()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll column unless the field has the focus."""
        if takes_wheel(self, event):
            super().wheelEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, and its arrows."""
        super().paintEvent(event)
        _spin_arrows(self)


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
        return self.NONE if parsed(text) is None else super().valueFromText(text)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """As any number; nothing, and the words for none, are right too."""
        if text.strip() in ("", self._absent):
            return QValidator.State.Acceptable, text, position
        value = parsed(text)
        if value is not None and value < self._smallest:
            return QValidator.State.Intermediate, text, position
        return super().validate(text, position)

    def stepBy(self, steps: int) -> None:
        """From none up to the smallest number, and from there back down."""
        if self.number() is None:
            self.set_number(self._smallest if steps > 0 else None)
        elif steps < 0 and self.value() == self._smallest:
            self.set_number(None)
        else:
            super().stepBy(steps)


class Disclosure(QWidget):
    """What is rarely needed, folded behind `button`, for which its owner finds a place.

    Folded, it names what in there is not as usual.
    """

    unfolded = Signal(bool)

    def __init__(self, name: str, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = content
        self.summary = Text("", "remark", wrap=True)
        self.button = QToolButton()
        self.button.setText("…")
        self.button.setProperty("role", "fold")
        self.button.setCheckable(True)
        self.button.setAccessibleName(name)
        self.button.setToolTip(name)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setFixedSize(18, 20)
        self.button.toggled.connect(self._fold)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.summary)
        layout.addWidget(content)
        content.hide()
        self.say("")

    def say(self, summary: str) -> None:
        """What is not as usual, e.g. "batch norm · dropout 0.2"; "" for nothing."""
        self.summary.say(summary)
        self.button.setAccessibleDescription(summary)
        self._show_what_is_needed()

    def _fold(self, open_: bool) -> None:
        self.content.setVisible(open_)
        self._show_what_is_needed()
        self.unfolded.emit(open_)

    def _show_what_is_needed(self) -> None:
        """Nothing at all where it is folded and everything is as usual."""
        unfolded = self.button.isChecked()
        self.summary.setVisible(not unfolded and bool(self.summary.text()))
        self.setVisible(unfolded or bool(self.summary.text()))


def parsed(text: str) -> float | None:
    """The finite number that `text` says, with either minus sign and either decimal sign; None for anything else."""
    try:
        value = float(text.replace(MINUS, "-").replace(",", ".").strip())
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _leading(value: float, up: bool) -> float:
    """One unit of the leading digit of `value`: 0.03 -> 0.01; downwards from 0.01 -> 0.001; 0 -> 0.001."""
    if value == 0:
        return 0.001
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    towards_zero = up != (value > 0)
    exact = math.isclose(abs(value), 10.0**exponent)
    return 10.0 ** (exponent - 1 if towards_zero and exact else exponent)


class CalmComboBox(QComboBox):
    """A choice; the wheel changes it only while it has the focus. It never asks for more width than it gets."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMinimumWidth(MINIMUM_FIELD)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the scroll column unless the field has the focus."""
        if takes_wheel(self, event):
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """As Qt does, but Return, once the typed text has been read, goes on to the window, as from other fields."""
        super().keyPressEvent(event)
        if self.isEditable() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, its text with an ellipsis where it is too long, and its arrow."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        option.currentIcon = QIcon()  # the list has pictures, the field only the name
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width()
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideRight, room)
        with painting(self) as painter:
            painter.setPen(self.palette().color(self.palette().ColorRole.Text))
            self.style().drawComplexControl(control, option, painter, self)
            if not self.isEditable():
                self.style().drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option, painter, self)
        _chevron(self, self.width() - 10, self.height() / 2, False)

    def sizeHint(self) -> QSize:
        """As high as a field without a picture."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """One line of text."""
        return QSize(MINIMUM_FIELD, self.fontMetrics().height() + 8)

    def showPopup(self) -> None:
        """Give the list the width of its longest entry, which may be more than the field's."""
        view = self.view()
        view.setMinimumWidth(max(self.width(), view.sizeHintForColumn(0) + 24))
        super().showPopup()

    def select(self, data: object) -> None:
        """Show the entry that carries `data`, without a signal."""
        index = self.findData(data)
        if index >= 0 and index != self.currentIndex():
            with QSignalBlocker(self):
                self.setCurrentIndex(index)


class Heading(QLabel):
    """The title of a section, in small capitals."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", "heading")
        self.setIndent(0)
        font = self.font()
        font.setCapitalization(QFont.Capitalization.AllUppercase)
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 104)
        self.setFont(font)


class Text(QLabel):
    """A label whose text is only touched when it changes. `role`: "", "muted", "heading" or "strong"."""

    def __init__(self, text: str = "", role: str = "", wrap: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show `text`."""
        if text != self.text():
            self.setText(text)


class OneLine(Text):
    """Text that takes the room there is; what has none ends in "…", and the tool tip tells all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show as much of `text` as has room."""
        self._whole = text
        self.setToolTip(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, more text."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        super().say(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


class Notice(Text):
    """A sentence about the last edit; takes no room while there is none. A refusal is told from a mere remark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", "remark", True, parent)
        self.setAccessibleName("Note on the last change")
        self.hide()

    def remark(self, sentence: str) -> None:
        """Say what an edit took along; an empty sentence clears the notice."""
        self._show(sentence, "remark")

    def refuse(self, sentence: str) -> None:
        """Say why an edit was not made, where it can be seen: the field has gone back, and would not tell."""
        self._show(sentence, "warning")
        QTimer.singleShot(0, self, self._come_into_view)  # when its place is known

    def _come_into_view(self) -> None:
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        if around is not None:
            around.ensureWidgetVisible(self, 0, 8)

    def _show(self, sentence: str, role: str) -> None:
        mark(self, "role", role)
        self.say(sentence)
        self.setVisible(bool(sentence))


def small_font(widget: QWidget) -> QFont:
    """The widget's font at the size of marks and legends: a little smaller, never below 11 px."""
    font = QFont(widget.font())
    font.setPixelSize(max(11, round(widget.fontInfo().pixelSize() * 0.85)))
    return font


def plain_button(text: str, tip: str, role: str, parent: QWidget | None = None) -> QToolButton:
    """A button of that role in the style sheet, which takes the focus by Tab alone."""
    button = QToolButton(parent)
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.setProperty("role", role)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def small_button(text: str, tip: str, parent: QWidget | None = None) -> QToolButton:
    """A square button of one sign, such as + and −."""
    button = plain_button(text, tip, "small", parent)
    button.setFixedSize(22, 22)
    return button


def tab_order(widgets: Iterable[QWidget]) -> None:
    """Let Tab visit `widgets` in this order: those made later would otherwise come after all others of the window."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


def focusable_before(widget: QWidget, panel: QWidget) -> tuple[QWidget, ...]:
    """The last field outside `panel` that Tab visits before `widget`; none where there is no other in the window."""
    before = widget.previousInFocusChain()
    while before is not None and before is not widget:
        if before.focusPolicy() & Qt.FocusPolicy.TabFocus and not panel.isAncestorOf(before):
            return (before,) if before.window() is widget.window() else ()
        before = before.previousInFocusChain()
    return ()


def rows(parent: QWidget | None = None) -> QGridLayout:
    """The layout of a section: names left, fields right, all at the same edges."""
    grid = QGridLayout(parent) if parent else QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(5)
    grid.setColumnMinimumWidth(0, NAME_WIDTH)
    grid.setColumnStretch(1, 1)
    return grid


class NoWheel(QObject):
    """An event filter that leaves the wheel of a child, such as a combo box's line edit, to the scroll column."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ignore the wheel where the child has no focus."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)
