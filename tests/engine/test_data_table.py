"""Tables of one's own: what is found out of a file, every sentence about a bad one, and memory."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from twostroke.engine.data import load, own, text_table
from twostroke.engine.data.dataset import Dataset
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.data.table_report import TableReport
from twostroke.engine.session.spec import DataSpec
from twostroke.engine.session.spec_errors import SessionError, parse_session

BARE = {"format": "twostroke-session", "version": 1}


def table(folder: Path, content: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def spec(path: Path, **parts: Any) -> DataSpec:
    return DataSpec.model_validate({"name": "table", "path": str(path), **parts})


def report(path: Path, **parts: Any) -> TableReport:
    found = spec(path, **parts).report
    assert found is not None
    return found


def loaded(path: Path, dtype: str = "float64", **parts: Any) -> Dataset:
    found = spec(path, **parts)
    return load(found, found.info.classes if found.info.task == "classes" else 1, dtype)


def refusal(path: Path, **parts: Any) -> str:
    """Why a session with this table is refused, without the name of the file."""
    with pytest.raises(SessionError) as found:
        parse_session({**BARE, "data": {"name": "table", "path": str(path), **parts}}, "s")
    assert len(found.value.problems) == 1
    return str(found.value).removeprefix("s: ").replace(str(path), "FILE")


def people(rows: int = 30, delimiter: str = ",", comma: bool = False) -> str:
    """age (number), size (number), colour (3 categories), member (true/false), name (text), won (target, 2 words)."""
    lines = ["age,size,colour,member,name,won"]
    for row in range(rows):
        size = f"{1.5 + row / 100:.2f}"
        colour, member = ("red", "green", "blue")[row % 3], ("True", "false")[row % 2]
        lines.append(f"{20 + row},{size},{colour},{member},person {row} of {row * row},{('yes', 'no')[row % 2]}")
    text = "\n".join(lines) + "\n"
    text = text.replace(",", delimiter)
    return text.replace(".", ",") if comma else text


def rows_of(data: Dataset) -> NDArray[np.float64]:
    """All rows of a dataset, inputs and answers, in an order that does not depend on the split."""
    raw = np.concatenate([data.raw_train, data.raw_test]).astype(np.float64)
    label = np.concatenate([data.label_train, data.label_test]).astype(np.float64)
    whole = np.column_stack([raw, label])
    return np.asarray(whole[np.lexsort(whole.T[::-1])])


# What is found out


@pytest.mark.parametrize(
    ("delimiter", "comma", "name"),
    [
        (",", False, "comma"),
        (";", False, "semicolon"),
        (";", True, "semicolon"),
        ("\t", False, "tab"),
        ("\t", True, "tab"),
        ("|", False, "bar"),
    ],
)
def test_layout_and_types(tmp_path: Path, delimiter: str, comma: bool, name: str) -> None:
    """Delimiter, decimal comma, header, and the kind of each column."""
    path = table(tmp_path, people(80, delimiter, comma))
    found = report(path)
    assert (found.delimiter, found.header, found.encoding, found.rows) == (name, True, "UTF-8", 80)
    kinds = {column.name: column.kind for column in found.columns}
    assert kinds == {
        "age": "number",
        "size": "number",
        "colour": "category",
        "member": "true/false",
        "name": "text",
        "won": "true/false",
    }
    assert found.target == "won"
    assert found.inputs == ("age", "size", "colour", "member")
    assert found.left_out == (("name", "text with more than 50 different values"),)
    data = loaded(path)
    assert data.feature_names == ("age", "size", "colour = blue", "colour = green", "colour = red", "member")
    assert data.class_names == ("no", "yes")
    expected = [
        [20 + row, 1.5 + row / 100, *(float(row % 3 == k) for k in (2, 1, 0)), float(row % 2 == 0), float(row % 2 == 0)]
        for row in range(80)
    ]
    np.testing.assert_allclose(rows_of(data), expected, rtol=1e-12)


def test_the_report_says_what_was_found(tmp_path: Path) -> None:
    """The sentences that the window shows and the dataset carries."""
    text = people(80).replace("\n25,", "\n?,").replace("red,True", "NA,True", 2)
    path = table(tmp_path, text)
    assert report(path).sentences == (
        "t.csv: 80 rows and 6 columns, divided by commas, with a header.",
        'Target "won": 2 classes, because it has 2 different words: "no" 39, "yes" 38.',
        'Inputs: "age", "size", "colour" (3 categories), "member" (true or false).',
        'Left out: "name" (text with more than 50 different values).',
        'Dropped 3 rows with missing values: "age" 1, "colour" 2.',
        'Counted as missing: "NA" 2, "?" 1; data.missing_markers says which words are.',
    )
    data = loaded(path)
    assert data.provenance == " ".join(report(path).sentences)
    assert len(data.label_train) + len(data.label_test) == spec(path).rows == 77


def test_missing_values_become_the_mean_of_the_training_part(tmp_path: Path) -> None:
    """So the network sees 0 there, and nothing is learnt from the test part."""
    lines = [f"{row if row % 5 else ''},{'ab'[row % 2] if row % 7 else '-'},{row}" for row in range(60)]
    path = table(tmp_path, "a,b,y\n" + "\n".join(lines))
    data = loaded(path, missing="mean")
    assert len(data.label_train) + len(data.label_test) == 60
    for raw, x, label in (
        (data.raw_train, data.x_train, data.label_train),
        (data.raw_test, data.x_test, data.label_test),
    ):
        gaps = label % 5 == 0
        known = data.label_train % 5 != 0
        np.testing.assert_allclose(raw[gaps, 0], data.raw_train[known, 0].mean())
        np.testing.assert_allclose(x[gaps, 0], 0.0, atol=1e-12)
        np.testing.assert_allclose(raw[~gaps, 0], label[~gaps])
        np.testing.assert_allclose(x[label % 7 == 0, 1:], 0.0, atol=1e-12)
    assert np.isfinite(data.x_test).all()
    assert report(path, missing="mean").sentences[-1] == (
        'Missing inputs are the mean of their column over the training part: "a" 12, "b" 9.'
    )


@pytest.mark.parametrize("odd", ["1,5", "1_000", "inf", "1e31", "0x10", "1 000"])
def test_what_is_no_number(tmp_path: Path, odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One such cell among 3,000 numbers makes the column text, and the report names it; in the last block too."""
    monkeypatch.setattr(text_table, "BLOCK_CELLS", 900)
    rows = "".join(f"{row}{'.5' * (row > 999)};{row % 3};{row % 2}\n" for row in range(3_000))
    found = report(table(tmp_path, f"a;b;c\n{rows}{odd};1;1\n"))
    assert found.left_out == (("a", f'text with more than 50 different values, such as "{odd}" among its numbers'),)
    comma = report(table(tmp_path, f"a;b;c\n{rows.replace('.', ',')}1,25;1;1\n", "comma.csv"))
    assert comma.inputs == ("a", "b")


