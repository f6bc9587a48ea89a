"""Stepping at every grain: what Right did Left undoes, in state and picture; and only what has passed is known."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import cases
from tests.engine.strategies import sessions_with
from tests.gui.examples import example_session, example_snapshot
from tests.gui.grains import HIDDEN, turn_view
from tests.gui.organs import organ_session, organ_snapshot
from tests.gui.paper_engine import Clock, PaperLink
from tests.gui.scenes import discs_of, same_scenes, texts_of
from twostroke.engine.border import commands as c
from twostroke.engine.border.cursor import Cursor, Extra, Phase
from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.inspection import inspect
from twostroke.gui.model.known import known, known_signals
from twostroke.gui.model.numbers import number
from twostroke.gui.model.player import Player, Speed
from twostroke.gui.model.reach import sums_now, upstream_now
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import Grain, score_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Rects, Scene

ORGANS = ("neurons", "dropout", "skip", "gates", "cut")
GATED = [name for name, entry in CATALOGUE.items() if not entry.output_only]


def recorded(session: Session) -> Snapshot:
    """A snapshot with the tape of the coming update, of the real engine."""
    trainer = Trainer(session)
    trainer.apply(c.Record())
    return snapshot_of(trainer)


def picture(snapshot: Snapshot, cursor: Cursor) -> Scene:
    return scene_at(resolve(snapshot, snapshot.tape, cursor, Choices()), 640.0, 400.0)


class Steps:
    """A player on the tape of a snapshot, with a clock of its own."""

    def __init__(self, snapshot: Snapshot, grain: Grain) -> None:
        assert snapshot.tape is not None
        self.clock, self.snapshot = Clock(), snapshot
        self.player = Player(self.clock)
        self.player.lay(score_of(snapshot.tape, snapshot.session.network))
        self.player.take(grain)

    @property
    def cursor(self) -> Cursor:
        assert self.player.cursor is not None
        return self.player.cursor

    def right(self) -> bool:
        """One press, with its film."""
        went = self.player.forward()
        while self.player.moving:
            self.clock.now += 0.24
            self.player.tick()
        return went

    def there_and_back(self, presses: int) -> None:
        """Right so many times and Left as often, and at every stop the same cursor; the same picture at some."""
        passed = [(self.cursor, picture(self.snapshot, self.cursor))]
        while len(passed) <= presses and self.right():
            passed.append((self.cursor, picture(self.snapshot, self.cursor)))
        for cursor, before in passed[-2::-1]:
            assert self.player.back()
            assert self.cursor == cursor
            assert same_scenes(picture(self.snapshot, self.cursor), before)


@pytest.mark.parametrize("grain", Grain)
@pytest.mark.parametrize("norm", ["batch", "layer"])
@cases(4, deadline=None)
@given(st.data())
def test_right_n_times_then_left_n_times_is_the_identity(norm: str, grain: Grain, data: st.DataObject) -> None:
    """For random networks with every organ."""
    organs = ORGANS if norm == "batch" else ORGANS[:-1]
    snapshot = recorded(data.draw(sessions_with((norm, *organs))))
    Steps(snapshot, grain).there_and_back(data.draw(st.integers(1, 40)))


@pytest.mark.parametrize("grain", [Grain.TERM, Grain.NEURON])
@pytest.mark.parametrize("activation", GATED)
def test_for_each_activation(activation: str, grain: Grain) -> None:
    Steps(recorded(example_session((3, 2), activation)), grain).there_and_back(200)


@pytest.mark.parametrize("speed", [Speed.FRAME, Speed.NORMAL])
@pytest.mark.parametrize("grain", Grain)
def test_over_the_end_of_an_update_and_back(qapp: object, grain: Grain, speed: Speed) -> None:
    """Through the whole window's controller: into the next update and back, and never before the first one."""
    clock, link = Clock(), PaperLink(example_session((2,)))
    controller = Controller(link, clock=clock)
    link.start()
    controller.set_speed(speed)
    controller.set_grain(grain)
    controller.step_forward()
    passed: list[ViewState] = []
    for _ in range(500):
        while controller.player.moving:
            clock.now += 0.24
            controller._next_frame()
        assert controller.view is not None
        assert controller.view.tape is not None
        passed.append(controller.view)
        if controller.view.tape.update > passed[0].tape.update and len(passed) > 3:  # type: ignore[union-attr]
            break
        controller.step_forward()
    for before in passed[-2::-1]:
        controller.step_back()
        view = controller.view
        assert view is not None
        assert (view.cursor, view.tape and view.tape.update) == (before.cursor, before.tape and before.tape.update)
        assert same_scenes(scene_at(view, 640.0, 400.0), scene_at(before, 640.0, 400.0))
    controller.stop()


