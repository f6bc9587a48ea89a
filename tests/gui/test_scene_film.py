"""The film is honest: what is not yet computed is not shown, pulses stop at shut gates, any order gives one picture."""

from dataclasses import replace

import numpy as np
import pytest

from tests.gui.examples import example_session, example_snapshot, example_tape
from tests.gui.scenes import (
    HEIGHT,
    WIDTH,
    discs_of,
    lines_of,
    one_disc,
    reach,
    same_scenes,
    scene_of,
    texts_of,
    view_at,
)
from twostroke.engine.border.cursor import Cursor, Phase, Step, steps
from twostroke.engine.border.tape import LayerTape, Tape
from twostroke.gui.look.colour import luminance
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.numbers import brief, number
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at, stagehand
from twostroke.gui.stage.scene.film import MEETS, Film
from twostroke.gui.stage.scene.items import NONE, Rects, Scene
from twostroke.gui.stage.scene.layout import Column
from twostroke.gui.stage.scene.sums import arrived, partial_upstream, partial_z

DEPTH = 3
SPIRAL = example_session((8, 8))


def column_of(view: ViewState, layer: int) -> Column:
    return stagehand(view, WIDTH, HEIGHT, False).layout.columns[layer]


def altered_future(tape: Tape, step: Step) -> Tape:
    """The tape with every number changed that the film has not computed at the beginning of `step`."""
    order = steps(DEPTH)
    now = order.index(step)

    def later(phase: Phase, layer: int) -> bool:
        return Step(phase, layer) in order and order.index(Step(phase, layer)) > now

    def altered(layer: LayerTape, index: int) -> LayerTape:
        changes = {}
        if later(Phase.SUM, index):
            changes |= {"z": layer.z * -1.7 + 0.3}
        if later(Phase.GATE, index):
            assert layer.gain is not None
            changes |= {"a": layer.a + 0.9, "gain": 0.4 - layer.gain, "forward_mask": 1 - layer.forward_mask}
        upstream = later(Phase.SPREAD, index + 1) if index < DEPTH else later(Phase.GATE_BACK, index)
        if upstream and layer.dloss_da is not None:
            changes |= {"dloss_da": layer.dloss_da * -3 + 0.1}
        if later(Phase.GATE_BACK, index):
            changes |= {"dloss_dz": layer.dloss_dz * -3 + 0.1}
        if later(Phase.WEIGHTS, index):
            changes |= {"dloss_dweight": layer.dloss_dweight * -2 + 0.1}
        return replace(layer, weight_next=layer.weight_next * -1, **changes)

    layers = tuple(altered(layer, i) for i, layer in enumerate(tape.layers, start=1))
    lost = {} if not later(Phase.LOSS, 0) else {"sample_loss": tape.sample_loss + 1, "target": 1 - tape.target}
    return replace(tape, layers=layers, **lost)


@pytest.mark.parametrize("step", steps(DEPTH)[:-1], ids=lambda s: f"{s.phase}{s.layer}")
@pytest.mark.parametrize("fraction", [0.0, 0.5, 1.0])
def test_nothing_is_shown_before_it_is_computed(step: Step, fraction: float) -> None:
    tape = example_tape(SPIRAL)
    true = scene_at(view_at(SPIRAL, step, fraction, tape), WIDTH, HEIGHT)
    other = scene_at(view_at(SPIRAL, step, fraction, altered_future(tape, step)), WIDTH, HEIGHT)
    assert same_scenes(true, other)


@pytest.mark.parametrize("step", steps(DEPTH), ids=lambda s: f"{s.phase}{s.layer}")
def test_the_alteration_would_be_noticed(step: Step) -> None:
    """The test above can fail: once the film is over, the altered numbers make another picture."""
    tape = example_tape(SPIRAL)
    end, changed = Step(Phase.UPDATE), altered_future(tape, step)
    assert not same_scenes(
        scene_at(view_at(SPIRAL, end, 1.0, tape), WIDTH, HEIGHT),
        scene_at(view_at(SPIRAL, end, 1.0, changed), WIDTH, HEIGHT),
    )


