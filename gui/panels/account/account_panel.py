"""The account of one number: what it is, its rule, the rule with the numbers of this moment, and where each leads."""

from functools import partial

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.border.snapshot import Status
from twostroke.engine.session.phrases import counted
from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.look.dress import dress
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.chain import chain_of
from twostroke.gui.model.explain.outer import Outer, outer_at, outer_of
from twostroke.gui.model.explain.outer import copied as copied_matrix
from twostroke.gui.model.explain.quantities import Account, Kind, Operand, Quantity
from twostroke.gui.model.numbers import latex, number
from twostroke.gui.model.trail import back, back_to, closed, followed
from twostroke.gui.model.user_text import one_line
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.account.chain_view import ChainView
from twostroke.gui.panels.account.check_view import CheckView
from twostroke.gui.panels.account.crumbs import Crumb, Crumbs
from twostroke.gui.panels.account.names import shorter
from twostroke.gui.panels.account.number_link import NumberLink
from twostroke.gui.panels.account.outer_view import OuterView
from twostroke.gui.panels.account.terms_table import TermsTable
from twostroke.gui.panels.base.formula_view import FormulaView
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.widgets import Notice, Text, plain_button

HINT = (
    "Click a neuron, a link, a gate, the loss, a mask, or a line of the panel Neuron, to see how its number came about."
)
GONE = "The network of now has no such number."
TOGETHER = "\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}"
"""A layer and its neuron, "3 · 1", end no line between them."""

COPIES = ("LaTeX", "text", "PyTorch")


