"""Each lens at each term: an update read product by product is painted alike with and without what is kept."""

from dataclasses import replace

import pytest

from tests.gui.examples import example_maps
from tests.gui.organs import organ_session, organ_snapshot
from tests.gui.test_ground import fonts, picture
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.snapshot import Snapshot
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import Grain, score_of
from twostroke.gui.stage.paint.ground import Ground
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.lenses import LENSES, Lens

__all__ = ["fonts"]

EVERY = 23
"""So many terms from one picture to the next."""


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    """With everything that a lens may read."""
    made = organ_snapshot(organ_session(), stroke=True)
    assert made.evaluation is not None
    return replace(made, evaluation=replace(made.evaluation, maps=example_maps(made.session)))


def stops(snapshot: Snapshot) -> list[Cursor]:
    assert snapshot.tape is not None
    score, found = score_of(snapshot.tape, snapshot.session.network), [Cursor(snapshot.tape.depth)]
    while (after := score.after(found[-1], Grain.TERM)) is not None:
        found.append(after)
    return found[::EVERY]


@pytest.mark.parametrize("lens", LENSES, ids=lambda lens: lens.id)
def test_terms_are_painted_alike_through_each_lens(snapshot: Snapshot, lens: Lens) -> None:
    ground, cursors = Ground(), stops(snapshot)
    assert len(cursors) > 5
    for cursor in cursors:
        now = scene_at(resolve(snapshot, snapshot.tape, cursor, Choices(lens=lens.id)), 560.0, 400.0)
        assert picture(now, ground) == picture(now, None), cursor
