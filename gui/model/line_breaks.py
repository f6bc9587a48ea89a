r"""Where a formula in LaTeX may go on in the next line: before a relation, a sum's sign or a comma's right. No Qt.

Nothing is taken apart that belongs together: no fraction, no index, nothing between `\left` and `\right`.
"""

import re

PARTS = re.compile(r"\\[A-Za-z]+|\\.|[\d.]+|\s+|.", re.DOTALL)

RELATIONS = frozenset(("=", "<", ">", r"\approx", r"\le", r"\leq", r"\ge", r"\geq", r"\to", r"\in"))
SIGNS = frozenset(("+", "-", r"\pm"))
FACTORS = frozenset((r"\cdot", r"\times", r"\odot", r"\,", "/"))
OPENING = frozenset(("{", r"\left", r"\begin"))
CLOSING = frozenset(("}", r"\right", r"\end"))
FRACTION = r"\frac"
FENCES = frozenset((r"\left", r"\right"))
NUMBER_FOLLOWS = RELATIONS | SIGNS | FACTORS | {"(", "[", "{", "^", "_", ","}


class Unbalanced(ValueError):
    """A brace or `\\left` without its other end."""


def pieces(latex: str, inside: bool = False) -> tuple[str, ...]:
    """`latex` cut where a line may end; together they are the formula. The sign of a number is set close to it.

    With `inside`, also within round and square brackets and before factors: for what is too wide otherwise.
    """
    found, tight, brackets, before = [""], 0, 0, "("
    for part in PARTS.findall(latex):
        tight += (part in OPENING) - (part in CLOSING)
        if tight < 0:
            raise Unbalanced(latex)
        if tight == 0 and (inside or brackets == 0) and _breaks(part, before, inside) and found[-1].strip():
            found.append("")
        if tight == 0 and before not in FENCES:
            brackets += (part in "([") - (part in ")]")
        found[-1] += f"{{{part}}}" if part in SIGNS and not _is_sum(before) else part
        before = before if part.isspace() else part
    if tight:
        raise Unbalanced(latex)
    return tuple(found)


def _breaks(part: str, before: str, inside: bool) -> bool:
    """Whether a line may end between `before` and `part`."""
    if part in SIGNS:
        return _is_sum(before)
    return part in RELATIONS or (inside and part in FACTORS and part != "/")


def _is_sum(before: str) -> bool:
    """Whether a sign behind `before` adds or subtracts, and is not that of a number."""
    return before not in NUMBER_FOLLOWS


def follows(piece: str) -> str:
    """`piece` as it is set behind others: its first sign stands between two things, with room on both sides."""
    start = PARTS.match(piece.lstrip())
    return f"{{}}{piece}" if start is not None and start[0] in RELATIONS | SIGNS | FACTORS else piece


def loosened(latex: str) -> str:
    """`latex` with its fractions on one line and its brackets as small as they are: it may then be cut inside them."""
    parts, found, at, tight = PARTS.findall(latex), "", 0, 0
    while at < len(parts):
        part = parts[at]
        tight += (part == "{") - (part == "}")
        at += 1
        if tight == 0 and part == FRACTION:
            above, at = _group(parts, at)
            below, at = _group(parts, at)
            found += f"({above}) / {_closed(below)}"
        elif tight or part not in FENCES:
            found += part
        elif at < len(parts) and parts[at] == ".":  # a side without a bracket
            at += 1
    return found


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
    """In brackets, unless it is a single thing."""
    return latex if len(PARTS.findall(latex.strip())) == 1 else f"({latex})"