def test_any_order_of_moments_gives_the_same_pictures() -> None:
    cursor = Cursor(DEPTH)
    snapshot = example_snapshot(SPIRAL, stroke=True)
    times = np.linspace(0, 1, 23)

    def at(time: float) -> Scene:
        return scene_at(resolve(snapshot, snapshot.tape, cursor.at_time(time), Choices()), WIDTH, HEIGHT)

    in_order = [at(t) for t in times]
    backwards = [at(t) for t in reversed(times)][::-1]
    assert all(same_scenes(a, b) for a, b in zip(in_order, backwards, strict=True))
    assert not same_scenes(in_order[5], in_order[6])


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("fraction", [0.1, 0.3, 0.42, 0.5, 0.75, 1.0])
def test_the_signal_stops_at_a_shut_gate(layer: int, fraction: float) -> None:
    view = view_at(SPIRAL, Step(Phase.GATE, layer), fraction)
    column, shown = column_of(view, layer), view.layers[layer]
    stopped = one_disc(scene_at(view, WIDTH, HEIGHT), f"stopped signal {layer}")
    shut = shown.z <= 0
    assert np.allclose(stopped.y, column.ys[shut])
    assert np.all(stopped.x + stopped.radius <= column.gate_x + 1e-6)
    if fraction >= 0.42:
        assert np.allclose(stopped.x + stopped.radius, column.gate_x), "it stands at the door"


@pytest.mark.parametrize("layer", [1, 2])
def test_an_open_gate_lets_the_signal_through(layer: int) -> None:
    view = view_at(SPIRAL, Step(Phase.GATE, layer), 0.75)
    column = column_of(view, layer)
    passing = one_disc(scene_at(view, WIDTH, HEIGHT), f"pulse signal {layer}")
    assert np.allclose(passing.y, column.ys[view.layers[layer].z > 0])
    assert np.all(passing.x > column.gate_x + column.gate_width)


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("fraction", [0.1, 0.42, 0.6, 1.0])
def test_the_gradient_stops_at_the_same_gate(layer: int, fraction: float) -> None:
    view = view_at(SPIRAL, Step(Phase.GATE_BACK, layer), fraction)
    column = column_of(view, layer)
    scene = scene_at(view, WIDTH, HEIGHT)
    stopped = one_disc(scene, f"stopped gradient {layer}")
    assert np.allclose(stopped.y, column.ys[view.layers[layer].z <= 0])
    assert np.all(stopped.fill == NONE), "a hollow ring"
    right_face = column.gate_x + column.gate_width
    assert np.all(stopped.x - reach(stopped) >= right_face - 1e-6)
    if fraction >= 0.42:
        assert np.allclose(stopped.x - reach(stopped), right_face)


@pytest.mark.parametrize("phase", [Phase.GATE, Phase.GATE_BACK])
def test_a_stopped_pulse_fades_and_is_gone_in_the_next_phase(phase: Phase) -> None:
    role = "stopped signal 1" if phase is Phase.GATE else "stopped gradient 1"

    def seen(fraction: float) -> float:
        scene = scene_of(SPIRAL, Step(phase, 1), fraction)
        disc = one_disc(scene, role)
        colour = disc.fill if phase is Phase.GATE else disc.ring
        return max(abs(luminance(int(c)) - luminance(scene.background)) for c in colour)

    assert seen(0.5) == seen(0.3)
    assert 0 < seen(1.0) < seen(0.8) < seen(0.5)
    following = Step(Phase.SUM, 2) if phase is Phase.GATE else Step(Phase.WEIGHTS, 1)
    assert not discs_of(scene_of(SPIRAL, following, 0.0), role)


def test_a_dead_end_for_the_gradient_only_in_a_step_unit() -> None:
    """Step: the upper door opens where it fires, the lower one never does."""
    session = example_session((6, 6), "step")
    view = view_at(session, Step(Phase.GATE_BACK, 2), 1.0)
    scene = scene_at(view, WIDTH, HEIGHT)
    assert len(one_disc(scene, "stopped gradient 2").x) == 6
    assert not discs_of(scene, "pulse gradient 2")
    firing = view.layers[1].a > 0
    assert 0 < firing.sum() < 6
    (upper,), (lower,) = (
        [i for i in scene.with_role(f"door {side} 1") if isinstance(i, Rects)] for side in ("upper", "lower")
    )
    assert len(upper.x) == len(lower.x) == firing.sum()
    assert np.all(upper.height < 0.5 * lower.height)
    (bars,) = (i for i in scene.with_role("gate shut 1") if isinstance(i, Rects))
    assert len(bars.x) == 6 - firing.sum()


