"""`explain`: the account of any number of a view, from what its kind's entry says of it."""

from collections.abc import Mapping
from dataclasses import replace

from twostroke.gui.model.explain import (
    backward,
    chain,
    clipping,
    comparing,
    forward,
    gating,
    gradients,
    learned,
    normalizing,
    rates,
    stepping,
)
from twostroke.gui.model.explain import digits as shown
from twostroke.gui.model.explain.facts import Entry, Facts, Rule
from twostroke.gui.model.explain.formula import Number
from twostroke.gui.model.explain.notation import Notation, Plain, Symbols, Torch
from twostroke.gui.model.explain.quantities import OF_A_PARAMETER, OF_A_SAMPLE, Account, Kind, Quantity, Term
from twostroke.gui.model.numbers import MOST_DIGITS
from twostroke.gui.model.view import ViewState

EXPLAINERS: Mapping[Kind, Entry] = {
    kind: entry
    for part in (forward, normalizing, gating, comparing, backward, gradients, chain, rates, clipping, stepping)
    for kind, entry in part.ENTRIES.items()
}
"""All kinds of numbers."""


def explain(view: ViewState, quantity: Quantity, digits: int) -> Account:
    """How `quantity` came about, with numbers of about so many digits (2 to 9).

    A number of a sample is, where no row is named, that of the sample shown. Raises KeyError for a kind that nothing is
    known of, LookupError where the network has no such neuron, sample, parameter or path.
    """
    facts = Facts(view, EXPLAINERS, digits)
    if quantity.row is None and quantity.kind in OF_A_SAMPLE:
        quantity = replace(quantity, row=view.row)
    if quantity.kind in OF_A_PARAMETER:
        learned.must_exist(facts, quantity)
    entry, value, symbol = EXPLAINERS[quantity.kind], facts.value(quantity), facts.symbol(quantity)
    rule = facts.rule(quantity)
    written = _Written(symbol, value, rule, digits)
    notes = (rule.note if rule else "", entry.note(facts, quantity) if entry.note else "")
    return Account(
        quantity,
        facts.name(quantity),
        symbol,
        value,
        written.rule,
        written.numbers,
        tuple(dict.fromkeys(rule.formula.operands)) if rule else (),
        _terms(rule, value) if rule else (),
        written.text,
        written.torch(view.snapshot.session.network.dtype),
        " ".join(filter(None, notes)),
        written.digits.result,
        written.digits.operands,
    )


def _terms(rule: Rule, value: float | None) -> tuple[Term, ...]:
    """What its terms come to is known with the number itself, where they have no moments of their own."""
    if value is not None or rule.one_by_one:
        return rule.terms
    return tuple(each if _is_alone(each) else replace(each, product=None) for each in rule.terms)


def _is_alone(term: Term) -> bool:
    return term.b is None and term.product == term.a.value


class _Written:
    """A rule and its numbers in all notations."""

    def __init__(self, symbol: str, value: float | None, rule: Rule | None, digits: int) -> None:
        self.symbol, self.value, self._rule = symbol, value, rule
        digits = max(digits, rule.digits if rule else 0)
        self.digits = shown.Digits(digits, digits)
        self._is_right = True
        if rule is not None and value is not None and all(e.value is not None for e in rule.formula.operands):
            found = shown.digits_that_add_up(rule.formula.value, value, digits)
            self._is_right, self.digits = found is not None, found or shown.Digits(MOST_DIGITS, digits)

    @property
    def rule(self) -> str:
        """LaTeX in symbols."""
        if self._rule is None:
            return self.symbol
        symbols = self._rule.symbols or self._rule.formula.write(Symbols())
        return symbols if symbols == self.symbol else f"{self.symbol} = {symbols}"

    @property
    def numbers(self) -> str:
        """LaTeX with numbers."""
        return self._line(Notation, "=" if self._is_right else r"\approx")

    @property
    def text(self) -> str:
        """The same on a plain line."""
        return self._line(Plain, "=" if self._is_right else "≈")

    def _line(self, notation: type[Notation], sign: str) -> str:
        result = notation(self.digits.result).number(self.value)
        if self._rule is None or isinstance(self._rule.formula, Number):
            return result
        how = notation(self.digits.operands)
        how.decided = self.value is not None
        written = self._rule.formula.write(how)
        return result if written == result else f"{written} {sign} {result}"

    def torch(self, dtype: str) -> str:
        """A line of PyTorch."""
        how = Torch(dtype)
        if self._rule is None:
            return how.number(self.value)
        return (self._rule.torch or self._rule.formula).write(how)
