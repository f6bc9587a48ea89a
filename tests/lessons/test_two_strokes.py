"""The first lesson does what its text says: one mask for both strokes, and a film in which that can be seen."""

import numpy as np
import pytest

from twostroke.engine.border.tape import Tape
from twostroke.engine.run.trainer import Trainer
from twostroke.gui.model.lessons import lesson
from twostroke.gui.model.lessons.proof import prove


@pytest.fixture(scope="module")
def tape() -> Tape:
    """The update that export shows."""
    two_strokes = lesson("two-strokes")
    trainer = Trainer(two_strokes.session)
    trainer.advance(two_strokes.at)
    return trainer.record()


def test_it_is_the_network_that_is_promised() -> None:
    session = lesson("two-strokes").session
    assert session.widths == (2, 8, 8, 1)
    assert [layer.activation.name for layer in session.network.layers] == ["relu", "relu"]
    assert session.data.name == "spiral"
    assert session.training.optimizer.name == "adam"


@pytest.mark.parametrize("hidden", [0, 1])
def test_several_gates_are_shut_and_several_open_in_both_hidden_layers(tape: Tape, hidden: int) -> None:
    shut = tape.layers[hidden].z[lesson("two-strokes").row] <= 0
    assert 3 <= shut.sum() <= 5


@pytest.mark.parametrize("hidden", [0, 1])
def test_the_two_masks_are_one(tape: Tape, hidden: int) -> None:
    layer = tape.layers[hidden]
    assert np.array_equal(layer.forward_mask, layer.gain)
    assert np.array_equal(layer.forward_mask, (layer.z > 0).astype(layer.z.dtype))


@pytest.mark.parametrize("hidden", [0, 1])
def test_a_shut_gate_stops_a_gradient_that_really_arrives(tape: Tape, hidden: int) -> None:
    layer, row = tape.layers[hidden], lesson("two-strokes").row
    shut = layer.z[row] <= 0
    arriving = np.abs(layer.dloss_da[row])
    assert (arriving[shut] > 0.1 * arriving.max()).sum() >= 2
    assert np.all(layer.dloss_dz[row][shut] == 0)
    assert np.all(layer.a[row][shut] == 0)
    assert np.array_equal(layer.dloss_dz[row][~shut], layer.dloss_da[row][~shut])


def test_no_neuron_of_the_film_is_dead() -> None:
    two_strokes = lesson("two-strokes")
    trainer = Trainer(two_strokes.session)
    trainer.advance(two_strokes.at)
    assert not any(dead.any() for dead in trainer.evaluate().dead)


def test_it_learns_the_spiral() -> None:
    trainer = Trainer(lesson("two-strokes").session)
    trainer.advance(15_000)
    accuracy = trainer.evaluate().test.accuracy
    assert accuracy is not None
    assert accuracy >= 0.97


def test_each_scene_is_what_it_says() -> None:
    proof = prove(lesson("two-strokes"))
    assert [own.text for own in proof.asserts if not own.holds] == []
    assert {own.scene for own in proof.asserts} == set(range(1, 7))
    assert proof.problems == ()
