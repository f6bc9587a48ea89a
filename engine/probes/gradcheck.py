"""Proof by measurement that the gradients are right: every analytic one beside a difference of two losses.

`check` nudges one parameter at a time, in float64, and sees how much the loss of a mini-batch changes. It is what
`twostroke check` runs, and it works on any session, so nobody has to believe the formulas.

The difference is the four-point one, [8 (L(+h) - L(-h)) - (L(+2h) - L(-2h))] / 12h, whose own error is of order h⁴.
A large h errs by the curvature of the loss, a small one by round-off, and which suits differs from network to network.
So it is taken at several h, and the two neighbours that agree best with each other give the number, their mean. The
analytic gradient has no say in that choice; a wrong one cannot pick the difference that happens to flatter it.

A difference across a kink (of ReLU, of the absolute error, ...) means nothing. So each nudge also looks at which side
of every kink each sample stands; where one changes sides, h is shortened, and where even the shortest does not help,
the element is skipped and counted.

The network is in training mode, as its gradient is: batch normalization takes the figures of the mini-batch, and
dropout the mask of the update, which no nudge changes.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, pairwise

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.compute.kernels import plan
from twostroke.engine.compute.network import Network
from twostroke.engine.probes.loss_terms import loss_terms
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.phrases import counted, listed
from twostroke.engine.session.spec import Session

TOLERANCE = 1e-6
"""Worst relative error that still passes."""

STEPS = (1e-4, 1e-3, 1e-2, 1e-1)
"""Lengths of the nudge, from short to long."""

USUAL = (1e-3, 1e-2)
"""Tried first; where they agree with each other, no others are."""

SHORT_STEPS = (1e-5, 1e-6)
"""Tried where no longer ones agree, near a kink or where the loss bends sharply: round-off makes them less sharp."""

AGREEMENT = TOLERANCE / 100
"""Relative difference up to which two steps agree."""

FLOOR = 1e-3
"""Share of a tensor's largest gradient below which an element's error is measured against that share."""

ROUND_OFF = 4.0
"""A loss is taken to be known to this many units of the last place of its terms."""

MOST_ELEMENTS, FEWEST_ELEMENTS = 200, 20
"""Of each tensor, so many are compared at most; in large networks fewer, but not fewer than the second."""

LEAST_ELEMENTS = 3
"""Not even so many as the second where one stroke is HUGE, but never fewer than these."""

HUGE = 5e7
"""Multiplications of one stroke, from which 20 elements of each tensor would take minutes."""

SEED = 0
"""Draws which elements are compared."""

NUDGES = 2 * 4
"""Strokes that a comparison usually takes: four for each of the `USUAL` steps."""

WORK = 1e9
"""Multiplications that fewer elements should save."""

Watch = Callable[[int, int, float], None]
"""Told, before the first gradient and after each, how many are compared, of how many, and the seconds that all of them
should take."""

TRAINED_AT_ONCE = 10**8
"""Multiplications of one stroke between which training can be interrupted: about a second."""


@dataclass(frozen=True)
class TensorReport:
    """How the gradient of one tensor of parameters fared. Keys as in a trace, e.g. "l1.weight"."""

    name: str
    elements: int  # in the tensor
    checked: int  # of them compared: at most the limit given to `check`, less the skipped
    skipped: int  # of them not compared, because every step crossed a kink
    shortened: int  # of the checked ones for which some step was given up because it crossed a kink
    worst: float  # largest relative error
    at: tuple[int, ...] | None  # where that is; None where nothing was checked
    analytic: float  # the gradient there as training computes it
    numeric: float  # and as the difference of losses


@dataclass(frozen=True)
class Report:
    """How all gradients of a session fared."""

    tensors: tuple[TensorReport, ...]
    update: int  # the weights are those after this many updates
    samples: int  # in the mini-batch
    loss: float  # of the mini-batch
    worst: float
    tolerance: float
    passed: bool
    gates_open: bool  # False: a hidden layer's gate is missing from one stroke
    note: str | None  # a sentence where the session's gradient is deliberately not the derivative of its loss

    @property
    def checked(self) -> int:
        """Elements compared."""
        return sum(tensor.checked for tensor in self.tensors)

    @property
    def skipped(self) -> int:
        """Elements left out because of a kink."""
        return sum(tensor.skipped for tensor in self.tensors)

    @property
    def sampled(self) -> int | None:
        """So many elements of each tensor at most are a mere sample, as the network is huge; None where it is not."""
        most = max(tensor.checked + tensor.skipped for tensor in self.tensors)
        part = any(tensor.checked + tensor.skipped < tensor.elements for tensor in self.tensors)
        return most if part and most < FEWEST_ELEMENTS else None

    @property
    def summary(self) -> str:
        """The outcome in one sentence."""
        verdict = "agree" if self.passed else "do not agree"
        kinks = f", {self.skipped:,} skipped at kinks" if self.skipped else ""
        return (
            f"{self.checked:,} gradients {verdict} with differences of the loss: "
            f"worst relative error {self.worst:.1e}, allowed {self.tolerance:.0e}{kinks}."
        )


def check(
    session: Session,
    updates: int = 0,
    *,
    samples: int | None = None,
    elements: int | None = None,
    watch: Watch | None = None,
) -> Report:
    """Compare the analytic gradient with central differences, in float64, after `updates` updates of the session.

    The mini-batch is the one that comes next, or its first `samples` rows. Of each tensor at most `elements` are
    compared, drawn with a fixed seed; by default 200, and fewer in networks so large that it would take minutes. The
    report says how many.

    The relative error of an element is |analytic - numeric| over the largest of |analytic|, |numeric|, 1e-3 of the
    tensor's largest |analytic|, and r / 1e-6. Here r = 4 eps T / h is what the difference cannot resolve: two losses,
    each with a round-off of some eps T, over the shorter h; T are the terms of the loss (loss_terms.py), which can be
    far larger than what is left of them. So a disagreement below r, or below 1e-9 of the tensor's scale, passes, and
    every other one must be below a millionth of the gradient.

    Raises ValueError, with a sentence for the user, where training to `updates` or the gradient is not finite.
    """
    trainer = Trainer(_in_float64(session))
    chunk = max(1, TRAINED_AT_ONCE // (session.parameter_count * session.training.batch_size))
    while trainer.update < updates and trainer.failure is None:
        trainer.advance(min(chunk, updates - trainer.update))
    if trainer.failure is not None:
        raise ValueError(trainer.failure.message)
    tape = trainer.record()
    counts = trainer.feed.weight[tape.rows[:samples]] if trainer.feed.weight.size else None
    return check_network(
        trainer.network,
        tape.x[:samples],
        tape.target[:samples],
        counts,
        update=trainer.update,
        elements=elements,
        watch=watch,
    )


def check_network(
    network: Network,
    x: Array,
    target: Array,
    weight: Array | None = None,
    *,
    update: int = 0,
    elements: int | None = None,
    watch: Watch | None = None,
) -> Report:
    """The same for a float64 network as it stands and a mini-batch x (B, inputs), target (B, outputs).

    `weight` (B,) is what each sample's class counts; `update` names the mask that dropout takes. The network's
    parameters are nudged and put back. Errors as for `check`.
    """
    probe = _Probe(network, x, target, weight, update)
    rng = np.random.default_rng(SEED)
    limit = _affordable(network, x.shape[0]) if elements is None else elements
    tick = _ticking(probe, limit, watch) if watch else _unwatched
    tensors = tuple(_check_tensor(probe, name, place, limit, rng, tick) for name, place in _tensors(network))
    worst = max(tensor.worst for tensor in tensors)
    note = " ".join(filter(None, (_gate_note(network), _surrogate_note(network)))) or None
    return Report(
        tensors=tensors,
        update=update,
        samples=int(x.shape[0]),
        loss=probe.loss,
        worst=worst,
        tolerance=TOLERANCE,
        passed=worst <= TOLERANCE and any(tensor.checked for tensor in tensors),
        gates_open=_gate_note(network) is None,
        note=note,
    )


def _in_float64(session: Session) -> Session:
    return session.model_copy(update={"network": session.network.model_copy(update={"dtype": "float64"})})


def _affordable(network: Network, samples: int) -> int:
    """How many elements of each tensor to compare: each costs some ten times both strokes."""
    stroke = 3 * network.theta.size * samples
    fewest = max(min(1.0, HUGE / stroke) * FEWEST_ELEMENTS, LEAST_ELEMENTS)
    return int(min(max(WORK / (10 * stroke), fewest), MOST_ELEMENTS))


def _ticking(probe: "_Probe", limit: int, watch: Watch) -> Callable[[], None]:
    """Tells `watch` that nothing is compared yet; returns what tells it of each one more."""
    total = sum(min(limit, place.size) for _, place in _tensors(probe.network))
    seconds = total * NUDGES * probe.seconds()
    done = count()
    watch(next(done), total, seconds)
    return lambda: watch(next(done), total, seconds)


def _unwatched() -> None:
    """Nobody is told."""


def _gate_note(network: Network) -> str | None:
    """A sentence where a hidden layer's gate is missing from one stroke; None where both strokes pass all gates."""
    gates = network.session.gates
    if network.depth == 1:
        return None
    if gates.forward and gates.backward:
        return _neurons_note(network)
    strokes = [name for name, is_on in (("forward", gates.forward), ("backward", gates.backward)) if not is_on]
    return (
        f"The gates are off in the {' and the '.join(strokes)} stroke: "
        "this session's gradient is deliberately not the derivative of its loss."
    )


