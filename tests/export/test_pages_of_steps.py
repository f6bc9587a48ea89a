"""Steps on paper: a page each, or panels with their captions, in PDF and SVG."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.gui.examples import example_session, example_snapshot
from tests.storyboard.updates import of_snapshot
from twostroke.gui.export.board_request import BoardRequest, make_board_job
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.export.formats import FORMATS, beamer_line, format_for
from twostroke.gui.export.kind import Work
from twostroke.gui.export.pages import printing
from twostroke.gui.export.pages.page_grid import A4, CAPTION, MARGIN, Grid, page_grid, sheet_grid
from twostroke.gui.export.render import FrameRenderer
from twostroke.gui.model.score import Grain
from twostroke.gui.model.storyboard.board import Picture
from twostroke.gui.model.storyboard.shot_frames import frames_of

SNAPSHOT = example_snapshot(example_session((3, 2)), stroke=True)
PICTURE = Picture(640, 360, title=False)
STEPS = frames_of(of_snapshot(SNAPSHOT)).steps_of(0)


def export(path: Path, shape: str, **asked: Any) -> bytes:
    board = of_snapshot(SNAPSHOT, PICTURE, **asked)
    job = make_board_job(BoardRequest(str(path), board, shape), takes_of(board))
    job.start()
    assert job.finish() == path
    return path.read_bytes()


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


def test_a_page_for_each_step(application: object, tmp_path: Path) -> None:
    pdf = export(tmp_path / "steps.pdf", "steps")
    assert pages(pdf) == STEPS == 17
    assert b"/MediaBox [0 0 640" in pdf
    assert b"/Subtype /Image" not in pdf


def test_panels_on_pages(application: object, tmp_path: Path) -> None:
    pdf = export(tmp_path / "panels.pdf", "storyboard")
    assert pages(pdf) == 3
    assert b"/MediaBox [0 0 595" in pdf


def test_panels_on_a_sheet(application: object, tmp_path: Path) -> None:
    """All text is there as outlines: nobody else has the typeface."""
    svg = export(tmp_path / "panels.svg", "storyboard", grain=Grain.LAYER).decode()
    assert "<title>Twostroke: panels</title>" in svg
    assert "<text" not in svg
    width, height = map(int, re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0])
    assert width > A4[0]
    assert height < A4[1]


@pytest.mark.parametrize("size", [(1280, 720), (720, 720), (720, 1280), (16, 7680), (7680, 16)])
@pytest.mark.parametrize("count", [1, 2, 17])
def test_panels_lie_beside_each_other_on_their_page(size: tuple[int, int], count: int) -> None:
    legend = 40.0
    for grid in (page_grid(size, legend), sheet_grid(size, legend, count)):
        found = grid.pages(count)
        assert [place.panel for page in found for place in page] == list(range(count))
        assert grid.panel_width / grid.panel_height == pytest.approx(size[0] / size[1])
        for page in found:
            boxes = [box(grid, place.x, place.y) for place in page]
            assert all(left >= MARGIN - 0.01 and right <= grid.width - MARGIN + 0.01 for left, _, right, _ in boxes)
            assert all(bottom <= grid.height - MARGIN - legend + 0.01 for _, _, _, bottom in boxes)
            assert not any(overlap(one, other) for one in boxes for other in boxes if one is not other)
    assert len(sheet_grid(size, legend, count).pages(count)) == 1


def test_a_legend_of_three_rows_leaves_room_for_four_rows_of_panels() -> None:
    assert [page_grid((1280, 720), legend).down for legend in (30.0, 46.0, 120.0)] == [4, 4, 3]


Box = tuple[float, float, float, float]


def box(grid: Grid, x: float, y: float) -> Box:
    """A panel with its caption."""
    return x, y, x + grid.panel_width, y + grid.panel_height + CAPTION


def overlap(one: Box, other: Box) -> bool:
    slack = 0.01
    across = one[0] < other[2] - slack and other[0] < one[2] - slack
    return across and one[1] < other[3] - slack and other[1] < one[3] - slack


def test_what_beamer_takes_is_told() -> None:
    told = beamer_line(Path("talk/week 3.pdf"), 17)
    assert told.endswith(r"\animategraphics[step,controls,width=\linewidth]{1}{week 3}{0}{16}")


def test_a_shape_chooses_among_formats_of_one_ending() -> None:
    chosen = {asked: format_for(f"x{asked[0]}", asked[1]).title for asked in [(".pdf", ""), (".pdf", "steps")]}
    assert chosen == {(".pdf", ""): "PDF page", (".pdf", "steps"): "PDF, a page for each step"}
    assert format_for("x.mp4", "film").ending == ".mp4"
    assert format_for("x.html", "steps") is format_for("x.html", "film") is format_for("x.html")
    asked = [(known.ending, known.shape) for known in FORMATS]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("shape", ["steps", "storyboard"])
def test_an_export_that_is_broken_off_writes_nothing(application: object, tmp_path: Path, shape: str) -> None:
    chosen = format_for("x.pdf", shape)
    writer = chosen.open(Work(tmp_path / "part", chosen, (640, 360), 30, 2, "T", list))
    writer.close()
    assert list(tmp_path.iterdir()) == []


class Enough(Exception):
    """Somebody has cancelled."""


def test_a_sheet_can_be_ended_while_it_is_made_small(application: object, tmp_path: Path) -> None:
    looks = list[int]()

    def look() -> None:
        looks.append(1)
        if len(looks) > 20:
            raise Enough

    chosen, path = format_for("x.svg", "storyboard"), tmp_path / "sheet.svg"
    request = BoardRequest(str(path), of_snapshot(SNAPSHOT, PICTURE, grain=Grain.LAYER), "storyboard")
    renderer = FrameRenderer(takes_of(request.board), request.frames, request.board, request.size)
    writer = chosen.open(Work(path, chosen, request.size, 30, len(request.frames), "T", list, look=look))
    for index in range(len(request.frames)):
        writer.add(renderer.step(index))
    assert not looks
    with pytest.raises(Enough):
        writer.close()
    assert not path.exists()


def test_panels_are_drawn_as_they_come(application: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All at the end would be neither told nor ended."""
    drawn = list[int]()
    panel = printing._Page.panel
    monkeypatch.setattr(printing._Page, "panel", lambda self, *given: (drawn.append(1), panel(self, *given)))
    chosen, path = format_for("x.pdf", "storyboard"), tmp_path / "panels.pdf"
    request = BoardRequest(str(path), of_snapshot(SNAPSHOT, PICTURE, grain=Grain.LAYER), "storyboard")
    renderer = FrameRenderer(takes_of(request.board), request.frames, request.board, request.size)
    writer = chosen.open(Work(path, chosen, request.size, 30, len(request.frames), "T", list))
    for index in range(len(request.frames)):
        writer.add(renderer.step(index))
        assert len(drawn) == index + 1
    writer.close()
    assert pages(path.read_bytes()) == 2
