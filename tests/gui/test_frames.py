"""What a frame of the film computes: nothing of whole arrays that the tape alone decides, except the first time."""

import gc
import weakref
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from tests.gui.examples import example_session, example_snapshot
from tests.gui.organs import organ_session, organ_snapshot
from tests.gui.scenes import HEIGHT, WIDTH, same_scenes
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.border.tape import Tape
from twostroke.gui.model.choices import Choices, NeuronRef, Theme
from twostroke.gui.model.once import lately, once
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at, stagehand
from twostroke.gui.stage.scene.items import Item, Scene

HIDDEN = (24, 16)


class Watched(np.ndarray[Any, Any]):
    """An array that notes each function that works on the whole of it."""

    seen: list[str] = []  # noqa: RUF012  # one list for all of them
    whole = 0

    def __array_finalize__(self, obj: Any) -> None:
        self.whole = getattr(obj, "whole", 0) if obj is not None and np.size(obj) == self.size else 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if any(isinstance(each, Watched) and each.whole for each in inputs):
            Watched.seen.append(ufunc.__name__)
        plain = (each.view(np.ndarray) if isinstance(each, Watched) else each for each in inputs)
        return getattr(ufunc, method)(*plain, **options)


def watched(values: np.ndarray) -> np.ndarray:
    made = values.view(Watched)
    made.whole = made.size
    return made


@pytest.fixture
def laid() -> Snapshot:
    """A snapshot with a tape whose weights, gradients and next weights are watched."""
    snapshot = example_snapshot(example_session(HIDDEN), stroke=True)
    assert snapshot.tape is not None
    names = ("weight", "weight_next", "dloss_dweight")
    layers = tuple(
        replace(layer, **{name: watched(getattr(layer, name)) for name in names}) for layer in snapshot.tape.layers
    )
    return replace(snapshot, tape=replace(snapshot.tape, layers=layers))


def frame(snapshot: Snapshot, cursor: Cursor, choices: Choices | None = None) -> tuple[ViewState, Scene]:
    view = resolve(snapshot, snapshot.tape, cursor, choices or Choices())
    return view, scene_at(view, WIDTH, HEIGHT)


STILL = [Phase.INPUT, Phase.GATE, Phase.LOSS, Phase.GATE_BACK, Phase.WEIGHTS, Phase.UPDATE]
"""Phases in which no sum is under way."""


@pytest.mark.parametrize("phase", STILL)
def test_later_frames_of_a_phase_compute_nothing_of_whole_arrays(laid: Snapshot, phase: Phase) -> None:
    cursor = Cursor(len(HIDDEN) + 1)
    step = next(step for step in cursor.steps if step.phase is phase)
    frame(laid, cursor.seek(step, 0.05))
    frame(laid, cursor.seek(step, 0.6))  # phases have a first and a second half
    Watched.seen.clear()
    for fraction in (0.1, 0.3, 0.45, 0.62, 0.9, 1.0):
        frame(laid, cursor.seek(step, fraction))
    assert Watched.seen == []


def test_the_watch_sees_what_is_computed(laid: Snapshot) -> None:
    Watched.seen.clear()
    frame(laid, Cursor(len(HIDDEN) + 1).last())
    assert {"subtract", "absolute"} <= set(Watched.seen)  # |w next − w|, once
    assert Watched.seen.count("subtract") == len(HIDDEN) + 1


def test_the_legend_of_a_size_and_theme_is_drawn_once(laid: Snapshot) -> None:
    cursor = Cursor(len(HIDDEN) + 1)
    one, other = (frame(laid, at)[1].with_role("legend") for at in (cursor.first(), cursor.last()))
    assert len(one) > 5
    assert all(a is b for a, b in zip(one, other, strict=True))
    light = frame(laid, cursor.first(), Choices(theme=Theme.LIGHT))[1].with_role("legend")
    assert light[0].colour != one[0].colour  # type: ignore[union-attr]


def test_frames_are_the_same_whatever_came_before() -> None:
    """Random access: what is kept is never needed to be right."""
    snapshot = example_snapshot(example_session(HIDDEN), stroke=True)
    cursor = Cursor(len(HIDDEN) + 1)
    for index in range(len(cursor.steps)):
        at = replace(cursor, index=index, fraction=0.55)
        for choices in (Choices(), Choices(batch_row=1), Choices(selected=NeuronRef(1, 3))):
            view, scene = frame(snapshot, at, choices)
            fresh, again = frame(example_snapshot(example_session(HIDDEN), stroke=True), at, choices)
            assert view.caption == fresh.caption
            assert same_scenes(scene, again)


def test_another_row_another_snapshot_another_tape_are_other_views(laid: Snapshot) -> None:
    cursor = Cursor(len(HIDDEN) + 1).last()
    first = frame(laid, cursor)[0]
    assert frame(laid, cursor.first())[0].layers is first.layers
    assert frame(laid, cursor, Choices(batch_row=(first.row + 1) % 5))[0].layers is not first.layers
    assert frame(replace(laid, serial=2), cursor)[0].layers[1].a is not None
    assert laid.tape is not None
    other: Tape = replace(laid.tape, x=laid.tape.x + 1)
    assert resolve(laid, other, cursor, Choices()).layers[0].a[0] == first.layers[0].a[0] + 1


