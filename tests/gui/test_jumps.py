"""Jumps in an update: to the strokes, to the loss, to the moments of one neuron."""

from collections.abc import Iterator

import pytest

from tests.gui.examples import example_session
from tests.gui.paper_engine import Clock, PaperLink
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.gui.drive.controller import NO_NEURON, Controller
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.jumps import moments_of, next_moment_of
from twostroke.gui.model.score import Grain, Score, Shape

SCORE = Score(2, (Shape(3), Shape(2)), samples=4)
FORWARD, BACKWARD = (0, 1.0), (6, 0.0)


@pytest.fixture
def controller(qapp: object) -> Iterator[Controller]:
    link = PaperLink(example_session((3,)))
    made = Controller(link, clock=Clock())
    link.start()
    yield made
    made.stop()


def place(controller: Controller) -> tuple[int, float]:
    cursor = controller.player.cursor
    assert cursor is not None
    return cursor.index, cursor.fraction


def update(controller: Controller) -> int:
    assert controller.tape is not None
    return controller.tape.update


@pytest.mark.parametrize("grain", Grain)
def test_from_stroke_to_stroke_through_updates_and_back(controller: Controller, grain: Grain) -> None:
    controller.set_grain(grain)
    controller.next_stroke()
    first = update(controller)
    passed = []
    for _ in range(4):
        passed.append((update(controller), place(controller)))
        controller.next_stroke()
    assert passed == [(first + n, at) for n in (0, 1) for at in (FORWARD, BACKWARD)]
    back = []
    for _ in range(4):
        controller.previous_stroke()
        back.append((update(controller), place(controller)))
    assert back == passed[::-1]


def test_within_a_stroke_back_leads_to_its_beginning(controller: Controller) -> None:
    controller.scrub(0.9)
    controller.previous_stroke()
    assert place(controller) == BACKWARD
    controller.scrub(0.2)
    controller.previous_stroke()
    assert place(controller) == FORWARD


@pytest.mark.parametrize("grain", Grain)
def test_to_the_loss_from_anywhere(controller: Controller, grain: Grain) -> None:
    controller.set_grain(grain)
    for _ in range(2):  # from live training, and from the loss itself
        controller.to_loss()
        assert controller.player.cursor == Cursor(2).seek(Step(Phase.LOSS))
    controller.scrub(0.95)
    controller.to_loss()
    assert controller.player.cursor == Cursor(2).seek(Step(Phase.LOSS))


def test_the_moments_of_a_neuron_come_round(controller: Controller) -> None:
    said: list[str] = []
    controller.said.connect(lambda text, _: said.append(text))
    controller.to_neuron()
    assert said[-1] == NO_NEURON
    controller.select(NeuronRef(1, 1))
    controller.set_grain(Grain.TERM)
    seen = []
    for _ in range(5):
        controller.to_neuron()
        view = controller.view
        assert view is not None
        assert view.moment is not None
        assert view.moment.unit == 1
        seen.append(view.moment.step.phase)
    assert seen == [Phase.SUM, Phase.GATE, Phase.GATE_BACK, Phase.WEIGHTS, Phase.SUM]


def test_by_phases_it_is_the_layer_that_is_done() -> None:
    assert moments_of(SCORE, NeuronRef(2, 1), by_neuron=False)[0] == Cursor(2).seek(Step(Phase.SUM, 2))
    by_neuron = moments_of(SCORE, NeuronRef(1, 1), by_neuron=True)
    assert [each.unit for each in by_neuron] == [1] * 4
    assert moments_of(SCORE, NeuronRef(0, 1), by_neuron=True) == (Cursor(2),)
    assert next_moment_of(SCORE, NeuronRef(1, 1), by_neuron[-1], True) == by_neuron[0]
