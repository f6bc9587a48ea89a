"""What `twostroke probe` says of classes, of probabilities and of single samples."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from twostroke.gui.model.numbers import number
from twostroke.gui.model.user_text import short

if TYPE_CHECKING:
    from twostroke.engine.border.snapshot import Scores
    from twostroke.engine.probes import Calibration
    from twostroke.engine.run.trainer import Trainer

WORST = 10
"""Samples with the greatest loss that are named."""


def parts(trainer: "Trainer") -> "dict[str, Scores]":
    """The parts of the data that there are, with their figures."""
    found = trainer.evaluation or trainer.evaluate()
    return {"train": found.train} | ({} if found.test is None else {"test": found.test})


def as_object(trainer: "Trainer") -> dict[str, Any]:
    """For each part its classes and calibration, null where they have no meaning, and the worst samples."""
    return {part: _part(trainer, part, scores) for part, scores in parts(trainer).items()}


def _part(trainer: "Trainer", part: str, scores: "Scores") -> dict[str, Any]:
    from twostroke.engine.probes import calibration_of, gives_probabilities, worst_first

    data = trainer.dataset
    label = data.label_train if part == "train" else data.label_test
    assert scores.losses is not None
    assert scores.output is not None
    comparable = gives_probabilities(trainer.session)
    found = calibration_of(scores.output, label, data.info.classes) if comparable else None
    return {
        "classes": None if scores.confusion is None else _classes(scores, data.class_names),
        "calibration": None if found is None else _calibration(found),
        "worst": [{"row": int(row), "loss": float(scores.losses[row])} for row in worst_first(scores.losses, WORST)],
    }


def _calibration(found: "Calibration") -> dict[str, Any]:
    return {
        "samples": found.samples.tolist(),
        "mean": found.mean.tolist(),
        "share": found.share.tolist(),
        "error": found.error,
        "brier": found.brier,
    }


def _classes(scores: "Scores", names: tuple[str, ...]) -> list[dict[str, Any]]:
    from twostroke.engine.probes import class_figures

    assert scores.confusion is not None
    found = class_figures(scores.confusion)
    columns = ("support", "predicted", "precision", "recall", "f1")
    rows = zip(names, *(getattr(found, column).tolist() for column in columns), strict=True)
    return [dict(zip(("name", *columns), row, strict=True)) for row in rows]


def rows(told: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """A row a class and part: what it is, samples, precision, recall, F1."""
    for part, found in told.items():
        for each in found["classes"] or ():
            figures = (each["precision"], each["recall"], each["f1"])
            shown = ("–" if math.isnan(value) else f"{value:.3f}" for value in figures)
            yield f"{part}, {short(each['name'])}", f"{each['support']:,}", *shown


def sentences(told: dict[str, Any]) -> Iterator[str]:
    """Of each part how far probabilities are off, and where the loss is greatest."""
    for part, found in told.items():
        if found["calibration"]:
            error, brier = found["calibration"]["error"], found["calibration"]["brier"]
            yield f"Probabilities, {part}: expected calibration error {error:.1%}, Brier score {number(brier)}"
        worst = ", ".join(f"row {each['row']} ({number(each['loss'])})" for each in found["worst"][:3])
        yield f"Greatest losses, {part}: {worst}"
