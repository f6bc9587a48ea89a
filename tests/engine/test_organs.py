"""Every organ of a layer, alone and in pairs, beside the oracle: each array of a tape, and what training makes."""


import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.engine import measures, naive
from tests.engine.strategies import sessions_with_a_pair
from twostroke.engine.spec import Session
from twostroke.engine.trainer import Trainer

NEAR = 1e-9
"""So near to a kink round-off decides on which side a number is."""

ADAPTIVE = ("rmsprop", "adagrad", "adam", "adamw")


def oracle_of(trainer: Trainer) -> naive.Training:
    """The oracle with the trainer's session, parameters and running figures."""
    session = trainer.session.model_dump(mode="json")
    return naive.Training(session, trainer.network.parameters(), trainer.dataset.target_train.astype(np.float64))


def round_off_steps(oracle: naive.Training) -> set[str]:
    """Parameters whose gradient is mathematically 0, so that an optimizer that divides by its size steps by chance.

    Batch normalization takes the mean away, and with it the bias before it.
    """
    if oracle.settings["optimizer"]["name"] not in ADAPTIVE:
        return set()
    return {f"l{n}.bias" for n, layer in enumerate(oracle.layers, start=1) if layer.norm and layer.norm.name == "batch"}


def one_update(trainer: Trainer, oracle: naive.Training, allowed: float, near: float) -> None:
    """The next update: its tape, the loss, the new parameters."""
    tape = trainer.record()
    x, target, masks = (tape.x.astype(np.float64), tape.target.astype(np.float64), measures.masks_of(tape))
    want = oracle.both_strokes(x, target, masks)
    assume(measures.clearance(oracle, want, target) > near)
    assume(max(float(np.abs(layer.z).max()) for layer in want.layers) < 1e3)  # chaos magnifies round-off
    assert tape.loss == pytest.approx(want.loss, rel=allowed, abs=allowed * 1e-3)
    assert tape.loss == pytest.approx(float(tape.sample_loss.mean(dtype=np.float64)), rel=1e-6, abs=1e-12)
    far = measures.tape_distances(tape, oracle, want)
    assert max(far.values()) < allowed, max(far, key=far.__getitem__)
    oracle.update(x, target, masks)
    after = measures.next_parameters(tape)
    chance = round_off_steps(oracle)
    assert set(after) == set(oracle.parameters())
    for name, values in oracle.parameters().items():
        if name not in chance:
            assert measures.distance(after[name], values, floor=1e-2) < allowed, f"{name} after"
    assert trainer.advance(1) == 1
    for name, values in trainer.network.parameters().items():
        assert np.array_equal(values, after[name]), name


@settings(max_examples=120)
@given(pair=sessions_with_a_pair("float64"))
def test_pairs_of_organs_in_float64(pair: tuple[tuple[str, ...], Session]) -> None:
    """Four updates: every array of every tape, and every parameter after it, to 1e-10."""
    trainer = Trainer(pair[1])
    oracle = oracle_of(trainer)
    for _ in range(4):
        one_update(trainer, oracle, 1e-10, NEAR)