def with_roles(scene: Scene, *roles: str) -> list[Item]:
    return [item for item in scene.items if item.role in roles]


def same_objects(some: list[Item], others: list[Item]) -> bool:
    return len(some) == len(others) > 0 and all(a is b for a, b in zip(some, others, strict=True))


def test_the_parts_of_layers_that_rest_are_the_same_objects() -> None:
    """So that a painter need not look into them."""
    snapshot, cursor = example_snapshot(example_session(HIDDEN), stroke=True), Cursor(len(HIDDEN) + 1)
    one, other = (frame(snapshot, cursor.seek(Step(Phase.SUM, 3), fraction))[1] for fraction in (0.4, 0.5))
    for layer in (1, 2):
        own = ("neuron", "way", "door upper", "door lower", "gate shut", "wall", "strip forward", "raster forward")
        roles = [f"{role} {layer}" for role in own]
        assert same_objects(with_roles(one, *roles), with_roles(other, *roles))
    assert same_objects(with_roles(one, "loss card", "way loss"), with_roles(other, "loss card", "way loss"))
    assert not same_objects(with_roles(one, "link 3"), with_roles(other, "link 3"))


def test_a_raster_rests_but_while_it_appears() -> None:
    snapshot, cursor = example_snapshot(example_session(HIDDEN), stroke=True), Cursor(len(HIDDEN) + 1)
    at = {f: frame(snapshot, cursor.seek(Step(Phase.GATE, 1), f))[1] for f in (0.4, 0.5, 0.7, 0.9)}
    rasters = {fraction: with_roles(scene, "raster forward 1") for fraction, scene in at.items()}
    assert not same_objects(rasters[0.4], rasters[0.5])
    assert same_objects(rasters[0.7], rasters[0.9])


def test_what_does_not_learn_rests_while_training_runs() -> None:
    views = [resolve(example_snapshot(example_session(HIDDEN), seed=seed), None, None, Choices()) for seed in (1, 2)]
    one, other = (scene_at(view, WIDTH, HEIGHT) for view in views)
    assert same_objects(with_roles(one, "wall 1", "way loss"), with_roles(other, "wall 1", "way loss"))
    assert one.targets is other.targets


@dataclass(frozen=True, eq=False)
class Thing:
    number: float


def test_once_is_once_for_each_object_and_argument_and_forgets() -> None:
    calls: list[tuple[float, float]] = []

    @once
    def times(thing: Thing, factor: float = 1.0) -> float:
        calls.append((thing.number, factor))
        return thing.number * factor

    one, equal = Thing(3.0), Thing(3.0)
    assert [times(one), times(one), times(one, 2.0), times(one, 2.0), times(equal)] == [3.0, 3.0, 6.0, 6.0, 3.0]
    assert calls == [(3.0, 1.0), (3.0, 2.0), (3.0, 1.0)]
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None


def test_lately_keeps_what_was_asked_last_for_each_object_and_forgets() -> None:
    calls: list[tuple[float, float]] = []

    @lately
    def times(thing: Thing, factor: float) -> float:
        calls.append((thing.number, factor))
        return thing.number * factor

    one, equal = Thing(3.0), Thing(3.0)
    assert [times(one, 1.0), times(one, 1.0), times(one, 2.0), times(one, 1.0), times(equal, 1.0)] == [3, 3, 6, 3, 3]
    assert calls == [(3.0, 1.0), (3.0, 2.0), (3.0, 1.0)]
    calls.clear()
    for factor in (3.0, 4.0, 1.0):  # others were asked since
        times(one, factor)
    assert calls == [(3.0, 3.0), (3.0, 4.0), (3.0, 1.0)]
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None


def test_what_is_kept_for_a_live_frame_goes_with_it() -> None:
    view = resolve(example_snapshot(example_session((4, 4)), seed=5), None, None, Choices())
    scene_at(view, WIDTH, HEIGHT)
    layer = weakref.ref(view.layers[0])
    del view
    for seed in range(30):  # what else is kept is bounded
        scene_at(resolve(example_snapshot(example_session((4, 4)), seed=seed), None, None, Choices()), WIDTH, HEIGHT)
    gc.collect()
    assert layer() is None


@pytest.mark.parametrize("snapshot", [organ_snapshot(organ_session(), stroke=True), example_snapshot(stroke=True)])
def test_what_is_kept_for_a_layout_goes_with_it(snapshot: Snapshot) -> None:
    """As while a window is drawn larger, pixel by pixel."""
    depth = len(snapshot.session.widths) - 1
    view = resolve(snapshot, snapshot.tape, Cursor(depth).seek(Step(Phase.UPDATE)), Choices())
    layout = weakref.ref(stagehand(view, WIDTH, HEIGHT, False).layout)
    scene_at(view, WIDTH, HEIGHT)
    for more in range(1, 30):
        scene_at(view, WIDTH + more, HEIGHT)
    gc.collect()
    assert layout() is None
