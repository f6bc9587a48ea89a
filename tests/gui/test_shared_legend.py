"""One legend for several pictures: which rows it has, and that they fit."""

import pytest

from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.choices import Choices
from twostroke.gui.stage.scene.ink import ink_of
from twostroke.gui.stage.scene.items import Item, Pictures, Polygon, Text
from twostroke.gui.stage.scene.layout import LEGEND_ROW, metrics, text_width
from twostroke.gui.stage.scene.legend import Notes, Signs, legend
from twostroke.gui.stage.scene.lenses import LENSES, lens_of
from twostroke.gui.stage.scene.shared_legend import Key, Legend, shared_legend, told_numbers

INK, WIDTH = ink_of(palette_of(Choices())), 720.0
STROKES, GAIN, CHANGE = Key(lens_of("strokes")), Key(lens_of("gain")), Key(lens_of("change"))


@pytest.mark.parametrize(
    ("numbers", "told"),
    [([3], "3"), ([1, 2], "1–2"), ([1, 2, 3, 5], "1–3, 5"), ([2, 4, 6, 7], "2, 4, 6–7"), ([], "")],
)
def test_numbers_are_told_as_runs(numbers: list[int], told: str) -> None:
    assert told_numbers(numbers) == told


def texts(found: Legend) -> list[str]:
    return [item.text for item in found.items if isinstance(item, Text)]


def test_pictures_of_one_lens_have_the_legend_of_a_picture() -> None:
    found = shared_legend({1: STROKES, 2: STROKES}, INK, WIDTH)
    assert found.items is legend(metrics(WIDTH, WIDTH), INK, STROKES.lens, 0.0, Notes(), Signs())


def test_each_lens_has_a_row_with_its_scales_and_marks_are_told_once() -> None:
    found = shared_legend({1: STROKES, 2: GAIN, 3: STROKES}, INK, WIDTH)
    heights = {item.text: item.y for item in found.items if isinstance(item, Text)}
    assert heights["1, 3"] == heights["Signal and gradient"] == heights["signal"] < heights["2"]
    assert heights["2"] == heights["Gain"] == heights["gain f′(z), as the lower door"] < heights["shut gate"]
    assert texts(found).count("shut gate") == 1


def test_marks_have_their_scales_where_no_lens_has_them() -> None:
    taped = Signs(pulses=True)
    alone = texts(shared_legend({1: GAIN._replace(signs=taped), 2: CHANGE}, INK, WIDTH))
    beside = texts(shared_legend({1: GAIN._replace(signs=taped), 2: STROKES}, INK, WIDTH))
    assert alone.count("signal") == beside.count("signal") == 1
    assert "signal" not in texts(shared_legend({1: GAIN, 2: CHANGE}, INK, WIDTH))


def test_a_sign_of_one_picture_is_told() -> None:
    found = shared_legend({1: STROKES, 2: GAIN._replace(signs=Signs(cut=True))}, INK, WIDTH)
    assert "cut" in texts(found)


def test_what_a_lens_lacks_is_told_of_the_pictures_that_lack_it() -> None:
    lacking = CHANGE._replace(notes=Notes(lacks="not known here"))
    found = shared_legend({1: CHANGE, 2: lacking, 3: CHANGE}, INK, WIDTH)
    heights = {item.text: item.y for item in found.items if isinstance(item, Text)}
    assert heights["2"] == heights["not known here"] > heights["1, 3"]


def test_what_is_said_of_all_is_said_once_and_else_of_whom_it_is() -> None:
    hidden = Notes(hidden="800 of 2,000 links drawn")
    assert texts(shared_legend({1: GAIN._replace(notes=hidden), 2: CHANGE._replace(notes=hidden)}, INK, WIDTH)).count(
        hidden.hidden
    ) == 1  # fmt: skip
    found = shared_legend({1: GAIN._replace(notes=hidden), 2: CHANGE}, INK, WIDTH)
    heights = {item.text: item.y for item in found.items if isinstance(item, Text)}
    assert heights["1"] == heights[hidden.hidden] < heights["2"]


@pytest.mark.parametrize("every", [1, 2, 3])
def test_all_of_it_lies_in_its_room(every: int) -> None:
    """Also with all lenses, one after the other, so that their numbers take several lines."""
    keys = {number: Key(LENSES[number // every % len(LENSES)], signs=Signs(*[True] * 8, 3)) for number in range(1, 121)}
    found = shared_legend(keys, INK, WIDTH)
    for item in found.items:
        left, right, top, bottom = reach(item)
        assert left >= -0.5
        assert right <= WIDTH + 0.5, item
        assert top >= -0.5
        assert bottom <= found.height + 0.5
    assert found.height > (len(LENSES) + 1) * metrics(WIDTH, WIDTH).small * LEGEND_ROW


def reach(item: Item) -> tuple[float, float, float, float]:
    assert not isinstance(item, Pictures | Polygon)
    if isinstance(item, Text):
        wide = text_width(item.text, item.size)
        left = item.x - {"left": 0.0, "centre": 0.5, "right": 1.0}[item.align.name.lower()] * wide
        return left, left + wide, item.y - item.size / 2, item.y + item.size / 2
    x, y = (getattr(item, name, None) for name in ("x", "y"))
    if x is None or y is None:
        return 0.0, 0.0, 0.0, 0.0
    return float(x.min()), float(x.max()), float(y.min()), float(y.max())
