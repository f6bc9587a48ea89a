"""Check: asks the engine to measure a slope, and shows it beside the number of the account, for as long as both are of
one moment."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from twostroke.engine.border.commands import Check
from twostroke.engine.border.slopes import By, Measured
from twostroke.engine.border.snapshot import Answer
from twostroke.engine.border.tape import Tape
from twostroke.gui.look.style import mark
from twostroke.gui.model.explain.checked_slope import Comparison, by_of, compare
from twostroke.gui.model.explain.quantities import Account
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.formula_view import FormulaView
from twostroke.gui.panels.base.in_view import come_into_view
from twostroke.gui.panels.base.widgets import Notice, Text, plain_button, rows

TIP = "Nudge this number up and down, and see how fast the loss changes"
LIVE = "Only numbers of one update can be checked: press Right to look at one"


class CheckView(QWidget):
    """What was measured of the open number. `button` is laid by the panel; `asked` is that of a panel."""

    asked = Signal(object, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.button = plain_button("Check", TIP, "")
        self.button.clicked.connect(self.check)
        self.rule = FormulaView()
        self.names: list[QLabel] = []
        self.values: list[QLabel] = []
        self.verdict = Text("", "strong", wrap=True)
        self.reasons = Text("", "muted", wrap=True)
        self.notice = Notice()
        self.comparison: Comparison | None = None
        self._found: dict[By, Measured] = {}
        self._tape: Tape | None = None  # that they were measured of
        self._view: ViewState | None = None
        self._account: Account | None = None
        self._waiting: By | None = None
        self._lay()

    def _lay(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        numbers = QWidget()
        grid = rows(numbers)
        for row in range(3):
            self.names.append(Text("", "muted"))
            self.values.append(Text())
            grid.addWidget(self.names[-1], row, 0)
            grid.addWidget(self.values[-1], row, 1)
        self.whole = QWidget()
        inside = QVBoxLayout(self.whole)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(4)
        for widget in (self.verdict, numbers, self.rule, self.reasons):
            inside.addWidget(widget)
        layout.addWidget(self.whole)
        layout.addWidget(self.notice)
        self.whole.hide()
        self.hide()

    def show_account(self, view: ViewState, account: Account) -> None:
        """Show what is known of this number at this moment; nothing that was measured of another tape."""
        if view.tape is not self._tape:
            self._found.clear()
            self._waiting = None
            self._tape = view.tape
        if self._account is None or self._account.quantity != account.quantity:
            self.notice.remark("")
        self._view, self._account = view, account
        by = by_of(account.quantity)
        self.button.setVisible(by is not None)
        self.button.setEnabled(view.tape is not None and account.value is not None)
        self.button.setToolTip(TIP if view.tape is not None else LIVE)
        measured = None if by is None else self._found.get(by)
        self._show(None if measured is None else compare(view, account, measured))

    def _show(self, found: Comparison | None) -> None:
        self.comparison = found
        self.whole.setVisible(found is not None)
        self.setVisible(found is not None or not self.notice.isHidden())
        if found is None:
            return
        self.rule.show_formula(found.rule, found.text)
        for name, value, (what, number) in zip(self.names, self.values, found.numbers, strict=True):
            name.setText(what)
            value.setText(number)
            value.setAccessibleName(f"{what}: {number}")
        mark(self.verdict, "role", "strong" if found.agrees else "warning")
        self.verdict.say(found.verdict)
        self.reasons.say(" ".join(found.reasons))

    def check(self) -> None:
        """Ask the engine."""
        by = None if self._account is None else by_of(self._account.quantity)
        if by is None or self._tape is None or self._waiting is not None:
            return
        self._waiting = by
        self.asked.emit(Check(by, self._tape.update), self._hearing(by, self._tape))

    def _hearing(self, by: By, tape: Tape) -> Callable[[Answer], bool]:
        """Hears the answer, which may come when something else is open."""

        def hear(answer: Answer) -> bool:
            if tape is not self._tape or self._view is None or self._account is None:
                return True
            self._waiting = None
            if answer.measured is not None:
                self._found[by] = answer.measured
            self.show_account(self._view, self._account)
            self.notice.remark("")
            if answer.refused:
                self.notice.refuse(answer.refused)
                self.show()
            elif by_of(self._account.quantity) == by:
                come_into_view(self)
            return True

        return hear
