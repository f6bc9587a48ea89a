"""The mouse finds links where they are drawn, beside neurons and above nothing else."""

import pytest

from tests.gui.examples import example_session, example_snapshot
from twostroke.gui.model.choices import Choices, LinkRef, NeuronRef
from twostroke.gui.model.resolve import resolve
from twostroke.gui.stage.scene.build import scene_at


@pytest.mark.parametrize("wanted", [LinkRef(2, 1, 2), LinkRef(1, 0, 1)])
def test_the_mouse_finds_links(wanted: LinkRef) -> None:
    shown = scene_at(resolve(example_snapshot(example_session((3, 3))), None, None, Choices()), 1280, 720)
    links = shown.link_targets[wanted.layer - 1]
    pairs = list(zip(links.source.tolist(), links.target.tolist(), strict=True))
    place = pairs.index((wanted.source, wanted.target))
    x = links.x1 + 0.15 * (links.x2 - links.x1)
    y = float(links.y1[place] + 0.15 * (links.y2[place] - links.y1[place]))
    assert shown.link_at(x, y, 3.0) == wanted
    assert shown.link_at(x, 5.0, 3.0) is None
    assert shown.targets.at(x, y) is None
    assert isinstance(shown.targets.at(float(shown.targets.x[0]), float(shown.targets.y[0])), NeuronRef)
