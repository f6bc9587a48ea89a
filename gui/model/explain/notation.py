"""How a rule is written: in symbols, with its numbers in LaTeX, as a plain line, as a line of PyTorch."""

from collections.abc import Sequence
from typing import ClassVar

from twostroke.engine.session.phrases import MINUS
from twostroke.gui.model.explain.quantities import Operand
from twostroke.gui.model.numbers import MOST_DIGITS, SUPERSCRIPT, UNKNOWN, latex, number

SIGNS = ("-", MINUS)
SIZE = "|"
"""The name of a function in LaTeX that is written as bars."""

ABOVE = {True: ">", False: r"\le"}


class Notation:
    """LaTeX with numbers of so many digits; the others differ from it in some ways.

    Every text that a method takes was written in the same notation. `compound` says what needs brackets on one line.
    """

    symbolic: ClassVar[bool] = False
    in_full: ClassVar[bool] = False  # whether long sums are written with all their terms
    minus: ClassVar[str] = "-"
    times: ClassVar[str] = r" \cdot "
    unknown: ClassVar[str] = r"\dots"
    name: ClassVar[int] = 0  # which of a function's names
    decided: bool = True  # whether the number that is written is known: else nothing that is computed on the way is

    def __init__(self, digits: int = MOST_DIGITS) -> None:
        self.digits = digits

    def number(self, value: float | None) -> str:
        """A number."""
        return latex(value, self.digits)

    def operand(self, operand: Operand) -> str:
        """A number that has come from elsewhere."""
        return self.number(operand.value)

    def exact(self, value: float) -> str:
        """A number of the rule itself."""
        return latex(value, MOST_DIGITS)

    def added(self, parts: Sequence[tuple[int, str]]) -> str:
        """Parts with their signs, 1 or −1: a sign between neighbours, never two."""
        text = ""
        for sign, part in parts:
            if part.startswith(SIGNS):
                sign, part = -sign, part[1:]
            if text:
                text += f" + {part}" if sign > 0 else f" {self.minus} {part}"
            else:
                text = part if sign > 0 else f"{self.minus}{part}"
        return text

    def multiplied(self, parts: Sequence[str]) -> str:
        """Factors; a negative one behind others in brackets."""
        first, *others = parts
        return self.times.join([first, *(self.brackets(part) if part.startswith(SIGNS) else part for part in others)])

    def fraction(self, above: str, below: str, compound: tuple[bool, bool]) -> str:
        """One over the other."""
        return rf"\frac{{{above}}}{{{below}}}"

    def power(self, base: str, exponent: str, compound: bool) -> str:
        """With an exponent; the root for one half."""
        if exponent == "0.5":
            return rf"\sqrt{{{base}}}"
        simple = not compound and not base.startswith(SIGNS) and self.times not in base and "^" not in base
        return f"{base if simple else self.brackets(base)}^{{{exponent}}}"

    def exponential(self, exponent: str) -> str:
        """e to that power."""
        return f"e^{{{exponent}}}"

    def call(self, names: tuple[str, str, str], arguments: Sequence[str]) -> str:
        """A function, by its names in LaTeX, text and PyTorch."""
        if names[0] == SIZE:
            return rf"\left|{arguments[0]}\right|"
        return rf"{names[0]}\left({', '.join(arguments)}\right)"

    def where(self, text: str, number: str, bound: str, above: bool) -> str:
        """What holds as the number is above the bound, or is not."""
        return rf"{text} \quad ({number} {ABOVE[above]} {bound})"

    def either(self, above: str, otherwise: str, number: str, bound: str) -> str:
        """What holds where it is, and else."""
        return rf"{above} \;\text{{ if }}\; {number} > {bound}, \;\text{{ else }}\; {otherwise}"

    def given(self, text: str, symbol: str, value: str) -> str:
        """What holds as a number that is 0 or 1 is that."""
        return rf"{text} \quad ({symbol} = {value})"

    def either_given(self, one: str, zero: str, symbol: str) -> str:
        """What holds where it is 1, and where it is 0."""
        return rf"{one} \;\text{{ if }}\; {symbol} = 1, \;\text{{ else }}\; {zero}"

    def brackets(self, text: str) -> str:
        """Brackets around it."""
        return rf"\left({text}\right)"

    def more(self, value: float | None, terms: int) -> str:
        """What further terms come to."""
        return rf"{self.number(value)} \;\text{{({terms} more {'term' if terms == 1 else 'terms'})}}"

    def dot(self, factors: Sequence[Sequence[Operand]]) -> str:
        """The sum of the products of neighbours, with all terms."""
        return self.added(
            [(1, self.multiplied([self.operand(each) for each in pair])) for pair in zip(*factors, strict=True)]
        )


