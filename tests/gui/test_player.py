"""The film of one update: stepping, strokes, speeds, pausing. A clock of the test's own; nothing waits."""

from dataclasses import replace

import pytest

from tests.gui.paper_engine import Clock
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.gui.model.player import FRAMES_PER_PHASE, LONGEST_STEP, Player, Speed, Stroke, duration, half
from twostroke.gui.model.score import Score, Shape

DEPTH = 3
LAST = len(Cursor(DEPTH).steps) - 1
LOSS = Cursor(DEPTH).seek(Step(Phase.LOSS)).index


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def player(clock: Clock) -> Player:
    made = Player(clock)
    made.lay(Score(1, (Shape(1),) * DEPTH))
    return made


def place(player: Player) -> tuple[int, float]:
    """Step number and fraction."""
    assert player.cursor is not None
    return player.cursor.index, player.cursor.fraction


def run_out(player: Player, clock: Clock, step: float = 0.1) -> float:
    """Let the film run until it stands still. Returns the seconds it took."""
    begin = clock.now
    while player.moving:
        clock.now += step
        player.tick()
        assert clock.now - begin < 1000, "the film never ends"
    return clock.now - begin


def test_a_new_tape_stands_at_its_input(player: Player) -> None:
    assert place(player) == (0, 1.0)
    assert not player.moving


def test_without_a_tape_nothing_moves(clock: Clock) -> None:
    empty = Player(clock)
    assert not empty.forward()
    assert not empty.back()
    empty.press(Stroke.FORWARD)
    empty.seek(0.5)
    empty.to_end()
    assert empty.cursor is None
    assert not empty.tick()


def test_forward_plays_one_phase_and_stands_at_its_end(player: Player, clock: Clock) -> None:
    assert player.forward()
    assert place(player) == (1, 0.0)
    clock.now += 0.1
    assert player.tick()
    index, fraction = place(player)
    assert index == 1
    assert 0 < fraction < 1
    run_out(player, clock)
    assert place(player) == (1, 1.0)


def test_forward_again_finishes_the_phase_under_way_first(player: Player) -> None:
    player.forward()
    player.forward()
    assert place(player) == (2, 0.0)


def test_every_press_reaches_the_next_phase_up_to_the_end(player: Player, clock: Clock) -> None:
    for index in range(1, LAST + 1):
        assert player.forward()
        run_out(player, clock)
        assert place(player) == (index, 1.0)
    assert not player.forward()
    assert place(player) == (LAST, 1.0)


def test_back_goes_at_once_to_the_end_of_the_phase_before(player: Player) -> None:
    player.to_end()
    for index in reversed(range(LAST)):
        assert player.back()
        assert place(player) == (index, 1.0)
        assert not player.moving
    assert not player.back()


def test_back_stops_a_running_film(player: Player, clock: Clock) -> None:
    player.press(Stroke.FORWARD)
    clock.now += 0.2
    player.tick()
    player.seek(0.3)
    index, _ = place(player)
    player.back()
    assert place(player) == (index - 1, 1.0)
    assert not player.moving


def test_the_forward_stroke_runs_from_the_input_to_the_loss(player: Player, clock: Clock) -> None:
    player.press(Stroke.FORWARD)
    assert place(player) == (0, 0.0)
    assert player.playing is Stroke.FORWARD
    run_out(player, clock)
    assert place(player) == (LOSS, 1.0)
    assert player.playing is None


def test_the_backward_stroke_runs_from_the_loss_to_the_update(player: Player, clock: Clock) -> None:
    player.press(Stroke.BACKWARD)
    assert place(player) == (LOSS + 1, 0.0)
    run_out(player, clock)
    assert place(player) == (LAST, 1.0)


def test_both_strokes_together_are_the_whole_film() -> None:
    cursor = Cursor(DEPTH)
    forward, backward = half(cursor, Stroke.FORWARD), half(cursor, Stroke.BACKWARD)
    assert forward[0].time == 0
    assert forward[1].time == pytest.approx(backward[0].time)
    assert backward[1].time == pytest.approx(1)