@pytest.mark.parametrize(
    ("text", "task", "why"),
    [
        ([str(v) for v in range(40)], "regression", "it has many different numbers"),
        ([f"{v / 7:.3f}" for v in range(15)], "regression", "its numbers are not classes"),
        ([str(v % 2) for v in range(12)], "binary", "it has 2 different numbers"),
        (["1.5", "2.5"] * 6, "binary", "it has 2 different numbers"),
        ([str(v % 3) for v in range(12)], "classes", "it has 3 different numbers"),
        (["1.0", "1", "2", "3"] * 4, "classes", "it has 3 different numbers"),
        (["low", "mid", "high"] * 4, "classes", "it has 3 different words"),
        (["True", "true", "false"] * 4, "binary", "it has 2 different words"),
    ],
)
def test_the_task_is_guessed_with_a_reason(tmp_path: Path, text: list[str], task: str, why: str) -> None:
    """Few whole numbers that come again are classes, and so are words; other numbers are values."""
    path = table(tmp_path, "x,y\n" + "\n".join(f"{row},{answer}" for row, answer in enumerate(text)))
    assert (spec(path).info.task, report(path).answer.why) == (task, why)


def test_a_task_that_was_asked_for(tmp_path: Path) -> None:
    """Whole numbers as values, and values as classes in the order of their size."""
    path = table(tmp_path, "x,y\n" + "\n".join(f"{row},{(10, 9, 2)[row % 3]}" for row in range(30)))
    assert loaded(path, task="regression").class_names == ()
    assert loaded(path, task="classes").class_names == ("2", "9", "10")
    assert report(path, task="classes").answer.why == "it was asked for"