class Symbols(Notation):
    """LaTeX with a symbol for each number."""

    symbolic = True
    times = r" \, "

    def operand(self, operand: Operand) -> str:
        return operand.symbol

    def multiplied(self, parts: Sequence[str]) -> str:
        """A number behind a letter would pass for its index: a point stands between them."""
        first, *others = parts
        return first + "".join((r" \cdot " if part[0].isdigit() else self.times) + part for part in others)

    def power(self, base: str, exponent: str, compound: bool) -> str:
        if exponent == "0.5":
            return rf"\sqrt{{{base}}}"
        return f"{self.brackets(base) if compound or '^' in base else base}^{{{exponent}}}"


class Plain(Notation):
    """A line of text."""

    minus = MINUS
    times = " · "
    unknown = UNKNOWN
    name = 1

    def number(self, value: float | None) -> str:
        return number(value, self.digits)

    def exact(self, value: float) -> str:
        return number(value, MOST_DIGITS)

    def fraction(self, above: str, below: str, compound: tuple[bool, bool]) -> str:
        top, bottom = (self.brackets(t) if c else t for t, c in zip((above, below), compound, strict=True))
        return f"{top} / {bottom}"

    def power(self, base: str, exponent: str, compound: bool) -> str:
        simple = not compound and not base.startswith(SIGNS) and "·" not in base
        base = base if simple else self.brackets(base)
        if exponent == "0.5":
            return f"√{base}"
        return f"{base}{exponent.translate(SUPERSCRIPT)}" if exponent.isdigit() else f"{base}^({exponent})"

    def exponential(self, exponent: str) -> str:
        return f"e^({exponent})"

    def call(self, names: tuple[str, str, str], arguments: Sequence[str]) -> str:
        return f"|{arguments[0]}|" if names[0] == SIZE else f"{names[1]}({', '.join(arguments)})"

    def where(self, text: str, number: str, bound: str, above: bool) -> str:
        return f"{text} (as {number} {'>' if above else '≤'} {bound})"

    def given(self, text: str, symbol: str, value: str) -> str:
        return f"{text} (target {value})"

    def brackets(self, text: str) -> str:
        return f"({text})"

    def more(self, value: float | None, terms: int) -> str:
        return f"{self.number(value)} ({terms} more {'term' if terms == 1 else 'terms'})"


class Torch(Plain):
    """PyTorch, with all digits; numbers that are not known yet are nan."""

    in_full = True
    minus = "-"
    times = " * "
    unknown = "torch.nan"

    def __init__(self, dtype: str) -> None:
        super().__init__()
        self.dtype = "" if dtype == "float32" else f", dtype=torch.{dtype}"  # float32 is PyTorch's own

    def number(self, value: float | None) -> str:
        return self.unknown if value is None else repr(float(value))

    def exact(self, value: float) -> str:
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)

    def power(self, base: str, exponent: str, compound: bool) -> str:
        simple = not compound and not base.startswith(SIGNS)
        raised = exponent if exponent.replace(".", "").isdigit() else self.brackets(exponent)
        return f"{base if simple else self.brackets(base)} ** {raised}"

    def exponential(self, exponent: str) -> str:
        return f"torch.exp({self.tensor(exponent)})"

    def call(self, names: tuple[str, str, str], arguments: Sequence[str]) -> str:
        if names[2] in ("max", "min", "abs"):
            return f"{names[2]}({', '.join(arguments)})"
        first, *others = arguments
        return f"{names[2]}({', '.join([self.tensor(first), *others])})"

    def where(self, text: str, number: str, bound: str, above: bool) -> str:
        return text

    def given(self, text: str, symbol: str, value: str) -> str:
        return text

    def more(self, value: float | None, terms: int) -> str:
        return self.number(value)

    def tensor(self, text: str) -> str:
        """A tensor in the precision of the network."""
        return f"torch.tensor({text}{self.dtype})"

    def dot(self, factors: Sequence[Sequence[Operand]]) -> str:
        lists = [self.tensor(f"[{', '.join(map(self.operand, each))}]") for each in factors]
        return " @ ".join(lists) if len(lists) > 1 else f"{lists[0]}.sum()"
