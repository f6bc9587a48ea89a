"""When what plays is over: it stops, begins anew, or goes on into the next update; at any speed."""

from collections.abc import Iterator

import pytest

from tests.gui.examples import example_session
from tests.gui.paper_engine import Clock, PaperLink
from twostroke.engine.border.cursor import Cursor, Phase
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.player import (
    HOLD,
    LONGEST_PRESS,
    AtEnd,
    Player,
    Speed,
    Stroke,
    duration,
    faster,
    half,
    whole_weight,
)
from twostroke.gui.model.score import Grain, Score, Shape

SCORE = Score(2, (Shape(3), Shape(2)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def player(clock: Clock) -> Player:
    made = Player(clock)
    made.lay(SCORE)
    return made


def at(player: Player) -> Cursor:
    assert player.cursor is not None
    return player.cursor


def runs(player: Player, clock: Clock, seconds: float) -> list[Cursor]:
    """Where the film is from frame to frame."""
    seen = []
    for _ in range(round(seconds / 0.1)):
        clock.now += 0.1
        player.tick()
        seen.append(at(player))
    return seen


@pytest.mark.parametrize("stroke", Stroke)
def test_a_stroke_begins_anew_and_its_end_is_seen(player: Player, clock: Clock, stroke: Stroke) -> None:
    first, last = half(at(player), stroke)
    player.at_end = AtEnd.LOOP
    player.press(stroke)
    seen = runs(player, clock, 30)
    held = round(HOLD / 0.1)
    assert held <= seen.count(last) // seen.count(first) <= held + 1
    assert seen.count(first) >= 2
    assert all(first.time <= cursor.time <= last.time for cursor in seen)
    player.at_end = AtEnd.STOP
    runs(player, clock, 20)
    assert at(player) == last
    assert not player.moving


def test_a_stroke_that_was_paused_begins_anew_at_its_beginning(player: Player, clock: Clock) -> None:
    player.at_end = AtEnd.LOOP
    player.press(Stroke.FORWARD)
    runs(player, clock, 2)
    player.press(Stroke.FORWARD)
    player.press(Stroke.FORWARD)
    assert half(at(player), Stroke.FORWARD)[0] in runs(player, clock, 20)


def test_one_layer_begins_anew_until_the_next_press(player: Player, clock: Clock) -> None:
    player.at_end = AtEnd.LOOP
    player.take(Grain.LAYER)
    player.forward()
    seen = runs(player, clock, 12)
    assert {cursor.moment.step.phase for cursor in seen} == {Phase.SUM, Phase.GATE}
    assert {cursor.moment.step.layer for cursor in seen} == {1}
    player.forward()
    assert at(player).moment.step.layer == 2
    player.back()
    assert not player.moving


def test_right_while_the_end_is_seen_goes_on_from_there(player: Player, clock: Clock) -> None:
    player.at_end = AtEnd.LOOP
    player.forward()
    while at(player).fraction < 1:
        runs(player, clock, 0.1)
    player.forward()
    assert (at(player).index, at(player).fraction) == (2, 0.0)


def test_played_on_one_stroke_follows_the_other_and_then_asks_for_the_next_update(player: Player, clock: Clock) -> None:
    player.at_end = AtEnd.GO_ON
    player.press(Stroke.FORWARD)
    times = [cursor.time for cursor in runs(player, clock, 40)]
    assert times == sorted(times)
    assert times[-1] == 1.0
    assert player.over
    assert not player.moving


def test_a_single_step_stops_where_it_does(player: Player, clock: Clock) -> None:
    player.at_end = AtEnd.GO_ON
    player.forward()
    runs(player, clock, 10)
    assert (at(player).index, at(player).fraction) == (1, 1.0)
    assert not player.over


@pytest.fixture
def controller(qapp: object, clock: Clock) -> Iterator[Controller]:
    link = PaperLink(example_session((3,)))
    made = Controller(link, clock=clock)
    link.start()
    yield made
    made.stop()


def test_into_the_next_update(controller: Controller, clock: Clock) -> None:
    told: list[AtEnd] = []
    controller.at_end_changed.connect(told.append)
    controller.toggle_at_end(AtEnd.LOOP)
    controller.toggle_at_end(AtEnd.GO_ON)
    controller.set_speed(Speed.FAST)
    controller.play_stroke(Stroke.FORWARD)
    seen = []
    for _ in range(40):
        clock.now += 0.1
        controller._next_frame()
        assert controller.tape is not None
        seen.append(controller.tape.update)
    assert seen[-1] >= seen[0] + 3
    assert seen == sorted(seen)
    controller.toggle_at_end(AtEnd.GO_ON)
    assert told == [AtEnd.LOOP, AtEnd.GO_ON, AtEnd.STOP]


def test_speeds_from_a_tenth_of_a_phase_a_second_to_an_update_a_second() -> None:
    moving = [speed for speed in Speed if speed is not Speed.FRAME]
    seconds = [duration(5, speed) for speed in moving]
    assert seconds == sorted(seconds, reverse=True)
    assert duration(5, Speed.CRAWL) / whole_weight(5) == pytest.approx(10)
    assert faster(Speed.SLOW, 1) is Speed.NORMAL
    assert faster(Speed.FAST, 1) is Speed.FAST
    assert faster(Speed.CRAWL, -5) is Speed.FRAME


@pytest.mark.parametrize("grain", [Grain.TERM, Grain.NEURON])
@pytest.mark.parametrize("speed", [Speed.CRAWL, Speed.NORMAL])
def test_one_press_at_a_fine_grain_can_be_followed(player: Player, clock: Clock, speed: Speed, grain: Grain) -> None:
    player.speed = speed
    player.take(grain)
    player.forward()
    begin = clock.now
    while player.moving:
        runs(player, clock, 0.1)
    assert 0.4 < clock.now - begin <= LONGEST_PRESS + 0.2