# -- what is known ---------------------------------------------------------------------------------------------------


def test_at_a_term_those_before_it_are_known_and_no_others() -> None:
    view = turn_view(Phase.SUM, 2, 1, 2)
    assert [known(view, Phase.SUM, 2, unit) for unit in range(3)] == [True, False, False]
    assert [known(view, Phase.SUM, 2, 1, term) for term in (0, 1, 2, 3, Extra.BIAS)] == [True, True, True, False, False]
    assert known_signals(view, 2, 0).all()
    assert known_signals(view, 2, 1).tolist() == [True, True, True, False]
    assert not known_signals(view, 2, 2).any()
    assert not known(view, Phase.SUM, 2)
    assert known(view, Phase.GATE, 1)
    assert not known(view, Phase.GATE, 2, 0)


def test_backward_neurons_that_receive_are_known_in_their_order() -> None:
    view = turn_view(Phase.SPREAD, 2, 2, 1)
    assert [known(view, Phase.SPREAD, 2, unit) for unit in range(4)] == [True, True, False, False]
    assert known(view, Phase.SPREAD, 2, 2, 1)
    assert not known(view, Phase.SPREAD, 2, 2, 2)


def test_the_inspector_tells_what_is_known_and_nothing_else() -> None:
    def told(unit: int) -> dict[str, str]:
        return {
            line.name: line.text for line in inspect(turn_view(Phase.GATE, 2, 1, Extra.GATE), NeuronRef(2, unit)).lines
        }

    assert "…" not in told(1)["a"]
    assert "…" in told(2)["a"]
    assert "…" not in told(2)["z"]
    terms = inspect(turn_view(Phase.SUM, 2, 1, 0), NeuronRef(2, 1)).lines
    assert ["…" in line.text for line in terms[:3]] == [False, True, True]


def test_the_weight_table_holds_only_the_gradients_that_have_come() -> None:
    """Of one sample; of several there are none before their mean."""
    session = example_session(HIDDEN, training={"batch_size": 1})
    single = example_snapshot(session, stroke=True)
    for snapshot, wanted in ((single, [True, True, False, False, False]), (None, None)):
        weights = inspect(turn_view(Phase.WEIGHTS, 2, 1, 1, snapshot=snapshot), NeuronRef(2, 1)).weights
        assert weights is not None
        slope = weights.slope
        assert wanted is None if slope is None else (~np.isnan(slope)).tolist() == wanted
    mean = inspect(turn_view(Phase.WEIGHTS, 2, None, Extra.MEAN), NeuronRef(2, 1)).weights
    assert mean is not None
    assert mean.slope is not None


def test_captions_tell_of_the_product_in_numbers() -> None:
    view = turn_view(Phase.SUM, 2, 1, 2)
    w, a = float(view.links[1].weight[1, 2]), float(view.layers[1].a[2])
    assert (number(w, 4), number(a, 4)) == ("−0.7461", "0.1260")
    assert "−0.746 · 0.126 = −0.0940. " in view.caption, "as 0.75 · 0.13 it would be 0.098 on paper"
    assert view.caption.startswith("hidden 2 · 2: term 3 of 4, w · a = ")
    for phase, layer, unit, term in (
        (Phase.GATE, 2, 1, Extra.GATE),
        (Phase.GATE_BACK, 2, 1, Extra.GATE),
        (Phase.GATE_BACK, 3, 0, Extra.GATE),
        (Phase.WEIGHTS, 2, 1, 1),
        (Phase.WEIGHTS, 2, 1, Extra.BIAS),
        (Phase.SPREAD, 2, 1, 1),
        (Phase.SUM, 2, 1, Extra.BIAS),
    ):
        assert ": " in turn_view(phase, layer, unit, term).caption
    assert "mean" in turn_view(Phase.WEIGHTS, 2, None, Extra.MEAN).caption