def _neurons_note(network: Network) -> str | None:
    """The same of single neurons; one whose gate is off on both strokes is straight, and its gradient exact."""
    odd = sum(len(set(layer.off_forward) ^ set(layer.off_backward)) for layer in network.layers)
    if not odd:
        return None
    return (
        f"The gates of {counted(odd, 'neuron')} are off in one stroke: "
        "this session's gradient is deliberately not the derivative of its loss."
    )


def _surrogate_note(network: Network) -> str | None:
    """A sentence where a gate's gain is not the derivative of its function; None where all are."""
    runs = [run for layer in network.layers for run in layer.runs if network.is_backward(layer.number)]
    names = dict.fromkeys(run.spec.name for run in runs if not run.spec.entry.exact(run.spec.params))
    if not names:
        return None
    return (
        f"The gradient meets a surrogate in place of the derivative of {listed(names)}: "
        "this session's gradient is deliberately not the derivative of its loss."
    )


def _tensors(network: Network) -> Iterator[tuple[str, NDArray[np.int64]]]:
    """Each tensor's name, and where in theta its elements lie; an array of the tensor's own shape."""
    place = np.arange(network.theta.size).astype(network.theta.dtype)  # exact: far below 2**53
    for layer in range(1, network.depth + 1):
        for name, where in network.layer_parameters(layer, place).items():
            yield f"l{layer}.{name}", where.astype(np.int64)


