"""Tables of any kind as the data of a session: read or refused, never anything else."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.fuzz.mutants import WORDS, damaged, mostly
from tests.fuzz.trial import Trial, loaded
from twostroke.engine.files.session_file import read_session

NUMBERS = (
    "0", "1", "2", "-1", "1.5", "2,5", "1,234", "1.234", "1.234,50", "1 234", "1'234", "1e5", "1E400", "-1e-400",
    "1e30", "1e31", "nan", "inf", "Infinity", "0x1F", "1_000", "٣", "１２", "1٣", "−5", "(5)", "5 %", "€5",
    "$1,000.00", "+7", "--7", "1/2", "01", "1.", ".5", ",5", "9" * 400, "1" + "0" * 25, "2020-01-01", "12:30", "²",
    "½", "Ⅷ", "1e", "e", "1.2.3", "4,5,6",
)  # fmt: skip
CELLS = (
    "", " ", "NA", "None", "none", "?", "-", "#N/A", "#VALUE!", "yes", "no", "True", "false", "a", "b", "B", "ä", "ß",
    "日本", "x" * 300, '"', '""', 'a"b', '"a,b"', "'q'", "a\tb", "a;b", "a|b", "\ufeffa", "\u00a0", "=1+1", "\x1b[0m",
    "\u2028", "\x85", "\x0b", "\x1c",
)  # fmt: skip
ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "latin-1",
    "shift-jis",
    "gb18030",
    "cp037",
)
FIRST = (
    "",
    "# a comment\n",
    "sep=;\n",
    "Title\n",
    "\n\n",
    "Report;;;\n",
    '"',
    "# a,b,c\n",
    "\ufeff",
    "sep=",
    "#\n" * 30,
)
MARKERS: tuple[list[Any], ...] = ([], ["None"], ["-1"], ["1"], [""], ["a", "a"], ["x" * 300], [1])


KINDS = (NUMBERS[:5], NUMBERS, CELLS, ("a", "b", "None"), NUMBERS + CELLS)
"""Of which the cells of a column are."""


@st.composite
def rows(draw: st.DrawFn) -> list[list[str]]:
    """Rows of columns of one kind each, the last of classes or values; with some that do not fit."""
    pools = [*draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=4)), draw(st.sampled_from(KINDS[:4]))]
    columns = [draw(st.lists(st.sampled_from(pool), min_size=2, max_size=8, unique=True)) for pool in pools]
    count = draw(mostly(30, st.sampled_from([0, 1, 5, 11, 600])))
    found = [[column[(row * 7 + place) % len(column)] for place, column in enumerate(columns)] for row in range(count)]
    for _ in range(draw(mostly(0, st.integers(1, 4))) if found else 0):
        draw(st.sampled_from(found))[:1] = draw(st.lists(st.sampled_from(NUMBERS + CELLS), max_size=3))
    names = [f"c{place}" for place in range(len(columns))]
    others = st.sampled_from(
        [[], ["a"] * len(columns), list(WORDS[: len(columns)]), list(map(str, range(len(columns))))]
    )
    header = draw(mostly(names, others))
    return [header, *found] if header else found


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """A table, with whatever may stand before and behind it."""
    delimiter = draw(mostly(",", st.sampled_from([";", "\t", "|", " ", ", ", ":"]), of=2))
    end = draw(mostly("\n", st.sampled_from(["\r\n", "\r"])))
    quoted = draw(mostly(True, st.just(False)))
    text = end.join(delimiter.join(_cell(cell, quoted) for cell in row) for row in draw(rows()))
    last = draw(mostly("", st.sampled_from([end, delimiter, "\0", '"', end * 50, "x" * 1_100_000])))
    whole = draw(mostly("", st.sampled_from(FIRST), of=3)) + text + last
    return draw(damaged(whole.encode(draw(mostly("utf-8", st.sampled_from(ENCODINGS))), "replace"), seldom=True))


def _cell(cell: str, quoted: bool) -> str:
    return '"' + cell.replace('"', '""') + '"' if quoted and not cell.isdecimal() else cell


@st.composite
def sessions(draw: st.DrawFn) -> bytes:
    """A session that takes its data from `t.csv`, with some settings of its own."""
    choices: dict[str, tuple[Any, ...]] = {
        "target": ("c0", "1", "2", "a", "column 1", "", "zz", ["1", "2"], ["c0", "c1"], ["c0", "c0"], 3, "x" * 300),
        "task": ("auto", "regression", "classes", "binary"),
        "delimiter": ("comma", "semicolon", "tab", "bar", "space"),
        "header": ("yes", "no"),
        "decimal": ("point", "comma"),
        "encoding": ("utf-8", "utf-16", "latin-1", "windows-1252", "cp037"),
        "missing": ("drop_rows", "mean"),
        "missing_markers": ([], ["None"], ["-1"], ["1"], [""], ["a", "a"], ["x" * 300], [1]),
        "features": (["c0"], ["c1", "c2"], ["column 1"], ["a", "a"], []),
        "train_share": (0.5, 1.0, 0.9),
        "scale": ("none", "standard"),
    }
    data: dict[str, Any] = {"name": "table", "path": "t.csv"}
    for key in draw(mostly([], st.lists(st.sampled_from(list(choices)), max_size=3, unique=True), of=2)):
        data[key] = draw(st.sampled_from(choices[key]))
    network = {"layers": [{"units": 2}], "dtype": draw(st.sampled_from(["float32", "float64"]))}
    return json.dumps({"format": "twostroke-session", "version": 1, "data": data, "network": network}).encode()


@given(sessions(), tables())
@cases(200)
def test_tables(trial: Trial, session: bytes, content: bytes) -> None:
    path = trial.write("table.twostroke.json", session)
    trial.write("t.csv", content)
    trial.refusal(lambda _: loaded(path))


@given(tables())
@cases(60)
def test_tables_where_a_session_is_expected(trial: Trial, content: bytes) -> None:
    """They are no session, whatever stands in them."""
    trial.write("given.csv", content)
    assert trial.refusal(read_session)