def test_captions_tell_of_normalizers_and_skip_paths() -> None:
    snapshot = organ_snapshot(organ_session(), stroke=True)
    for layer, term, word in (
        (2, Extra.NORM, "batch norm"),
        (2, Extra.SKIP, "skip path"),
        (3, Extra.NORM, "layer norm"),
    ):
        view = turn_view(Phase.SUM, layer, 2, term, snapshot=snapshot)
        assert word in view.caption
        z = view.layers[layer].z
        assert z is not None


# -- the picture -----------------------------------------------------------------------------------------------------


def scene(phase: Phase, layer: int, unit: int | None, term: object, within: float = 1.0) -> Scene:
    return scene_at(turn_view(phase, layer, unit, term, within), 1280.0, 720.0)  # type: ignore[arg-type]


def numbers_in(scene: Scene, layer: int) -> list[str]:
    return [text.text for text in texts_of(scene, f"number {layer}")]


def test_a_sum_fills_up_term_by_term_and_what_is_not_known_is_empty() -> None:
    before, after = scene(Phase.SUM, 2, 1, 0, 0.2), scene(Phase.SUM, 2, 1, 0)
    assert len(numbers_in(before, 2)) == 1
    assert len(numbers_in(after, 2)) == 2
    fills = discs_of(after, "neuron 2")[0].fill
    assert fills[2] == after.background != fills[1]
    last = scene(Phase.SUM, 2, 2, Extra.BIAS)
    whole = scene_at(turn_view(Phase.GATE, 2, 0, Extra.GATE, 0.0), 1280.0, 720.0)
    assert numbers_in(last, 2) == numbers_in(whole, 2)


def test_one_pulse_travels_and_its_product_is_written_on_the_link() -> None:
    now = scene(Phase.SUM, 2, 1, 1, 0.4)
    assert sum(len(item.x) for item in discs_of(now, "pulse signal")) == 1
    (text,) = texts_of(now, "turn")
    assert " · " in text.text
    assert " = " in text.text
    assert len(discs_of(scene(Phase.SUM, 2, 1, 1), "pulse signal")) == 0


def test_gates_are_decided_one_by_one() -> None:
    now = scene(Phase.GATE, 2, 1, Extra.GATE)
    unknown = sum(len(item.x) for item in now.with_role("gate unknown 2"))  # type: ignore[attr-defined]
    assert unknown == 1
    before, z = numbers_in(scene(Phase.GATE, 2, 0, Extra.GATE), 2), numbers_in(scene(Phase.SUM, 2, 2, Extra.BIAS), 2)
    assert before == ["0", *z[1:]]
    assert numbers_in(now, 2) == ["0", "0", z[2]]


def test_backward_rings_come_one_by_one() -> None:
    rings = [
        sum(len(i.x) for i in discs_of(scene(Phase.GATE_BACK, 1, unit, Extra.GATE), "gradient 1")) for unit in (0, 3)
    ]
    assert rings[0] <= 1 < rings[1]


def test_the_products_of_the_weights_gather_around_their_links() -> None:
    halos = [
        sum(len(item.x1) for item in scene(Phase.WEIGHTS, 3, 0, term).with_role("halo 3"))  # type: ignore[attr-defined]
        for term in (0, 1, 2)
    ]
    assert halos == sorted(halos)
    assert halos[-1] > halos[0]


# -- the numbers on the way ------------------------------------------------------------------------------------------


