"""The path of an open chain of gains is marked in the picture: its links, and no other; nothing where none is open."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session, example_snapshot
from tests.gui.scenes import lines_of, view_at
from tests.gui.test_ground import SIZE, picture
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.session.spec import Session
from twostroke.gui.look.style import load_fonts
from twostroke.gui.model.choices import Choices, LinkRef, Theme
from twostroke.gui.model.explain.account import EXPLAINERS
from twostroke.gui.model.explain.chain import path_of
from twostroke.gui.model.explain.chain_links import links_of_chain
from twostroke.gui.model.explain.facts import Facts
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.explain.rerouted import rerouted
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.paint.ground import Ground
from twostroke.gui.stage.scene.build import scene_at

HIDDEN = (5, 4)
CHAIN = Quantity(Kind.CHAIN, 1, 2, 1, 0)
END = Step(Phase.UPDATE)


def opened(chain: Quantity, step: Step | None = END, session: Session | None = None) -> ViewState:
    return view_at(session or example_session(HIDDEN), step, trail=(chain,))


def test_its_links_lead_from_the_weight_to_the_output() -> None:
    view = opened(CHAIN)
    path = path_of(Facts(view, EXPLAINERS, 3), CHAIN)
    links = links_of_chain(view)
    assert links[0] == LinkRef(1, 1, 2)
    assert [(link.layer, link.target) for link in links] == [*path]
    assert all(one.target == other.source for one, other in pairwise(links))
    assert links[-1].layer == view.depth


def test_of_a_bias_it_begins_behind_its_neuron() -> None:
    assert [link.layer for link in links_of_chain(opened(replace(CHAIN, source=None)))] == [2, 3]


def test_another_way_is_marked_when_it_is_chosen() -> None:
    view = opened(CHAIN)
    through = {link.target for link in links_of_chain(view) if link.layer == 2}
    other = next(unit for unit in range(HIDDEN[1]) if unit not in through)
    chosen = rerouted(view, CHAIN, 2, other)
    assert chosen is not None
    assert {link.target for link in links_of_chain(opened(chosen)) if link.layer == 2} == {other}


@pytest.mark.parametrize(("chain", "step"), [
    (Quantity(Kind.SAMPLE_GRADIENT, 1, 2, 1, 0), END),
    (CHAIN, None),  # live
    (CHAIN, Step(Phase.LOSS)),
    (CHAIN, Step(Phase.SPREAD, 2)),
])  # fmt: skip
def test_nothing_is_marked_of_other_numbers_nor_before_it_is_known(chain: Quantity, step: Step | None) -> None:
    view = opened(chain, step)
    assert links_of_chain(view) == ()
    assert not scene_at(view, 900.0, 600.0).with_role("chain")


def test_the_step_along_a_skip_path_is_no_link() -> None:
    layers = [{"units": 3, "activation": "tanh"}, {"units": 3, "activation": "tanh"}, {"units": 3, "skip": 1}]
    session = Session.model_validate({"network": {"layers": layers}})
    found = set()
    for unit in range(3):
        for over in range(3):
            chain = replace(CHAIN, unit=unit, path=((1, unit), (3, unit), (4, 0)) if over == unit else ())
            found |= {link.layer for link in links_of_chain(opened(chain, session=session)) if chain.path}
    assert found == {1, 4}


def test_each_link_is_outlined_and_the_way_to_the_loss_is_marked() -> None:
    scene = scene_at(opened(CHAIN), 900.0, 600.0)
    marked = lines_of(scene, "chain")
    assert len(marked) == 1 + 3 * 3
    card = scene.with_role("loss card")[0]
    assert any(float(np.max(each.x2)) == float(card.x[0]) for each in marked)


def test_the_picture_is_the_same_with_and_without_the_one_before(qtbot: QtBot) -> None:
    """Opened, led another way, and closed, in both themes."""
    load_fonts()
    snapshot = example_snapshot(example_session(HIDDEN), stroke=True)
    ground = Ground()
    other = rerouted(opened(CHAIN), CHAIN, 2, 0) or rerouted(opened(CHAIN), CHAIN, 2, 1)
    assert other is not None
    for theme in Theme:
        for trail in ((), (CHAIN,), (other,), (CHAIN,), ()):
            for fraction in (0.2, 0.7):
                cursor = Cursor(len(HIDDEN) + 1).seek(END, fraction)
                view = resolve(snapshot, snapshot.tape, cursor, Choices(trail=trail, theme=theme))
                scene = scene_at(view, *map(float, SIZE))
                assert picture(scene, ground) == picture(scene, None)
