"""What is cut or frozen is seen as such: on the stage, in its legend, on the label and in the inspector."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.gui.scenes import discs_of, lines_of, same_scenes
from twostroke.engine.border.commands import Record
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices, LinkRef, NeuronRef, Theme, Walked
from twostroke.gui.model.inspection import inspect
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Scene, Text

LAYERS = ({"units": 3, "activation": "sigmoid"}, {"units": 2, "activation": "tanh"})
CUT = ("l1.unit[1]", "l2.weight[0,2]", "l3.weight[0,1]")
FROZEN = ("l1.bias", "l2.weight[1,0]", "l3.weight")
BACK = Step(Phase.SPREAD, 2)


@cache
def snapshot(cut: tuple[str, ...], frozen: tuple[str, ...], units: int, stroke: bool) -> Snapshot:
    layers = [{**LAYERS[0], "units": units}, LAYERS[1]]
    trainer = Trainer(Session.model_validate({"network": {"layers": layers, "cut": cut, "frozen": frozen}}))
    trainer.advance(10)
    trainer.evaluate()
    if stroke:
        trainer.apply(Record())
    return snapshot_of(trainer)


def view_of(
    cut: tuple[str, ...] = CUT,
    frozen: tuple[str, ...] = FROZEN,
    step: Step | None = None,
    fraction: float = 0.5,
    units: int = 3,
    **choices: Any,
) -> ViewState:
    """Live where no step is given."""
    now = snapshot(cut, frozen, units, step is not None)
    if step is None or now.tape is None:
        return resolve(now, None, None, Choices(**choices))
    return resolve(now, now.tape, Cursor(now.tape.depth).seek(step, fraction), Choices(**choices))


def scene_of(*args: Any, **named: Any) -> Scene:
    return scene_at(view_of(*args, **named), 1280.0, 720.0)


def legend_of(scene: Scene) -> set[str]:
    return {item.text for item in scene.frame if isinstance(item, Text) and item.role == "legend"}


@pytest.mark.parametrize("theme", [Theme.DARK, Theme.LIGHT])
def test_a_cut_link_has_a_gap_with_two_strokes_and_is_no_link_else(theme: Theme) -> None:
    scene = scene_of(theme=theme)
    ways, strokes = lines_of(scene, "cut link 2")
    assert (len(ways.x1), len(strokes.x1)) == (2, 2)  # a piece on either side of the gap, a stroke at its ends
    assert ways.x2[0] < ways.x1[1]
    (links,) = lines_of(scene, "link 2")
    assert len(links.x1) == 5
    assert len(lines_of(scene, "link 1")[0].x1) == 6
    assert scene.counts["links"] == 6 + 5 + 1


def test_a_cut_neuron_is_hollow_and_dashed_and_its_masks_are_dark() -> None:
    view = view_of()
    scene = scene_at(view, 1280.0, 720.0)
    assert len(lines_of(scene, "cut 1")) == 1
    (neurons,) = discs_of(scene, "neuron 1")
    assert neurons.ring[1] == -1
    assert neurons.fill[1] == scene.background
    layer = view.layers[1]
    assert layer.forward_mask is not None
    assert layer.backward_mask is not None
    assert layer.forward_mask[1] == layer.backward_mask[1] == 0.0
    assert len(scene.with_role("number 1")) == 2


def test_nothing_flows_over_a_cut_link_or_back_to_a_cut_neuron() -> None:
    whole, cut = (scene_of(named, (), BACK, fraction=0.3) for named in ((), CUT))
    count = [sum(len(item.x) for item in discs_of(scene, "pulse gradient")) for scene in (whole, cut)]
    assert count[0] > count[1] > 0
    link = view_of(CUT, (), BACK).links[1]
    assert link.gradient is not None
    assert not link.gradient[:, 1].any()


def test_frozen_links_and_biases_bear_locks() -> None:
    scene = scene_of()
    assert len(discs_of(scene, "frozen bias 1")[0].x) == 3
    assert len(discs_of(scene, "frozen link 2")[0].x) == 1
    assert len(discs_of(scene, "frozen link 3")[0].x) == 1  # the other one is cut
    assert not scene.with_role("frozen link 1")


def test_beyond_so_many_a_count_stands_for_the_locks() -> None:
    scene = scene_of((), ("l2.weight",), units=80)
    assert not scene.with_role("frozen link 2")
    assert scene.texts("marks 2") == ("160 frozen",)


def test_the_legend_tells_them_only_where_there_are_some() -> None:
    assert {"cut", "frozen"} <= legend_of(scene_of())
    assert not {"cut", "frozen"} & legend_of(scene_of((), ()))
    assert "frozen" not in legend_of(scene_of(CUT, ()))


def test_a_picture_of_a_session_without_them_has_no_trace_of_them() -> None:
    roles = {item.role.split(" ")[0] for item in scene_of((), ()).items}
    assert not {"cut", "frozen", "marks"} & roles
    assert same_scenes(scene_of((), ()), scene_of((), ()))


def test_a_neuron_of_a_large_layer_is_cut_in_its_cell() -> None:
    scene = scene_of(("l1.unit[1]",), (), units=80)
    assert len(lines_of(scene, "cut 1")[0].x1) == 2


def test_the_label_says_it_in_words() -> None:
    rows = scene_of(hovered=NeuronRef(1, 1)).texts("label")
    assert {"cut", "sends nothing, gets no gradient", "bias", "frozen"} <= set(rows)
    rows = scene_of(hovered=NeuronRef(2, 0)).texts("label")
    assert {"links cut", "1 of 3"} <= set(rows)
    for place, words in ((LinkRef(2, 2, 0), {"cut", "carries nothing"}), (LinkRef(2, 0, 1), {"frozen"})):
        hub = NeuronRef(2, place.target)
        assert words <= set(scene_of(walked=Walked(place, hub)).texts("label"))


def test_the_inspector_says_it_in_words() -> None:
    cut = inspect(view_of(step=BACK, fraction=1.0), NeuronRef(1, 1))
    assert cut.note == "Cut: it sends nothing, and gets no gradient. Frozen: the bias"
    told = {line.name: line.text for line in cut.lines}
    assert (told["a"], told["gain"], told["∂L/∂a"]) == ("cut = 0", "cut = 0", "cut = 0")
    linked = inspect(view_of(), NeuronRef(2, 0))
    assert "cut: carries nothing" in {line.text for line in linked.lines}
    assert inspect(view_of(), NeuronRef(2, 1)).note.endswith("Frozen: 1 of 3 weights")


def test_marks_of_another_network_are_left_out() -> None:
    """A tape may be of a network with fewer neurons than the session names."""
    now, other = snapshot(("l1.unit[5]",), (), 6, False), snapshot((), (), 3, True)
    assert other.tape is not None
    view = resolve(now, other.tape, Cursor(3).seek(BACK, 0.5), Choices())
    assert view.layers[1].cut is None
    assert np.isfinite(view.loss)