def gathered(snapshot: Snapshot, phase: Phase) -> list[tuple[ViewState, Cursor]]:
    """All views at grain term of that phase, with their cursors."""
    assert snapshot.tape is not None
    score, found = score_of(snapshot.tape, snapshot.session.network), []
    cursor = score.after(Cursor(score.depth), Grain.TERM)
    while cursor is not None:
        if cursor.moment.step.phase is phase:
            found.append((resolve(snapshot, snapshot.tape, cursor, Choices()), cursor))
        cursor = score.after(cursor, Grain.TERM)
    return found


@pytest.mark.parametrize("norm", ["batch", "layer"])
@cases(3, deadline=None)
@given(st.data())
def test_sums_and_gradients_grow_by_what_is_told_to_the_numbers_of_the_tape(norm: str, data: st.DataObject) -> None:
    """Each product adds itself, the bias and the skip path too; in the end it is z, and the upstream gradient."""
    organs = ORGANS if norm == "batch" else ORGANS[:-1]
    snapshot = recorded(data.draw(sessions_with((norm, *organs))))
    for view, cursor in gathered(snapshot, Phase.SUM):
        moment, unit = cursor.moment, cursor.unit
        layer, link = view.layers[moment.step.layer], view.links[moment.step.layer - 1]
        sums = sums_now(view, layer.index)
        assert unit is not None
        assert sums is not None
        assert layer.z is not None
        if isinstance(moment.term, int):
            assert sums[unit] == pytest.approx(link.signal[unit, : moment.term + 1].sum(), rel=1e-6, abs=1e-9)
        elif moment.term is Extra.BIAS:
            assert sums[unit] == (layer.z if layer.sum is None else layer.sum)[unit]
        elif moment.term is Extra.SKIP or layer.skip_from is None:
            assert sums[unit] == layer.z[unit]
    for view, cursor in gathered(snapshot, Phase.SPREAD):
        below, unit = view.layers[cursor.moment.step.layer - 1], cursor.unit
        came = upstream_now(view, cursor.moment.step.layer)
        if unit is None:  # all links are cut
            continue
        assert came is not None
        assert below.upstream is not None
        whole = below.upstream if below.cut is None else np.where(below.cut, 0.0, below.upstream)
        if known(view, Phase.SPREAD, cursor.moment.step.layer, unit):
            assert came[unit] == pytest.approx(whole[unit], rel=1e-6, abs=1e-9)
        assert not np.any(came[unit + 1 :])


def test_many_digits_on_a_link_are_broken_into_lines_and_cover_no_neuron() -> None:
    view = turn_view(Phase.SUM, 2, 1, 1, 0.4)
    for digits in (3, 6, 9):
        now = scene_at(replace(view, choices=replace(view.choices, digits=digits)), 1280.0, 720.0)
        (ground,) = [item for item in now.with_role("turn ground") if isinstance(item, Rects)]
        left, right = (discs_of(now, f"neuron {layer}")[0] for layer in (1, 2))
        assert left.x[0] + left.radius[0] < ground.x[0], digits
        assert ground.x[0] + ground.width[0] < right.x[0] - right.radius[0], digits
        told = [text.text for text in texts_of(now, "turn")]
        assert len(told) == (1 if digits == 3 else 2 if digits == 6 else 3), told
        assert " ".join(told).count(" = ") == 1


def test_what_has_no_room_on_a_link_has_fewer_digits() -> None:
    view = turn_view(Phase.SUM, 2, 1, 1, 0.4)
    now, wide = (
        scene_at(replace(view, choices=replace(view.choices, digits=9)), width, 720.0) for width in (700.0, 1280.0)
    )
    (ground,) = [item for item in now.with_role("turn ground") if isinstance(item, Rects)]
    left, right = (discs_of(now, f"neuron {layer}")[0] for layer in (1, 2))
    assert left.x[0] + left.radius[0] < ground.x[0]
    assert ground.x[0] + ground.width[0] < right.x[0] - right.radius[0]
    few, many = (len(texts_of(scene, "turn")[0].text) for scene in (now, wide))
    assert few < many
