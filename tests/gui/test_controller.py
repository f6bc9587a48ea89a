"""From what the user wants to commands, and from snapshots to views; an engine on paper answers at once."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from tests.edits import to
from tests.gui.examples import example_session
from tests.gui.paper_engine import Clock, PaperLink
from twostroke.engine.border import commands as c
from twostroke.engine.border.commands import PinSample
from twostroke.engine.border.snapshot import Answer, Captured, Failure, Rescued, Status
from twostroke.gui.drive.controller import FIRST_TAPE, LOST, Controller
from twostroke.gui.drive.showing import PANEL_SECONDS
from twostroke.gui.model.choices import GREATEST_LOSS, Choices, Colours, NeuronRef, Theme
from twostroke.gui.model.paces import next_pace
from twostroke.gui.model.player import Speed, Stroke
from twostroke.gui.model.view import ViewState


class Bench:
    """A controller with what it has told so far."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.link = PaperLink(example_session())
        self.controller = Controller(self.link, clock=self.clock)
        self.stage: list[ViewState] = []
        self.panels: list[ViewState] = []
        self.said: list[tuple[str, bool]] = []
        self.controller.stage_view.connect(self.stage.append)
        self.controller.panel_view.connect(self.panels.append)
        self.controller.said.connect(lambda text, warning: self.said.append((text, warning)))
        self.link.start()

    @property
    def place(self) -> tuple[int, float]:
        cursor = self.controller.player.cursor
        assert cursor is not None
        return cursor.index, cursor.fraction


@pytest.fixture
def bench(qapp: object) -> Iterator[Bench]:
    made = Bench()
    yield made
    made.controller.stop()


def finish(bench: Bench) -> None:
    """Let the film stand still at its goal."""
    while bench.controller.player.moving:
        bench.clock.now += 0.2
        bench.controller.player.tick()


def test_a_snapshot_reaches_stage_and_panels_at_once_while_standing_still(bench: Bench) -> None:
    assert len(bench.stage) == len(bench.panels) == 1
    bench.link.engine.change(update=7)
    bench.link.deliver()
    assert bench.panels[-1].snapshot.update == 7


def test_space_plays_and_pauses(bench: Bench) -> None:
    bench.controller.toggle_play()
    assert bench.controller.playing
    bench.controller.toggle_play()
    assert not bench.controller.playing
    assert bench.link.sent == ["Play", "Pause"]


def test_while_compiling_the_wish_counts(bench: Bench) -> None:
    bench.link.engine.change(status=Status.COMPILING)
    bench.link.deliver()
    bench.link.engine.late = True
    assert not bench.controller.playing
    bench.controller.toggle_play()
    assert bench.controller.playing
    bench.controller.toggle_play()
    assert bench.link.sent == ["Play", "Pause"]


def test_while_running_the_stage_gets_every_view_and_the_panels_some(bench: Bench, qtbot: QtBot) -> None:
    bench.controller.toggle_play()
    bench.stage.clear()
    bench.panels.clear()
    for update in range(10):
        bench.link.engine.change(update=update)
        bench.link.deliver()
        bench.clock.now += PANEL_SECONDS / 5
    assert len(bench.stage) == 10
    assert 1 <= len(bench.panels) <= 3
    qtbot.waitUntil(lambda: bench.panels[-1] is bench.stage[-1], timeout=60_000)


def test_right_lays_a_tape_then_walks_it_then_takes_the_next(bench: Bench) -> None:
    bench.controller.step_forward()
    assert bench.link.sent == ["Record"]
    assert bench.controller.in_stroke
    assert bench.place == (0, 1.0)
    steps = len(bench.controller.player.cursor.steps)  # type: ignore[union-attr]
    for index in range(1, steps):
        bench.controller.step_forward()
        finish(bench)
        assert bench.place == (index, 1.0)
    bench.controller.step_forward()
    assert bench.link.sent == ["Record", "NextTape"]
    assert bench.place == (0, 1.0)
    assert bench.controller.tape is not None
    assert bench.controller.tape.update == 1


def test_left_from_the_start_goes_to_the_end_of_the_update_before(bench: Bench) -> None:
    bench.controller.step_forward()
    bench.controller.player.to_end()
    bench.controller.step_forward()
    bench.controller.step_back()
    assert bench.link.sent == ["Record", "NextTape", "PreviousTape"]
    cursor = bench.controller.player.cursor
    assert cursor is not None
    assert cursor.at_end
    assert bench.controller.tape is not None
    assert bench.controller.tape.update == 0