@pytest.mark.parametrize("layer", [1, 2])
def test_a_shut_gate_is_one_bar_as_tall_as_its_neuron(layer: int) -> None:
    view = view_at(SPIRAL, Step(Phase.LOSS))
    column = column_of(view, layer)
    (bars,) = scene_at(view, WIDTH, HEIGHT).with_role(f"gate shut {layer}")
    assert isinstance(bars, Rects)
    assert np.allclose(bars.y + bars.height / 2, column.ys[view.layers[layer].a == 0])
    assert np.all(bars.height >= 2 * column.radius)


def test_a_sigmoid_opens_its_lower_door_by_a_quarter_at_most() -> None:
    view = view_at(example_session((6, 6), "sigmoid"), Step(Phase.LOSS))
    scene, column = scene_at(view, WIDTH, HEIGHT), column_of(view, 1)
    (lower,) = scene.with_role("door lower 1")
    assert isinstance(lower, Rects)
    gap = column.gate_half - lower.height
    assert np.all(gap <= 0.26 * column.gate_half)
    assert np.all(gap > 0.02 * column.gate_half)


def test_gates_that_are_off_are_lifted_and_named() -> None:
    scene = scene_of(example_session(gates={"forward": False}), Step(Phase.GATE, 1), 1.0)
    assert scene.with_role("gate off 1")
    assert scene.with_role("hatch 1")
    assert not discs_of(scene, "stopped signal 1")
    assert any("forward gate off" in text for text in scene.texts("header"))
    assert not scene.with_role("gate off 3"), "the output's gate stays"


def test_the_sum_fills_up_term_by_term() -> None:
    view = view_at(SPIRAL, Step(Phase.SUM, 2))
    weight, a = view.links[1].weight, view.layers[1].a
    z = view.layers[2].z
    assert z is not None
    counts = []
    for fraction in np.linspace(0, 1, 41):
        done = int(arrived(float(fraction), 8).sum())
        counts.append(done)
        expected = z if fraction >= 0.96 else weight[:, :done] @ a[:done]
        assert partial_z(weight, a, z, float(fraction)) == pytest.approx(expected)
    assert counts == sorted(counts)
    assert set(counts) == set(range(9))
    texts = {t.text for t in texts_of(scene_of(SPIRAL, Step(Phase.SUM, 2), 0.99), "number 2")}
    assert texts == {brief(float(v)) for v in z}


def test_the_upstream_gradient_gathers_term_by_term() -> None:
    view = view_at(SPIRAL, Step(Phase.SPREAD, 2))
    delta, whole = view.layers[2].dloss_dz, view.layers[1].dloss_da
    assert delta is not None
    assert whole is not None
    weight = view.links[1].weight
    assert np.all(partial_upstream(weight, delta, whole, 0.1) == 0)
    assert partial_upstream(weight, delta, whole, 0.919) == pytest.approx(whole - delta[-1] * weight[-1])
    assert partial_upstream(weight, delta, whole, 1.0) is whole


def test_pulses_of_closed_units_are_never_sent() -> None:
    view = view_at(SPIRAL, Step(Phase.SUM, 2), 0.5)
    silent = np.flatnonzero(view.layers[1].a == 0)
    assert len(silent)
    column, after = column_of(view, 1), column_of(view, 2)
    pulses = discs_of(scene_at(view, WIDTH, HEIGHT), "pulse signal")
    assert pulses
    for item in pulses:
        for x, y in zip(item.x, item.y, strict=True):
            share = (x - column.out_x) / (after.in_x - column.out_x)
            starts = (y - after.ys * share) / (1 - share)  # where it would come from, for each target
            source = np.abs(starts[:, None] - column.ys[None, :]).min(axis=0)
            assert source.argmin() not in silent or source[~np.isin(np.arange(8), silent)].min() < 1e-6


