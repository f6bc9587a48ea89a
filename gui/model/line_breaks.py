r"""Where a formula in LaTeX may go on in the next line: before a relation, a sum's sign or a comma's right; and where a
sentence with numbers may. No Qt.

Nothing is taken apart that belongs together: no fraction, no index, nothing between `\left` and `\right`.
"""

import re
from functools import lru_cache

PARTS = re.compile(r"\\text\{[^{}]*\}|\\[A-Za-z]+|\\.|[\d.]+|\s+|.", re.DOTALL)

RELATIONS = frozenset(("=", "<", ">", r"\approx", r"\le", r"\leq", r"\ge", r"\geq", r"\to", r"\in"))
SIGNS = frozenset(("+", "-", r"\pm"))
FACTORS = frozenset((r"\cdot", r"\times", r"\odot", r"\,", "/"))
OPENING = frozenset(("{", r"\left", r"\begin"))
CLOSING = frozenset(("}", r"\right", r"\end"))
FRACTION, TALL, ROOT, BARE_ROOT = r"\frac", r"\dfrac", r"\sqrt", r"\surd "
LEFT, RIGHT, SIZE = r"\left", r"\right", "|"
SINGLE = re.compile(r"(\\?[A-Za-z]+|[\d.]+)([_^](\w|\{[^{}]*\}))*")
FENCES = frozenset((LEFT, RIGHT))
NO_BREAK = "\N{NO-BREAK SPACE}"
OPERATORS = "=≈<>≤≥·"
BEHIND_OPERATOR = re.compile(rf"(?<= [{OPERATORS}+\-−]) ")
AROUND_POINT = re.compile(r" (?=·\s)| (?=%)")
OF_NAME = re.compile(rf"((?:^| )[^\s{OPERATORS}]+) (?=[=≈<>≤≥]\s)")  # no name ends a product or a sum
OF_NETWORK = re.compile(r"\b([A-Z]) (?=[\d−])")  # "A 0.695": the letter of a network that is compared
IF, ELSE = r"\text{ if }", r"\text{ else }"
GAP, WIDE_GAP = r"\;", r"\quad"
NUMBER_FOLLOWS = RELATIONS | SIGNS | FACTORS | {"(", "[", "{", "^", "_", ",", IF, ELSE, GAP, WIDE_GAP}


class Unbalanced(ValueError):
    """A brace or `\\left` without its other end."""


def pieces(latex: str, inside: bool = False) -> tuple[str, ...]:
    """`latex` cut where a line may end; together they are the formula. The sign of a number is set close to it.

    With `inside`, also within round and square brackets, before factors and in a condition: for what is too wide
    otherwise.
    """
    found, tight, brackets, before, condition = [""], 0, 0, "(", False
    parts = PARTS.findall(latex)
    for part, after in zip(parts, [*parts[1:], ""], strict=True):
        tight += (part in OPENING) - (part in CLOSING)
        if tight < 0:
            raise Unbalanced(latex)
        condition = part == IF or (condition and part != ELSE and after != ELSE)
        closed = tight == 0 and (inside or (brackets == 0 and not condition))
        if closed and _breaks(part, before, after, inside) and found[-1].strip():
            found.append("")
        if tight == 0 and before not in FENCES:
            brackets += (part in "([") - (part in ")]")
        is_close = part in SIGNS and not _is_sum(before) and (before, after) != ("{", "}")
        found[-1] += f"{{{part}}}" if is_close else part
        before = "(" if before == LEFT else before if part.isspace() else part
    if tight:
        raise Unbalanced(latex)
    return tuple(found)


def _breaks(part: str, before: str, after: str, inside: bool) -> bool:
    """Whether a line may end between `before` and `part`, which `after` follows."""
    if inside and before == "," and not part.isspace():
        return True
    if part in SIGNS:
        return _is_sum(before)
    if part == GAP:
        return after in (IF, ELSE)
    factor = inside and part in FACTORS and (part != "/" or before == ")")
    return part in RELATIONS or part == WIDE_GAP or factor