@pytest.mark.parametrize(
    ("first", "header"),
    [("a,b,c", True), ("a,b,b", True), (",2018,c", True), ("21,22,0", False), (",21,0", False)],
)
def test_header_above_numbers(tmp_path: Path, first: str, header: bool) -> None:
    """A word above numbers is a name."""
    path = table(tmp_path, first + "\n" + "\n".join(f"{row},{row * row},{row % 2}" for row in range(20)))
    assert report(path).header is header
    assert report(path).rows == (20 if header else 21)
    names = [column.name for column in report(path).columns]
    expected = {"a,b,c": ["a", "b", "c"], "a,b,b": ["a", "b", "b (3)"], ",2018,c": ["column 1", "2018", "c"]}
    assert names == expected.get(first, ["column 1", "column 2", "column 3"])
    assert report(path, header="yes").rows == 20


@pytest.mark.parametrize(("first", "header"), [("colour,sort", True), ("red,b", False), ("colour,colour", False)])
def test_header_above_words(tmp_path: Path, first: str, header: bool) -> None:
    """Words above words are names where they do not come again; the session can overrule what was guessed."""
    path = table(tmp_path, first + "\n" + "red,a\nblue,b\nred,b\ncolour,colour\n" * 5)
    if first == "colour,sort":
        path = table(tmp_path, first + "\n" + "red,a\nblue,b\n" * 10)
    assert report(path).header is header
    assert report(path, header="yes").header