def test_reduced_motion_lets_nothing_travel() -> None:
    for step in steps(DEPTH):
        for fraction in (0.3, 0.5, 0.7):
            view = view_at(SPIRAL, step, fraction, reduced_motion=True)
            scene = scene_at(view, WIDTH, HEIGHT)
            assert not [i for i in scene.items if i.role.startswith("pulse")], step
    step = Step(Phase.GATE, 1)
    early, late = (one_disc(scene_of(SPIRAL, step, f, reduced_motion=True), "stopped signal 1") for f in (0.2, 0.9))
    assert np.array_equal(early.x, late.x)


@pytest.mark.parametrize("phase", [Phase.INPUT, Phase.WEIGHTS, Phase.UPDATE])
def test_nothing_travels_where_nothing_is_sent(phase: Phase) -> None:
    step = Step(phase, 2 if phase is Phase.WEIGHTS else 0)
    scene = scene_of(SPIRAL, step, 0.5)
    assert not [i for i in scene.items if i.role.startswith(("pulse", "stopped", "upstream"))]


def test_masks_are_called_the_same_only_after_both_strokes() -> None:
    before, after = Step(Phase.GATE_BACK, 2), Step(Phase.GATE_BACK, 1)
    assert scene_of(SPIRAL, before, 0.1).texts("same mask") == ()
    assert scene_of(SPIRAL, before, 1.0).texts("same mask") == ("= same mask",)
    assert scene_of(SPIRAL, after, 1.0).texts("same mask") == ("= same mask",) * 2
    assert scene_of(example_session((6, 6), "gelu"), Step(Phase.UPDATE)).texts("same mask") == ()


def test_cells_are_joined_where_both_masks_are_one_and_nowhere_else() -> None:
    scene = scene_of(SPIRAL, Step(Phase.GATE_BACK, 1))
    (joint,) = lines_of(scene, "joint 1")
    assert len(joint.x1) == 8
    assert not lines_of(scene_of(SPIRAL, Step(Phase.LOSS)), "joint 1"), "the backward mask is not known yet"
    view = view_at(example_session((6, 6), "step"), Step(Phase.UPDATE))
    assert (view.layers[1].forward_mask == view.layers[1].backward_mask).any(), "shut both ways, but not one mask"
    assert not lines_of(scene_at(view, WIDTH, HEIGHT), "joint 1")


def test_the_raster_shows_every_sample_of_the_mini_batch() -> None:
    view = view_at(SPIRAL, Step(Phase.UPDATE))
    (raster,) = scene_at(view, WIDTH, HEIGHT).with_role("raster forward 1")
    assert isinstance(raster, Rects)
    mask = view.layers[1].forward_raster
    assert mask is not None
    assert len(raster.x) == mask.size == 80
    light = np.array([luminance(int(c)) for c in raster.fill]).reshape(10, 8)
    assert np.array_equal(light > 0.1, mask > 0)
    assert len(set(raster.y.tolist())) == 10


def test_one_value_has_one_colour_in_every_layer() -> None:
    view = view_at(SPIRAL, Step(Phase.UPDATE))
    same = np.full(8, 0.37)
    layers = tuple(
        replace(layer, a=same, dloss_dz=same * -0.01) if layer.units == 8 else layer for layer in view.layers
    )
    scene = scene_at(replace(view, layers=layers), WIDTH, HEIGHT)
    fills = {int(c) for role in ("neuron 1", "neuron 2") for c in one_disc(scene, role).fill}
    rings = {int(c) for role in ("gradient 1", "gradient 2") for c in one_disc(scene, role).ring}
    assert len(fills) == len(rings) == 1


def test_a_vanishing_gradient_looks_smaller_not_rescaled() -> None:
    view = view_at(SPIRAL, Step(Phase.UPDATE))
    first = replace(view.layers[1], dloss_dz=np.full(8, 1e-3))
    second = replace(view.layers[2], dloss_dz=np.full(8, 0.5))
    scene = scene_at(replace(view, layers=(view.layers[0], first, second, view.layers[3])), WIDTH, HEIGHT)
    weak, strong = (luminance(int(one_disc(scene, f"gradient {i}").ring[0])) for i in (1, 2))
    assert weak < 0.5 * strong