class AccountPanel(Panel):
    """The number that is open, as far as it has been computed."""

    TITLE = "Where it comes from"
    live_seconds = 0.25  # formulas take longer to set than other numbers to write

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.account: Account | None = None
        self.outer: Outer | None = None
        self._chain: Quantity | None = None
        self._matrix: Quantity | None = None
        self._digits = 0
        self._crumbs: dict[Quantity, Crumb] = {}
        self.hint = Text(HINT, "muted", wrap=True)
        self.crumbs = Crumbs()
        self.title = Text("", "strong", wrap=True)
        self.value, self.rule, self.numbers = FormulaView(1.15), FormulaView(), FormulaView()
        self.operands: list[NumberLink] = []
        self._operand_rows = QWidget()
        self._rows = _column(self._operand_rows)
        self.terms_title = Text("", "muted")
        self.by_size = plain_button("Largest first", "Sort the terms by their size", "")
        self.by_size.setCheckable(True)
        self.terms = TermsTable()
        self.note = Text("", "muted", wrap=True)
        self.chain, self.factor = ChainView(), Text("", "remark", wrap=True)
        self.matrix = OuterView()
        self.detour_button = plain_button("Another neuron…", "Lead the path over another neuron of this layer", "")
        self.check = CheckView()
        self.copy = self._copy_button()
        self.chain_button = plain_button("Chain of gains", "Follow the strongest path to it, factor by factor", "")
        self.matrix_button = plain_button("Whole layer", "The gradients of all weights of this layer: every δ · a", "")
        self.close_button = plain_button("Close", "Close the account", "link")
        self.notice = Notice()
        self._lay()
        self._connect()

    def _connect(self) -> None:
        self.check.asked.connect(self.asked)
        self.detour_button.clicked.connect(self._offer_detours)
        self.matrix.chosen.connect(self.chosen)
        self.chain.pointed.connect(self.factor.say)
        self.chain.chosen.connect(self.chosen)
        self.crumbs.back.connect(lambda: self.chosen.emit(back))
        self.crumbs.chosen.connect(lambda place: self.chosen.emit(back_to(place)))
        self.terms.followed.connect(lambda quantity: self.chosen.emit(followed(quantity)))
        self.by_size.toggled.connect(self._show_terms)
        self.chain_button.clicked.connect(lambda: self._go(self._chain))
        self.matrix_button.clicked.connect(lambda: self._go(self._matrix))
        self.close_button.clicked.connect(lambda: self.chosen.emit(closed))

    def _lay(self) -> None:
        over, ways, under = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        over.addWidget(self.terms_title, 1)
        over.addWidget(self.by_size)
        for part in (self.check.button, self.chain_button, self.detour_button):
            ways.addWidget(part)
        ways.addStretch(1)
        for part in (self.copy, self.matrix_button, self.close_button):
            under.addWidget(part)
        under.addStretch(1)
        self.whole = QWidget()
        inside = _column(self.whole)
        inside.setSpacing(6)
        for widget in (self.crumbs, self.title, self.value, self.rule, self.numbers, self._operand_rows):
            inside.addWidget(widget)
        for widget in (self.chain, self.factor, self.matrix):
            inside.addWidget(widget)
        inside.addLayout(over)
        for widget in (self.terms, self.note):
            inside.addWidget(widget)
        inside.addLayout(ways)
        inside.addWidget(self.check)
        inside.addLayout(under)
        inside.addWidget(self.notice)
        self.whole.hide()
        self.body.addWidget(self.hint)
        self.body.addWidget(self.whole)

    def _copy_button(self) -> QToolButton:
        button = plain_button("Copy…", "Copy the account", "")
        menu = LetterMenu(button)
        for name in COPIES:
            text = "As a line of PyTorch" if name == "PyTorch" else f"As {name}"
            menu.addAction(text).triggered.connect(lambda _=False, name=name: self.copy_as(name))
        button.setMenu(menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def refresh(self, view: ViewState) -> None:
        """The account of the open number; without one, how to open one."""
        quantity = view.choices.quantity
        self.outer = _laid_out(view, quantity)
        self.account = None if quantity is None else _explained(view, quantity)
        self.hint.say(HINT if quantity is None else GONE)
        self.hint.setVisible(self.account is None)
        self.whole.setVisible(self.account is not None)
        if self.account is not None and quantity is not None:
            self._show(self.account, view.tape is None and view.snapshot.status is Status.RUNNING)
            self.check.show_account(view, self.account)
            self.chain.show_account(view, self.account)
            for widget in (self.factor, self.detour_button):
                widget.setVisible(not self.chain.isHidden())
            self._show_way(view, self.account, quantity)
            self._chain = chain_of(quantity, view.row)
            self.chain_button.setVisible(self._chain is not None)
            self.matrix.show_outer(view, self.outer)
            self._matrix = outer_at(quantity)
            self.matrix_button.setVisible(self._matrix is not None)
            self._digits = view.choices.digits

    def _show_way(self, view: ViewState, account: Account, quantity: Quantity) -> None:
        known = self._crumbs
        self._crumbs = {each: crumb for each in view.choices.trail if (crumb := known.get(each)) is not None}
        self._crumbs[quantity] = Crumb(account.symbol, account.title)
        for each in view.choices.trail:
            if each not in self._crumbs:  # its sample has changed meanwhile
                other = _explained(view, each)
                self._crumbs[each] = Crumb(r"\dots", "…") if other is None else Crumb(other.symbol, other.title)
        self.crumbs.show_way(tuple(self._crumbs[each] for each in view.choices.trail[:-1]))
        self.crumbs.setVisible(len(view.choices.trail) > 1)

    def _show(self, account: Account, running: bool) -> None:
        """`running`: the numbers change all the time, and are written; to set so many formulas would hold frames up."""
        digits = account.digits
        self.notice.remark("")
        self.title.say(one_line(account.title).replace(" · ", TOGETHER))
        value = number(account.value, digits)
        whole = f"{account.symbol} = {latex(account.value, digits)}"
        if self.outer is not None:  # no number, but all of a layer
            self.value.show_formula(account.rule, account.title)
        else:
            self.value.show_formula("" if running else whole, value if running else f"{account.title} = {value}")
        has_rule = account.rule not in (account.symbol, whole) and self.outer is None
        numbers = "" if running else f"{{}} = {account.numbers}"
        has_numbers = has_rule or (account.rule != whole and bool(account.operands))  # a product is its own symbol
        for formula, typeset, seen in ((self.rule, account.rule, has_rule), (self.numbers, numbers, has_numbers)):
            formula.setVisible(seen)
            formula.show_formula(typeset if seen else "", account.text)
        self._show_operands(account, running)
        self._show_terms()
        self.note.say(account.note)
        self.note.setVisible(bool(account.note))

    def _show_operands(self, account: Account, running: bool) -> None:
        """Those that are not in the table of terms already."""
        in_terms = {operand for term in account.terms for operand in (term.a, term.b)}
        operands = [operand for operand in account.operands if operand not in in_terms]
        while len(self.operands) < len(operands):
            link = NumberLink()
            dress(link, self.palette_)
            link.followed.connect(partial(self._follow, len(self.operands)))
            self.operands.append(link)
            self._rows.addWidget(link)
        self._leads = [operand.quantity for operand in operands]
        for link, operand in zip(self.operands, operands, strict=False):
            _show_operand(link, operand, account, running)
        for at, link in enumerate(self.operands):
            link.setVisible(at < len(operands))
        self._operand_rows.setVisible(bool(operands))

    def _offer_detours(self) -> None:
        below = self.detour_button.rect().bottomLeft()
        self.chain.open_menu(self.chain.at, self.detour_button.mapToGlobal(below))

    def _follow(self, at: int) -> None:
        self._go(self._leads[at])

    def _go(self, quantity: Quantity | None) -> None:
        if quantity is not None:
            self.chosen.emit(followed(quantity))

    def _show_terms(self) -> None:
        if self.account is None:
            return
        terms = self.account.terms
        for widget in (self.terms_title, self.by_size, self.terms):
            widget.setVisible(bool(terms))
        if terms:
            self.terms_title.say(counted(len(terms), "term"))
            self.by_size.setEnabled(len(terms) > 1)
            self.terms.show_terms(terms, self.account.operand_digits, self.by_size.isChecked())

    def copy_as(self, what: str) -> None:
        """Put the account on the clipboard: as "LaTeX", as "text" or as a line of "PyTorch"."""
        if self.account is not None:
            outer = self.outer
            text = copied(self.account, what) if outer is None else copied_matrix(outer, what, self._digits)
            QGuiApplication.clipboard().setText(text)
            self.notice.remark(f"Copied as {'a line of ' if what == 'PyTorch' else ''}{what}.")


def copied(account: Account, what: str) -> str:
    """The account in one line."""
    if what == "PyTorch":
        return account.torch
    if what == "LaTeX":
        return account.rule if account.rule == account.numbers else f"{account.rule} = {account.numbers}"
    return f"{account.title}: {account.text}"


def _explained(view: ViewState, quantity: Quantity) -> Account | None:
    """None for what this network does not have."""
    try:
        if quantity.kind is Kind.OUTER:
            return outer_of(view, quantity).account
        return explain(view, quantity, view.choices.digits)
    except LookupError:
        return None


def _laid_out(view: ViewState, quantity: Quantity | None) -> Outer | None:
    """The matrix, where that is open."""
    if quantity is None or quantity.kind is not Kind.OUTER:
        return None
    try:
        return outer_of(view, quantity)
    except LookupError:
        return None


def _show_operand(link: NumberLink, operand: Operand, account: Account, running: bool) -> None:
    digits, names = account.operand_digits, shorter(operand.name, account.title)
    value = number(operand.value, digits)
    written = latex(operand.value, digits)
    is_bare = running or operand.symbol == written  # a number that stands for itself
    typeset = operand.symbol if is_bare else f"{operand.symbol} = {written}"
    behind = f"= {value}" if running and operand.symbol != written else ""
    link.show_number(typeset, value, operand.name, operand.quantity is not None, behind, names)


def _column(parent: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(0)
    return layout
