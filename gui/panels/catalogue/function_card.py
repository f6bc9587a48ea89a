"""One function of the catalogue: curves, formulas and facts; to be dragged onto a layer, or used by button and keys."""

from functools import partial

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDrag, QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from twostroke.engine.catalogue.activations import Activation
from twostroke.engine.session.settings.network_spec import NetworkSpec
from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.look.carried import as_load
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.model.function_places import Place, places
from twostroke.gui.model.functions_page import curve_note, facts, formulas
from twostroke.gui.panels.base.formula_view import FormulaView
from twostroke.gui.panels.base.widgets import OneLine, Text
from twostroke.gui.panels.catalogue.function_plot import FunctionPlot

NARROWEST = 460
"""Pixels of a card: curves, and beside them the longest fact in two lines."""

MARGIN = 12


class Card(Dressed, QWidget):
    """`used` carries the name of the function and the Place where it is to be used; `left` a key for its neighbours."""

    used = Signal(str, object)
    left = Signal(object)

    def __init__(self, entry: Activation, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self._network: NetworkSpec | None = None
        self._pressed: QPoint | None = None
        self.setAccessibleName(entry.title)
        self.setAccessibleDescription("; ".join(f"{name}: {text}" for name, text in facts(entry)))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setMinimumWidth(NARROWEST)
        self.title = Text(entry.title, "strong")
        self.where = OneLine()
        self.where.setProperty("role", "muted")
        self.use = QToolButton()
        self.use.setText("Use in…")
        self.use.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the card itself does the same by Enter
        self.use.setCursor(Qt.CursorShape.ArrowCursor)
        self.use.clicked.connect(self.open_menu)
        self.cost = Text("", wrap=True)
        self.f, self.slope = FormulaView(), FormulaView()
        for view, plain in zip((self.f, self.slope), self._plain, strict=True):
            view.show_formula("", plain)
        self._arrange()

    @property
    def _plain(self) -> tuple[str, str]:
        return f"f(z) = {self.entry.formula}", f"f′(z) = {self.entry.derivative}"

    def typeset(self, which: int) -> None:
        """Show f (0) or f′ (1) as it is printed: that takes some hundredths of a second."""
        (self.f, self.slope)[which].show_formula(formulas(self.entry)[which], self._plain[which])

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.where, 1)
        head.addWidget(self.use)
        beside = QVBoxLayout()
        beside.setSpacing(5)
        beside.addWidget(self.f)
        beside.addWidget(self.slope)
        beside.addLayout(self._facts())
        beside.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(12)
        middle.addWidget(FunctionPlot(self.entry), 0, Qt.AlignmentFlag.AlignTop)
        middle.addLayout(beside, 1)
        says = Text(f"“{self.entry.says}”", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 9, MARGIN, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(middle)
        layout.addWidget(says)
        layout.addStretch(1)

    def _facts(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(1)
        grid.setColumnStretch(1, 1)
        lines = [(name, Text(text, wrap=True)) for name, text in facts(self.entry)]
        note = curve_note(self.entry)
        lines += [("cost", self.cost), *([("curve", Text(note, wrap=True))] if note else [])]
        for row, (name, text) in enumerate(lines):
            grid.addWidget(Text(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1)
        return grid

    def show_network(self, network: NetworkSpec, where: str) -> None:
        """The network that it can be used in, and where it is already."""
        self._network = network
        self.where.say(f"in use: {where}" if where else "")
        self.use.setEnabled(bool(self.places))

    @property
    def places(self) -> tuple[Place, ...]:
        """Where it can be used."""
        return () if self._network is None else places(self._network, self.entry)

    def open_menu(self) -> None:
        """The layers to choose from."""
        menu = LetterMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for place in self.places:
            text = f"{place.title}\t{place.key}" if place.key else place.title
            menu.addAction(text, partial(self.used.emit, self.entry.name, place))
        menu.popup(self.use.mapToGlobal(QPoint(0, self.use.height())))

    # Qt's own names from here on

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the menu; a place's own key uses the function there; arrows lead to other cards."""
        place = next((each for each in self.places if each.key and each.key == event.text().upper()), None)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Menu):
            self.open_menu()
        elif place is not None:
            self.used.emit(self.entry.name, place)
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.left.emit(Qt.Key(event.key()))
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The beginning of a drag, perhaps."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """With the button down the card is taken along."""
        if self._pressed is None:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self._drag()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """It was only a click."""
        self._pressed = None

    def _drag(self) -> None:
        drag = QDrag(self)
        drag.setMimeData(as_load(self.entry.name))
        chip = self.title.grab()
        drag.setPixmap(chip)
        drag.setHotSpot(QPoint(-12, chip.height() // 2))
        drag.exec(Qt.DropAction.CopyAction)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keys are."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """They are elsewhere."""
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground of the card."""
        p = self.palette_
        with painting(self, smooth=True) as painter:
            has_keys = self.hasFocus()
            painter.setPen(QPen(QColor(p.accent if has_keys else p.line), 2 if has_keys else 1))
            painter.setBrush(QColor(p.background))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 7, 7)
