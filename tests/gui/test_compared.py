"""Numbers that are not those of the main network: marked beside it, as many digits as chosen, and nowhere else."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.gui.examples import example_session, example_snapshot
from tests.gui.scenes import HEIGHT, WIDTH, discs_of, same_scenes, texts_of, view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.engine.session.spec import Session
from twostroke.gui.model.compared import differing, uncompared
from twostroke.gui.model.in_company import beside
from twostroke.gui.model.numbers import as_read, number
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Scene

RELU, TANH = example_session((6, 4), "relu"), example_session((6, 4), "tanh")
STEPS = [None, Step(Phase.GATE, 1), Step(Phase.GATE_BACK, 1), Step(Phase.UPDATE)]


def pair(step: Step | None = None, other: Session = TANH, **choices: Any) -> tuple[ViewState, ViewState]:
    main = view_at(RELU, step, **choices)
    return main, beside(main, example_snapshot(other, stroke=step is not None))


def drawn(view: ViewState) -> Scene:
    return scene_at(view, WIDTH, HEIGHT)


def marked(scene: Scene, layer: int) -> int:
    return sum(len(item.x) for item in discs_of(scene, f"differs {layer}"))


def words(scene: Scene) -> list[str]:
    return [text.text for text in texts_of(scene, "legend")]


@pytest.mark.parametrize("digits", range(2, 10))
def test_what_is_written_otherwise_differs(digits: int) -> None:
    random = np.random.default_rng(digits)
    values = random.normal(size=400) * 10.0 ** random.integers(-9, 9, 400)
    others = values * (1 + random.normal(size=400) * 10.0 ** random.integers(-11, 1, 400))
    written = ([number(as_read(float(each), digits), digits) for each in some] for some in (values, others))
    wanted = [a != b for a, b in zip(*written, strict=True)]
    found = differing(values, others, digits)
    assert found.tolist() == wanted
    assert 0 < found.sum() < 400


def test_none_and_infinity_are_not_like_numbers() -> None:
    values = np.array([np.nan, np.nan, np.inf, np.inf, -np.inf, 0.0, 0.0, 1e300])
    others = np.array([np.nan, 1.0, np.inf, 1.0, np.inf, -0.0, 1e-300, -1e300])
    assert differing(values, others, 3).tolist() == [False, True, False, True, True, False, True, True]


@pytest.mark.parametrize("step", [None, Step(Phase.UPDATE)])
@pytest.mark.parametrize("digits", [2, 6])
def test_neurons_with_other_activations_are_marked(step: Step | None, digits: int) -> None:
    main, other = pair(step, digits=digits, lens="activation")
    scene = drawn(other)
    for own, theirs in zip(other.layers, main.layers, strict=True):
        written = ([number(float(a), digits) for a in layer.a] for layer in (own, theirs))
        assert marked(scene, own.index) == sum(a != b for a, b in zip(*written, strict=True))
    assert marked(scene, 1) > 0
    assert marked(scene, 0) == 0
    assert f"differs from the main network at {digits} digits" in words(scene)


def test_marks_tell_of_what_the_film_has_come_to() -> None:
    before, after = (drawn(pair(step, lens="activation")[1]) for step in (Step(Phase.INPUT), Step(Phase.GATE, 1)))
    assert marked(before, 1) == 0
    assert marked(after, 1) > 0
    assert marked(after, 2) == 0, "not known yet in either"


@pytest.mark.parametrize("step", STEPS)
def test_nothing_is_marked_on_the_main_network_nor_on_one_that_is_like_it(step: Step | None) -> None:
    main, twin = pair(step, RELU)
    alone, like = drawn(main), drawn(twin)
    assert main.main is None
    assert not any("main network" in text for text in words(alone))
    assert same_scenes(alone, like, but=("legend", "legend bar", "lens chip", "")), "only the legend says more"
    assert "differs from the main network at 3 digits" in words(like)


def test_where_nothing_can_be_compared_the_legend_says_why() -> None:
    _, wide = pair(other=example_session((6, 5), "tanh"))
    _, deep = pair(other=example_session((6, 4, 4), "tanh"))
    main, other = pair()
    later = replace(other, main=replace(main, snapshot=replace(main.snapshot, update=main.snapshot.update + 1)))
    film = replace(other, main=pair(Step(Phase.GATE, 1))[0])
    moved = replace(main.layers[0], a=main.layers[0].a + 1)
    sample = replace(other, main=replace(main, layers=(moved, *main.layers[1:])))
    told = {"shape": (wide, deep), "another moment": (later, film), "another sample": (sample,)}
    for why, views in told.items():
        for view in views:
            assert why in uncompared(view)
            scene = drawn(view)
            assert uncompared(view) in words(scene)
            assert not any(marked(scene, layer.index) for layer in view.layers)
    assert marked(drawn(other), 1) > 0
