"""Small widgets that every panel uses: lists that leave the wheel to the scroll column, headings, notices, rows."""

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QIcon, QKeyEvent, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from twostroke.gui.fields.calm import MINIMUM_FIELD, chevron, takes_wheel
from twostroke.gui.look.painting import painting
from twostroke.gui.look.ring import BY_TAB, COMES_BACK
from twostroke.gui.look.style import mark
from twostroke.gui.model.user_text import breakable, literal, one_line, tip
from twostroke.gui.panels.base.in_view import come_into_view

WIDEST_LIST = 440  # px of the list that a field opens
FIELD_HEIGHT, FIELD_GAP = 25, 5  # px of the highest field of a form, and between two
NAME_WIDTH = 84  # of the left column, in a panel of about 230 px


class Disclosure(QWidget):
    """What is rarely needed, folded behind `button`, for which its owner finds a place.

    Folded, it names what in there is not as usual.
    """

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

    def _show_what_is_needed(self) -> None:
        """Nothing at all where it is folded and everything is as usual."""
        unfolded = self.button.isChecked()
        self.summary.setVisible(not unfolded and bool(self.summary.text()))
        self.setVisible(unfolded or bool(self.summary.text()))


class CalmComboBox(QComboBox):
    """A choice; the wheel changes it only while it has the focus. It never asks for more width than it gets.

    `searched` says that typed letters are its own: Tab led here, not the mouse.
    """

    searched = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setMinimumWidth(MINIMUM_FIELD)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """By Tab or otherwise; from its own list or another window the focus comes back as it was."""
        if event.reason() not in COMES_BACK:
            self.searched = event.reason() in BY_TAB
        super().focusInEvent(event)

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
        if self.currentIndex() < 0 and not self.isEditable():
            option.currentText = self.placeholderText()
        control, part = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(control, option, part, self).width()
        option.currentText = self.fontMetrics().elidedText(option.currentText, Qt.TextElideMode.ElideMiddle, room)
        with painting(self) as painter:
            painter.setPen(self.palette().color(self.palette().ColorRole.Text))
            self.style().drawComplexControl(control, option, painter, self)
            if not self.isEditable():
                self.style().drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option, painter, self)
        chevron(self, self.width() - 10, self.height() / 2, False)

    def sizeHint(self) -> QSize:
        """As high as a field without a picture."""
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """One line of text."""
        return QSize(MINIMUM_FIELD, self.fontMetrics().height() + 8)

    def showPopup(self) -> None:
        """Give the list the width of its longest entry, which may be more than the field's, within reason."""
        view = self.view()
        view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        view.setMinimumWidth(max(self.width(), min(view.sizeHintForColumn(0) + 24, WIDEST_LIST)))
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
        super().__init__("", parent)
        self.setProperty("role", role)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if wrap:
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setText(text)

    def say(self, text: str) -> None:
        """Show `text`; where it may have several lines, a long word goes on in the next one."""
        shown = breakable(text) if self.wordWrap() else text
        if shown != self.text():
            self.setText(shown)


class OneLine(Text):
    """Text that takes the room there is; what has none ends in "…", and the tool tip tells all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent=parent)
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def say(self, text: str) -> None:
        """Show as much of `text` as has room."""
        self._whole = one_line(text)
        self.setToolTip(tip(text))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, more text."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        super().say(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width()))


class Notice(Text):
    """A sentence about the last edit; takes no room while there is none. A refusal is told from a mere remark, and
    `refused` says that there is one.
    """

    refused = Signal()

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
        self.refused.emit()
        come_into_view(self)

    def _show(self, sentence: str, role: str) -> None:
        mark(self, "role", role)
        self.say(sentence)
        self.setVisible(bool(sentence))


def keep_place(widget: QWidget) -> None:
    """Let `widget` take its room while it is hidden: what is below must not move under the pointer when it appears."""
    policy = widget.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    widget.setSizePolicy(policy)


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


class NameButton(QToolButton):
    """A button with a name that a user may have given: it takes the room there is, and & in it is no shortcut."""

    def __init__(
        self, name: str = "", parent: QWidget | None = None, cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle
    ) -> None:
        super().__init__(parent)
        self._name, self._cut = name, cut
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.show_name(name)

    def show_name(self, name: str) -> None:
        """Show as much of `name` as has room."""
        self._name = name
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More room, more of the name."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width() - 14, 0)
        text = literal(self.fontMetrics().elidedText(self._name, self._cut, room))
        if text != self.text():
            self.setText(text)


def small_button(text: str, tip: str, parent: QWidget | None = None) -> QToolButton:
    """A square button of one sign, such as + and −."""
    button = plain_button(text, tip, "small", parent)
    button.setFixedSize(22, 22)
    return button


def rows(parent: QWidget | None = None) -> QGridLayout:
    """The layout of a section: names left, fields right, all at the same edges."""
    grid = QGridLayout(parent) if parent else QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(8)
    grid.setVerticalSpacing(FIELD_GAP)
    grid.setColumnMinimumWidth(0, NAME_WIDTH)
    grid.setColumnStretch(1, 1)
    return grid
