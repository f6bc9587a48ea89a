"""How a table is written: signs of numbers by column, first lines, encodings, row numbers, missing markers."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.engine.test_data_table import loaded, refusal, report, rows_of, spec, table


def column(folder: Path, cells: list[str], delimiter: str = ";", **parts: Any) -> list[float] | str:
    """The cells as the network gets them, or why they are no numbers."""
    lines = [f'"{cells[row % len(cells)]}"{delimiter}{row / 7:.4f}'.rstrip() for row in range(12)]
    path = table(folder, f"a{delimiter}y\n" + "\n".join(lines))
    found = report(path, task="regression", **parts)
    if found.columns[0].kind != "number":
        return found.columns[0].kind
    rows = rows_of(loaded(path, task="regression", **parts))
    return [float(value) for value in rows[np.argsort(rows[:, 1])][: len(cells), 0]]


@pytest.mark.parametrize(
    ("cells", "delimiter", "numbers"),
    [
        (["1,234", "950"], "\t", [1234, 950]),
        (["1.234", "950"], ",", [1.234, 950]),
        (["1,234", "950"], ",", [1234, 950]),
        (["1.234,50", "950,50"], ";", [1234.5, 950.5]),
        (["1'234.50", "3"], ",", [1234.5, 3]),
        (["1\u202f234,50", "3,5"], ";", [1234.5, 3.5]),
        (["1\u00a0234", "950"], ",", [1234, 950]),
        (["1,23,456", "12,34,567.5", "950"], "\t", [123456, 1234567.5, 950]),
        (["1,23,456", "1,234"], ";", [123456, 1234]),
        (["1.23.456", "950"], ";", "category"),
        (["$5", "($1,234.50)"], ",", [5, -1234.5]),
        (["5,5 €", "\u22127 €"], ";", [5.5, -7]),
        (["5 %", "-3 %"], ",", [5, -3]),
        (["5", "6 %"], ",", "category"),
        (["1,5", "1.5"], ";", "category"),
    ],
)
def test_numbers_by_column(tmp_path: Path, cells: list[str], delimiter: str, numbers: Any) -> None:
    """One rule reads all cells of a column, or it holds no numbers."""
    assert column(tmp_path, cells, delimiter) == numbers


def test_the_session_may_say_which_sign(tmp_path: Path) -> None:
    """In a column where one sign may mean either."""
    assert column(tmp_path, ["1.234", "950"], ";", decimal="point") == [1.234, 950]


@pytest.mark.parametrize("first", ["# a logger\n# v2\na,b,c\n", "Report 2020\n\na,b,c\n", "sep=,\na,b,c\n", "a,b,c,\n"])
def test_lines_before_the_table(tmp_path: Path, first: str) -> None:
    """Comments, a title, Excel's line; and a delimiter at the end of each line."""
    end = "," if first.endswith(",\n") else ""
    path = table(tmp_path, first + "".join(f"{row / 2},{row % 7},{'xy'[row % 2]}{end}\n" for row in range(20)))
    found = report(path)
    assert (found.target, found.inputs, found.rows) == ("c", ("a", "b"), 20)


@pytest.mark.parametrize("first", ["Report 2020,,\n,,\na,b,c\n", "Report,,\n\na,b,c\n"])
def test_a_title_that_a_spreadsheet_fills_up(tmp_path: Path, first: str) -> None:
    rows = "".join(f"{row},{row % 3},{'xy'[row % 2]}\n" for row in range(20))
    found = report(table(tmp_path, first + rows))
    assert (found.header, found.target, found.rows) == (True, "c", 20)
    assert found.passed[0].startswith("Report")


def test_spaces_and_numbers_as_names(tmp_path: Path) -> None:
    """Any number of blanks; 0, 1, 2 above numbers that are unlike them."""
    path = table(tmp_path, "0 1  2\n" + "".join(f"{row / 3:.3f}   {row % 5}.5 {row % 2}.0\n" for row in range(20)))
    assert (report(path).inputs, report(path).target, report(path).rows) == (("0", "1"), "2", 20)


def test_row_numbers_are_no_inputs(tmp_path: Path) -> None:
    """Unless they are named."""
    path = table(tmp_path, ",u,y\n" + "".join(f"{row},{row * 7 % 11},{'ab'[row // 10]}\n" for row in range(20)))
    assert report(path).inputs == ("u",)
    assert report(path).left_out == (("column 1", "it counts the rows"),)
    assert report(path, features=["column 1", "u"]).inputs == ("column 1", "u")