def test_left_goes_back_beyond_where_looking_began(bench: Bench) -> None:
    """As far as the engine's history goes."""
    bench.controller.one_update()
    bench.controller.one_update()
    bench.controller.step_forward()
    bench.controller.step_back()
    bench.link.engine.change(past=1)
    bench.link.deliver()
    bench.controller.player.seek(0.0)
    bench.controller.step_back()
    assert bench.link.sent == ["Advance", "Advance", "Record", "PreviousTape"]
    assert bench.said[-1] == (FIRST_TAPE, False)


def test_any_update_of_the_run_is_stood_at_again(bench: Bench) -> None:
    bench.controller.one_update()
    bench.controller.one_update()
    bench.controller.one_update_back()
    assert bench.controller.snapshot is not None
    assert bench.controller.snapshot.update == 1
    bench.controller.go_to_oldest()
    assert bench.controller.snapshot.update == 0
    bench.controller.go_to_newest()
    assert bench.controller.snapshot.update == 2
    assert bench.link.engine.sent[2:] == [c.StepBack(1), c.Seek(0), c.Seek(2)]


def test_left_before_the_first_update_says_why_nothing_happens(bench: Bench) -> None:
    bench.controller.step_forward()
    bench.controller.step_back()
    assert bench.link.sent == ["Record"]
    assert bench.said[-1] == (FIRST_TAPE, False)


def test_a_second_press_while_the_next_tape_is_on_its_way_is_dropped(bench: Bench) -> None:
    bench.controller.step_forward()
    bench.controller.player.to_end()
    bench.link.delivering = False
    bench.controller.step_forward()
    bench.controller.step_forward()
    assert bench.link.sent == ["Record", "NextTape"]
    bench.link.deliver()
    assert bench.place == (0, 1.0)


def test_f_from_live_training_records_and_plays(bench: Bench, qtbot: QtBot) -> None:
    bench.controller.toggle_play()
    bench.controller.play_stroke(Stroke.FORWARD)
    assert bench.link.sent == ["Play", "Record"]
    assert bench.controller.player.playing is Stroke.FORWARD
    before = len(bench.stage)
    for _ in range(3):
        bench.clock.now += 0.05
        with qtbot.waitSignal(bench.controller.stage_view, timeout=60_000):
            pass
    assert len(bench.stage) >= before + 3
    assert bench.stage[-1].cursor is not None
    assert bench.stage[-1].cursor.time > 0


def test_no_timer_runs_while_the_film_stands(bench: Bench) -> None:
    bench.controller.play_stroke(Stroke.BACKWARD)
    frames = [timer for timer in bench.controller.findChildren(QTimer) if not timer.isSingleShot()]
    assert [timer.isActive() for timer in frames] == [True]
    bench.controller.play_stroke(Stroke.BACKWARD)
    assert [timer.isActive() for timer in frames] == [False]


def test_space_leaves_the_stroke_mode_and_trains(bench: Bench) -> None:
    bench.controller.step_forward()
    bench.controller.toggle_play()
    assert not bench.controller.in_stroke
    assert bench.controller.playing
    assert bench.stage[-1].cursor is None


def test_scrubbing_from_live_records_and_stands_there(bench: Bench) -> None:
    bench.controller.scrub(0.4)
    assert bench.link.sent == ["Record"]
    assert bench.stage[-1].cursor is not None
    assert bench.stage[-1].cursor.time == pytest.approx(0.4)
    bench.controller.scrub(0.9)
    assert bench.link.sent == ["Record"]
    assert bench.stage[-1].cursor.time == pytest.approx(0.9)


def test_leaving_drops_the_tape(bench: Bench) -> None:
    bench.controller.step_forward()
    bench.controller.leave_stroke()
    assert not bench.controller.in_stroke
    assert bench.controller.player.cursor is None


def test_a_failure_is_told_and_stays_until_training_goes_on(bench: Bench) -> None:
    failure = Failure(12, "pre-activation z of hidden 2", "Training stopped at update 12: z of hidden 2 is not finite.")
    bench.link.engine.change(status=Status.FAILED, failure=failure)
    bench.link.deliver()
    assert bench.said[-1] == (failure.message, True)
    bench.controller.send(PinSample(3))
    assert bench.said[-1] == (failure.message, True)
    bench.controller.toggle_play()
    assert bench.said[-1] == ("", True)


def test_a_refusal_is_told_once(bench: Bench) -> None:
    bench.link.engine.change(notice="there is no sample 900")
    bench.link.deliver()
    bench.link.engine.change()
    bench.link.deliver()
    assert [text for text, _ in bench.said if text] == ["there is no sample 900"]


