"""What somebody who works a line out by hand needs and finds nowhere above it: of a long sum the few terms that belong
to what is worked out, and of all others what they come to."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.formula import (
    Call,
    Either,
    Exact,
    Exponential,
    Formula,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Total,
    Where,
    added_up,
)
from twostroke.gui.model.explain.quantities import Operand, Quantity
from twostroke.gui.model.numbers import latex

MOST_OF_A_SUM = 6
"""So many numbers of a sum are told one by one."""

OTHERS = r"\text{all other terms together}"
OTHERS_OF = r"\text{{all other terms of the {ordinal} sum together}}"
ORDINALS = ("first", "second", "third", "fourth")


@dataclass
class Needed:
    """While a solution is put together: what a reader knows by then, by its symbol as it is `written` there. Numbers
    have so many `digits`."""

    facts: Facts
    digits: int
    written: Callable[[str], str]
    known: set[str] = field(default_factory=set)

    def by(self, q: Quantity) -> tuple[str, ...]:
        """What is to be given with the line of `q`, as LaTeX: "m = 0.02". It is known from then on, as `q` is."""
        rule = self.facts.rule(q)
        numbers: list[str] = []
        rests: list[str] = []
        for symbol, value in self._missing(rule.formula) if rule is not None else ():
            (numbers if symbol else rests).append(f"{symbol or OTHERS} = {latex(value, self.digits)}")
        self.known.add(self.written(self.facts.symbol(q)))
        return (*dict.fromkeys(numbers), *_told_apart(tuple(dict.fromkeys(rests))))

    def settings(self, quantities: Iterable[Quantity]) -> tuple[str, ...]:
        """The numbers of the session that these lines need, likewise; what one of them sets in two ways is given with
        each line."""
        rules = filter(None, map(self.facts.rule, quantities))
        found = {each for rule in rules for each in rule.formula.operands if each.quantity is None}
        values = {(each.symbol, each.value) for each in found}
        for symbol, count in Counter(symbol for symbol, _ in values).items():
            if count == 1:
                self.known.add(symbol)
        told = {each.symbol: each for each in found if each.symbol in self.known and not _is_plain(each)}
        return tuple(f"{symbol} = {self._value(each)}{_called(each)}" for symbol, each in sorted(told.items()))

    def _value(self, operand: Operand) -> str:
        return latex(operand.value, self.digits)

    def _missing(self, formula: Formula) -> Iterator[tuple[str, float]]:
        """Numbers with their symbols, and without one what is left of a sum."""
        match formula:
            case Number(operand):
                symbol = self.written(operand.symbol)
                if operand.value is not None and symbol not in self.known and not _is_plain(operand):
                    self.known.update({symbol} if operand.quantity is not None else ())
                    yield symbol, operand.value
            case Total():
                told, others = self._shared_out(formula)
                for item in told:
                    yield from self._missing(item)
                if others:
                    yield "", added_up([item.value(float) for item in others])
            case _:
                for part in _parts(formula):
                    yield from self._missing(part)

    def _shared_out(self, total: Total) -> tuple[list[Formula], list[Formula]]:
        """The terms whose numbers are told, and those of which the sum is: one of these alone is told, too."""
        unknown = {k: self._unknown(item) for k, item in enumerate(total.items)}
        missing = [k for k, symbols in unknown.items() if symbols]
        begun = [k for k in missing if unknown[k] < self._symbols(total.items[k])]
        of_none = total.written if len(missing) == len(total.items) else ()  # something has to be left to add up
        told, count = [], 0
        for k in begun or of_none:
            count += len(unknown[k])
            if count <= MOST_OF_A_SUM:
                told.append(k)
        others = [k for k in missing if k not in told]
        if len(others) == 1:
            told, others = missing, []
        return [total.items[k] for k in told], [total.items[k] for k in others]

    def _unknown(self, item: Formula) -> set[str]:
        return self._symbols(item) - self.known

    def _symbols(self, item: Formula) -> set[str]:
        return {self.written(each.symbol) for each in item.operands}


def _is_plain(operand: Operand) -> bool:
    """Whether it is its own symbol, as a 0 for a reason, or what everybody knows."""
    return operand.quantity is None and (operand.symbol == r"\pi" or operand.symbol.isdigit())


def _called(constant: Operand) -> str:
    """What a setting is, where its letter does not say it, as that of a learning rate does."""
    said = constant.symbol.startswith("\\") or not constant.name.isascii()
    return "" if said else rf"\text{{ ({constant.name})}}"


def _told_apart(rests: tuple[str, ...]) -> tuple[str, ...]:
    """What is left of sums, where there are several."""
    if len(rests) < 2:
        return rests
    return tuple(
        rest.replace(OTHERS, OTHERS_OF.format(ordinal=ordinal)) for rest, ordinal in zip(rests, ORDINALS, strict=False)
    )


def _parts(formula: Formula) -> tuple[Formula, ...]:
    """What it is made of; of two cases the one that holds."""
    match formula:
        case Sum(parts):
            return tuple(part for _, part in parts)
        case Product(factors):
            return factors
        case Quotient(above, below):
            return above, below
        case Power(base, exponent):
            return base, exponent
        case Call():
            return formula.arguments
        case Exponential(exponent):
            return (exponent,)
        case Where():
            return (formula.number, *([formula.chosen] if formula.chosen is not None else []))
        case Either():
            return formula.target, formula.chosen
        case Exact():
            return ()
    raise TypeError(type(formula))
