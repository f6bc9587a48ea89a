"""Digits of any script are read, and of one script only, wherever a number is read."""

from dataclasses import replace
from pathlib import Path

import pytest

from twostroke.engine.data import load
from twostroke.engine.data.expression import ExpressionError, parse
from twostroke.engine.data.signs import PLAIN, is_number, plain
from twostroke.engine.session.digits import plain_digits
from twostroke.engine.session.spec import DataSpec
from twostroke.gui.model import typed

ONE = ("١٢.٥", "۱۲.۵", "１２.５", "१२.५", "12.5")
MIXED = ("1٢.5", "١2", "１2", "१２", "١۲", "1.٥", "1e٢")


@pytest.mark.parametrize("text", ONE)
def test_digits_of_one_script_are_a_number_everywhere(text: str) -> None:
    assert plain_digits(text) == "12.5"
    assert float(plain(text, PLAIN)) == 12.5
    assert typed.real(text) == 12.5
    assert replace(parse(f"y = x + {text}"), text="") == replace(parse("y = x + 12.5"), text="")


@pytest.mark.parametrize("text", MIXED)
def test_digits_of_two_scripts_are_none_anywhere(text: str) -> None:
    assert not is_number(text)
    assert typed.real(text) is None
    with pytest.raises(ExpressionError):
        parse(f"y = x + {text}")


def in_script(text: str, zero: int) -> str:
    return "".join(chr(zero + int(c)) if c.isdecimal() else c for c in text)


@pytest.mark.parametrize("zero", [0x0660, 0x06F0, 0xFF10, 0x0966])
def test_a_column_of_a_table_holds_numbers_in_one_script(tmp_path: Path, zero: int) -> None:
    """Where the cells mix two, they are words, not numbers."""
    rows = [(10 + 7 * n % 23, 1.5 + n / 4, n % 2) for n in range(12)]
    lines = [f"{in_script(str(a), zero)},{in_script(str(b), zero)},1{in_script(str(a), zero)},{c}" for a, b, c in rows]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["a,b,mixed,c", *lines]), encoding="utf-8")
    choice = {"name": "table", "path": str(path), "target": "c", "train_share": 1.0}
    report = DataSpec.model_validate(choice).report
    assert report is not None
    kinds = {column.name: column.kind for column in report.columns}
    assert (kinds["a"], kinds["b"]) == ("number", "number")
    assert kinds["mixed"] != "number"
    data = load(DataSpec.model_validate({**choice, "features": ["a", "b"]}), 2, "float64")
    assert sorted(map(tuple, data.raw_train.tolist())) == sorted((a, b) for a, b, _ in rows)