def test_a_refused_tape_does_not_block_the_next_request(bench: Bench) -> None:
    bench.controller.step_forward()
    bench.controller.player.to_end()
    bench.link.engine.refusals[c.NextTape] = "no memory"
    for _ in range(3):  # with the same sentence each time
        bench.controller.step_forward()
        assert bench.said[-1] == ("no memory", True)
    bench.link.engine.refusals.clear()
    bench.controller.step_forward()
    assert bench.link.sent == ["Record", *["NextTape"] * 4]
    assert bench.said[-1] == ("", False)
    assert bench.controller.tape is not None
    assert bench.controller.tape.update == 1


def test_a_tape_that_is_late_is_asked_for_once_and_the_last_wish_counts(bench: Bench) -> None:
    bench.link.engine.late = True
    bench.controller.step_forward()
    bench.controller.play_stroke(Stroke.BACKWARD)
    assert bench.link.sent == ["Record"]
    bench.link.engine.catch_up()
    bench.link.deliver()
    assert bench.controller.player.playing is Stroke.BACKWARD


def test_what_was_wished_of_a_tape_is_not_done_without_it(bench: Bench) -> None:
    bench.link.engine.late = True
    bench.controller.play_stroke(Stroke.FORWARD)
    bench.controller.toggle_play()
    bench.link.engine.catch_up()
    bench.link.deliver()
    assert bench.controller.tape is None
    assert not bench.controller.player.moving
    assert bench.controller.playing


def test_a_command_that_is_not_answered_for_a_while_shows_as_work(bench: Bench, qtbot: QtBot) -> None:
    told: list[bool] = []
    bench.controller.works.connect(told.append)
    bench.link.engine.late = True
    bench.controller.one_update()
    assert told == []
    qtbot.waitUntil(lambda: told == [True], timeout=60_000)
    bench.link.engine.catch_up()
    bench.link.deliver()
    assert told == [True, False]


