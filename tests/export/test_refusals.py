"""Refusals that windows and the command line share: they name the thing, and only who typed an option is told of it."""

import ast
import re
from pathlib import Path

import pytest

from tests.project import ROOT
from twostroke.gui.export.formats import format_for
from twostroke.gui.export.model_files.model_formats import MODEL_FORMATS
from twostroke.gui.export.refusals import ExportRequestError, as_typed
from twostroke.gui.export.takes import check_row, check_update


def texts(path: Path) -> list[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return [each.value for each in ast.walk(tree) if isinstance(each, ast.Constant) and isinstance(each.value, str)]


def test_no_sentence_of_an_export_has_an_option_in_it() -> None:
    found = {text for path in (ROOT / "gui" / "export").rglob("*.py") for text in texts(path) if "--" in text}
    assert {"--row", "--at", "--as", "--max-mb"} <= found
    assert [text for text in found if re.search("--[a-z]", text) and not re.fullmatch("--[a-z-]+", text)] == []


def test_who_typed_an_option_is_told_which_one() -> None:
    with pytest.raises(ExportRequestError) as refused:
        check_update(-3)
    assert str(refused.value).startswith("The update is −3; expected an update from 0")
    assert as_typed(refused.value).startswith("--at is −3; expected an update from 0")
    with pytest.raises(ExportRequestError, match=r'The shape is "slides"; of \.py expected') as refused:
        MODEL_FORMATS[0].write("slides")
    assert as_typed(refused.value).startswith('--as is "slides"; of .py expected')
    check_row(3, 4)
    with pytest.raises(ExportRequestError) as refused:
        check_row(4, 4)
    assert as_typed(refused.value) == "--row is 4; this mini-batch has the rows 0 to 3."
    assert as_typed(ExportRequestError("The disk is full.")) == "The disk is full."


def test_a_name_of_words_that_a_sentence_has_stays() -> None:
    with pytest.raises(ExportRequestError) as refused:
        format_for("the shape.mp4", "slides")
    assert as_typed(refused.value).startswith("the shape.mp4: --as slides is not known here.")
