"""Steps on paper: a page each, or panels with their captions, in PDF and SVG."""

import re
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from tests.gui.examples import example_session, example_snapshot
from tests.storyboard.boards import SESSION, SMALL, written
from tests.storyboard.updates import of_snapshot
from twostroke.gui.export.board_request import BoardRequest, make_board_job
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.export.formats import FORMATS, beamer_line, format_for
from twostroke.gui.export.kind import Work
from twostroke.gui.export.pages import printing
from twostroke.gui.export.pages.page_grid import A4, CAPTION, MARGIN, Grid, Wanted, page_grid, panels_beside, sheet_grid
from twostroke.gui.export.pages.printing import LEGEND_PIXELS, LEGEND_SCALE, PANEL_PIXELS
from twostroke.gui.export.proportions import Contents, composed_for
from twostroke.gui.export.render import FrameRenderer
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.score import Grain
from twostroke.gui.model.storyboard.board import Picture, Storyboard
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.stage.scene.ink import ink_of
from twostroke.gui.stage.scene.items import Text
from twostroke.gui.stage.scene.shared_legend import Legend

SNAPSHOT = example_snapshot(example_session((3, 2)), stroke=True)
INK = ink_of(palette_of(Choices()))
LETTERS = 11.0  # in pixels, of full size
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
@pytest.mark.parametrize("beside", [1, 2])
def test_panels_lie_beside_each_other_on_their_page(size: tuple[int, int], count: int, beside: int) -> None:
    legend = 40.0
    for kind in (page_grid, sheet_grid):
        grid = kind(Wanted(size, count, lambda _: legend, beside=beside))
        found = grid.pages(count)
        assert [place.panel for page in found for place in page] == list(range(count))
        assert grid.panel_width / grid.panel_height == pytest.approx(size[0] / size[1])
        for page in found:
            boxes = [box(grid, place.x, place.y) for place in page]
            assert all(left >= MARGIN - 0.01 and right <= grid.width - MARGIN + 0.01 for left, _, right, _ in boxes)
            assert all(bottom <= grid.height - MARGIN - legend + 0.01 for _, _, _, bottom in boxes)
            assert not any(overlap(one, other) for one in boxes for other in boxes if one is not other)
    assert len(sheet_grid(Wanted(size, count, lambda _: legend)).pages(count)) == 1


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1080), (1080, 1920)])
@pytest.mark.parametrize("networks", [1, 2, 4])
@pytest.mark.parametrize("charts", [False, True])
def test_letters_in_panels_can_be_read_on_paper(size: tuple[int, int], networks: int, charts: bool) -> None:
    """Those of pictures with charts were 3 points high, of networks that are compared 2."""
    width, height = size
    contents = Contents(networks, charts, bare=True)
    composed = composed_for(PANEL_PIXELS, PANEL_PIXELS * height / width, contents)[0]
    grid = page_grid(Wanted(size, 17, lambda _: 40.0, beside=panels_beside(composed / PANEL_PIXELS)))
    assert LETTERS * grid.panel_width / composed >= 4.0


def test_panels_with_charts_are_as_wide_as_the_page(application: object, tmp_path: Path) -> None:
    board = written('[picture]\nsize = "1280x720"\nlayout = "curves"\n', '[[shots]]\nat = 20\nshow = "forward"\n')
    for shape, count in (("storyboard", 4), ("steps", 8)):
        path = tmp_path / f"{shape}.pdf"
        job = make_board_job(BoardRequest(str(path), board, shape), takes_of(board))
        job.start()
        assert job.finish() == path
        assert pages(path.read_bytes()) == count


def test_a_network_that_is_looked_at_closely_stays_in_its_panel_on_a_sheet(application: object, tmp_path: Path) -> None:
    """SVG Tiny cuts nothing: discs and links lay across the panels around."""
    near = '[[shots]]\nat = 20\nshow = "backward"\ngrain = "layer"\ncamera = "l1[2]"\n'
    board, path = written('[picture]\nlayout = "output"\n', near), tmp_path / "sheet.svg"
    job = make_board_job(BoardRequest(str(path), board, "storyboard"), takes_of(board))
    job.start()
    assert job.finish() == path
    svg = path.read_text("utf-8")
    asked = re.findall(r'clip-path="url\(#([^)]*)\)"', svg)
    cut = dict(re.findall(r'<clipPath id="([^"]*)">\s*<path[^>]* d="([^"]*)"', svg))
    assert len(asked) == len({*asked}) == frames_of(board).steps_of(0)
    boxes = [[float(number) for number in re.findall(r"[\d.]+", cut[name])] for name in asked]
    assert all(max(box[::2]) - min(box[::2]) == pytest.approx(A4[0] - 2 * MARGIN, abs=0.1) for box in boxes)
    assert len({(box[0], box[1]) for box in boxes}) == len(asked)