def test_a_marker_can_be_a_class(tmp_path: Path) -> None:
    """The sentence names the setting, which keeps the word; errors of spreadsheets are missing."""
    rows = "".join(f"{row % 5 if row else '#N/A'},{('sick', 'none')[row % 2]}\n" for row in range(40))
    path = table(tmp_path, "x,y\n" + rows)
    assert 'as missing count "none" 20: name in data.missing_markers' in refusal(path)
    assert report(path, missing_markers=["#N/A"]).answer.classes == (("none", 20), ("sick", 19))


@pytest.mark.parametrize(
    ("written", "meant"),
    [("cp1252", "windows-1252"), ("UTF8", "utf-8"), ("iso-8859-1", "latin-1"), ("cp932", "shift-jis")],
)
def test_encodings_as_python_calls_them(tmp_path: Path, written: str, meant: str) -> None:
    path = table(tmp_path, "a,b\n" + "1,2\n3,4\n" * 10)
    assert spec(path, encoding=written).encoding == meant
    for unknown in ("klingon", "rot13", "\0", ""):
        assert "unknown encoding" in refusal(path, encoding=unknown)


def test_encodings_and_exact_classes(tmp_path: Path) -> None:
    """UTF-16 with a mark, Windows-1252; numbers of 20 digits stay apart as classes."""
    text = "é,y\n" + "".join(f"{row % 5},1234567890123456789{row % 2}\n" for row in range(20))
    assert report(table(tmp_path, text.encode("utf-16"))).encoding == "UTF-16"
    path = table(tmp_path, text.replace("é", "€").encode("cp1252"), "w.csv")
    assert (report(path).encoding, report(path).inputs) == ("Windows-1252", ("€",))
    assert loaded(path).class_names == ("12345678901234567890", "12345678901234567891")


def test_long_names_in_full(tmp_path: Path) -> None:
    """A name of more than 60 characters is one to use, and a slip of it is answered with all of it."""
    name = "how satisfied are you with the course " * 3
    path = table(tmp_path, f"x,{name.strip()} overall\n" + "".join(f"{row / 3},{row % 3}\n" for row in range(20)))
    assert report(path, target=f"{name.strip()} overall").target == f"{name.strip()} overall"
    assert f'did you mean "{name.strip()} overall"?' in refusal(path, target=f"{name.strip()} overal")


@pytest.mark.parametrize(
    ("late", "value"),
    [("1,234.5", 1234.5), ("0.5", 0.5), ("1e2", 100.0), ("007.5", 7.5), ("1,23", None), ("x", None), ('"1\n2"', None)],
)
def test_a_late_cell_counts_as_much_as_the_first(tmp_path: Path, late: str, value: float | None) -> None:
    """Where hundreds of different ones came before, blocks of cells that are alike are passed over quickly."""
    cells = [f"{row / 7:.5f}" for row in range(1_500)] + [late if late.startswith('"') else f'"{late}"'] * 3
    path = table(tmp_path, "a,b,y\n" + "".join(f"{cell},{row % 7},{row / 3:.4f}\n" for row, cell in enumerate(cells)))
    found = report(path, task="regression").columns[0]
    if value is None:
        assert found.kind == "text"
        return
    assert found.kind == "number"
    assert (rows_of(loaded(path, task="regression"))[:, 0] == value).sum() >= 3


@pytest.mark.parametrize("decimal", [".", ","])
def test_markers_that_are_numbers(tmp_path: Path, decimal: str) -> None:
    """-999 in a long column of numbers is missing where the session says so, however the numbers are written."""
    cells = ["-999" if row % 4 == 3 else f"{row / 7:.5f}".replace(".", decimal) for row in range(2_000)]
    path = table(tmp_path, "a;y\n" + "".join(f"{cell};{row / 3:.4f}\n" for row, cell in enumerate(cells)))
    found = report(path, task="regression", missing_markers=["-999"])
    assert (found.columns[0].kind, found.columns[0].missing, found.kept) == ("number", 500, 1_500)
    data = rows_of(loaded(path, task="regression", missing_markers=["-999"], missing="mean"))
    assert data[:, 0].min() >= 0


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [(["1,234", "950"], [1.234, 950]), (["1.234,5", "950"], [1234.5, 950]), (["1.5", "9.5"], None)],
)
def test_a_decimal_comma_that_the_session_names(tmp_path: Path, cells: list[str], numbers: list[float] | None) -> None:
    """Decides a column in doubt, and makes words of what it cannot read."""
    path = table(tmp_path, "a,y\n" + "".join(f'"{cells[row % 2]}",{row}\n' for row in range(12)))
    assert report(path, task="regression").columns[0].kind == "number"
    assert report(path, task="regression", decimal="comma").columns[0].kind == ("number" if numbers else "category")
    data = rows_of(loaded(path, task="regression", decimal="comma"))
    if numbers:
        assert data[np.argsort(data[:, 1]), 0].tolist() == numbers * 6


