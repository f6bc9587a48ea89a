"""A rule with its numbers, as a tree: evaluated and written from the same nodes, so that the two cannot differ."""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from twostroke.gui.model.explain.digits import Read
from twostroke.gui.model.explain.notation import Notation
from twostroke.gui.model.explain.quantities import Operand

LONGEST = 5
"""Terms of a sum that are all written out; of longer ones only the largest."""

WRITTEN = 3
"""How many of those."""

LARGEST, LARGEST_EXPONENT = sys.float_info.max, math.log(sys.float_info.max)


class Formula(Protocol):
    """What can be put together: NaN where something is not known yet."""

    @property
    def operands(self) -> Sequence[Operand]:
        """The numbers in it, in order, each as often as it stands there."""

    def value(self, read: Read) -> float:
        """Its value, with every number taken as it is read."""

    def write(self, how: Notation) -> str:
        """As it is written."""


@dataclass(frozen=True)
class Number:
    """An operand."""

    operand: Operand

    @property
    def operands(self) -> Sequence[Operand]:
        return (self.operand,)

    def value(self, read: Read) -> float:
        return math.nan if self.operand.value is None else read(self.operand.value)

    def write(self, how: Notation) -> str:
        return how.operand(self.operand)


@dataclass(frozen=True)
class Exact:
    """A number of the rule itself: 1, 2, 4."""

    number: float

    @property
    def operands(self) -> Sequence[Operand]:
        return ()

    def value(self, read: Read) -> float:
        return self.number

    def write(self, how: Notation) -> str:
        return how.exact(self.number)


@dataclass(frozen=True)
class Sum:
    """Parts added, or taken away where their sign is −1."""

    parts: tuple[tuple[int, Formula], ...]

    @property
    def operands(self) -> Sequence[Operand]:
        return [operand for _, part in self.parts for operand in part.operands]

    def value(self, read: Read) -> float:
        return sum(sign * part.value(read) for sign, part in self.parts)

    def write(self, how: Notation) -> str:
        return how.added([(sign, _bracketed(part, how, sign < 0)) for sign, part in self.parts])


def _bracketed(part: Formula, how: Notation, needed: bool) -> str:
    text = part.write(how)
    return how.brackets(text) if needed and isinstance(part, Sum | Total) else text


@dataclass(frozen=True)
class Product:
    """Factors."""

    factors: tuple[Formula, ...]

    @property
    def operands(self) -> Sequence[Operand]:
        return [operand for factor in self.factors for operand in factor.operands]

    def value(self, read: Read) -> float:
        return math.prod(factor.value(read) for factor in self.factors)

    def write(self, how: Notation) -> str:
        return how.multiplied([_bracketed(factor, how, True) for factor in self.factors])


@dataclass(frozen=True)
class Quotient:
    """One over another."""

    above: Formula
    below: Formula

    @property
    def operands(self) -> Sequence[Operand]:
        return [*self.above.operands, *self.below.operands]

    def value(self, read: Read) -> float:
        below = self.below.value(read)
        return math.nan if below == 0 else self.above.value(read) / below

    def write(self, how: Notation) -> str:
        compound = (_compound(self.above), _compound(self.below))
        return how.fraction(self.above.write(how), self.below.write(how), compound)


def _compound(part: Formula) -> bool:
    return not isinstance(part, Number | Exact | Call | Power)


@dataclass(frozen=True)
class Power:
    """To the power of an exponent."""

    base: Formula
    exponent: Formula

    @property
    def operands(self) -> Sequence[Operand]:
        return [*self.base.operands, *self.exponent.operands]

    def value(self, read: Read) -> float:
        try:
            return float(self.base.value(read) ** self.exponent.value(read))
        except (OverflowError, ZeroDivisionError):
            return math.nan

    def write(self, how: Notation) -> str:
        return how.power(self.base.write(how), self.exponent.write(how), _compound(self.base))


def square(part: Formula) -> Power:
    """The part to the power of 2."""
    return Power(part, Exact(2))


def root(part: Formula) -> Power:
    """The square root."""
    return Power(part, Exact(0.5))


@dataclass(frozen=True)
class Call:
    """A function of parts: what it is called in LaTeX, in text and in PyTorch, and what it does."""

    names: tuple[str, str, str]
    function: Callable[..., float]
    arguments: tuple[Formula, ...]
    in_torch: Formula | None = None  # where PyTorch has no name for it

    @property
    def operands(self) -> Sequence[Operand]:
        return [operand for argument in self.arguments for operand in argument.operands]

    def value(self, read: Read) -> float:
        values = [argument.value(read) for argument in self.arguments]
        if any(math.isnan(value) for value in values):
            return math.nan
        try:
            return self.function(*values)
        except (ValueError, OverflowError, ZeroDivisionError):
            return math.nan

    def write(self, how: Notation) -> str:
        if how.in_full and self.in_torch is not None:
            return how.brackets(self.in_torch.write(how))
        return how.call(self.names, [argument.write(how) for argument in self.arguments])