def test_many_quick_commands_are_no_long_work(bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a dial that is turned: one is always under way, and none of them for long."""
    told: list[bool] = []
    bench.controller.works.connect(told.append)
    bench.link.engine.late = True
    bench.controller._patience.setInterval(1000)
    for _ in range(12):
        bench.controller.set_pace(30.0)
        qtbot.wait(100)
        bench.link.engine.catch_up(len(bench.link.engine.waiting) - 1)
        bench.link.deliver()
    assert told == []
    qtbot.waitUntil(lambda: told == [True], timeout=60_000)


def test_commands_under_way_are_lost_with_the_engine(bench: Bench) -> None:
    heard: list[str] = []
    bench.link.engine.late = True
    bench.controller.ask(c.Capture(), lambda answer: heard.append(answer.refused) is None)
    bench.controller.undo()
    assert bench.controller.changing
    bench.link.engine_failed.emit(RuntimeError("broken"), True, None)
    assert heard == [LOST]
    assert bench.said[-1] == (LOST, True)
    assert not bench.controller.changing
    bench.link.engine.late = False
    bench.link.engine.waiting.clear()
    bench.controller.step_forward()
    assert bench.controller.in_stroke


def test_what_was_done_before_the_engine_failed_is_not_lost(bench: Bench) -> None:
    """Though no snapshot has told of it."""
    heard: list[str] = []
    bench.link.engine.late = True
    for _ in range(3):
        bench.controller.ask(c.Undo(), lambda answer: heard.append(answer.refused) is None)
    numbers = [number for _, number in bench.link.engine.waiting]
    captured = Captured(bench.link.engine.now.session, None)
    rescued = Rescued(captured, True, numbers[1], (Answer(numbers[1], refused="no memory"),))
    bench.link.engine_failed.emit(RuntimeError("broken"), True, rescued)
    assert heard == ["", "no memory", LOST]
    assert bench.controller.snapshot is not None
    assert bench.controller.snapshot.changed


def test_a_refusal_stays_while_training_goes_on(bench: Bench) -> None:
    """However many snapshots come after it; until something is asked again."""
    bench.controller.toggle_play()
    bench.link.engine.refusals[c.DropBranch] = "there is no branch 9"
    bench.controller.send(c.DropBranch(9))
    for update in range(3):
        bench.link.engine.change(update=update)
        bench.link.deliver()
    assert bench.said[-1] == ("there is no branch 9", True)
    bench.controller.set_pace(30.0)
    assert bench.said[-1] == ("", False)


def test_a_fault_where_an_answer_is_heard_leaves_the_picture_true(bench: Bench, qtbot: QtBot) -> None:
    def fail(answer: object) -> bool:
        raise RuntimeError("a fault in a panel")

    with qtbot.capture_exceptions() as caught:
        bench.controller.ask(c.SetPace(30.0), fail)
    assert [kind for kind, *_ in caught] == [RuntimeError]
    assert bench.panels[-1].snapshot.pace == 30.0


def test_choices_change_the_view_at_once(bench: Bench) -> None:
    looks: list[Choices] = []
    bench.controller.look_changed.connect(looks.append)
    bench.controller.select(NeuronRef(1, 2))
    assert bench.stage[-1].choices.selected == NeuronRef(1, 2)
    bench.controller.hover(NeuronRef(2, 0))
    assert bench.stage[-1].choices.hovered == NeuronRef(2, 0)
    bench.controller.toggle_theme()
    bench.controller.use_theme(Theme.PROJECTOR)
    bench.controller.use_colours(Colours.GREY)
    bench.controller.use_colours(Colours.GREY)
    assert [(look.theme, look.colours) for look in looks] == [
        (Theme.LIGHT, Colours.ORANGE_BLUE),
        (Theme.PROJECTOR, Colours.ORANGE_BLUE),
        (Theme.PROJECTOR, Colours.GREY),
    ]
    bench.controller.set_reduced_motion(True)
    assert bench.stage[-1].choices.reduced_motion


def test_a_neuron_that_is_gone_is_no_longer_selected(bench: Bench) -> None:
    bench.controller.select(NeuronRef(2, 7))
    bench.controller.send(c.Open(example_session((8, 4))))
    assert bench.stage[-1].choices.selected is None


def test_a_session_that_is_opened_has_no_neuron_and_no_sample_of_the_one_before(bench: Bench) -> None:
    """One that is refused leaves them, and what was chosen about the picture stays."""
    bench.controller.select(NeuronRef(1, 2))
    bench.controller.show_row(3)
    bench.controller.toggle_theme()
    bench.link.engine.refusals[c.Open] = "there is no such table"
    bench.controller.ask(c.Open(example_session()), lambda answer: True)
    assert (bench.controller.choices.selected, bench.controller.choices.batch_row) == (NeuronRef(1, 2), 3)
    del bench.link.engine.refusals[c.Open]
    bench.controller.send(c.Open(example_session()))
    shown = bench.stage[-1].choices
    assert (shown.selected, shown.batch_row, shown.theme) == (None, GREATEST_LOSS, Theme.LIGHT)


def test_the_sample_of_a_smaller_batch_stays_inside(bench: Bench) -> None:
    bench.controller.step_forward()
    samples = bench.controller.tape.samples  # type: ignore[union-attr]
    bench.controller.show_row(samples - 1)
    bench.controller.send(to(example_session(training={"batch_size": 2})))
    bench.controller.step_forward()
    assert bench.controller.choices.batch_row == 1


def test_speed_is_told_when_it_changes(bench: Bench) -> None:
    told: list[Speed] = []
    bench.controller.speed_changed.connect(told.append)
    bench.controller.set_speed(Speed.NORMAL)
    bench.controller.set_speed(Speed.SLOW)
    assert told == [Speed.SLOW]
    assert bench.controller.player.speed is Speed.SLOW


def test_open_can_begin_training(bench: Bench) -> None:
    bench.link.engine.late = True
    bench.link.engine.change(status=Status.COMPILING)
    bench.link.deliver()
    bench.controller.send(c.Open(example_session((3,)), play=True))
    assert bench.controller.playing
    bench.link.engine.catch_up()
    bench.link.deliver()
    assert bench.controller.playing


@pytest.mark.parametrize(
    ("now", "steps", "then"),
    [
        (300, 1, 3000),
        (300, -1, 30),
        (3000, 1, None),
        (None, 1, None),
        (None, -1, 3000),
        (3, -1, 3),
        (100, 1, 300),
        (100, -1, 30),
        (1e6, 1, None),
        (1e6, -1, 3000),
        (1, 1, 3),
        (1, -1, 3),
    ],
)
def test_faster_and_slower_walk_the_list_of_paces(now: float | None, steps: int, then: float | None) -> None:
    assert next_pace(now, steps) == then


def test_the_pace_reaches_the_engine(bench: Bench) -> None:
    bench.controller.change_pace(-1)
    assert bench.link.engine.now.pace == 3000
    bench.controller.send(c.Open(example_session((3,)), pace=300))
    assert bench.stage[-1].snapshot.pace == 300