class _Probe:
    """A network, a mini-batch, and what the loss becomes when one parameter is nudged."""

    def __init__(self, network: Network, x: Array, target: Array, weight: Array | None, update: int) -> None:
        if network.theta.dtype != np.float64:
            raise ValueError(f"gradients are checked in float64, and this network computes in {network.theta.dtype}")
        self.network, self.update = network, update
        self.feed, self.buffers = network.feed(x, target, weight), network.buffers(x.shape[0])
        self.kinks = tuple(_kinks(network))
        self.loss = self._strokes()
        self.gradient = self.buffers.grad.copy()
        if not (math.isfinite(self.loss) and np.isfinite(self.gradient).all()):
            raise ValueError("the loss or its gradient is not a finite number here; there is nothing to compare")
        self.sides = self._sides()
        self._unresolved: dict[_Slope, float] = {}

    def _strokes(self) -> float:
        """The loss of the mini-batch as the parameters are now; leaves all else in the buffers."""
        return self.network.stroke(self.feed, np.arange(self.feed.x.shape[0]), self.buffers, self.update)

    def seconds(self) -> float:
        """How long a stroke takes, now that its kernels are ready; changes nothing."""
        began = time.perf_counter()
        self._strokes()
        return time.perf_counter() - began

    def _sides(self) -> NDArray[np.bool_]:
        """On which side of each kink each sample stands, in every unit that has one; after `_strokes`."""
        network, samples = self.network, self.feed.x.shape[0]
        z = {layer: network.rows(self.buffers, layer, plan.Z, samples) for layer, _, _ in self.kinks}
        found = [z[layer][:, units].ravel() > kink for layer, units, kink in self.kinks]
        loss, output = network.session.training.loss, network.rows(self.buffers, network.depth, plan.A, samples)
        if loss.entry.sides is not None:
            found += loss.entry.sides(output, self.feed.target, loss.delta)
        return np.concatenate(found) if found else np.zeros(0, dtype=np.bool_)

    def slope(self, place: int, h: float) -> "_Slope | None":
        """dL/dtheta[place] as a difference with step `h`; None where a kink lies within it."""
        theta = self.network.theta
        own = theta[place]
        loss = {}
        try:
            for times in (2, -2, 1, -1):  # the outer ones first: they are the likelier to cross
                theta[place] = own + times * h
                loss[times] = self._strokes()
                if not np.array_equal(self._sides(), self.sides):
                    return None
        finally:
            theta[place] = own
        value = (8.0 * (loss[1] - loss[-1]) - (loss[2] - loss[-2])) / (12.0 * h)
        return _Slope(value, place, h)

    def unresolved(self, slope: "_Slope") -> float:
        """Below which number `slope` is round-off. Found from two more nudges: few slopes need it."""
        if slope not in self._unresolved:
            theta, own, terms = self.network.theta, self.network.theta[slope.place], 0.0
            try:
                for times in (2, -2):
                    theta[slope.place] = own + times * slope.h
                    self._strokes()
                    terms = max(terms, loss_terms(self.network, self.feed, self.buffers))
            finally:
                theta[slope.place] = own
            self._unresolved[slope] = ROUND_OFF * float(np.finfo(np.float64).eps) * terms / slope.h
        return self._unresolved[slope]