def test_encodings(tmp_path: Path) -> None:
    """UTF-8 with and without a mark; anything else is read as Latin-1, and said to be."""
    text = "größe,y\n" + "\n".join(f"{row},{'äö'[row % 2]}" for row in range(20))
    for encoding, said in (("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("latin-1", "Windows-1252")):
        path = table(tmp_path, text.encode(encoding))
        os.utime(path, ns=(1, len(encoding)))
        assert (report(path).encoding, report(path).columns[0].name) == (said, "größe")
        assert loaded(path).class_names == ("ä", "ö")
    late = ("x,y\n" + "\n".join(f"{row % 3},{row % 2}" for row in range(40_000))).encode() + "\né,1".encode("latin-1")
    path = table(tmp_path, late, "late.csv")
    assert report(path).encoding == "Windows-1252"
    assert "it is not UTF-8 and was read as Windows-1252" in report(path).sentences[0]


def test_quotes_blank_lines_and_windows_line_ends(tmp_path: Path) -> None:
    """What spreadsheets write: quoted delimiters and line ends, blank lines, \\r\\n."""
    rows = "\r\n".join(f'"{row},{row}\r\nnext",{row},"{row % 2}"\r\n' for row in range(12))
    path = table(tmp_path, '"a, b",c,d\r\n' + rows)
    found = report(path)
    assert [column.name for column in found.columns] == ["a, b", "c", "d"]
    assert found.rows == 12


def test_names_are_readable(tmp_path: Path) -> None:
    """Line ends and endless words of a file become names on one line."""
    rows = "".join(f'{row},"a\nb",{"w" * 99}{row % 2}\n{row},c,{"w" * 99}{row % 2}\n' for row in range(10))
    data = loaded(table(tmp_path, f'x,"two\nlines",{"y" * 99}\n' + rows))
    assert data.feature_names == ("x", "two lines = a b", "two lines = c")
    assert data.class_names == ("w" * 59 + "…", "w" * 59 + "…")
    assert all(sentence.isprintable() for sentence in data.provenance.splitlines())


def test_odd_characters_end_no_line(tmp_path: Path) -> None:
    """Only line feeds and carriage returns do, also in Latin-1, where 0x85 is an ordinary byte of Windows."""
    rows = b"".join(b"a\x85b;c\x0cd;%d\n" % (row % 2) for row in range(20))
    found = report(table(tmp_path, b"p;q;r\n" + b"x;y;1\n" * 3 + rows))
    assert (found.rows, found.delimiter, len(found.columns)) == (23, "semicolon", 3)


def test_the_widest_table(tmp_path: Path) -> None:
    """4,096 inputs are read; one more is refused."""
    path = table(tmp_path, "".join(",".join(f"{row + place}" for place in range(4097)) + "\n" for row in range(12)))
    assert spec(path).info.inputs == 4096
    wide = table(tmp_path, path.read_text().replace("\n", ",1\n").replace("1\n", "2\n", 2), "wide.csv")
    assert refusal(wide, target=1) == "data.path: FILE has 4,097 inputs; expected at most 4,096."


def test_target_and_features(tmp_path: Path) -> None:
    """The target by name or number, the inputs by name, in the order of the table."""
    path = table(tmp_path, people(40))
    assert report(path, target="size").target == report(path, target="2").target == report(path, target=2).target
    data = loaded(path, target=1, features=["colour", "size"])
    assert data.feature_names == ("size", "colour = blue", "colour = green", "colour = red")
    assert data.info.columns == ("size", "colour", "member", "won")
    assert ("name", "text that seldom comes again") in report(path).left_out
    assert data.features == ()
    np.testing.assert_array_equal(data.prepare(data.raw_test), data.x_test)


# Sentences

TEN = "\n".join(f"{row},{row % 2}" for row in range(10))


@pytest.mark.parametrize(
    ("content", "parts", "said"),
    [
        (b"", {}, "data.path: FILE is empty; expected a table with one row for each sample."),
        (b" \n \n", {}, "data.path: FILE is empty; expected a table with one row for each sample."),
        (
            ("x,y\n" + TEN).encode("utf-16-le"),
            {},
            "data.path: FILE looks like UTF-16 without the mark at its beginning; save it as UTF-8.",
        ),
        ("x,y\n1,2".encode("utf-32"), {}, "data.path: FILE is written in UTF-32; save it as UTF-8."),
        (b"PK\x03\x04\0\0,\n", {}, "data.path: FILE is no text; expected a CSV or TSV table."),
        (b"1,2\n" * 100_000 + b"1,\0\n", {}, "data.path: FILE is no text; expected a CSV or TSV table."),
        (
            "abc\n" * 12,
            {},
            "data.delimiter: FILE has one column only when it is divided by comma, semicolon, tab, bar or space; "
            "expected inputs and a target, divided by one of them.",
        ),
        (
            TEN,
            {"delimiter": ";"},
            "data.delimiter: FILE has one column only when it is divided by semicolon; expected "
            "inputs and a target: name the delimiter (comma, semicolon, tab, bar or space).",
        ),
        (TEN + "\n1,2,3", {}, "data.path: line 11 of FILE has 3 values; expected 2, as in its first line."),
        ("a,b\n" * 200 + "a\n", {}, "data.path: line 201 of FILE has 1 value; expected 2, as in its first line."),
        (
            TEN + '\n"1,2\n',
            {},
            "data.path: line 11 of FILE cannot be read as a row (unexpected end of data); is a quotation mark missing?",
        ),
        (
            "a\tb\n" + "1\t2\n" * 12 + '"1"x\t2\n',
            {},
            "data.path: line 14 of FILE cannot be read as a row (' ' expected after '\"'); is a quotation mark "
            "missing?",
        ),
        (
            '"a","b"\n' + '"1","2"\n' * 12,
            {"delimiter": ";"},
            "data.path: line 1 of FILE cannot be read as a row (';' expected after '\"'); is a quotation mark missing?",
        ),
        ("x,y\n1,2\n3,4", {}, "data.path: there are 2 rows to learn from; expected at least 10."),
        (
            "x,y\n" + "1,?\n" * 15 + "1,2\n2,1\n",
            {},
            'data.missing: only 2 of 17 rows have no missing value (it is missing: "y" in 15); expected '
            "at least 10: fill in the answers, choose another target, or change data.missing_markers.",
        ),
        (
            "x,y\n" + "?,1\n" * 15 + "1,2\n2,1\n",
            {},
            'data.missing: only 2 of 17 rows have no missing value (it is missing: "x" in 15); expected '
            "at least 10: leave out columns, or take the mean.",
        ),
        (
            "x,y\n" + "\n".join(f"{row},7" for row in range(12)),
            {},
            'data.target: the target "y" is "7" in every row, so there is nothing to learn.',
        ),
        (
            "x,y\n" + "\n".join(f"{row},w{row}" for row in range(150)),
            {},
            'data.target: the target "y" has more than '
            "100 different answers; expected fewer classes, or numbers and the task regression.",
        ),
        (
            "x,y\n" + "\n".join(f"{row},{row}" for row in range(150)),
            {"task": "classes"},
            'data.target: the target "y" '
            "has more than 100 different answers; expected fewer classes, or numbers and the task regression.",
        ),
        (
            "x,y\n" + "\n".join(f"{row},{'ab'[row > 10]}" for row in range(12)),
            {},
            'data.target: the target "y" is "b" in one row only; a class needs two, one to learn from and one to test.',
        ),
        (
            "x,y\n" + "\n".join(f"{row},{'abc'[row % 3]}" for row in range(12)),
            {"task": "binary"},
            'data.task: the target "y" has 3 different answers, and binary needs 2; use classes.',
        ),
        (
            "x,y\n" + "\n".join(f"{row},{'abc'[row % 3]}" for row in range(12)),
            {"task": "regression"},
            'data.task: the target "y" is text, which cannot be a value; use auto, binary or classes.',
        ),
        (TEN, {"target": "colum 1"}, 'data.target: unknown column "colum 1"; did you mean "column 1"?'),
        (TEN, {"target": 3}, 'data.target: unknown column "3"; expected column 1 or column 2.'),
        (TEN, {"features": ["foo"]}, 'data.features: unknown column "foo"; expected column 1.'),
        (TEN, {"features": ["column 2"]}, 'data.features: "column 2" is the target; it cannot be an input too.'),
        (TEN, {"features": ["column 1", "column 1"]}, "data: features name one input twice; name each at most once."),
        (
            "x,y\n" + "\n".join(f"5,{row % 2}" for row in range(12)),
            {},
            'data.path: no column of the table can be an input: "x" is left out, it is the same in every row.',
        ),
        (
            "x,y\n" + "\n".join(f"5,{row % 2}" for row in range(12)),
            {"features": ["x"]},
            'data.features: "x" cannot be an input: it is the same in every row; leave it out.',
        ),
        (
            "x,y\n" + "\n".join(f"{row if row != 3 else 'four'},{row % 2}" for row in range(120)),
            {},
            "data.path: no "
            'column of the table can be an input: "x" is left out, text with more than 50 different values, such as '
            '"four" among its numbers.',
        ),
        (
            ",".join(f"c{i}" for i in range(5001)) + "\n",
            {},
            "data.path: FILE has 5,001 columns; expected at most 5,000.",
        ),
        (
            TEN + "\n" + "x" * 5_000_000 + ",y\n",
            {},
            "data.path: FILE has a line of more than 1,048,576 characters; is it a table?",
        ),
        ("x" * 2_000_000, {}, "data.path: FILE has a line of more than 1,048,576 characters; is it a table?"),
        (TEN, {"delimiter": "colon"}, 'data.delimiter: unknown delimiter "colon"; did you mean "semicolon"?'),
        (
            TEN,
            {"target": True},
            "data.target: found true; expected a column's name or number, or a list of them.",
        ),
    ],
)
def test_sentences(tmp_path: Path, content: str | bytes, parts: dict[str, Any], said: str) -> None:
    """What, where, what was expected, what to do."""
    path = table(tmp_path, content)
    assert refusal(path, **parts) == said


def test_files_that_are_none(tmp_path: Path) -> None:
    """No path, no file, a folder."""
    with pytest.raises(SessionError, match=r"data\.path: no file is named; give the path of one\."):
        parse_session({**BARE, "data": "table"}, "s")
    assert refusal(tmp_path / "none.csv") == "data.path: FILE cannot be read: there is no such file or folder."
    assert refusal(tmp_path) == "data.path: FILE cannot be read: it is a folder; expected a file."


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """With the reason, and at once: the file here is sparse."""
    path = tmp_path / "huge.csv"
    with path.open("wb") as stream:
        stream.truncate(1024 * 2**20)
    assert refusal(path) == (
        "data.path: FILE has 1,024 MB; a table may have less than 1,024 MB, because all of its numbers stay in memory "
        "while the network learns: leave out rows or columns."
    )


def test_too_many_numbers_are_refused_with_the_sum(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows times inputs are bounded, and the sentence says by what."""
    monkeypatch.setattr("twostroke.engine.data.arrays.MAX_NUMBERS", 100)
    path = table(tmp_path, people(40))
    assert refusal(path) == (
        "data.path: FILE has 40 rows × 6 inputs = 240 numbers; expected at most 100, because all are kept in "
        "memory: leave out rows or columns."
    )
    monkeypatch.setattr("twostroke.engine.data.arrays.MAX_INPUTS", 5)
    assert refusal(path, header="yes") == "data.path: FILE has 6 inputs; expected at most 5."


@given(st.binary(max_size=400), st.sampled_from(["", "x,y\n", "x;y\n1;2\n"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_table_or_a_sentence(tmp_path: Path, content: bytes, start: str) -> None:
    """No other exception, whatever stands in the file."""
    path = table(tmp_path, start.encode() + content)
    said = "fine"
    try:
        own.find(DataSpec.model_construct(name="table", path=str(path)))
    except DataProblem as problem:
        said = str(problem)
    assert said.isprintable()
