"""Views and scenes of the examples, for the tests of the picture."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from tests.gui.examples import example_maps, example_snapshot
from twostroke.engine.border.cursor import Cursor, Step
from twostroke.engine.border.tape import Tape
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Discs, Lines, Scene, Text

WIDTH, HEIGHT = 1280.0, 720.0


def view_at(
    session: Session | None = None,
    step: Step | None = None,
    fraction: float = 1.0,
    tape: Tape | None = None,
    **choices: Any,
) -> ViewState:
    """A moment of the film of `session`, or of `tape`; live where no step is given."""
    snapshot = example_snapshot(session, stroke=step is not None)
    if step is None:
        return resolve(snapshot, None, None, Choices(**choices))
    tape = tape or snapshot.tape
    assert tape is not None
    return resolve(snapshot, tape, Cursor(tape.depth).seek(step, fraction), Choices(**choices))


def mapped(session: Session | None = None, step: Step | None = None, **choices: Any) -> ViewState:
    """As `view_at`, with the maps of all neurons."""
    view = view_at(session, step, lens="response", **choices)
    assert view.snapshot.evaluation is not None
    maps = example_maps(view.snapshot.session)
    snapshot = replace(view.snapshot, evaluation=replace(view.snapshot.evaluation, maps=maps))
    return resolve(snapshot, view.tape, view.cursor, view.choices)


def scene_of(session: Session | None = None, step: Step | None = None, fraction: float = 1.0, **choices: Any) -> Scene:
    """The picture of that moment."""
    return scene_at(view_at(session, step, fraction, **choices), WIDTH, HEIGHT)


def discs_of(scene: Scene, role: str) -> list[Discs]:
    """The discs of one role."""
    return [item for item in scene.with_role(role) if isinstance(item, Discs)]


def one_disc(scene: Scene, role: str) -> Discs:
    """The only disc item of one role."""
    (item,) = discs_of(scene, role)
    return item


def lines_of(scene: Scene, role: str) -> list[Lines]:
    """The lines of one role."""
    return [item for item in scene.with_role(role) if isinstance(item, Lines)]


def texts_of(scene: Scene, role: str) -> list[Text]:
    """The texts of one role, as items."""
    return [item for item in scene.with_role(role) if isinstance(item, Text)]


def same_items(one: Any, other: Any) -> bool:
    """Whether two items are equal, array by array."""
    if type(one) is not type(other):
        return False
    pairs = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)]
    return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


def same_scenes(one: Scene, other: Scene, *, but: tuple[str, ...] = ()) -> bool:
    """Whether two scenes are equal, leaving out items with the roles `but`."""
    left, right = ([item for item in s.items if item.role not in but] for s in (one, other))
    return len(left) == len(right) and all(same_items(a, b) for a, b in zip(left, right, strict=True))


def reach(item: Discs) -> np.ndarray:
    """Outermost radius of each disc, its ring included."""
    return np.asarray(item.radius + np.where(item.ring >= 0, item.ring_width / 2, 0.0))
