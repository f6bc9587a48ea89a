"""What was done, as acts: played again they come to the same moments, bit for bit, and neighbours are one."""

import random
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from twostroke.engine.border import commands as c
from twostroke.engine.border.done import Done
from twostroke.engine.border.snapshot import Captured, Status
from twostroke.engine.run.journal import Journal
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import parse_session
from twostroke.gui.model import by_hand, cutting, edits
from twostroke.gui.model.lessons.alone import played
from twostroke.gui.model.lessons.lesson_file import parse_lesson
from twostroke.gui.model.lessons.lesson_writing import written_recording
from twostroke.gui.model.lessons.record_notes import Did, Shown, Standing
from twostroke.gui.model.lessons.recorded import Recording, recorded
from twostroke.gui.model.lessons.said_edits import said


def edit(change: Any, *arguments: Any) -> c.Edit:
    return c.Edit(change, arguments)


class Driven:
    """A trainer whose journal is kept, as the window has one."""

    def __init__(self, session: Session | None = None) -> None:
        self.base = session or Session()
        self.trainer = Trainer(self.base)
        self.journal = Journal(self.trainer)
        self.journal.apply(c.KeepJournal(True))
        self.moments: list[Captured] = []

    def do(self, *commands: c.Command) -> "Driven":
        for command in commands:
            self.journal.apply(command)
            while self.trainer.status is Status.RUNNING and self.trainer.advance(self.trainer.wanted(1000)):
                pass
        return self

    def end_scene(self) -> "Driven":
        self.do(c.Note(Standing(sample=self.trainer.session.view.sample)))
        self.moments.append(self.trainer.captured())
        return self

    @property
    def done(self) -> tuple[Done, ...]:
        found = self.journal.apply(c.Note()).journal
        assert found is not None
        return found

    def recording(self) -> Recording:
        return recorded(self.base, self.done)

    def acts(self) -> list[dict[str, Any]]:
        """Of the scene that is under way."""
        return list(self.recording().scenes[-1].acts)

    def is_played_alike(self) -> bool:
        text = written_recording("mine", "Mine", self.recording())
        lesson = parse_lesson(text.encode(), "mine.toml")
        return all(same(alone.trainer.captured(), own) for alone, own in zip(played(lesson), self.moments, strict=True))


def same(one: Captured, other: Captured) -> bool:
    assert one.state is not None
    assert other.state is not None
    seen = {"view"}
    return (
        one.session.model_dump(exclude=seen) == other.session.model_dump(exclude=seen)
        and one.state.keys() == other.state.keys()
        and all(np.array_equal(own, other.state[key]) for key, own in one.state.items())
    )


RATE = "training.optimizer.learning_rate"


def test_a_slider_that_is_dragged_is_one_act_and_so_are_ten_times_fifty_updates() -> None:
    driven = Driven().do(*(edit(edits.set_value, RATE, rate / 100) for rate in range(5, 20)))
    driven.do(*[c.Advance(50)] * 10)
    assert driven.acts() == [{"set": {RATE: 0.19}}, {"train": 500}]


def test_what_is_undone_is_not_there() -> None:
    driven = Driven().do(c.Advance(20), edit(edits.set_value, RATE, 0.5), c.Undo(), c.Advance(10))
    assert driven.acts() == [{"train": 30}]
    driven.do(edit(edits.set_units, 1, 3), c.Advance(5), c.Undo())
    assert driven.acts() == [{"train": 30}]
    driven.do(c.Redo())
    assert driven.acts() == [{"train": 30}, {"set": {"network.layers[0].units": 3}}, {"train": 5}]
    assert driven.end_scene().is_played_alike()


def test_a_setting_that_comes_back_to_what_it_was_is_no_act_unless_the_network_forgot_something() -> None:
    batch = "training.batch_size"
    assert not Driven().do(edit(edits.set_value, batch, 5), edit(edits.set_value, batch, 10)).acts()
    driven = Driven().do(c.Advance(9), edit(edits.set_optimizer, "adam"), edit(edits.set_optimizer, "sgd"))
    driven.do(edit(edits.set_value, RATE, Session().training.optimizer.learning_rate))
    assert [key for act in driven.acts() for key in act] == ["train", "set", "set"]
    assert driven.end_scene().is_played_alike()