def test_pressing_again_pauses_and_then_goes_on(player: Player, clock: Clock) -> None:
    player.press(Stroke.FORWARD)
    for _ in range(10):
        clock.now += 0.1
        player.tick()
    player.press(Stroke.FORWARD)
    where = place(player)
    assert not player.moving
    clock.now += 60
    assert not player.tick()
    player.press(Stroke.FORWARD)
    assert place(player) == where
    assert player.moving
    run_out(player, clock)
    assert place(player) == (LOSS, 1.0)


def test_after_its_end_a_stroke_begins_anew(player: Player, clock: Clock) -> None:
    player.press(Stroke.FORWARD)
    run_out(player, clock)
    player.press(Stroke.FORWARD)
    assert place(player) == (0, 0.0)


def test_the_other_stroke_takes_over(player: Player) -> None:
    player.press(Stroke.FORWARD)
    player.press(Stroke.BACKWARD)
    assert player.playing is Stroke.BACKWARD
    assert place(player) == (LOSS + 1, 0.0)


def test_the_fastest_speed_shows_an_update_in_one_second(player: Player, clock: Clock) -> None:
    player.speed = Speed.FAST
    player.press(Stroke.FORWARD)
    first = run_out(player, clock, 0.01)
    player.press(Stroke.BACKWARD)
    assert first + run_out(player, clock, 0.01) == pytest.approx(1.0, abs=0.03)


def test_slow_takes_longer_than_normal() -> None:
    assert duration(DEPTH, Speed.SLOW) > 2 * duration(DEPTH, Speed.NORMAL) > 4 * duration(DEPTH, Speed.FAST)


def test_frame_by_frame_has_no_duration() -> None:
    with pytest.raises(ValueError, match="frame by frame"):
        duration(DEPTH, Speed.FRAME)


def test_frame_by_frame_each_press_moves_a_part_of_a_phase(player: Player) -> None:
    player.speed = Speed.FRAME
    for frame in range(1, FRAMES_PER_PHASE + 1):
        assert player.forward()
        assert place(player) == (1, frame / FRAMES_PER_PHASE)
    player.forward()
    assert place(player) == (2, 1 / FRAMES_PER_PHASE)
    player.back()
    assert place(player) == (1, 1.0)
    player.back()
    assert place(player) == (1, 1 - 1 / FRAMES_PER_PHASE)


def test_frame_by_frame_a_stroke_stands_at_its_beginning(player: Player) -> None:
    player.speed = Speed.FRAME
    player.press(Stroke.BACKWARD)
    assert place(player) == (LOSS + 1, 0.0)
    assert not player.moving
    player.forward()
    assert place(player) == (LOSS + 1, 1 / FRAMES_PER_PHASE)


def test_changing_to_frame_by_frame_stops_the_film(player: Player, clock: Clock) -> None:
    player.press(Stroke.FORWARD)
    player.speed = Speed.FRAME
    clock.now += 0.1
    assert not player.tick()
    assert not player.moving


def test_after_a_long_silence_the_film_does_not_jump(player: Player, clock: Clock) -> None:
    player.press(Stroke.FORWARD)
    clock.now += 3600
    player.tick()
    assert player.cursor is not None
    assert player.cursor.time <= LONGEST_STEP / duration(DEPTH, player.speed) + 1e-9


def test_scrubbing_ends_a_stroke(player: Player) -> None:
    player.press(Stroke.FORWARD)
    player.seek(0.7)
    assert not player.moving
    assert player.cursor is not None
    assert player.cursor.time == pytest.approx(0.7)


def test_forward_from_the_middle_finishes_that_phase(player: Player, clock: Clock) -> None:
    assert player.cursor is not None
    player.seek(replace(player.cursor, index=4, fraction=0.5).time)
    player.forward()
    run_out(player, clock)
    assert place(player) == (4, 1.0)
