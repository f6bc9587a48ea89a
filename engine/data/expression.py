"""Formulas such as `y > sin(pi * x)`, read by a small parser of their own: nothing is evaluated as Python.

    formula    = sum ("=" | ">" | "<" | ">=" | "<=") sum
    sum        = product {("+" | "-") product}
    product    = signed {("*" | "/") signed}
    signed     = {"-" | "+"} power
    power      = atom [("^" | "**") signed]
    atom       = number | x | y | z | pi | e | name "(" sum {"," sum} ")" | "(" sum ")"

As in mathematics, -x^2 is -(x^2) and 2^3^2 is 2^(3^2). `y = f(x)` is a value along the line, `z = f(x, y)` a value
over the plane, and a comparison divides the plane into two classes.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.session.digits import plain_digits
from twostroke.engine.session.phrases import listed, nearest, shown

Floats = NDArray[np.float64]
Kind = Literal["classes", "line", "plane"]

MAX_LENGTH = 200
"""Characters of a formula."""

MAX_DEPTH = 30
"""Brackets, signs and powers within each other; far within what Python can recurse."""

FUNCTIONS: dict[str, Callable[[Floats], Floats]] = {
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "tanh": np.tanh,
    "sign": np.sign,
}
"""Functions of one number; `log` is the natural logarithm."""

CHOICES: dict[str, Callable[[Floats, Floats], Floats]] = {"min": np.minimum, "max": np.maximum}
"""Functions of two or more numbers."""

CONSTANTS = {"pi": np.pi, "π": np.pi, "e": np.e}
VARIABLES = ("x", "y", "z")

OPERATORS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
}
COMPARISONS: dict[str, Callable[[Floats, Floats], NDArray[np.bool_]]] = {
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
}

TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z_π][A-Za-z_0-9]*)"
    r"|(?P<sign>\*\*|[<>=!]=|[-+*/^(),=<>−·×])"
)
SAME = {"**": "^", "−": "-", "·": "*", "×": "*"}
BEGINNING = 'a number, x, y, a function or "("'


class ExpressionError(ValueError):
    """A formula that cannot be read: a sentence without its end, with the place where it stops making sense."""


@dataclass(frozen=True)
class Token:
    """A piece of a formula; `place` counts characters from 1."""

    kind: str  # "number", "name", "sign" or "end"
    text: str
    place: int


@dataclass(frozen=True)
class Number:
    """A number as written, or a constant."""

    value: float


@dataclass(frozen=True)
class Variable:
    """x, y or z."""

    name: str


@dataclass(frozen=True)
class Negative:
    """Minus something."""

    inner: "Node"


@dataclass(frozen=True)
class Operation:
    """Two parts and the sign between them."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Call:
    """A function of one or more parts."""

    name: str
    arguments: tuple["Node", ...]


Node = Number | Variable | Negative | Operation | Call