def test_a_legend_of_five_rows_leaves_room_for_four_rows_of_panels() -> None:
    def rows(legend: float) -> int:
        return page_grid(Wanted((1280, 720), 16, lambda _: legend)).down

    assert [*map(rows, (30.0, 74.0, 120.0))] == [4, 4, 3]


def test_one_high_legend_decides_for_all_pages() -> None:
    grid = page_grid(Wanted((1280, 720), 16, lambda panels: 120.0 if 15 in panels else 30.0))
    assert grid.down == 3
    assert grid == page_grid(Wanted((1280, 720), 16, lambda _: 120.0))


@pytest.mark.parametrize("size", [(1280, 720), (1080, 1080), (1080, 1920)])
@pytest.mark.parametrize("beside", [1, 2])
def test_no_panel_stands_alone_on_the_last_page(size: tuple[int, int], beside: int) -> None:
    """Of the 17 steps of an update one had a page of its own, behind two full ones."""
    most = page_grid(Wanted(size, 100, lambda _: 30.0, beside=beside)).down
    for count in range(1, 60):
        grid = page_grid(Wanted(size, count, lambda _: 30.0, beside=beside))
        rows = [len({place.y for place in page}) for page in grid.pages(count)]
        assert len(rows) == -(-count // (beside * most)), "no more pages than are needed"
        assert rows == sorted(rows, reverse=True)
        assert rows[0] == grid.down
        assert rows[0] - rows[-1] <= 1


def test_a_legend_of_more_rows_than_were_expected_takes_what_room_a_page_has() -> None:
    grid = page_grid(Wanted((1280, 720), 6, lambda _: 30.0))
    assert grid.foot(6) > 60.0
    lowest = max(place.y for place in grid.pages(6)[0]) + grid.panel_height + grid.below
    assert grid.foot(6) == pytest.approx(grid.height - MARGIN - lowest)
    assert grid.foot(5) == grid.foot(6)
    assert grid.foot(4) == pytest.approx(grid.foot(6) + grid.panel_height + grid.below)


@pytest.mark.parametrize(("of_room", "size", "left"), [(0.5, 1.0, 0.0), (2.0, 0.5, 0.25)])
def test_a_legend_is_as_large_as_ever_or_as_fits_and_then_in_the_middle(
    monkeypatch: pytest.MonkeyPatch, of_room: float, size: float, left: float
) -> None:
    grid = page_grid(Wanted((1280, 720), 6, lambda _: 30.0))
    high = of_room * grid.foot(6) / LEGEND_SCALE
    seen = []
    monkeypatch.setattr(printing, "draw", lambda painter, items: seen.append(painter.worldTransform()))
    with painting(QImage(10, 10, QImage.Format.Format_RGB32)) as painter:
        printing._Page(grid, INK).legend(painter, Legend((), high), 6)
    (at,) = seen
    assert at.m11() == at.m22() == pytest.approx(size * LEGEND_SCALE)
    assert at.dx() == pytest.approx(grid.margin + left * LEGEND_SCALE * LEGEND_PIXELS)
    assert at.dy() + at.m22() * high == pytest.approx(grid.height - MARGIN)


def test_there_is_a_page_however_high_its_legend_is() -> None:
    grid = page_grid(Wanted((1280, 720), 3, lambda _: 5_000.0))
    assert (grid.down, len(grid.pages(3))) == (1, 2)
    assert grid.panel_height > 0


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


LENSES = """
[[shots]]
at = 20
show = "forward"
grain = "layer"
[[shots]]
show = "backward"
grain = "layer"
lens = "gradient"
[[shots]]
show = "training"
until = 31
seconds = 1
lens = "firing"
"""
OF_LENS = {"strokes": "Signal and gradient", "gradient": "Gradient", "firing": "Firing rate"}


def words_of(legend: Legend) -> list[str]:
    return [item.text for item in legend.items if isinstance(item, Text)]


@pytest.fixture
def legends(monkeypatch: pytest.MonkeyPatch) -> list[Legend]:
    """Those that are drawn."""
    drawn = list[Legend]()
    legend = printing._Page.legend
    monkeypatch.setattr(printing._Page, "legend", lambda self, *given: (drawn.append(given[1]), legend(self, *given)))
    return drawn


def as_panels(board: Storyboard, path: Path) -> Path:
    job = make_board_job(BoardRequest(str(path), board, "storyboard"), takes_of(board))
    job.start()
    return job.finish()


def test_the_legend_of_a_page_tells_for_which_panels_each_lens_is(
    application: object, tmp_path: Path, legends: list[Legend]
) -> None:
    as_panels(written(SMALL, LENSES), tmp_path / "p.pdf")
    first, second, *rest = map(words_of, legends)
    assert not rest
    assert [word for word in first if word in ("1–5", "6–8", *OF_LENS.values())] == [
        "1–5", "Signal and gradient", "6–8", "Gradient"
    ]  # fmt: skip
    assert [word for word in second if word in ("9", "10–14", *OF_LENS.values())] == [
        "9", "Gradient", "10–14", "Firing rate"
    ]  # fmt: skip
    assert "share of the training samples" in second
    assert "share of the training samples" not in first
    assert all(words.count("shut gate") == 1 for words in (first, second))


def test_one_sheet_has_all_lenses(application: object, tmp_path: Path, legends: list[Legend]) -> None:
    as_panels(written(SMALL, LENSES), tmp_path / "p.svg")
    (legend,) = map(words_of, legends)
    assert [word for word in legend if word in OF_LENS.values()] == list(OF_LENS.values())


def test_panels_of_one_lens_need_no_numbers(application: object, tmp_path: Path, legends: list[Legend]) -> None:
    export(tmp_path / "p.pdf", "storyboard")
    assert len(legends) == 3
    assert not any(item.role == "legend numbers" for each in legends for item in each.items)


def test_pages_without_a_legend(application: object, tmp_path: Path, legends: list[Legend]) -> None:
    as_panels(written(SMALL + "legend = false\n", LENSES), tmp_path / "p.pdf")
    assert not legends


def test_panels_of_networks_that_are_compared_tell_what_differs(
    application: object, tmp_path: Path, legends: list[Legend]
) -> None:
    as_panels(written(SMALL, LENSES, session=SESSION + 'compare = [{activation = "tanh"}]\n'), tmp_path / "p.pdf")
    assert all("differs from the main network at 3 digits" in words_of(each) for each in legends)


def test_each_step_slide_and_moment_has_the_legend_of_its_own_shot(application: object) -> None:
    board = written(SMALL, LENSES)
    for target, shape in (("s.pdf", "steps"), ("s.pptx", ""), ("s.html", "")):
        request = BoardRequest(target, board, shape)
        painted = FrameRenderer(takes_of(board), request.frames, board, request.size)
        seen = set[str]()
        for index in range(len(request.frames)):
            lens = board.shots[request.frames[index].shot].lens
            step = painted.step(index)
            sizes = [step.scene] if index % 20 else [step.scene, step.compose(360.0, 560.0)[0]]
            for scene in sizes:
                words = {item.text for item in scene.frame if isinstance(item, Text) and item.role == "legend"}
                assert words & set(OF_LENS.values()) == {OF_LENS[lens]}
            seen.add(lens)
        assert seen == set(OF_LENS)


def test_what_a_lens_lacks_is_told_without_keys_of_the_window(
    application: object, tmp_path: Path, legends: list[Legend]
) -> None:
    board = written(SMALL, LENSES.replace('"firing"', '"change"'))
    as_panels(board, tmp_path / "p.pdf")
    step = FrameRenderer(takes_of(board), frames_of(board), board, (640, 360)).step(len(frames_of(board)) - 1)
    in_picture = [item.text for item in step.scene.frame if isinstance(item, Text) and item.role == "legend"]
    for words in (words_of(legends[-1]), in_picture):
        assert "known of a single update alone" in words
        assert not any("Right" in word for word in words)


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
