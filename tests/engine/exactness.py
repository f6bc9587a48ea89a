"""Writes docs/exactness.md: organ by organ, how far the engine is from the oracle and from differences of its loss.

`make exactness` runs it. The tests check the same within bounds; here the worst that was seen is told.
"""

import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings

from tests.engine import measures
from tests.engine.strategies import EVERY, HIDDEN, PAIRS, sessions_with
from tests.engine.test_organs import oracle_of
from tests.engine.test_organs_training import NETWORKS, TRAININGS, session_of
from twostroke.engine.probes.gradcheck import TOLERANCE, check
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session

WHERE = Path(__file__).parents[2] / "docs" / "exactness.md"
UPDATES = 20
ORACLE_BOUND = 1e-12
EXAMPLES_PER_PAIR = 5

HEAD = """# Exactness

Written by `make exactness`, in float64, with {versions}.

**Beside the oracle**: {updates} updates of a small network of the organ. Each array of each tape, and each parameter
after each update, is compared with those of `tests/engine/naive`, which shares no code with the engine and computes
one number at a time. The error is the largest difference of two numbers over their size: the sum of the absolute
values of the terms that the number is the sum of, whatever is left of them; allowed is {bound:.0e}. Each update begins
from the engine's parameters.

**Beside differences**: what `twostroke check` does: each gradient (up to 200 of each tensor) against the four-point
difference of the loss. The relative error is the worst; allowed is {tolerance:.0e}. A nudge that would cross a kink
is made shorter, which is "stepped around"; where it would at every length, the element is skipped. Where a row has no
gradients, they are deliberately no derivatives (surrogates, gates off on one stroke), or the organ has none of its own
(optimizers, schedules, clipping).

"""
COLUMNS = """| {title} | numbers | error | gradients | error | stepped around | skipped |
|---|---:|---:|---:|---:|---:|---:|
"""