@dataclass(frozen=True)
class Formula:
    """A formula that was read. `relation` is "=" or a comparison."""

    text: str
    kind: Kind
    relation: str
    left: Node
    right: Node

    def values(self, points: Floats) -> Floats:
        """The right side at points (n, 1 or 2): (n,), not finite where it has no value."""
        return _evaluate(self.right, points)

    def truth(self, points: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether the comparison holds at points (n, 2), and where both of its sides have a finite value: (n,) each."""
        left, right = _evaluate(self.left, points), _evaluate(self.right, points)
        return COMPARISONS[self.relation](left, right), np.isfinite(left) & np.isfinite(right)


def parse(text: str) -> Formula:
    """The formula that `text` says. Raises ExpressionError."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"the formula has {len(text):,} characters; expected at most {MAX_LENGTH}")
    if not text.strip():
        raise ExpressionError("the formula is empty; write for example y > sin(pi * x)")
    return _Parser(text).formula()


class _Parser:
    """Recursive descent, one method for each rule of the grammar."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.at = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    def take(self, *signs: str) -> str | None:
        """The next token's sign, if it is one of `signs`, and go on."""
        if self.next.kind != "sign" or self.next.text not in signs:
            return None
        self.at += 1
        return self.tokens[self.at - 1].text

    def formula(self) -> Formula:
        left = self.sum()
        place = self.next.place
        relation = self.take("=", *COMPARISONS)
        if relation is None:
            raise self.error(f"{listed(('=', *COMPARISONS))}" if self.next.kind == "end" else "an operator")
        right = self.sum()
        if self.next.text in ("=", *COMPARISONS):
            raise ExpressionError(f"at character {self.next.place}: one comparison is enough; leave out the second")
        if self.next.kind != "end":
            raise self.error("an operator or the end")
        return Formula(self.text.strip(), _kind(left, relation, right, place), relation, left, right)

    def sum(self) -> Node:
        node = self.product()
        while sign := self.take("+", "-"):
            node = Operation(sign, node, self.product())
        return node

    def product(self) -> Node:
        node = self.signed()
        while sign := self.take("*", "/"):
            node = Operation(sign, node, self.signed())
        return node

    def signed(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(
                f"at character {self.next.place}: more than {MAX_DEPTH} brackets, signs or powers within each other"
            )
        sign = self.take("-", "+")
        node = self.power() if sign is None else self.signed()
        self.depth -= 1
        return Negative(node) if sign == "-" else node

    def power(self) -> Node:
        node = self.atom()
        return Operation("^", node, self.signed()) if self.take("^") else node

    def atom(self) -> Node:
        token = self.next
        if token.kind == "number":
            self.at += 1
            return _number(token)
        if token.kind == "name":
            self.at += 1
            return self.named(token)
        if not self.take("("):
            raise self.error(BEGINNING)
        node = self.sum()
        self.close()
        return node

    def named(self, token: Token) -> Node:
        if token.text in VARIABLES:
            return Variable(token.text)
        if token.text in CONSTANTS:
            return Number(CONSTANTS[token.text])
        if token.text not in FUNCTIONS and token.text not in CHOICES:
            known = (*VARIABLES[:2], *CONSTANTS, *FUNCTIONS, *CHOICES)
            guess = nearest(token.text, known)
            said = f"did you mean {guess}" if guess else f"expected {listed(k for k in known if k != 'π')}"
            raise ExpressionError(f"at character {token.place}: {shown(token.text)} is not known; {said}")
        if not self.take("("):
            raise self.error(f'"(" after {token.text}')
        arguments = [self.sum()]
        while self.take(","):
            arguments.append(self.sum())
        self.close()
        _check_count(token, len(arguments))
        return Call(token.text, tuple(arguments))

    def close(self) -> None:
        if not self.take(")"):
            raise self.error('an operator or ")"')

    def error(self, expected: str) -> ExpressionError:
        token = self.next
        if token.kind == "end":
            return ExpressionError(f"the formula ends too early, at character {token.place}: expected {expected}")
        before = self.tokens[self.at - 1] if self.at else None
        hint = ""
        if before is not None and token.kind in ("name", "number") and "operator" in expected:
            hint = f", such as {before.text} * {token.text}"
        return ExpressionError(f"at character {token.place}: expected {expected}{hint}, and found {shown(token.text)}")


def _tokens(text: str) -> Iterator[Token]:
    text, place = plain_digits(text), 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        found = TOKEN.match(text, place)
        if found is None:
            raise ExpressionError(f"at character {place + 1}: {shown(text[place])} has no meaning here")
        sign = SAME.get(found.group(), found.group())
        if sign in ("==", "!="):
            raise ExpressionError(f"at character {place + 1}: {shown(sign)} is not known; expected = or a comparison")
        yield Token(str(found.lastgroup), sign, place + 1)
        place = found.end()
    yield Token("end", "", len(text.rstrip()) + 1)


def _number(token: Token) -> Number:
    value = float(token.text)
    if not np.isfinite(value):
        raise ExpressionError(f"at character {token.place}: the number {shown(token.text)} is too large")
    return Number(value)


def _check_count(token: Token, count: int) -> None:
    if token.text in FUNCTIONS and count != 1:
        raise ExpressionError(f"at character {token.place}: {token.text} takes one number, not {count}")
    if token.text in CHOICES and count < 2:
        raise ExpressionError(f"at character {token.place}: {token.text} takes two numbers or more, not {count}")


def _kind(left: Node, relation: str, right: Node, place: int) -> Kind:
    """What the formula describes. Raises ExpressionError where that is nothing that can be drawn."""
    used = _used(left) | _used(right)
    if relation != "=":
        if "z" in used:
            raise ExpressionError("a comparison divides the plane of x and y; z has no meaning in it")
        return "classes"
    if left not in (Variable("y"), Variable("z")):
        raise ExpressionError(f"at character {place}: expected y or z alone before the =, as in y = x^2")
    inside = _used(right)
    if left == Variable("y") and inside - {"x"}:
        raise ExpressionError(
            f"y = f(x) may use x only, not {listed(sorted(inside - {'x'}))}; "
            "write z = f(x, y) for a value over the plane"
        )
    if "z" in inside:
        raise ExpressionError("z = f(x, y) may use x and y only, not z")
    return "line" if left == Variable("y") else "plane"


def _used(node: Node) -> set[str]:
    """The variables in a formula's part."""
    match node:
        case Variable(name):
            return {name}
        case Negative(inner):
            return _used(inner)
        case Operation(_, left, right):
            return _used(left) | _used(right)
        case Call(_, arguments):
            return set().union(*map(_used, arguments))
    return set()


def _evaluate(node: Node, points: Floats) -> Floats:
    """The value at points (n, columns) as (n,); NaN or infinite where there is none."""
    columns = {name: points[:, index] for index, name in enumerate(("x", "y")[: points.shape[1]])}
    with np.errstate(all="ignore"):
        value = _value(node, columns)
    return np.array(np.broadcast_to(value, len(points)), dtype=np.float64)


def _value(node: Node, columns: Mapping[str, Floats]) -> Any:
    match node:
        case Number(value):
            return np.float64(value)
        case Variable(name):
            return columns[name]
        case Negative(inner):
            return -_value(inner, columns)
        case Operation(sign, left, right):
            return OPERATORS[sign](_value(left, columns), _value(right, columns))
        case Call(name, arguments):
            values = [_value(part, columns) for part in arguments]
            if name in FUNCTIONS:
                return FUNCTIONS[name](values[0])
            result = values[0]
            for value in values[1:]:
                result = CHOICES[name](result, value)
            return result