def test_numbers_that_are_typed_and_links_that_are_cut_have_acts_of_their_own() -> None:
    driven = Driven().do(
        *(edit(by_hand.turn_number, "l1.weight[0,1]", value) for value in (0.1, 0.2, 0.3)),
        edit(by_hand.set_number, "l2.bias[0]", 1.0),
        edit(cutting.cut, ("l2.weight[1,0]", "l1.unit[2]"), True),
        c.StepBack(3),
        c.Advance(8),
        c.StepBack(2),
        c.StepBack(1),
    )
    assert driven.acts() == [
        {"type": {"l1.weight[0,1]": 0.3, "l2.bias[0]": 1.0}},
        {"cut": ["l2.weight[1,0]", "l1.unit[2]"]},
        {"train": 8},
        {"back": 3},
    ]


def test_of_what_is_seen_the_last_counts_and_what_is_as_before_is_none() -> None:
    strokes = {"lens": "strokes"}
    gain, weights = ({"lens": name} for name in ("gain", "weights"))
    driven = Driven().do(c.Note(Shown("lens", gain, strokes)), c.Note(Shown("lens", weights, gain)))
    assert driven.acts() == [weights]
    assert driven.do(c.Note(Shown("lens", strokes, weights))).acts() == []
    driven.do(c.Note(Shown("lens", gain, strokes)), c.Advance(4), c.Note(Shown("lens", strokes, gain)))
    assert driven.acts() == [gain, {"train": 4}, strokes]


def test_a_neuron_that_is_gone_when_the_scene_ends_is_not_pinned() -> None:
    pinned = Shown("pinned", {"neuron": "l1[8]"}, {"neuron": ""})
    driven = Driven().do(c.Note(pinned))
    assert driven.acts() == [{"neuron": "l1[8]"}]
    assert driven.do(edit(edits.set_units, 1, 3)).acts() == [{"set": {"network.layers[0].units": 3}}]


@pytest.mark.parametrize(
    ("film", "moment", "acts"),
    [
        ("forward", "loss", [{"play": "forward"}]),
        ("forward", "gate:1", [{"step": "gate:1"}]),
        ("forward", "gate_back:2", [{"play": "forward"}, {"step": "gate_back:2"}]),
        ("backward", "update", [{"play": "backward"}]),
        ("backward", None, [{"play": "backward"}, {"leave_stroke": True}]),
    ],
)
def test_a_scene_stands_where_it_was_ended(film: str, moment: str | None, acts: list[dict[str, Any]]) -> None:
    driven = Driven().do(c.Record(), c.Note(Did({"play": film})), c.Note(Standing(moment)))
    assert driven.acts() == acts


def test_a_pinned_sample_that_the_mini_batch_lacks_trains_no_further() -> None:
    driven = Driven().do(c.PinSample(7), c.Note(Standing("gate:1", batch_row=-2, sample=7, lacks_pinned=True)))
    assert driven.acts() == [{"pin": 7}, {"sample": 0}, {"step": "gate:1"}, {"pin": 7}]


def with_parameters(session: Session) -> c.Edited:
    """A change that no act has a word for."""
    weight = [[0.5] * 2] * 8
    network = session.network.model_copy(update={"parameters": {"l1.weight": weight}, "dtype": "float64"})
    after = parse_session({**session.model_dump(mode="json"), "network": network.model_dump(mode="json")}, "it")
    return c.Edited(after.model_copy(update={"view": session.view}), "Do what no act can")


