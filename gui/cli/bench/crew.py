"""Who trains side by side, each in a process of its own: Twostroke's kernel, and what people use today.

In one process the threads of one library got in the way of the others': PyTorch's figures for large networks were a
fraction of what it does alone, and flattered all beside it.
"""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from twostroke.gui.cli.bench import peers
from twostroke.gui.cli.bench.networks import OURS, PRODUCTS, ours, products, told
from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.parts import Answer, Part
from twostroke.gui.cli.bench.report import Section
from twostroke.gui.cli.bench.rounds import Contender, measure
from twostroke.gui.cli.bench.work import ACTIVATIONS, CASES, OPTIMIZERS, SMOOTH, Case, Setting

Key = tuple[str, ...]
"""The library, activation and optimizer; of the products alone, their name."""


def section(name: str, options: Options) -> Section:
    """Measure one of the five networks."""
    case = CASES[name]
    with crew(case) as (contenders, missing):
        timings = measure(contenders, options.seconds)
    return told(case, timings, missing)


class Trained:
    """What a part does that trains: one library, one network."""

    def __init__(self) -> None:
        self._case: Case | None = None
        self._made: dict[Key, Contender] = {}

    def answers(self) -> dict[str, Answer]:
        """By the name of the request."""
        return {"open": self.open, "prepare": self.prepare, "run": self.run}

    def open(self, library: str, case: str) -> str | None:
        """Which library, and which network. Why that cannot be; None where it can."""
        self._case = CASES[case]
        return peers.torch_problem() if library == "PyTorch" else None

    def prepare(self, key: list[str]) -> None:
        """Before each run."""
        self._contender(tuple(key)).prepare()

    def run(self, key: list[str], updates: int) -> float:
        """Do so many updates. The seconds that they took here: the way to this process and back is none of them."""
        contender = self._contender(tuple(key))
        began = time.perf_counter()
        contender.run(updates)
        return time.perf_counter() - began

    def _contender(self, key: Key) -> Contender:
        if key not in self._made:
            assert self._case is not None
            self._made[key] = made(self._case, key)
        return self._made[key]


def made(case: Case, key: Key) -> Contender:
    """The contender of that name, in this process."""
    if key == (PRODUCTS,):
        return products(case)
    library, activation, optimizer = key
    setting = Setting(case, activation, optimizer)
    return ours(setting) if library == OURS else Contender(key, peers.PEERS[library](setting).run)


def keys(case: Case, libraries: list[str]) -> list[Key]:
    """All that run in one round, those that are compared next to each other."""
    found: list[Key] = []
    for optimizer in OPTIMIZERS:
        for activation in ACTIVATIONS:
            setting = Setting(case, activation, optimizer)
            found += [(name, activation, optimizer) for name in libraries if peers.can(name, setting)]
        if optimizer == "sgd":
            found += [(OURS, name, "sgd") for name in SMOOTH if name not in ACTIVATIONS]
            found += [(PRODUCTS,)] if case.sgemm else []
    return found


@contextmanager
def crew(case: Case) -> Iterator[tuple[list[Contender], tuple[str, ...]]]:
    """The contenders, each in the process of its library; and who is missing and why, a sentence each."""
    with ExitStack() as opened:
        parts: dict[str, Part] = {}
        missing: list[str] = []
        for library in (OURS, *peers.PEERS):
            problem = peers.absent(library)
            if problem is None:
                part = opened.enter_context(Part("training"))
                problem = part.ask("open", library, case.name)
                parts[library] = part
            if problem is not None:
                missing.append(problem)
                parts.pop(library, None)
        yield [_remote(parts[_library(key)], key) for key in keys(case, list(parts))], tuple(missing)


def _library(key: Key) -> str:
    """The products are those of the kernel's own BLAS."""
    return OURS if key == (PRODUCTS,) else key[0]


def _remote(part: Part, key: Key) -> Contender:
    run: Any = partial(part.ask, "run", key)
    return Contender(key, run, partial(part.ask, "prepare", key)) if _library(key) == OURS else Contender(key, run)
