"""What stands above a chart beside the stage, wherever it is narrow."""

from itertools import pairwise

import pytest

from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.stage.scene.beside.chart_place import Place, heading
from twostroke.gui.stage.scene.ink import ink_of
from twostroke.gui.stage.scene.items import Align, Text
from twostroke.gui.stage.scene.layout import text_width


@pytest.mark.parametrize("width", [60.0, 100.0, 150.0, 200.0, 260.0, 400.0])
@pytest.mark.parametrize("more", [("train 0.728", "test 0.712"), ("● class 0", "■ class 1"), ()])
def test_words_above_a_chart_lie_beside_each_other(width: float, more: tuple[str, ...]) -> None:
    ink, place = ink_of(PALETTES[Theme.LIGHT]), Place(0.0, 0.0, width, 200.0, 12.0)
    texts = heading(place, ink, "Loss", *((words, ink.text) for words in more))
    spans = []
    for item in texts:
        assert isinstance(item, Text)
        wide = text_width(item.text, item.size)
        spans.append((item.x, item.x + wide) if item.align is Align.LEFT else (item.x - wide, item.x))
    spans.sort()
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert len(texts) == 1 + len(more) or width < 250