def _kinks(network: Network) -> Iterator[tuple[int, NDArray[np.int64], float]]:
    """Layer, units and z of every place where the signal meets a kink; it never comes through cut units, and passes
    by gates that are off.
    """
    for layer in network.layers:
        if not network.is_forward(layer.number):
            continue
        for run in layer.runs:
            for kink in (*run.spec.entry.kinks, *run.spec.entry.bends):
                without = (*layer.cut, *layer.off_forward)
                units = np.setdiff1d(np.arange(run.first, run.first + run.units), without)
                yield layer.number, units.astype(np.int64), kink


@dataclass(frozen=True)
class _Slope:
    value: float
    place: int  # in theta
    h: float


@dataclass(frozen=True)
class _Comparison:
    apart: float  # analytic and measured gradient
    size: float  # that this is measured against, as long as it is no round-off
    numeric: float
    shortened: bool
    slope: _Slope  # whose round-off counts

    @property
    def at_most(self) -> float:
        """The error, or more: known without the round-off."""
        return self.apart / self.size

    def error(self, probe: _Probe) -> float:
        """The relative error; see `check`."""
        if self.apart == 0.0:
            return 0.0
        return self.apart / max(self.size, probe.unresolved(self.slope) / TOLERANCE)


def _size(*slopes: float, scale: float, unresolved: float = 0.0) -> float:
    """What an error is measured against; see `check`."""
    # The smallest normal number keeps 0 / 0 away where loss and gradient are both exactly 0.
    return max(*map(abs, slopes), FLOOR * scale, unresolved / TOLERANCE, float(np.finfo(np.float64).tiny))


