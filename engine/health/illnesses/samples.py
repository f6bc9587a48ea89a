"""What is wrong with the data before any network sees them: scales, and classes that are rare."""

import numpy as np

from twostroke.engine.border.health import Cause, Finding, Measure
from twostroke.engine.health.case import FAR_INPUT, Case
from twostroke.engine.health.illnesses.passage import Found
from twostroke.engine.health.words import figure, percent

UNEVEN = 30.0
"""Between the largest and the smallest input: one learning rate can serve only one of them."""

RARE = 0.4
"""Of its fair share of the samples: below it a class is rare."""

RECALL = 0.5
"""Of the samples of a rare class, those that have to be found."""

SEEN = 3.0
"""Epochs after which a network has had its chance with every sample."""


def unscaled_inputs(case: Case) -> Found:
    """Inputs far from 1, or from each other."""
    sizes = case.input_sizes
    known = np.flatnonzero(sizes > 0.0)
    if not known.size:
        return
    most, least = int(known[sizes[known].argmax()]), int(known[sizes[known].argmin()])
    ratio = float(sizes[most] / sizes[least])
    names = case.dataset.feature_names
    size = float(sizes[most])
    measure = Measure("unscaled_inputs", max(size / FAR_INPUT, ratio / UNEVEN), 1.0)
    if not measure.beyond:
        yield measure, None
        return
    if size > FAR_INPUT:
        measured = (
            f"The input {names[most]} is {figure(size)} (root mean square over the training samples); "
            "about 1 is expected."
        )
    else:
        measured = (
            f"The input {names[most]} is {figure(ratio)} times as large as {names[least]}, over the training samples."
        )
    why = (
        "The gradient of a weight grows with its input, so one learning rate is too high for the large ones or too low "
        "for the small ones."
    )
    yield measure, Finding(measure, "Inputs not scaled", measured, 0, Cause.INPUTS, why)


def unscaled_targets(case: Case) -> Found:
    """Values to predict that are far from 1."""
    if case.session.task != "regression":
        return
    size = case.target_size
    measure = Measure("unscaled_targets", size, FAR_INPUT)
    if not measure.beyond:
        yield measure, None
        return
    measured = (
        f"The values to predict are {figure(size)} (root mean square over the training samples); about 1 is expected."
    )
    why = (
        "The error is as large at the beginning, and every gradient with it: a usual learning rate "
        "throws the weights far off."
    )
    yield measure, Finding(measure, "Targets not scaled", measured, 0, Cause.TARGETS, why)


def imbalance(case: Case) -> Found:
    """A rare class that the network has learnt to overlook."""
    train = None if case.evaluation is None else case.evaluation.train
    if train is None or train.confusion is None or train.rarest is None or case.epochs < SEEN:
        return
    rare, counts, recall = train.rarest, train.confusion.sum(axis=1), train.rare_recall
    share = float(counts[rare] / counts.sum())
    if recall is None or share * np.count_nonzero(counts) > RARE:
        return
    measure = Measure("imbalance", recall, RECALL, below=True)
    if not measure.beyond:
        yield measure, None
        return
    measured = (
        f"Of the {counts[rare]:,} training samples of class {case.dataset.class_names[rare]}, "
        f"{percent(recall)} are found. "
        f"The class is {percent(share)} of the samples."
    )
    why = (
        "The loss is a mean over samples: whoever always says no is right almost always, and the rare "
        "class hardly counts."
    )
    since = case.since(case.curves.rare_recall < RECALL, case.curves.update)
    yield measure, Finding(measure, "Rare class overlooked", measured, since, Cause.IMBALANCE, why)
