"""Every organ of a layer, alone and in pairs, beside the oracle: each array of a tape, and what training makes."""

import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.engine import measures, naive
from tests.engine.strategies import sessions_with_a_pair
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

NEAR = 1e-9
"""So near to a kink round-off decides on which side a number is."""


def oracle_of(trainer: Trainer) -> naive.Training:
    """The oracle with the trainer's session, parameters and running figures."""
    session = trainer.session.model_dump(mode="json")
    return naive.Training(session, trainer.network.parameters(), trainer.dataset.target_train.astype(np.float64))


def one_update(trainer: Trainer, oracle: naive.Training, allowed: float, near: float) -> None:
    """The next update: its tape, the loss, the new parameters."""
    tape = trainer.record()
    x, target, masks = (tape.x.astype(np.float64), tape.target.astype(np.float64), measures.masks_of(tape))
    want = oracle.both_strokes(x, target, masks)
    assume(measures.clearance(oracle, want, target) > near)
    assume(max(float(np.abs(layer.z).max()) for layer in want.layers) < 1e3)  # chaos magnifies round-off
    assume(trainer.network.dtype == np.float64 or clear_of_round_off(want))
    assert tape.loss == pytest.approx(want.loss, rel=allowed, abs=allowed * 1e-3)
    assert tape.loss == pytest.approx(float(tape.sample_loss.mean(dtype=np.float64)), rel=1e-6, abs=1e-12)
    far = measures.tape_distances(tape, oracle, want)
    assert max(far.values()) < allowed, max(far, key=far.__getitem__)
    oracle.update(x, target, masks)
    after = measures.next_parameters(tape)
    assert set(after) == set(oracle.parameters())
    for name, values in oracle.parameters().items():
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


@settings(max_examples=100)
@given(pair=sessions_with_a_pair("float32"))
def test_pairs_of_organs_in_float32(pair: tuple[tuple[str, ...], Session]) -> None:
    """One update from given parameters, to 1e-3 of the largest number of each array.

    The round-off of float32 is 6e-8; a normalizer multiplies it by up to 1/sqrt(epsilon) = 300 and each layer by its
    weights. Where that would reach past a kink, or variances are too small to be told from round-off, is left out.
    """
    trainer = Trainer(pair[1])
    one_update(trainer, oracle_of(trainer), 1e-3, 1e-4)


def clear_of_round_off(want: naive.Pass) -> bool:
    """Whether each variance is large beside float32's round-off of what it is the variance of."""
    return all(
        float(np.min(layer.organs["norm_variance"])) > 1e-4 * (1.0 + float(np.abs(layer.organs["sum"]).max())) ** 2
        for layer in want.layers
        if "norm_variance" in layer.organs
    )
