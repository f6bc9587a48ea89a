"""Every organ of a layer, alone and in pairs, beside the oracle: each array of a tape, and what training makes.

The oracle begins each update where the engine begins it, so nothing magnifies the round-off of the updates before.
"""

import numpy as np
import pytest
from hypothesis import assume, given

from tests.cases import cases
from tests.engine import measures, naive
from tests.engine.strategies import sessions_with_a_pair
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

NEAR = 1e-9
"""A share of its size so near to a kink that round-off decides on which side a number is."""


def oracle_of(trainer: Trainer) -> naive.Training:
    """The oracle with the trainer's session, parameters and running figures."""
    session = trainer.session.model_dump(mode="json")
    return naive.Training(session, trainer.network.parameters(), trainer.dataset.target_train.astype(np.float64))


def one_update(trainer: Trainer, oracle: naive.Training, allowed: float, near: float) -> None:
    """The next update, from the trainer's parameters: its tape, the loss, the new parameters."""
    tape = trainer.record()
    oracle.take(trainer.network.parameters())
    x, target, masks = (tape.x.astype(np.float64), tape.target.astype(np.float64), measures.masks_of(tape))
    want = oracle.both_strokes(x, target, masks)
    assume(measures.clearance(oracle, want, target) > near)
    assume(trainer.network.dtype == np.float64 or clear_of_round_off(want))
    assert tape.loss == pytest.approx(float(tape.sample_loss.mean(dtype=np.float64)), rel=1e-6, abs=1e-12)
    assert measures.worst(measures.tape_distances(tape, oracle, want)) < (allowed, "")
    oracle.update(x, target, masks)
    after = measures.next_parameters(tape)
    assert measures.worst(measures.parameter_distances(after, oracle)) < (allowed, "")
    assert trainer.advance(1) == 1
    for name, values in trainer.network.parameters().items():
        assert np.array_equal(values, after[name]), name


@cases(120)
@given(pair=sessions_with_a_pair("float64"))
def test_pairs_of_organs_in_float64(pair: tuple[tuple[str, ...], Session]) -> None:
    """Four updates: every array of every tape, and every parameter after it, to 1e-12 of its size."""
    trainer = Trainer(pair[1])
    oracle = oracle_of(trainer)
    for _ in range(4):
        one_update(trainer, oracle, 1e-12, NEAR)


@cases(100)
@given(pair=sessions_with_a_pair("float32"))
def test_pairs_of_organs_in_float32(pair: tuple[tuple[str, ...], Session]) -> None:
    """One update from given parameters, to 1e-5 of the size of each number.

    Where round-off would reach past a kink, or variances are too small to be told from round-off, is left out.
    """
    trainer = Trainer(pair[1])
    one_update(trainer, oracle_of(trainer), 1e-5, 1e-5)


def clear_of_round_off(want: naive.Pass) -> bool:
    """Whether each variance is large beside float32's round-off of what it is the variance of."""
    return all(
        float(np.min(layer.organs["norm_variance"])) > 1e-4 * (1.0 + float(np.abs(layer.organs["sum"]).max())) ** 2
        for layer in want.layers
        if "norm_variance" in layer.organs
    )
