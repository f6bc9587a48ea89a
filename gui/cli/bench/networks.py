"""Training alone, on five networks: Twostroke's kernel beside what people use today, and what is told of it."""

from collections.abc import Callable, Hashable
from functools import partial
from typing import Any

import numpy as np

from twostroke.gui.cli.bench import peers
from twostroke.gui.cli.bench.report import Goal, Section, Table, amount, rate
from twostroke.gui.cli.bench.rounds import Contender, Figure, Timings
from twostroke.gui.cli.bench.work import ACTIVATIONS, OPTIMIZERS, SMOOTH, Case, Setting, samples_of, session_of

OURS = "Twostroke"
PRODUCTS = "sgemm"
"""The contender that does nothing but the matrix products of the network."""

ADAM_TIME, SMOOTH_TIME, SGEMM_SHARE = 1.4, 1.5, 0.9
"""Goals: Adam's time to SGD's, a smooth function's to ReLU's, and the products' share of the update's time."""


def ours(setting: Setting) -> Contender:
    """The kernel that trains, as `twostroke train` calls it. Each run begins with fresh weights."""
    from twostroke.engine.compute import optimizing
    from twostroke.engine.compute.kernels import train
    from twostroke.engine.compute.network import Network
    from twostroke.engine.compute.record import copy_state
    from twostroke.engine.run.second_core import SecondCore

    session = session_of(setting)
    network = Network(session, widths=setting.case.widths)
    x, y = samples_of(setting.case)
    feed = network.feed(x, y)
    buffers, rule, last = network.buffers(setting.case.batch), optimizing.rule(session), np.zeros(1)
    state = optimizing.fresh_state(session, network.theta, network.running)
    begin, second = copy_state(state), SecondCore()

    def prepare() -> None:
        for array, first in zip(state, begin, strict=True):
            array[:] = first

    def run(updates: int) -> None:
        with second.lent(network):
            done = train.run(network.plan, rule, feed, state, buffers, updates, last)
        assert done == updates, "a number of the benchmark's training is no longer finite"

    return Contender((OURS, setting.activation, setting.optimizer), run, prepare)


def product(left: Any, right: Any, out: Any) -> Callable[[], Any]:
    """out = left right by SciPy's sgemm; `out` lies row by row, the others row by row or as transposes of such.

    NumPy has a BLAS of its own, whose threads would get in the way of SciPy's.
    """
    from scipy.linalg.blas import sgemm

    def by_columns(matrix: Any) -> tuple[Any, int]:
        return (matrix.T, 0) if matrix.flags.c_contiguous else (matrix, 1)

    (a, turned_a), (b, turned_b) = by_columns(right), by_columns(left)
    return partial(sgemm, 1.0, a, b, trans_a=turned_a, trans_b=turned_b, c=out.T, overwrite_c=1)


def products(case: Case) -> Contender:
    """The matrix products of one update alone, by the BLAS that the kernels call, in the shapes and order they use."""
    rng = np.random.default_rng(0)

    def drawn(*shape: int) -> Any:
        return rng.standard_normal(shape, dtype=np.float32)

    calls: list[Callable[[], Any]] = []
    n = case.batch
    for layer, (into, out) in enumerate(zip(case.widths, case.widths[1:], strict=False)):
        w, dz = drawn(out, into), drawn(out, n)
        below = drawn(n, into).T if layer == 0 else drawn(into, n)
        calls.append(product(w, below, drawn(out, n)))
        calls.append(product(dz, below.T, drawn(out, into)))
        if layer:
            calls.append(product(w.T, dz, drawn(into, n)))

    def run(updates: int) -> None:
        for _ in range(updates):
            for call in calls:
                call()

    return Contender((PRODUCTS,), run)


def told(case: Case, timings: Timings, missing: tuple[str, ...] = ()) -> Section:
    """Timings as tables, goals and JSON; `missing` says who does not take part, and why. Pure."""
    settings = [Setting(case, activation, optimizer) for optimizer in OPTIMIZERS for activation in ACTIVATIONS]
    results = [_result(setting, timings) for setting in settings]
    names = [name for name in (OURS, *peers.PEERS) if any(name in result["rates"] for result in results)]
    times = costs(timings)
    data = {
        "widths": list(case.widths),
        "batch": case.batch,
        "unit": "updates per second",
        "results": [_plain(result) for result in results],
        "times": {key: figure.as_object() for key, figure in times.items()},
    }
    table = Table(
        f"{case.name}: {case.title}, updates per second",
        ("activation", "optimizer", *names, *(f"× {name}" for name in names[1:])),
        tuple(
            (
                result["activation"],
                result["optimizer"],
                *(rate(result["rates"].get(name)) for name in names),
                *(_times(result["ratios"].get(name)) for name in names[1:]),
            )
            for result in results
        ),
        names=2,
    )
    return Section(case.name, data, (table,), tuple(goals(case, timings, times)), missing)


def _result(setting: Setting, timings: Timings) -> dict[str, Any]:
    key = (setting.activation, setting.optimizer)
    names = [name for name in (OURS, *peers.PEERS) if (name, *key) in timings.seconds]
    return {
        "activation": setting.activation,
        "optimizer": setting.optimizer,
        "rates": {name: timings.rate((name, *key)) for name in names},
        "ratios": {name: timings.times((OURS, *key), (name, *key)) for name in names[1:]},
    }


def _plain(result: dict[str, Any]) -> dict[str, Any]:
    return {
        key: {name: found.as_object() for name, found in value.items()} if isinstance(value, dict) else value
        for key, value in result.items()
    }


def _times(found: Figure | None) -> str:
    return "–" if found is None else amount(found.median, "×")


def costs(timings: Timings) -> dict[str, Figure]:
    """Our own times as multiples: Adam's of SGD's, a smooth function's of ReLU's, the products' of the update's."""
    plain: Hashable = (OURS, "relu", "sgd")
    found = {
        "adam / sgd": timings.times(plain, (OURS, "relu", "adam")),
        **{f"{name} / relu": timings.times(plain, (OURS, name, "sgd")) for name in SMOOTH},
    }
    if (PRODUCTS,) in timings.seconds:
        found["sgemm / update"] = timings.times(plain, (PRODUCTS,))
    return found


def goals(case: Case, timings: Timings, times: dict[str, Figure]) -> list[Goal]:
    """What this network ought to reach."""
    plain = ("relu", "sgd")
    has_torch = ("PyTorch", *plain) in timings.seconds
    ratio = timings.times((OURS, *plain), ("PyTorch", *plain)).median if has_torch else None
    found = [Goal(case.name, "times PyTorch's speed, relu, sgd", ratio, case.times_torch, True, "×")]
    if "sgemm / update" in times:
        share = times["sgemm / update"].median
        found.append(Goal(case.name, "share of sgemm in an update", share, SGEMM_SHARE, True, "%"))
    found.append(Goal(case.name, "Adam's time to SGD's", times["adam / sgd"].median, ADAM_TIME, False, "×"))
    found += [
        Goal(case.name, f"{name}'s time to relu's", times[f"{name} / relu"].median, SMOOTH_TIME, False, "×")
        for name in SMOOTH
    ]
    return found