@dataclass(frozen=True)
class Row:
    """What was found for one organ; None where there is nothing to compare."""

    name: str
    numbers: int = 0
    error: float = 0.0
    gradients: int = 0
    slope_error: float | None = None
    around: int = 0
    skipped: int = 0

    def with_more(self, other: "Row") -> "Row":
        """Both together, under this one's name."""
        slopes = [e for e in (self.slope_error, other.slope_error) if e is not None]
        return Row(
            self.name,
            self.numbers + other.numbers,
            max(self.error, other.error),
            self.gradients + other.gradients,
            max(slopes, default=None),
            self.around + other.around,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        slopes = [""] * 4
        if self.slope_error is not None:
            slopes = [f"{self.gradients:,}", f"{self.slope_error:.1e}", f"{self.around:,}", f"{self.skipped:,}"]
        return f"| {self.name} | {self.numbers:,} | {self.error:.1e} | " + " | ".join(slopes) + " |"


def beside_oracle(name: str, session: Session, updates: int = UPDATES) -> Row:
    """The largest error over so many updates, and how many numbers were compared."""
    trainer = Trainer(session)
    oracle = oracle_of(trainer)
    row = Row(name)
    for _ in range(updates):
        tape = trainer.record()
        oracle.take(trainer.network.parameters())
        x, target, masks = tape.x.astype(np.float64), tape.target.astype(np.float64), measures.masks_of(tape)
        want = oracle.both_strokes(x, target, masks)
        if measures.clearance(oracle, want, target) < 1e-9:
            break  # round-off decides here on which side of a kink a number is
        far = measures.tape_distances(tape, oracle, want)
        count = sum(np.size(v) for layer in want.layers for v in measures.arrays_of(layer))
        row = replace(row, numbers=row.numbers + count, error=max(row.error, *far.values()))
        oracle.update(x, target, masks)
        after = oracle.parameters()
        worst, _ = measures.worst(measures.parameter_distances(measures.next_parameters(tape), oracle))
        row = replace(row, numbers=row.numbers + sum(v.size for v in after.values()), error=max(row.error, worst))
        if trainer.advance(1) < 1:
            break
    return row


def compared(name: str, session: Session, *, slopes: bool = True, updates: int = UPDATES) -> Row:
    """One organ beside both."""
    row = beside_oracle(name, session, updates)
    if not slopes:
        return row
    report = check(session, updates=3)
    if report.note is not None:  # deliberately not the derivative
        return row
    around = sum(tensor.shortened for tensor in report.tensors)
    return replace(row, gradients=report.checked, slope_error=report.worst, around=around, skipped=report.skipped)


def iris(hidden: Any, output: Any, loss: Any) -> Session:
    """Two hidden layers of one activation, an output and a loss, on the irises."""
    return Session.model_validate(
        {
            "data": {"name": "iris", "train_share": 0.3},
            "network": {
                "layers": [{"units": 5, "activation": hidden}, {"units": 4, "activation": hidden}],
                "output": {"activation": output},
                "init": "xavier_normal",
                "dtype": "float64",
            },
            "training": {"loss": loss, "batch_size": 8, "optimizer": {"learning_rate": 0.02, "momentum": 0.5}},
        }
    )


def activation_rows() -> Iterator[Row]:
    """Each activation in two hidden layers, then at the output."""
    forms: list[Any] = [*HIDDEN, {"name": "gelu", "approximate": "tanh"}]
    forms += [{"name": "step", "surrogate": kind} for kind in ("sigmoid", "straight_through")]
    for form in forms:
        label = form if isinstance(form, str) else f"{form['name']}, {list(form.values())[1]}"
        yield compared(f"{label}, hidden", iris(form, "softmax", "cross_entropy"))
    for name in EVERY:
        yield compared(f"{name}, output", iris("tanh", name, "mse"))


def loss_rows() -> Iterator[Row]:
    """Each loss with the output that goes with it."""
    pairs: list[tuple[Any, str]] = [
        ("mse", "identity"),
        ("half_squared_error", "identity"),
        ("mae", "identity"),
        ({"name": "huber", "delta": 0.4}, "identity"),
        ("binary_cross_entropy", "sigmoid"),
        ("cross_entropy", "softmax"),
        ("hinge", "identity"),
        ("hinge", "tanh"),
        ("mae", "softmax"),
    ]
    for loss, output in pairs:
        label = loss if isinstance(loss, str) else loss["name"]
        yield compared(f"{label} on {output}", iris("gelu", output, loss))


def organ_rows() -> Iterator[Row]:
    """Each organ of a layer, and all together."""
    for name in NETWORKS:
        yield compared(name, session_of(name, "nesterov"))


def training_rows() -> Iterator[Row]:
    """Optimizers, schedules, clipping, penalties, class weights: on the network that has all organs."""
    for name, training in TRAININGS.items():
        yield compared(name, session_of("all at once", name), slopes="loss" in training or "class_weights" in training)


def pair_rows() -> Iterator[Row]:
    """Every pair of organs in random sessions, the same ones each time."""
    found = [row for pair in PAIRS for row in random_rows(pair)]
    total = found[0]
    for row in found[1:]:
        total = total.with_more(row)
    yield replace(total, name=f"{len(PAIRS)} pairs, in {len(found)} random sessions")


def random_rows(pair: tuple[str, ...]) -> list[Row]:
    """Some random sessions that have both organs."""
    found: list[Row] = []

    @settings(
        max_examples=EXAMPLES_PER_PAIR,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(session=sessions_with(pair))
    def collect(session: Session) -> None:
        found.append(compared(" and ".join(pair), session, updates=3))

    collect()
    return found


TABLES: dict[str, Callable[[], Iterator[Row]]] = {
    "activation": activation_rows,
    "loss": loss_rows,
    "organ of a layer": organ_rows,
    "training": training_rows,
    "pairs of organs": pair_rows,
}


def versions() -> str:
    """What it was made with."""
    import numba

    return (
        f"Python {platform.python_version()}, NumPy {np.__version__}, Numba {numba.__version__} on {platform.machine()}"
    )


def main() -> int:
    """Write the report; 1 where an error is above its bound."""
    text, wrong = HEAD.format(versions=versions(), updates=UPDATES, bound=ORACLE_BOUND, tolerance=TOLERANCE), []
    for title, rows in TABLES.items():
        found = list(rows())
        text += COLUMNS.format(title=title) + "\n".join(map(str, found)) + "\n\n"
        wrong += [f"{title} {r.name}" for r in found if r.error > ORACLE_BOUND or (r.slope_error or 0.0) > TOLERANCE]
        print(f"{title}: {len(found)} rows, worst {max(r.error for r in found):.1e}", flush=True)
    if wrong:
        print("Not exact: " + "; ".join(wrong), file=sys.stderr)
        return 1
    WHERE.write_text(text.rstrip() + "\n", "utf-8")
    print(f"Wrote {WHERE.relative_to(Path.cwd()) if WHERE.is_relative_to(Path.cwd()) else WHERE}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