def test_the_update_takes_every_width_from_w_to_the_next_w() -> None:
    tape = example_tape(SPIRAL)
    big = replace(tape, layers=tuple(replace(k, weight_next=k.weight * 0.1) for k in tape.layers))
    step = Step(Phase.UPDATE)
    sums = [
        lines_of(scene_at(view_at(SPIRAL, step, f, big), WIDTH, HEIGHT), "link 2")[0].width.sum()
        for f in (0.0, 0.4, 0.6, 1.0)
    ]
    assert sums == sorted(sums, reverse=True)
    assert sums[-1] < 0.7 * sums[0]


def test_the_weight_gradient_is_first_the_samples_then_the_mini_batchs() -> None:
    view = view_at(SPIRAL, Step(Phase.WEIGHTS, 2), 0.4)
    column = column_of(view, 2)
    (own,) = lines_of(scene_at(view, WIDTH, HEIGHT), "halo 2")
    idle = column.ys[view.layers[2].z <= 0]
    assert not np.isin(np.round(own.y2, 6), np.round(idle, 6)).any(), "a closed unit has no part in it"
    (mean,) = lines_of(scene_of(SPIRAL, Step(Phase.WEIGHTS, 2), 1.0), "halo 2")
    assert np.isin(np.round(mean.y2, 6), np.round(idle, 6)).any(), "other samples open it"
    assert not lines_of(scene_of(SPIRAL, Step(Phase.GATE_BACK, 2)), "halo 2")


def test_live_shows_both_strokes_and_no_pulse() -> None:
    scene = scene_of(SPIRAL)
    assert not [i for i in scene.items if i.role.startswith(("pulse", "stopped", "halo", "upstream"))]
    assert discs_of(scene, "gradient 1")
    assert scene.texts("same mask") == ("= same mask",) * 2
    assert not scene.with_role("raster forward 1")


def test_the_loss_node_fills_in_its_own_time() -> None:
    def words(fraction: float) -> set[str]:
        return set(scene_of(SPIRAL, Step(Phase.LOSS), fraction).texts("loss"))

    view = view_at(SPIRAL, Step(Phase.LOSS))
    prediction, loss = number(float(view.layers[-1].a[0])), number(view.loss)
    assert prediction not in words(0.3)
    assert prediction in words(0.48)
    assert loss not in words(0.6)
    target = f"{view.target[0]:.0f}"
    assert target not in words(0.45)
    assert {prediction, loss, target} <= words(1.0)


def test_film_knows_the_order() -> None:
    film = Film(2, Cursor(2).seek(Step(Phase.LOSS), 0.25).moment, steps(2).index(Step(Phase.LOSS)))
    assert film.progress(Phase.GATE, 2) == 1.0
    assert film.progress(Phase.LOSS) == 0.25
    assert film.progress(Phase.GATE_BACK, 2) == 0.0
    assert film.progress(Phase.SPREAD, 1) == 0.0, "there is no such step"
    assert Film(2, None, 0).progress(Phase.GATE_BACK, 1) == 1.0
    assert Film(2, None, 0).progress(Phase.UPDATE) == 0.0


def test_the_label_shows_only_what_is_known() -> None:
    def words(step: Step | None, fraction: float = 1.0) -> tuple[str, ...]:
        return scene_of(SPIRAL, step, fraction, hovered=NeuronRef(1, 0)).texts("label")

    assert words(Step(Phase.INPUT)) == ("hidden 1 · 1",)
    assert "sum so far" in words(Step(Phase.SUM, 1), 0.5)
    assert "a" in words(Step(Phase.GATE, 1))
    assert "δ = ∂L/∂z" not in words(Step(Phase.SPREAD, 2))
    assert "∂L/∂a" in words(Step(Phase.SPREAD, 2))
    assert "δ = ∂L/∂z" in words(Step(Phase.GATE_BACK, 1))
    assert "δ = ∂L/∂z" in words(None)


@pytest.mark.parametrize(("phase", "row"), [(Phase.GATE, "forward"), (Phase.GATE_BACK, "backward")])
def test_a_mask_lights_up_when_it_is_decided_and_not_before(phase: Phase, row: str) -> None:
    before, after = (scene_of(step=Step(phase, 1), fraction=at) for at in (MEETS, 0.7))
    assert before.with_role(f"strip {row} 1 unknown")
    assert not after.with_role(f"strip {row} 1 unknown")
    assert after.with_role(f"strip {row} 1")
