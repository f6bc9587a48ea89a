"""The small language of claims: Python's expressions, of which only what is listed here is known.

The text is parsed by `ast` and walked; nothing is evaluated as Python. Arithmetic is done in float64, whatever the
precision of the network, so a sum of claims is no sum of round-off. What names and functions mean is told by a
`Vocabulary`; of `layer 2` one may also speak as `l2`.
"""

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from twostroke.engine.claims.arithmetic import ClaimError, applied, compared, described, is_number, taken
from twostroke.engine.session.phrases import listed, nearest, shown

MAX_LENGTH = 500
"""Characters of a claim."""

MAX_DEPTH = 40
"""Parts within each other; far within what Python can recurse."""

LARGEST = 2**53
"""Whole numbers beyond are not exact in float64."""

LAYER = re.compile(r"\blayer\s+(\d{1,3})\b", re.ASCII)

SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
    ast.Not: "not",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
"""The signs that a claim may have."""

NODES = (
    ast.Expression,
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Slice,
    ast.Tuple,
    ast.BinOp,
    ast.UnaryOp,
    ast.BoolOp,
    ast.Compare,
    ast.Call,
    ast.IfExp,
    ast.expr_context,
    ast.boolop,
    ast.keyword,
)
"""The kinds of part that a claim may have."""


class Group(Protocol):
    """Something with parts, such as a layer or the figures of the test part."""

    title: str

    def names(self) -> Sequence[str]:
        """The parts that there are."""

    def part(self, name: str) -> Any:
        """One of them. ClaimError where it is not there."""

    def bare(self) -> Sequence[str]:
        """The parts whose names alone may stand in a subscript of another part."""


@dataclass(frozen=True)
class Function:
    """A function of the language: what it takes, what it does, and how it does it."""

    name: str
    takes: str  # its arguments as one writes them: "a, b, tolerance"
    does: str  # one sentence
    call: Callable[..., Any]
    fewest: int
    most: int

    @property
    def written(self) -> str:
        """As one writes it."""
        return f"{self.name}({self.takes})"


class Vocabulary(Protocol):
    """What the names of claims mean, of a network at one moment."""

    def names(self) -> Sequence[str]:
        """The names that there are."""

    def value(self, name: str) -> Any:
        """What a name means. ClaimError where it means nothing here."""

    def call(self, name: str, arguments: Sequence[Any]) -> Any:
        """What one of the functions says. ClaimError where it says nothing here."""


@dataclass(frozen=True)
class Claim:
    """A claim, or another expression, that was read."""

    text: str
    tree: ast.expr = field(repr=False, compare=False)


@dataclass(frozen=True)
class Outcome:
    """What became of a claim. `value`: the number that it is about, which is one side of a comparison; or the claim."""

    holds: bool
    value: Any


