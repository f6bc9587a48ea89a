"""What is written below panels: nothing is cut, and all has room."""

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QFontMetricsF

from tests.storyboard.boards import SMALL, written
from twostroke.gui.export.board_request import BoardRequest, make_board_job
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.export.kind import Around, Told
from twostroke.gui.export.pages import printing
from twostroke.gui.export.pages.below_panels import INDENT, LINE, MOST, below, lines_of, room_below
from twostroke.gui.export.render import ensure_application, ensure_font
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.choices import Choices
from twostroke.gui.stage.paint.shapes import font
from twostroke.gui.stage.scene.ink import ink_of
from twostroke.gui.stage.scene.items import Item, Text, Weight

ALL = Told()
INK, WIDTH = ink_of(palette_of(Choices())), 250.0
LONG = "The gradient comes back through the very same gates that the signal has gone through, and meets each as it was."
WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihungsurkundenmappe"
CAPTION = (
    "It is multiplied by the slope of each of them, which is one where a gate is open and nought where it is shut."
)


@pytest.fixture(autouse=True)
def typeface(application: object) -> None:
    ensure_application()
    ensure_font()


def written_below(around: Around, caption: str = "", told: Told = ALL, width: float = WIDTH) -> list[Text]:
    box = 10.0, 20.0, width, room_below(width, [around], told)
    items = below(7, around.title, caption or around.caption, told, box, INK)
    texts = [item for item in items if isinstance(item, Text)]
    assert len(texts) == len(items)
    for item in texts:
        assert item.x + QFontMetricsF(font(item)).horizontalAdvance(item.text) <= 10.0 + width + 0.5
        assert item.y - LINE / 2 >= 20.0
        assert item.y + LINE / 2 <= 20.0 + box[3]
    return texts


def of_role(texts: list[Text], role: str) -> list[str]:
    return [text.text for text in texts if text.role == role]


@pytest.mark.parametrize("text", ["Short", LONG, WORD, f"{LONG} {WORD}", "🙂 " * 60 + "end", "三次" * 60, ""])
@pytest.mark.parametrize("width", [90.0, 230.0])
def test_lines_have_all_of_a_text_and_fit(text: str, width: float) -> None:
    lines = lines_of(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    measure = QFontMetricsF(font(Text(0.0, 0.0, "", 9.0, 0)))
    assert all(measure.horizontalAdvance(line) <= width + 0.5 for line in lines)


@pytest.mark.parametrize("title", ["Forward", LONG, WORD])
@pytest.mark.parametrize("caption", ["Open.", CAPTION])
@pytest.mark.parametrize("width", [120.0, 250.0])
def test_title_and_caption_stand_whole_below_each_other(title: str, caption: str, width: float) -> None:
    texts = written_below(Around(title=title, caption=caption), width=width)
    assert "".join("".join(of_role(texts, "title")).split()) == "".join(title.split())
    assert "".join("".join(of_role(texts, "caption")).split()) == "".join(caption.split())
    lines = [text for text in texts if text.role != "number"]
    assert all(after.y - before.y == pytest.approx(LINE) for before, after in pairwise(lines))
    assert {text.weight for text in lines if text.role == "title"} == {Weight.SEMIBOLD}
    assert {text.x for text in lines} == {10.0 + INDENT}


def test_a_caption_of_three_lines_that_was_not_known_beforehand_has_room() -> None:
    caption = "The update moves 81 of 88 weights, against the gradient; the largest step is 0.00670 (bias, hidden 1)."
    texts = written_below(Around(title="Update"), caption, width=190.0)
    assert len(of_role(texts, "caption")) == 3


def test_a_title_longer_than_a_page_says_that_it_goes_on() -> None:
    texts = written_below(Around(title="word " * 400))
    titles = of_role(texts, "title")
    assert len(titles) == MOST
    assert titles[-1].endswith("…")


def test_what_is_left_out_takes_no_room() -> None:
    around = Around(title=LONG, caption=CAPTION)
    without = Told(title=False, caption=False)
    assert [text.role for text in written_below(around, told=without)] == ["number"]
    assert of_role(written_below(around, told=Told(title=False)), "title") == []
    rooms = [room_below(WIDTH, [around], told) for told in (without, Told(title=False), Told())]
    assert rooms == sorted(set(rooms))


SHOTS = f"""
[[shots]]
at = 20
show = "forward"
grain = "layer"
title = "Forward"
[[shots]]
show = "backward"
grain = "layer"
title = "{LONG}"
caption = "{CAPTION}"
[[shots]]
show = "training"
until = 31
seconds = 1
"""


@pytest.mark.parametrize(
    ("ending", "picture"), [(".pdf", ""), (".svg", 'theme = "dark"\n'), (".pdf", "title = false\n")]
)
def test_each_panel_has_the_title_of_its_shot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, picture: str
) -> None:
    drawn = list[list[Item]]()

    def kept(*given: object) -> list[Item]:
        drawn.append(below(*given))  # type: ignore[arg-type]
        return drawn[-1]

    monkeypatch.setattr(printing, "below", kept)
    board = written(SMALL + picture, SHOTS)
    job = make_board_job(BoardRequest(str(tmp_path / f"p{ending}"), board, "storyboard"), takes_of(board))
    job.start()
    job.finish()
    titles = [" ".join(of_role([item for item in panel if isinstance(item, Text)], "title")) for panel in drawn]
    expected = ["Forward"] * 5 + [LONG] * 4 + [""] * 5
    assert titles == ([""] * 14 if "title" in picture else expected)