def test_what_no_act_can_say_is_the_beginning_before_the_first_update_and_told_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sought = said
    monkeypatch.setattr(
        "twostroke.gui.model.lessons.record_items.said",
        lambda one, other: sought(one, other) if one.network.dtype == other.network.dtype else None,
    )
    early = Driven().do(edit(edits.set_value, RATE, 0.5), edit(with_parameters), c.Advance(5)).end_scene()
    found = early.recording()
    assert found.session.network.dtype == "float64"
    assert found.session.training.optimizer.learning_rate == 0.5
    assert found.scenes[0].acts == ({"train": 5},)
    assert early.is_played_alike()
    late = Driven().do(c.Advance(5), edit(with_parameters)).recording()
    assert [sentence.split("”")[0] for sentence in late.lost] == ["No act can say “Do what no act can"]


def test_undo_that_brings_back_what_was_forgotten_is_told_until_it_is_made_again() -> None:
    driven = Driven().do(edit(edits.set_optimizer, "adam"), c.Advance(5), c.Undo())
    assert "which no act can do" in driven.recording().lost[0]
    assert not driven.do(c.Redo()).recording().lost
    assert driven.do(c.Advance(5)).end_scene().is_played_alike()


def test_training_that_somebody_looks_at_takes_as_long_again() -> None:
    driven = Driven()
    driven.do(c.Advance(300))
    watched = [*driven.done[:-1], Done(c.Pause(), driven.base, driven.base, 300, 300, seconds=2.6)]
    assert recorded(driven.base, watched).scenes[0].acts == ({"train": {"updates": 300, "seconds": 2.5}},)


CHANGES: list[Any] = [
    lambda pick, trainer: c.Advance(pick.randint(1, 30)),
    lambda pick, trainer: c.Advance(pick.randint(1, 30)),
    lambda pick, trainer: c.AdvanceEpoch(),
    lambda pick, trainer: edit(edits.set_value, RATE, pick.choice((0.1, 0.2, 0.03))),
    lambda pick, trainer: edit(edits.set_value, "training.batch_size", pick.choice((10, 16))),
    lambda pick, trainer: edit(edits.set_activation, None, pick.choice(("gelu", "prelu", "relu"))),
    lambda pick, trainer: edit(edits.set_optimizer, pick.choice(("adam", "sgd"))),
    lambda pick, trainer: edit(edits.set_units, 1, pick.choice((8, 5))),
    lambda pick, trainer: edit(edits.set_layer, 1, "norm", pick.choice(("batch", "none"))),
    lambda pick, trainer: edit(edits.set_dataset, pick.choice(("circle", "spiral"))),
    lambda pick, trainer: edit(by_hand.set_number, "l1.weight[0,1]", pick.choice((0.3, 0.5))),
    lambda pick, trainer: edit(by_hand.freeze, ("l1.bias",), pick.random() < 0.6),
    lambda pick, trainer: edit(cutting.cut, ("l2.weight[1,0]",), pick.random() < 0.6),
    lambda pick, trainer: c.Undo(),
    lambda pick, trainer: c.Redo(),
    lambda pick, trainer: c.Reset(),
    lambda pick, trainer: c.StepBack(pick.randint(1, 5)),
    lambda pick, trainer: c.Seek(pick.randint(trainer.history.past, trainer.history.branch.end)),
]


@pytest.mark.parametrize("seed", range(8))
def test_whatever_was_done_is_played_to_the_same_moments(seed: int) -> None:
    """Unless the recording says that no act can do it."""
    pick, driven = random.Random(seed), Driven()
    for _ in range(3):
        for _ in range(pick.randint(1, 12)):
            with suppress(ValueError):  # such as a link that is cut, whose weight is typed
                driven.do(pick.choice(CHANGES)(pick, driven.trainer))
        driven.end_scene()
    assert driven.recording().lost or driven.is_played_alike()


def test_the_session_of_a_recording_says_no_more_than_what_is_not_usual() -> None:
    driven = Driven(edits.set_value(Session(), "network.seed", 6).session).do(c.Advance(1)).end_scene()
    text = written_recording("mine", "Mine", driven.recording())
    assert "network = {seed = 6}" in text
    assert "training" not in text
    assert driven.is_played_alike()