@pytest.mark.parametrize("large", ["1.5e30", "1e400", "1" + "0" * 33])
def test_numbers_that_are_too_large_are_called_so(tmp_path: Path, large: str) -> None:
    """As targets; as words of classes they stay what they are."""
    said = f'"{large}", which is too large; expected numbers within ±1e+30'
    path = table(tmp_path, "x,y\n" + "".join(f"{row}.5,{row * 7 % 30 if row else large}\n" for row in range(30)))
    assert refusal(path) == f'data.target: the target "y" holds {said}.'
    assert refusal(path, task="regression") == f'data.target: the target "y" holds {said}.'
    path = table(tmp_path, "x,y\n" + "".join(f"{row}.5,{row % 2}{large}\n" for row in range(1, 31)))
    assert len(report(path).answer.classes) == 2


@pytest.mark.parametrize(
    ("first", "delimiter", "names", "passed"),
    [
        ("# a,b,c", ",", ("a", "b", "c"), ()),
        ("#a, b, c", ",", ("a", "b", "c"), ()),
        ("# a b c", " ", ("a", "b", "c"), ()),
        ("# a\tb\tc", "\t", ("a", "b", "c"), ()),
        ("# 10,11,12", ",", ("10", "11", "12"), ()),
        ("# made today\n# a,b,c", ",", ("a", "b", "c"), ("# made today",)),
        ("# made today", ",", ("column 1", "column 2", "column 3"), ("# made today",)),
        ("# made,by,me\nu,v,w", ",", ("u", "v", "w"), ("# made,by,me",)),
        ("# a,b,c\nTitle", ",", ("column 1", "column 2", "column 3"), ("# a,b,c", "Title")),
    ],
)
def test_names_in_a_comment(
    tmp_path: Path, first: str, delimiter: str, names: tuple[str, ...], passed: tuple[str, ...]
) -> None:
    """As `np.savetxt(..., header="a,b,c")` writes them; where a header follows, a comment is a comment."""
    rows = "".join(delimiter.join((f"{row * 1.37:.6e}", f"{row % 7}.5", f"{row % 2}.5")) + "\n" for row in range(20))
    path = table(tmp_path, f"{first}\n{rows}")
    found = report(path)
    assert (tuple(column.name for column in found.columns), found.passed, found.rows) == (names, passed, 20)
    assert len(rows_of(loaded(path))) == 20


def test_names_in_a_comment_are_asked_for_or_not(tmp_path: Path) -> None:
    path = table(tmp_path, "# a,b\n" + "".join(f"{row * 1.5},{row % 2}.5\n" for row in range(20)))
    assert (report(path, header="yes").target, report(path, header="yes").rows) == ("b", 20)
    assert (report(path, header="no").target, report(path, header="no").rows) == ("column 2", 20)


def test_a_title_with_a_delimiter_of_its_own(tmp_path: Path) -> None:
    """Which makes it almost as wide as the table; the header is what stands above the numbers."""
    rows = "".join(f"{row * 2},{row * row},{'xy'[row % 2]}\n" for row in range(24))
    found = report(table(tmp_path, f"Report 2020\nMade, by me\n\na,b,k\n{rows}"))
    assert (found.passed, found.inputs, found.target) == (("Report 2020", "Made  by me"), ("a", "b"), "k")


def test_central_european_words(tmp_path: Path) -> None:
    """Windows-1252 has no ť and no Ť; Latin-1 would read controls."""
    rows = "".join(f"{row * 2},{('žluťoučký', 'kůň')[row % 2]}\n" for row in range(24))
    path = tmp_path / "t.csv"
    path.write_bytes(f"a,k\n{rows}".encode("cp1250"))
    assert dict(report(str(path)).answer.classes) == {"žluťoučký": 12, "kůň": 12}


FEW = [(row / 2, row * 7 % 13, row % 2) for row in range(30)]