def added_up(values: Sequence[float]) -> float:
    """The sum to the last digit; infinite, or NaN, where it is so in floating point."""
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):  # on the way, or of two infinities
        return float(sum(values))


@dataclass(frozen=True)
class Total:
    """A sum of many, of which a long one is written with its largest and with what the others come to."""

    items: tuple[Formula, ...]

    @property
    def operands(self) -> Sequence[Operand]:
        return [operand for item in self.items for operand in item.operands]

    @cached_property
    def written(self) -> tuple[int, ...]:
        """Places of those that are written out, in their order."""
        if len(self.items) <= LONGEST:
            return tuple(range(len(self.items)))
        sizes = [abs(item.value(float)) for item in self.items]
        return tuple(sorted(sorted(range(len(sizes)), key=lambda k: -sizes[k])[:WRITTEN]))

    @cached_property
    def rest(self) -> float:
        """What the others come to."""
        written = set(self.written)
        return added_up([item.value(float) for k, item in enumerate(self.items) if k not in written])

    def value(self, read: Read) -> float:
        total = added_up([self.items[k].value(read) for k in self.written])
        return total + read(self.rest) if len(self.written) < len(self.items) else total

    def write(self, how: Notation) -> str:
        if how.in_full:
            return self._in_full(how)
        parts = [(1, self.items[k].write(how)) for k in self.written]
        left = len(self.items) - len(self.written)
        return how.added([*parts, (1, how.more(self.rest if how.decided else None, left))] if left else parts)

    def _in_full(self, how: Notation) -> str:
        """PyTorch has a product for sums of products."""
        factors = [list(item.operands) for item in self.items if isinstance(item, Product | Number)]
        for count in (1, 2):
            if len(factors) == len(self.items) and all(len(each) == count for each in factors):
                return how.dot([[each[k] for each in factors] for k in range(count)])
        return how.added([(1, item.write(how)) for item in self.items])


@dataclass(frozen=True)
class Exponential:
    """e to the power of something."""

    exponent: Formula

    @property
    def operands(self) -> Sequence[Operand]:
        return self.exponent.operands

    def value(self, read: Read) -> float:
        exponent = self.exponent.value(read)
        return LARGEST if exponent > LARGEST_EXPONENT else math.exp(exponent)

    def write(self, how: Notation) -> str:
        return how.exponential(self.exponent.write(how))


@dataclass(frozen=True)
class Where:
    """One formula where a number is above a bound, another where it is not."""

    number: Formula
    bound: float
    above: Formula
    otherwise: Formula

    @property
    def operands(self) -> Sequence[Operand]:
        return [*self.number.operands, *self.above.operands, *self.otherwise.operands]

    @property
    def chosen(self) -> Formula | None:
        """The one that holds; None where that is not known yet."""
        number = self.number.value(float)
        return None if math.isnan(number) else self.above if number > self.bound else self.otherwise

    def value(self, read: Read) -> float:
        return math.nan if self.chosen is None else self.chosen.value(read)

    def write(self, how: Notation) -> str:
        number, bound = self.number.write(how), how.exact(self.bound)
        if how.symbolic:
            return how.either(self.above.write(how), self.otherwise.write(how), number, bound)
        if self.chosen is None or not how.decided:
            return how.unknown
        return how.where(self.chosen.write(how), number, bound, self.chosen is self.above)


@dataclass(frozen=True)
class Either:
    """One formula where a target is 1, another where it is 0."""

    target: Number
    one: Formula
    zero: Formula

    @property
    def operands(self) -> Sequence[Operand]:
        return [*self.target.operands, *self.one.operands, *self.zero.operands]

    @property
    def chosen(self) -> Formula:
        """The one that holds."""
        return self.one if self.target.operand.value == 1.0 else self.zero

    def value(self, read: Read) -> float:
        return self.chosen.value(read)

    def write(self, how: Notation) -> str:
        symbol = self.target.operand.symbol
        if how.symbolic:
            return how.either_given(self.one.write(how), self.zero.write(how), symbol)
        return how.given(self.chosen.write(how), symbol, self.target.write(how))