def parse(text: str, functions: Mapping[str, Function]) -> Claim:
    """The expression in `text`. ClaimError, a sentence without its end, says what in it cannot be read."""
    if len(text) > MAX_LENGTH:
        raise ClaimError(f"the claim has {len(text):,} characters; expected at most {MAX_LENGTH}")
    if not text.strip():
        raise ClaimError("the claim is empty; write for example dead(l1) == 0")
    written = LAYER.sub(r"l\1", text.strip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's advice on programs
            tree = ast.parse(written, mode="eval")
    except SyntaxError as error:
        raise ClaimError(f"{shown(text)} cannot be read: {_syntax(error, written)}") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise ClaimError(f"{shown(text)} cannot be read; expected an expression such as dead(l1) == 0") from error
    for node, depth in _walk(tree):
        if depth > MAX_DEPTH:
            raise ClaimError(f"{shown(text)} has more than {MAX_DEPTH} parts within each other; expected fewer")
        _check(node, written, functions)
    return Claim(text.strip(), tree.body)


def _syntax(error: SyntaxError, text: str) -> str:
    """What Python says of the place where an expression ends to make sense."""
    single = re.search(r"(?<![=!<>])=(?!=)", text)
    before = text[: single.start()] if single else ""
    if single and before.count("(") == before.count(")"):
        return "a comparison is written =="
    at = text[error.offset - 1 :][:10].strip() if error.offset else ""
    return f"at {shown(at)} something else was expected" if at else "it ends too early"


def _walk(tree: ast.AST) -> Iterator[tuple[ast.AST, int]]:
    """All parts with how deep they lie; without recursion, as nobody knows yet how deep that is."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        waiting += [(child, depth + 1) for child in ast.iter_child_nodes(node)]


def _check(node: ast.AST, text: str, functions: Mapping[str, Function]) -> None:
    if not isinstance(node, (*NODES, *SIGNS)):
        raise ClaimError(f"{_piece(node, text)} is not known in claims; expected numbers, names, signs and functions")
    if isinstance(node, ast.Constant):
        _check_constant(node.value)
    elif isinstance(node, ast.Attribute):
        _check_name(node.attr)
    elif isinstance(node, ast.Name):
        _check_name(node.id)
    elif isinstance(node, ast.Call):
        _check_call(node, text, functions)


def _check_name(name: str) -> None:
    if name.startswith("_"):
        raise ClaimError(f"no name begins with _, as {shown(name)} does")


def _check_constant(value: Any) -> None:
    if isinstance(value, str):
        return
    if not isinstance(value, bool | int | float):
        raise ClaimError(f"{shown(str(value))} is not known in claims; expected a number, True, False or a text")
    if isinstance(value, int) and value > LARGEST:
        raise ClaimError("a whole number is too large to be exact; write it with a point, as 1e20")


def _check_call(node: ast.Call, text: str, functions: Mapping[str, Function]) -> None:
    if not isinstance(node.func, ast.Name):
        raise ClaimError(f"{_piece(node.func, text)} is no function; expected one such as max or dead")
    name = node.func.id
    if name not in functions:
        guess = nearest(name, functions)
        said = f"did you mean {guess}?" if guess else f"expected {listed(sorted(functions))}"
        raise ClaimError(f"unknown function {shown(name)}; {said}")
    known = functions[name]
    names = known.takes.replace(" ", "").split(",") if known.takes else []
    for keyword in node.keywords:
        place = names.index(keyword.arg) if keyword.arg in names else -1
        if keyword.arg is None or place != len(node.args) + node.keywords.index(keyword):
            raise ClaimError(f"{known.written} takes its parts in this order, not {shown(keyword.arg or '**')} there")
    count = len(node.args) + len(node.keywords)
    if not known.fewest <= count <= known.most:
        wanted = f"{known.fewest}" if known.fewest == known.most else f"{known.fewest} to {known.most}"
        raise ClaimError(f"{name} has {count} in its brackets; expected {wanted}: {known.written}")


def _piece(node: ast.AST, text: str) -> str:
    found = ast.get_source_segment(text, node) if isinstance(node, ast.expr) else None
    return shown(found or type(node).__name__)


# -- what it says ----------------------------------------------------------------------------------------------------


@np.errstate(all="ignore")  # what is no finite number compares as such
def judge(claim: Claim, words: Vocabulary) -> Outcome:
    """Whether the claim holds. ClaimError where it has no meaning here, or is no claim but a number."""
    tree = claim.tree
    if isinstance(tree, ast.Compare):
        sides = [_value(side, words) for side in (tree.left, *tree.comparators)]
        holds, value = _chain(tree, sides), _side_told(tree, sides)
    else:
        holds = value = _value(tree, words)
    if not isinstance(holds, bool | np.bool_):
        told = described(holds)
        advice = "use all(...) or any(...)" if isinstance(holds, np.ndarray) else "compare it with something"
        raise ClaimError(f"{shown(claim.text)} is {told}; expected one yes or no: {advice}")
    return Outcome(bool(holds), plain(value))


@np.errstate(all="ignore")
def evaluate(expression: Claim, words: Vocabulary) -> Any:
    """What an expression comes to: a bool, number, text or array. ClaimError where it has no meaning here."""
    value = _value(expression.tree, words)
    if not isinstance(value, bool | np.bool_ | str | np.ndarray) and not is_number(value):
        raise ClaimError(f"{shown(expression.text)} is {described(value)}; expected a number")
    return value if isinstance(value, np.ndarray) else plain(value)


def number_of(expression: Claim, words: Vocabulary) -> float:
    """The one finite number that an expression comes to. ClaimError where it is none."""
    value = evaluate(expression, words)
    if not is_number(value) or isinstance(value, bool):
        raise ClaimError(f"{shown(expression.text)} is {described(value)}; expected one number")
    if not np.isfinite(value):
        raise ClaimError(f"{shown(expression.text)} is {value}; expected a finite number")
    return float(value)


def plain(value: Any) -> Any:
    """A value as Python and JSON have it; arrays as lists."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else value


def _side_told(tree: ast.Compare, sides: Sequence[Any]) -> Any:
    """The first side of a comparison that is more than a number as written."""
    parts = (tree.left, *tree.comparators)
    fixed = [isinstance(part.operand if isinstance(part, ast.UnaryOp) else part, ast.Constant) for part in parts]
    return sides[fixed.index(False) if False in fixed else 0]


def _chain(tree: ast.Compare, sides: Sequence[Any]) -> Any:
    found: Any = None
    for sign, left, right in zip(tree.ops, sides, sides[1:], strict=False):
        one = compared(SIGNS[type(sign)], left, right)
        found = one if found is None else applied("&", found, one)
    return found


def _value(node: ast.AST, words: Vocabulary, layer: Group | None = None) -> Any:
    """What a part comes to; `layer` is the one in whose subscript it stands."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return layer.part(name) if layer is not None and name in layer.bare() else words.value(name)
        case ast.Attribute(value=owner, attr=name):
            return _part(_value(owner, words, layer), name)
        case ast.Subscript():
            return _subscript(node, words, layer)
        case ast.BinOp(left=left, op=sign, right=right):
            return applied(SIGNS[type(sign)], _value(left, words, layer), _value(right, words, layer))
        case ast.UnaryOp(op=sign, operand=inner):
            return applied(SIGNS[type(sign)], _value(inner, words, layer))
        case ast.Compare(left=left, comparators=others):
            return _chain(node, [_value(side, words, layer) for side in (left, *others)])
        case ast.BoolOp(op=sign, values=parts):
            return _bool(isinstance(sign, ast.And), parts, words, layer)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _truth(_value(test, words, layer), "if") else orelse, words, layer)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords):
            every = [*args, *(keyword.value for keyword in keywords)]
            return words.call(name, [_value(each, words, layer) for each in every])
    raise ClaimError(f"{type(node).__name__.lower()} is not known there; expected a number or a name")


def _bool(every: bool, parts: Sequence[ast.expr], words: Vocabulary, layer: Group | None) -> bool:
    sign = "and" if every else "or"
    found = (_truth(_value(part, words, layer), sign) for part in parts)
    return all(found) if every else any(found)


def _truth(value: Any, sign: str) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise ClaimError(f'"{sign}" takes a yes or no, not {described(value)}; for masks write & | ~')
    return bool(value)


def _part(owner: Any, name: str) -> Any:
    if not _is_group(owner):
        raise ClaimError(f"{described(owner)} has no part {shown(name)}; expected a name before the point")
    return owner.part(name)


def _is_group(value: Any) -> bool:
    return hasattr(value, "part") and hasattr(value, "bare")


def _subscript(node: ast.Subscript, words: Vocabulary, layer: Group | None) -> Any:
    array = _value(node.value, words, layer)
    inside = _layer_read(node.value, words, layer)
    places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    return taken(array, [_index(place, words, inside) for place in places])


def _layer_read(node: ast.expr, words: Vocabulary, layer: Group | None) -> Group | None:
    """The layer of which `node` reads an array: l1 of `l1.z[row]`, whose masks a subscript names."""
    while isinstance(node, ast.Subscript):
        node = node.value
    owner = _value(node.value, words, layer) if isinstance(node, ast.Attribute) else None
    return owner if owner is not None and _is_group(owner) and owner.bare() else layer


def _index(node: ast.expr, words: Vocabulary, layer: Group | None) -> Any:
    """A place in an array: a number, a slice or an array of either."""
    if not isinstance(node, ast.Slice):
        return _value(node, words, layer)
    ends = (None if end is None else _value(end, words, layer) for end in (node.lower, node.upper, node.step))
    return slice(*ends)