@pytest.mark.parametrize(
    ("first", "rows", "names"),
    [
        ("0,1,2", FEW, True),
        ("0,1,2", [(a, b, "xy"[c]) for a, b, c in FEW], True),
        (",0,1,2", [(row, *cells) for row, cells in enumerate(FEW)], True),
        (",colour,size", [(f"p{row}", "rgb"[row % 3], "xy"[row % 2]) for row in range(30)], True),
        ("0,1,2,3,4", [(row % 5, row % 4, row % 3, row % 2, 1 - row % 2) for row in range(30)], True),
        ("2000,2005,2010,2015", [(row, row * 2, row * 3, row * 7) for row in range(30)], True),
        ("400.0,400.5,401.0,401.5", [(row / 7, row / 5, row / 3, row / 2) for row in range(30)], True),
        ("0,1,2", [(row % 3, row % 2, row % 5) for row in range(30)], False),
        ("0,1,2,3", [(row, row + 1, row + 2, row + 3) for row in range(1, 30)], False),
        ("0,10,20,30", [(row, row + 10, row + 20, row + 30) for row in range(10, 300, 10)], False),
        (",1,2,1", [("", row, row % 2, row % 3) for row in range(30)], False),
    ],
)
def test_a_first_row_of_names_and_one_of_numbers(tmp_path: Path, first: str, rows: list[Any], names: bool) -> None:
    text = "\n".join([first, *(",".join(map(str, row)) for row in rows)])
    found = report(table(tmp_path, text), task="auto", missing="mean")
    assert (found.header, found.rows) == (names, len(rows) + (not names))
    if first.startswith(",") and names:
        assert "column 1" not in found.inputs


def test_semicolons_beside_as_many_commas(tmp_path: Path) -> None:
    """Two decimal commas in a row of three columns; the header alone tells."""
    found = report(table(tmp_path, "a;b;c\n" + "".join(f"{row},5;{row % 7},25;{'xy'[row % 2]}\n" for row in range(20))))
    assert (found.delimiter, found.inputs, found.passed) == ("semicolon", ("a", "b"), ())


@pytest.mark.parametrize("cell", ["{} km", "<{}", "12:{}", "'{}'", '"=""{}"""', "{}/8"])
def test_what_begins_as_a_number_and_is_none_is_said(tmp_path: Path, cell: str) -> None:
    rows = "".join(f"{cell.format(row % 6)},{row / 7},{'xy'[row % 2]}\n" for row in range(60))
    found = report(table(tmp_path, "a,b,c\n" + rows))
    first = next(csv.reader([cell.format(0)]))[0]
    assert (found.columns[0].kind, found.columns[0].nearly) == ("category", first)
    assert any("taken for categories, because" in said and "is no number" in said for said in found.sentences)
    answers = report(table(tmp_path, "a,b,c\n" + rows), target="a")
    assert any("taken for classes, because" in said for said in answers.sentences)
    many = "".join(f"{cell.format(row)},{row / 7},{'xy'[row % 2]}\n" for row in range(60))
    assert "which is no number" in dict(report(table(tmp_path, "a,b,c\n" + many)).left_out)["a"]


def test_names_that_begin_alike_are_told_apart(tmp_path: Path) -> None:
    start = "How satisfied are you, on a scale from one to five, all in all, with "
    names = [f"{start}the {what}?" for what in ("rooms", "books", "level")]
    rows = "".join(f"{row % 5},{row % 3 + 1},{row % 2}\n" for row in range(60))
    path = table(tmp_path, ",".join(f'"{name}"' for name in names) + "\n" + rows)
    found = report(path)
    assert len(set(found.called.values())) == 3, found.called
    assert all(len(name) <= 42 for name in found.called.values())
    assert len(set(loaded(path).feature_names)) == 2, loaded(path).feature_names


def test_a_target_that_numbers_the_rows(tmp_path: Path) -> None:
    rows = [f"{row * 7 % 13},{'xy'[row % 2]}" for row in range(30)]
    counted = report(table(tmp_path, "a,b,row\n" + "".join(f"{cells},{row}\n" for row, cells in enumerate(rows))))
    assert any(said.startswith('The target "row" counts the rows') for said in counted.sentences)
    named = report(table(tmp_path, "a,b,id\n" + "".join(f"{cells},{row * 17}\n" for row, cells in enumerate(rows))))
    assert any(said.startswith('By its name the target "id" tells the rows apart') for said in named.sentences)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xef\xbb\xbf", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"# a\n# b\n", "holds no rows"),
        (b"<!DOCTYPE html>\n" + b"<p>404</p>\n" * 20, "is a web page; expected a CSV or TSV table"),
        (b"\x1f\x8b\x08" + bytes(40), "is a packed file; expected a CSV or TSV table. Unpack it"),
        (b'a,b\n1,2\n3,"4\n' + b"5,6\n" * 20, "line 3 of"),
    ],
)
def test_what_is_no_table(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert told in refusal(path)


def test_columns_named_otherwise(tmp_path: Path) -> None:
    path = table(tmp_path, "Age,b,c\n" + "".join(f"{row},{row % 3},{'xy'[row % 2]}\n" for row in range(20)))
    assert 'unknown column "AGE "; did you mean "Age"?' in refusal(path, target="AGE ")
