"""A picture too narrow for its legend is still a picture: it comes to an end."""

import pytest

from tests.gui.examples import example_snapshot
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.stage.scene.build import scene_at


@pytest.mark.parametrize(("width", "height"), [(16, 16), (64, 48), (160, 90), (100, 400)])
def test_narrow_pictures_end(width: float, height: float) -> None:
    assert scene_at(resolve(example_snapshot(), None, None, Choices()), width, height).items
