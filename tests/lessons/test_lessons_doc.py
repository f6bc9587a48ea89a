"""docs/lessons.md says what the program knows, and the lesson in it is one."""

import re

import pytest

from tests.lessons.lesson_tables import TABLES
from tests.project import ROOT
from twostroke.gui.model.lessons.lesson_file import _Ask, _File, _Scene, _Task, parse_lesson
from twostroke.gui.model.lessons.proof import prove

DOC = ROOT / "docs" / "lessons.md"


@pytest.mark.parametrize("name", TABLES)
def test_each_table_of_the_page_is_that_of_the_program(name: str) -> None:
    assert TABLES[name]() in DOC.read_text("utf-8")


def test_the_lesson_of_the_page_is_read_and_holds() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    proof = prove(parse_lesson(text.encode(), "gates.toml"))
    assert [own.holds for own in proof.asserts] == [True, True]
    assert proof.problems == ()


@pytest.mark.parametrize("part", [_File, _Scene, _Ask, _Task])
def test_each_key_of_the_file_is_on_the_page(part: type[_File | _Scene | _Ask | _Task]) -> None:
    text = DOC.read_text("utf-8")
    for name, field in part.model_fields.items():
        assert re.search(rf"\b{field.alias or name}\b", text), name