def _closest(found: dict[float, _Slope]) -> tuple[_Slope, _Slope]:
    """The two neighbouring steps that agree best, the shorter one first; a step without a neighbour twice."""
    slopes = [found[h] for h in sorted(found)]
    if len(slopes) == 1:
        return slopes[0], slopes[0]
    return min(pairwise(slopes), key=lambda pair: abs(pair[0].value - pair[1].value))


def _agree(probe: _Probe, found: dict[float, _Slope], scale: float) -> bool:
    """Whether two neighbouring steps tell the same slope."""
    if len(found) < 2:
        return False
    short, long = _closest(found)
    apart = abs(short.value - long.value)
    if apart <= AGREEMENT * _size(short.value, long.value, scale=scale):
        return True
    return apart <= AGREEMENT * _size(short.value, long.value, scale=scale, unresolved=probe.unresolved(short))


def _difference(probe: _Probe, place: int, scale: float) -> tuple[tuple[_Slope, _Slope] | None, bool]:
    """dL/dtheta[place] with the two steps that agree best, None where each crosses a kink; and whether any does."""
    tried: dict[float, _Slope | None] = {}
    found: dict[float, _Slope] = {}
    for steps in (USUAL, STEPS, SHORT_STEPS):
        tried |= {h: probe.slope(place, h) for h in steps if h not in tried}
        found = {h: slope for h, slope in tried.items() if slope is not None}
        if _agree(probe, found, scale):
            break
    if not found:
        return None, True
    return _closest(found), None in tried.values()


def _compare(probe: _Probe, place: int, scale: float) -> _Comparison | None:
    """The analytic gradient beside the measured one; None where there is no measuring."""
    measured, crossed = _difference(probe, place, scale)
    if measured is None:
        return None
    short, long = measured
    analytic, numeric = float(probe.gradient[place]), (short.value + long.value) / 2.0
    return _Comparison(abs(analytic - numeric), _size(analytic, numeric, scale=scale), numeric, crossed, short)


def _worst(probe: _Probe, compared: dict[int, _Comparison]) -> tuple[int | None, float]:
    """Where the error is largest, the first of several, and how large. Asks for the round-off of those only that can be
    the worst.
    """
    errors: dict[int, float] = {}
    largest = 0.0
    for i in sorted(compared, key=lambda i: compared[i].at_most, reverse=True):
        if compared[i].at_most < largest:
            break
        errors[i] = compared[i].error(probe)
        largest = max(largest, errors[i])
    at = max(sorted(errors), key=lambda i: errors[i], default=None)
    return at, (0.0 if at is None else errors[at])


def _check_tensor(
    probe: _Probe,
    name: str,
    place: NDArray[np.int64],
    elements: int,
    rng: np.random.Generator,
    tick: Callable[[], None],
) -> TensorReport:
    size = place.size
    chosen = np.arange(size) if size <= elements else np.sort(rng.choice(size, elements, replace=False))
    scale = float(np.abs(probe.gradient[place.ravel()]).max())
    found = {}
    for i in chosen:
        found[int(i)] = _compare(probe, int(place.flat[i]), scale)
        tick()
    compared = {i: one for i, one in found.items() if one is not None}
    at, worst = _worst(probe, compared)
    return TensorReport(
        name=name,
        elements=size,
        checked=len(compared),
        skipped=len(found) - len(compared),
        shortened=sum(one.shortened for one in compared.values()),
        worst=worst,
        at=None if at is None else tuple(int(i) for i in np.unravel_index(at, place.shape)),
        analytic=0.0 if at is None else float(probe.gradient[place.flat[at]]),
        numeric=0.0 if at is None else compared[at].numeric,
    )
