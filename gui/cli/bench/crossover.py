"""From which size on BLAS multiplies faster than plain loops: the measurement behind `layout.BLAS_FROM`."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from twostroke.engine.compute.kernels.plan import padded
from twostroke.engine.session.spec import Session
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.report import Section, Table, amount, rate
from twostroke.gui.cli.bench.rounds import Contender, Timings, measure
from twostroke.gui.cli.bench.work import LEARNING_RATE, SAMPLES

WIDTHS = (4, 8, 12, 16, 24, 32, 48, 64, 96)
BATCHES = (10, 32, 128)
LOOPS, BLAS = "loops", "BLAS"


def square(width: int, batch: int, blas: bool) -> Contender:
    """Training a network of two square layers, all of whose products are made one way."""
    from twostroke.engine.compute import optimizing
    from twostroke.engine.compute.kernels import train
    from twostroke.engine.compute.network import Network

    layers = {"layers": [{"units": width, "activation": "relu"}]}
    optimizer = {"name": "sgd", "learning_rate": LEARNING_RATE}
    training = {"loss": "mse", "optimizer": optimizer, "batch_size": batch}
    session = Session.model_validate({"data": "sine", "network": layers, "training": training})
    network = Network(session, widths=(width, width, width), blas=blas)
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal((SAMPLES, width), dtype=np.float32) for _ in range(2))
    state = optimizing.fresh_state(session, network.theta, network.running)
    rule, feed, buffers = optimizing.rule(session), network.feed(x, y), network.buffers(batch)

    def run(updates: int) -> None:
        train.run(network.plan, rule, feed, state, buffers, updates, np.zeros(1))

    return Contender((width, batch, BLAS if blas else LOOPS), run)


def crossing(works: Sequence[float], ratios: Sequence[float]) -> float | None:
    """The amount of work from which on `ratios` stay above 1, between two rungs in logarithms; None where they do not.

    `works` rise; `ratios[i]` is how many times as fast BLAS is at `works[i]`.
    """
    first = len(ratios)
    while first > 0 and ratios[first - 1] >= 1.0:
        first -= 1
    if first == len(ratios):
        return None
    if first == 0:
        return works[0]
    below, above = math.log(ratios[first - 1]), math.log(ratios[first])
    share = -below / (above - below)
    return math.exp((1.0 - share) * math.log(works[first - 1]) + share * math.log(works[first]))


def section(options: Options) -> Section:
    """Measure the ladder."""
    ladder = [square(width, batch, blas) for batch in BATCHES for width in WIDTHS for blas in (False, True)]
    return told(measure(ladder, options.seconds))


def told(timings: Timings) -> Section:
    """Timings as a table and JSON. Pure."""
    from twostroke.engine.compute.layout import BLAS_FROM

    rows, ladders, notes = [], [], []
    for batch in BATCHES:
        rungs = [_rung(timings, width, batch) for width in WIDTHS]
        found = crossing([rung["work"] for rung in rungs], [rung["ratio"] for rung in rungs])
        ladders.append({"batch": batch, "crossover": found, "rungs": rungs})
        notes.append(_sentence(batch, found, BLAS_FROM))
        for width, rung in zip(WIDTHS, rungs, strict=True):
            chosen = BLAS if rung["work"] >= BLAS_FROM else LOOPS
            rows.append(
                (
                    str(batch),
                    f"{width} × {width}",
                    f"{rung['work']:,}",
                    rate(timings.rate((width, batch, LOOPS))),
                    rate(timings.rate((width, batch, BLAS))),
                    amount(rung["ratio"], "×"),
                    chosen,
                )
            )
    columns = ("mini-batch", "layer", "multiplications", "loops", "BLAS", "BLAS to loops", "taken")
    table = Table("Loops and BLAS, updates per second", columns, tuple(rows), names=0)
    return Section("crossover", {"blas_from": BLAS_FROM, "ladders": ladders}, (table,), (), tuple(notes))


def _rung(timings: Timings, width: int, batch: int) -> dict[str, Any]:
    loops, blas = (width, batch, LOOPS), (width, batch, BLAS)
    return {
        "width": width,
        "work": width * width * padded(batch),
        "loops": timings.rate(loops).median,
        "blas": timings.rate(blas).median,
        "ratio": timings.times(blas, loops).median,
    }


def _sentence(batch: int, found: float | None, bound: int) -> str:
    where = "nowhere on this ladder" if found is None else f"from about {found:,.0f} multiplications a layer on"
    return f"With mini-batches of {batch}, BLAS wins {where}; the program takes it from {bound:,} on."
