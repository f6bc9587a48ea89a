"""Whatever can be made of a file that was right: strategies that change values, keys, nesting, text and bytes."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

WORDS = (
    "", " ", "\0", "a\nb", "\x1b[31m", "\ud800", "\u202egnp", "\u0663\u0664", "１２", "٣", "1\u06633", "−1", "1e5",
    "0x10", "1_0", "nan", "Infinity", "true", "null", "none", "auto", "relu", "RELU", "softmax", "sgd", "adamw",
    "mse", "hinge", "batch", "table", "rows", "npz", "expression", "float16", "float64", "../../etc/passwd",
    "/dev/zero", "/dev/stdin", ".", "CON", "a" * 300, "é" * 5_000, "{}", "%s%n", "${HOME}", "<b>&amp;", "l1.weight",
    "l1.bias[0]", "l2.weight[0,1]", "state.clock", "__class__",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 3, 1.5, -0.0, 0.1, 7e-1, 64, 65, 1_000, 4_097, 65_537, 2**31, 2**31 - 1, 2**53 + 1, 2**63, -(2**63),
    2**64, 10**16, 10**30, 10**40, 10**400, 1e-5, 1e-30, 5e-324, 1e16, 1e30, 1e31, 1e39, 1e300,
    1.7976931348623157e308, float("nan"), float("inf"), float("-inf"),
)  # fmt: skip


def values() -> st.SearchStrategy[Any]:
    """What may stand where something else was expected."""
    plain = st.sampled_from(WORDS) | st.sampled_from(NUMBERS) | st.sampled_from([None, True, False, [], {}])
    drawn = st.integers() | st.floats() | st.text(max_size=12)
    nested = st.lists(plain, max_size=4) | st.dictionaries(st.sampled_from(WORDS), plain, max_size=3)
    return plain | drawn | nested | st.just([[0.5, 1.5], [2.5, 3.5]]) | st.builds(nest, plain, st.integers(2, 60))


@st.composite
def mostly(draw: st.DrawFn, usual: Any, others: st.SearchStrategy[Any], of: int = 6) -> Any:
    """`usual`, and one time in so many one of the `others`: where all is wrong, nothing is looked at."""
    return draw(others) if draw(st.integers(1, of)) == of else usual


def nest(value: Any, depth: int) -> Any:
    """Lists within lists."""
    for _ in range(depth):
        value = [value]
    return value


def places(told: Any) -> Iterator[tuple[Any, Any]]:
    """Every container within `told`, with every key or place in it."""
    keys = list(told) if isinstance(told, dict) else range(len(told)) if isinstance(told, list) else ()
    for key in keys:
        yield told, key
        yield from places(told[key])


@st.composite
def changed(draw: st.DrawFn, right: st.SearchStrategy[Any], most: int = 4) -> Any:
    """Something of JSON that was `right`, changed at some places."""
    told = copy.deepcopy(draw(right))
    for _ in range(draw(st.sampled_from([1, 1, 2, most]))):
        known = list(places(told))
        if known:
            holder, key = draw(st.sampled_from(known))
            _change(draw, holder, key, [other[place] for other, place in known])
    return told


def _change(draw: st.DrawFn, holder: Any, key: Any, others: list[Any]) -> None:
    """Change one place in one way."""
    old = holder[key]
    match draw(st.sampled_from(["value", "other", "gone", "wrapped", "scaled", "scaled", "more", "renamed"])):
        case "value":
            holder[key] = draw(values())
        case "other":
            holder[key] = copy.deepcopy(draw(st.sampled_from(others)))
        case "gone":
            del holder[key]
        case "wrapped":
            holder[key] = draw(st.sampled_from([[old], {"name": old}, [old, old], str(old)]))
        case "scaled" if isinstance(old, int | float) and abs(old) < 1e300:
            holder[key] = old * draw(st.sampled_from([-1, 2, 3, 10, 0.5, 0.25, 1e-10, 1e10, 1e28]))
        case "more" if isinstance(old, list | str):
            holder[key] = old * draw(st.sampled_from([2, 3, 70]))
        case "renamed" if isinstance(holder, dict):
            holder[draw(st.sampled_from([str(key).upper(), f"{key}s", f" {key}", *WORDS]))] = holder.pop(key)


@st.composite
def written(draw: st.DrawFn, told: Any) -> bytes:
    """`told` as JSON that somebody may have touched: twice the same key, another encoding, cut short."""
    text = json.dumps(told, ensure_ascii=draw(st.booleans()))
    if draw(st.integers(0, 3)) == 0:
        at = draw(st.integers(0, len(text)))
        piece = draw(
            st.sampled_from(
                ['"seed": 1, "seed": 2,', "[" * 3_000, "9" * 5_000, "\\ud800", ",", "//x\n", "NaN", "٣", '"']
            )
        )
        text = text[:at] + piece + text[at:]
    return draw(damaged(text.encode(draw(encodings), "surrogatepass"), seldom=True))


encodings = st.sampled_from(["utf-8"] * 8 + ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])


@st.composite
def damaged(draw: st.DrawFn, content: bytes, seldom: bool = False) -> bytes:
    """`content` with some bytes changed, put in, cut out, or its end gone; `seldom` leaves most of it alone."""
    if seldom and draw(st.integers(0, 4)):
        return content
    wrong = bytearray(content)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(wrong)))
        match draw(st.sampled_from(["changed", "changed", "put in", "cut out", "cut short"])):
            case "changed":
                wrong[at : at + 1] = draw(st.binary(min_size=1, max_size=4))
            case "put in":
                wrong[at:at] = draw(st.binary(max_size=40))
            case "cut out":
                del wrong[at : at + draw(st.integers(1, 40))]
            case "cut short":
                del wrong[at:]
    return bytes(wrong)