def _is_sum(before: str) -> bool:
    """Whether a sign behind `before` adds or subtracts, and is not that of a number."""
    return before not in NUMBER_FOLLOWS


@lru_cache(maxsize=64)
def kept_together(sentence: str) -> str:
    """A line of text that is broken at its spaces: none of them is left between a name, its sign and its number, nor
    within a product. Before the second sign of "δ = 2 · 0.5 = 1" it may still go on in the next line.
    """
    told = AROUND_POINT.sub(NO_BREAK, BEHIND_OPERATOR.sub(NO_BREAK, sentence))
    return OF_NETWORK.sub(rf"\1{NO_BREAK}", OF_NAME.sub(rf"\1{NO_BREAK}", told))


def follows(piece: str) -> str:
    """`piece` as it is set behind others: its first sign stands between two things, with room on both sides."""
    start = PARTS.match(piece.lstrip())
    return f"{{}}{piece}" if start is not None and start[0] in RELATIONS | SIGNS | FACTORS else piece


def displayed(latex: str) -> str:
    """`latex` with its outermost fractions as high as those that stand alone: others have letters hard to read."""
    found, depth = "", 0
    for part in PARTS.findall(latex):
        depth += (part == "{") - (part == "}")
        found += TALL if part == FRACTION and depth == 0 else part
    return found


def loosened(latex: str) -> str:
    """`latex` as it may be cut further: its brackets as small as they are, or where it has none its fractions on one
    line, or its roots as brackets.
    """
    parts, found, at, tight = PARTS.findall(latex), "", 0, 0
    taken = next((each for each in (LEFT, FRACTION) if _has(parts, each)), ROOT)
    sizes = 0  # bars that stay as high as what they hold
    while at < len(parts):
        part = parts[at]
        tight += (part == "{") - (part == "}")
        at += 1
        is_bar = at < len(parts) and parts[at] == SIZE
        sizes += is_bar and part == LEFT
        if tight == 0 and part == taken and part != LEFT:
            written, at = _on_the_line(parts, at)
            found += written
        elif tight or sizes or part not in FENCES:
            found += part
        elif at < len(parts) and parts[at] == ".":  # a side without a bracket
            at += 1
        sizes -= is_bar and part == RIGHT
    return found


def _has(parts: list[str], wanted: str) -> bool:
    """Whether there is such a thing outside of all braces; bars are no brackets."""
    tight = 0
    for part, after in zip(parts, [*parts[1:], ""], strict=True):
        tight += (part == "{") - (part == "}")
        if tight == 0 and part == wanted and not (part == LEFT and after == SIZE):
            return True
    return False


def _on_the_line(parts: list[str], at: int) -> tuple[str, int]:
    """What the fraction or root before that place comes to in brackets, and the place behind it."""
    first, then = _group(parts, at)
    if parts[at - 1] == ROOT:
        return f"{BARE_ROOT}({first})", then
    below, then = _group(parts, then)
    return f"{_closed(first)} / {_closed(below)}", then


def _group(parts: list[str], at: int) -> tuple[str, int]:
    """What is in the braces at that place, or the one part there, and the place behind it."""
    while at < len(parts) and parts[at].isspace():
        at += 1
    if at == len(parts):
        raise Unbalanced(FRACTION)
    if parts[at] != "{":
        return parts[at], at + 1
    depth, start = 1, at + 1
    while depth:
        at += 1
        if at == len(parts):
            raise Unbalanced("".join(parts[start:]))
        depth += (parts[at] == "{") - (parts[at] == "}")
    return "".join(parts[start:at]), at + 1


def _closed(latex: str) -> str:
    """In brackets, unless it is a single thing: a number, a letter with its indices, or one root."""
    parts = PARTS.findall(latex.strip())
    is_root = parts[:1] == [ROOT] and _group(parts, 1)[1] == len(parts)
    return latex if is_root or SINGLE.fullmatch(latex.strip()) else f"({latex})"
