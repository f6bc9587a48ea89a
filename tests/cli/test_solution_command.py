"""`twostroke export --as solution|sheet`: files of each kind, and what is refused."""

import errno
import itertools
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.test_worked_example import SESSION as BOOK
from twostroke.gui.cli.subcommands.sessions import find
from twostroke.gui.cli.subcommands.solving import Options, solution
from twostroke.gui.cli.subcommands.speech import BadInput, WorkFailed
from twostroke.gui.export import formats
from twostroke.gui.export.solution.sheet_pdf import BOTTOM, Piece, _pages, _section
from twostroke.gui.export.solution.sheets import SHEETS, save, solve
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.solution.wishes import Wishes
from twostroke.gui.model.solution.written import Document, Headway, Line, Section


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "book.twostroke.json"
    path.write_text(json.dumps({"format": "twostroke-session", "version": 1, **BOOK}))
    return str(path)


@pytest.mark.parametrize(("ending", "begins", "holds"), [
    (".pdf", b"%PDF-", b"%%EOF"),
    (".html", b"<!DOCTYPE html>", b"They agree to"),
    (".tex", rb"\documentclass", rb"\end{document}"),
])  # fmt: skip
def test_each_kind_is_written_whole(book: str, tmp_path: Path, ending: str, begins: bytes, holds: bytes) -> None:
    target = tmp_path / f"out{ending}"
    solution(book, Options(str(target), name="Ada Lovelace"))
    content = target.read_bytes()
    assert content.startswith(begins)
    assert holds in content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.twostroke.json", target.name]


class Enough(Exception):
    """Somebody has cancelled."""


@pytest.mark.parametrize("ending", [".pdf", ".html", ".tex"])
def test_it_can_be_ended_until_it_is_written(book: str, tmp_path: Path, ending: str) -> None:
    solved, target, looks = solve(find(book).session, 0, 0, Wishes()), tmp_path / f"out{ending}", list[float]()
    save(target, solved, Wishes(), looks.append)
    target.unlink()
    assert len(looks) >= (2 if ending == ".tex" else 20)
    left = iter(looks[1:])

    def look(share: float) -> None:
        if next(left, None) is None:
            raise Enough

    with pytest.raises(Enough):
        save(target, solved, Wishes(), look)
    assert [path.name for path in tmp_path.iterdir()] == ["book.twostroke.json"]


@pytest.mark.parametrize("ending", [".pdf", ".html"])
@pytest.mark.parametrize("sheet", [False, True])
def test_it_is_told_what_share_of_it_is_written(book: str, tmp_path: Path, ending: str, sheet: bool) -> None:
    wishes, shares = Wishes(sheet=sheet), list[float]()
    save(tmp_path / f"out{ending}", solve(find(book).session, 0, 0, wishes), wishes, shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert max(after - before for before, after in itertools.pairwise(shares)) < 0.2


def test_a_sheet_for_each_student_has_weights_of_its_own(tmp_path: Path) -> None:
    session = tmp_path / "small.twostroke.json"
    session.write_text('{"format": "twostroke-session", "version": 1, "network": {"layers": [{"units": 2}]}}')
    texts = []
    for seed in (1, 2, 1):
        target = tmp_path / "sheet.tex"
        solution(str(session), Options(str(target), sheet=True, seed=seed))
        texts.append(target.read_text())
    assert texts[0] == texts[2]
    assert texts[0] != texts[1]


@pytest.mark.parametrize(("options", "said"), [
    ({"neurons": ("l9[1]",)}, "There is no layer \"l9\"; this network has x, l1, l2 or out."),
    ({"neurons": ("l1[7]",)}, "There is no neuron 7 in hidden 1; it has 2 neurons."),
    ({"neurons": ("x[1]",)}, "expected a neuron such as l2[3]"),
    ({"neurons": ("l1",)}, "expected a neuron such as l2[3]"),
    ({"digits": 1}, "--digits is 1; expected 2 to 9."),
    ({"digits": 40}, "--digits is 40; expected 2 to 9."),
    ({"name": "a\nb"}, "--name is one line"),
    ({"name": "x" * 81}, "--name is one line of at most 80 characters."),
    ({"row": 1}, "--row is 1; this mini-batch has the rows 0 to 0."),
    ({"at": -1}, "--at is -1; expected 0"),
    ({"seed": -1}, "--seed is −1; expected 0 to"),
    ({"output": "out.docx"}, "a worked solution ends in .pdf, .html or .tex, not in \".docx\"."),
    ({"output": "nowhere/out.pdf"}, "nowhere"),
])  # fmt: skip
def test_what_makes_no_sense_is_told_in_a_sentence(
    book: str, tmp_path: Path, options: dict[str, object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as refused:
        solution(book, Options(**{"output": "out.pdf", **options}))  # type: ignore[arg-type]
    assert said in str(refused.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.twostroke.json"]


def test_a_name_of_any_script_is_written_without_what_turns_the_line_round(book: str, tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    solution(book, Options(str(target), name="\u202eعلی\u200cرضا 👩\u200d🎓"))
    assert "Name: علی\u200cرضا 👩\u200d🎓<" in target.read_text("utf-8")


def test_a_full_disk_is_told_and_leaves_nothing(book: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    target = tmp_path / "full" / "own.tex"
    target.parent.mkdir()
    with pytest.raises(WorkFailed, match="the disk is full"):
        solution(book, Options(str(target)))
    assert not list(target.parent.iterdir())


def test_numbers_that_are_not_finite_are_told(tmp_path: Path) -> None:
    session = tmp_path / "wild.twostroke.json"
    wild = {
        "training": {"optimizer": {"name": "sgd", "learning_rate": 100.0}, "loss": "mse"},
        "network": {"output": {"activation": "identity"}},
    }
    session.write_text(json.dumps({"format": "twostroke-session", "version": 1, **wild}))
    with pytest.raises(WorkFailed):
        solution(str(session), Options(str(tmp_path / "out.pdf"), at=50))
    assert not (tmp_path / "out.pdf").exists()


def test_no_piece_is_cut_at_the_end_of_a_page_and_no_heading_stands_alone() -> None:
    heights = [30.0, 200.0, 18.0, 300.0, 15.0, 15.0, 260.0, 90.0] * 5
    pieces = tuple(Piece(height, lambda painter, at: None, 5.0, keeps=height < 20) for height in heights)
    pages = list(_pages(pieces))
    assert [piece for page in pages for piece, _ in page] == list(pieces)
    assert all(y + piece.height <= BOTTOM for page in pages for piece, y in page)
    assert not any(page[-1][0].keeps for page in pages)


def test_a_short_line_that_shares_its_place_with_none_has_all_of_it() -> None:
    """Its title was broken in the middle of the page."""
    title = "this sample's gradient of the weight of hidden 2 · 1 → output"
    short = Line(Quantity(Kind.SUM), 1, title, "z", "z = 1", "1 = 1", "1")
    long = replace(short, numbers=" + ".join(["0.123456"] * 8) + " = 1")
    made = []
    for lines in ((short, long), (short, short)):
        section = Section("", lines)
        made.append([*_section(section, False, Headway(Document("", "", "", "", (section,)), lambda share: None))])
    alone, shared = made[0][1], made[1][1]
    assert len(made[0]) == 3
    assert len(made[1]) == 2
    assert alone.height < shared.height


def test_the_table_of_formats_knows_the_kinds_of_file_of_a_solution() -> None:
    assert tuple(sheet.ending for sheet in SHEETS) == formats.PAPER_ENDINGS
