"""What stands above a chart that lies beside the network."""

import pytest

from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.stage.scene.beside.chart_place import Place, heading
from twostroke.gui.stage.scene.ink import ink_of
from twostroke.gui.stage.scene.items import Text


@pytest.mark.parametrize(
    ("width", "wanted"), [(120.0, ["class 0", "class 1"]), (400.0, ["class 0", "class 1", "Output"])]
)
def test_a_heading_makes_room_for_the_classes(width: float, wanted: list[str]) -> None:
    """In small pictures they met; the classes are what has to be known."""
    place = Place(0.0, 0.0, width, 200.0, 11.0)
    items = heading(place, ink_of(PALETTES[Theme.LIGHT]), "Output", ("class 0", 0), ("class 1", 1))
    assert sorted(item.text for item in items if isinstance(item, Text)) == sorted(wanted)


def test_a_short_heading_stays() -> None:
    items = heading(
        Place(0.0, 0.0, 220.0, 200.0, 11.0),
        ink_of(PALETTES[Theme.LIGHT]),
        "Loss",
        ("train 0.617", 0),
        ("test 0.634", 1),
    )
    assert "Loss" in {item.text for item in items if isinstance(item, Text)}
