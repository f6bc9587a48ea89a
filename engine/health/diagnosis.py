"""The table of illnesses, and what a case shows of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from twostroke.engine.border.health import Health
from twostroke.engine.health.case import Case
from twostroke.engine.health.illnesses import learning, passage, samples, steps
from twostroke.engine.health.illnesses.passage import Found


@dataclass(frozen=True)
class Illness:
    """One thing that may be wrong: its id, and what looks for it."""

    id: str
    look: Callable[[Case], Found]


ILLNESSES: tuple[Illness, ...] = (
    Illness("not_finite", steps.not_finite),
    Illness("unscaled_inputs", samples.unscaled_inputs),
    Illness("unscaled_targets", samples.unscaled_targets),
    Illness("dead", passage.dead),
    Illness("vanishing", passage.vanishing),
    Illness("exploding", passage.exploding),
    Illness("saturated", passage.saturated),
    Illness("large_steps", steps.large_steps),
    Illness("small_steps", steps.small_steps),
    Illness("not_learning", learning.not_learning),
    Illness("imbalance", samples.imbalance),
    Illness("overfit", learning.overfit),
)
"""In the order in which findings are told: what causes others comes first."""


@np.errstate(over="ignore", invalid="ignore")  # numbers that are no longer finite are an illness of their own
def diagnosed(case: Case) -> Health:
    """The health of the case, with all measures and what is wrong."""
    found = [pair for illness in ILLNESSES for pair in illness.look(case)]
    findings = tuple(finding for _, finding in found if finding is not None)
    return replace(case.health, measures=tuple(measure for measure, _ in found), findings=findings)
