"""From a session to the plan that the kernels follow: where each parameter and each row of a mini-batch lies."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.compute import cores, freezing, optimizing
from twostroke.engine.compute.kernels import blas as kernel_blas
from twostroke.engine.compute.kernels import chance, gates, halves, norms, parts, products, rules, skips
from twostroke.engine.compute.kernels import criteria as kernel_losses
from twostroke.engine.compute.kernels import plan as k
from twostroke.engine.compute.kernels.plan import Plan
from twostroke.engine.session.cutting import cut_links, cut_units
from twostroke.engine.session.parameters import learned_rows
from twostroke.engine.session.spec import ActivationSpec, LayerSpec, NormSpec, OutputSpec, Session, Sgd
from twostroke.engine.session.switched_gates import BACKWARD, FORWARD, off_units

BLAS_FROM = 2_048
"""Multiplications per layer and mini-batch from which BLAS overtakes plain loops, with the batch rounded up to whole
vectors; `twostroke bench crossover` measures it."""

NORMS = {"none": k.NO_NORM, "batch": k.BATCH_NORM, "layer": k.LAYER_NORM}


@dataclass(frozen=True)
class Run:
    """Neighbouring units of a layer that have the same activation."""

    spec: ActivationSpec
    first: int
    units: int
    row: int  # of its first learned parameter among the layer's


@dataclass(frozen=True)
class Layer:
    """One layer with weights, as the plan is made from it."""

    number: int  # from 1
    units: int
    into: int
    runs: tuple[Run, ...]
    learned: tuple[str, ...]  # names of the learned activation parameters, a row each
    norm: str
    momentum: float
    epsilon: float
    dropout: float
    l1: float
    l2: float
    skip: int | None
    skip_units: int  # width of the layer that the skip path comes from; 0 without one
    cut: tuple[int, ...]  # its units that send nothing and get no gradient, from 0
    off_forward: tuple[int, ...] = ()  # its units whose own gate the signal passes by, while that of the layer is on
    off_backward: tuple[int, ...] = ()  # the same of the gradient

    @property
    def projected(self) -> bool:
        """Whether the skip path has weights."""
        return self.skip is not None and self.skip_units != self.units

    @property
    def parameters(self) -> Iterator[tuple[int, int]]:
        """Column of the plan, and numbers in theta, of each kind of parameter."""
        yield k.WEIGHT, self.units * self.into
        yield k.BIAS, self.units
        yield k.PARAM, self.units * len(self.learned)
        yield k.SCALE, self.units * (self.norm != "none")
        yield k.SHIFT, self.units * (self.norm != "none")
        yield k.SKIP_WEIGHT, self.units * self.skip_units * self.projected


def layers_of(session: Session, widths: tuple[int, ...]) -> tuple[Layer, ...]:
    """The layers that `session` describes, for a network of these widths (inputs, hidden..., outputs)."""
    specs: tuple[LayerSpec | OutputSpec, ...] = (*session.network.layers, session.network.output)
    found = []
    for number, spec in enumerate(specs, start=1):
        norm, dropout = (spec.norm, spec.dropout) if isinstance(spec, LayerSpec) else (NormSpec(), 0.0)
        units = widths[number]
        each = spec.gates if isinstance(spec, LayerSpec) else (spec.activation,) * units
        runs, learned = _runs(each)
        training = session.training
        found.append(
            Layer(
                number=number,
                units=units,
                into=widths[number - 1],
                runs=runs,
                learned=learned,
                norm=norm.name,
                momentum=norm.momentum,
                epsilon=norm.epsilon,
                dropout=dropout,
                l1=training.l1 if spec.l1 is None else spec.l1,
                l2=training.l2 if spec.l2 is None else spec.l2,
                skip=spec.skip,
                skip_units=0 if spec.skip is None else widths[spec.skip],
                cut=cut_units(session.network, number),
                off_forward=off_units(session.gates.off, number, FORWARD) if session.gates.forward else (),
                off_backward=off_units(session.gates.off, number, BACKWARD) if session.gates.backward else (),
            )
        )
    return tuple(found)


def _runs(each: tuple[ActivationSpec, ...]) -> tuple[tuple[Run, ...], tuple[str, ...]]:
    """The runs of a layer whose units have these activations, and the names of its learned parameters."""
    rows, names = learned_rows(each)
    runs, first = [], 0
    for spec, group in groupby(each):
        units = len(list(group))
        runs.append(Run(spec, first, units, rows[spec.name]))
        first += units
    return tuple(runs), names


@dataclass(frozen=True, eq=False)
class Layout:
    """Where everything lies; known before anything is compiled."""

    table: NDArray[np.int64]  # (layers, k.COLUMNS)
    parameters: int  # numbers in theta
    running: int  # numbers in the running figures
    rows: int  # of the work array
    seed: np.uint64  # of the sample order and of dropout
    stretches: NDArray[np.int64]  # (..., 2): of theta, that the optimizer's step changes
    cut: NDArray[np.int64]  # where in theta the weights of cut links lie
    frozen: NDArray[np.int64]  # where in theta the frozen numbers lie
    largest: int  # multiplications in the largest product of a mini-batch that is left to BLAS; 0 without one


def layout_of(session: Session, layers: tuple[Layer, ...], blas: bool | None) -> Layout:
    """The layout of the layers.

    `blas` forces matrix products by BLAS (True) or by loops (False); by default each layer's size decides.
    """
    table = np.full((len(layers), k.COLUMNS), k.NONE, dtype=np.int64)
    parameters, running = _place_parameters(layers, table)
    cut = _named(session, layers, table, cut_links(session.network))
    held = np.zeros(parameters, dtype=np.bool_)
    frozen = _named(session, layers, table, session.network.frozen)
    held[frozen] = True
    held[cut] = True
    _choose_products(session, layers, table, blas, held)
    _place_gates(session, layers, table)
    rows = _place_rows(layers, table)
    seed = seed_of(session)
    stretches, largest = _stretches(layers, table, held), _largest_product(session, layers, table)
    return Layout(table, parameters, running, rows, seed, stretches, cut, frozen, largest)


def seed_of(session: Session) -> np.uint64:
    """Of the order of the samples and of dropout."""
    return np.uint64((session.network.seed << 32) ^ session.data.seed)


def plan_of(session: Session, layers: tuple[Layer, ...], layout: Layout) -> Plan:
    """The plan for the kernels; compiles the gates and parts that this network needs, where nothing has done so yet."""
    last = layers[-1]
    loss = session.training.loss
    units = [run.spec for layer in layers for run in layer.runs for _ in range(run.units)]
    firing = [spec.entry.fires_above for spec in units]
    direct = layout.table[:, k.DIRECT].any()
    around = int(np.diff(layout.stretches).sum()) < layout.parameters
    return Plan(
        counts=np.array(
            [len(layers), layout.parameters, layers[0].into, last.units, direct, around, len(layout.stretches)],
            dtype=np.int64,
        ),
        layers=layout.table,
        reals=np.array([_reals(layer) for layer in layers], dtype=np.float64),
        runs=_runs_table(session, layers),
        parts=_parts(session, layers, layout),
        loss=np.array([loss.entry.fused, loss.entry.divides_by_weights], dtype=np.int64),
        loss_setting=np.array([loss.delta], dtype=np.float64),
        largest=np.array([np.finfo(session.network.dtype).max / 10.0], dtype=np.float64),
        seed=np.array([layout.seed], dtype=np.uint64),
        fires_above=np.array([bound for bound, _ in firing], dtype=np.float64),
        fires_by_size=np.array([by_size for _, by_size in firing], dtype=np.int64),
        shut_below=np.array([spec.entry.shut_below for spec in units], dtype=np.float64),
        stretches=layout.stretches,
        named=np.array([unit for layer in layers for units in _named_units(layer) for unit in units], dtype=np.int64),
    )


def _parts(session: Session, layers: tuple[Layer, ...], layout: Layout) -> NDArray[np.int64]:
    """Addresses of the parts that the network needs."""
    training, table = session.training, layout.table
    criteria = kernel_losses.LOSSES if layers[-1].units == 1 else kernel_losses.SEVERAL
    wanted: list[tuple[int, Callable[..., float], str, bool]] = [
        (k.LOSS_PART, criteria[training.loss.name], kernel_losses.LOSS_KINDS, False),
        (k.STEP_PART, optimizing.kernel(session), rules.OPTIMIZER_KINDS, True),
    ]
    if training.clip.name != "none":
        wanted.append((k.CLIP_PART, optimizing.CLIPS[training.clip.name], rules.CLIP_KINDS, False))
    if layers[-1].runs[0].spec.entry.output_only:
        wanted.append((k.SOFTMAX_PART, kernel_losses.softmax, kernel_losses.SOFTMAX_KINDS, False))
        wanted.append((k.SOFTMAX_BACK_PART, kernel_losses.softmax_back, kernel_losses.SOFTMAX_BACK_KINDS, False))
    if any(layer.norm != "none" for layer in layers):
        wanted.append((k.NORM_PART, norms.normalise, norms.NORM_KINDS, False))
        wanted.append((k.NORM_BACK_PART, norms.normalise_back, norms.NORM_BACK_KINDS, False))
    if any(layer.norm == "batch" for layer in layers):
        wanted.append((k.RUNNING_PART, norms.move_running, norms.RUNNING_KINDS, False))
    if any(layer.skip is not None for layer in layers):
        wanted.append((k.SKIP_PART, skips.join, skips.JOIN_KINDS, False))
        wanted.append((k.SKIP_BACK_PART, skips.join_back, skips.JOIN_BACK_KINDS, False))
    if any(layer.dropout > 0.0 for layer in layers):
        wanted.append((k.MASK_PART, chance.draw_mask, chance.MASK_KINDS, False))
    if table[:, k.BLAS].any():
        wanted.append((k.BLAS_SUM_PART, products.blas_sum, products.BLAS_SUM_KINDS, False))
        wanted.append((k.BLAS_GRADIENT_PART, products.blas_gradient, products.BLAS_GRADIENT_KINDS, False))
        wanted.append((k.BLAS_SPREAD_PART, products.blas_spread, products.BLAS_SPREAD_KINDS, False))
    found = np.zeros(k.PARTS, dtype=np.int64)
    for place, function, kinds, loose in wanted:
        found[place] = parts.address(function, kinds, session.network.dtype, loose)
    if table[:, k.BLAS].any():
        found[k.BLAS_PART] = kernel_blas.gemm_address(session.network.dtype)
        found[k.SECOND] = halves.IN_TURN if layout.largest <= cores.ONE_UP_TO else halves.WHOLE
    return found


def _reals(layer: Layer) -> list[float]:
    reals = [0.0] * k.REALS
    reals[k.NORM_MOMENTUM], reals[k.NORM_EPSILON] = layer.momentum, layer.epsilon
    reals[k.DROPOUT_SHARE], reals[k.L1], reals[k.L2] = layer.dropout, layer.l1, layer.l2
    return reals


def _place_parameters(layers: tuple[Layer, ...], table: NDArray[np.int64]) -> tuple[int, int]:
    at = running = unit = named = 0
    for layer, row in zip(layers, table, strict=True):
        row[k.UNITS], row[k.INTO], row[k.LEARNED] = layer.units, layer.into, len(layer.learned)
        row[k.FIRST_UNIT] = unit
        unit += layer.units
        for begin, count, units in zip(NAMED_FROM, NAMED_COUNT, _named_units(layer), strict=True):
            row[begin], row[count] = named, len(units)
            named += len(units)
        for column, count in layer.parameters:
            row[column] = at
            at += count
        row[k.RUNNING] = running
        running += 2 * layer.units * (layer.norm == "batch")
    return at, running


NAMED_FROM = k.CUT, k.OFF_FORWARD, k.OFF_BACKWARD
NAMED_COUNT = k.CUTS, k.OFFS_FORWARD, k.OFFS_BACKWARD


def _named_units(layer: Layer) -> tuple[tuple[int, ...], ...]:
    """The units that the plan names, in the order of the columns that say where: NAMED_FROM, NAMED_COUNT."""
    return layer.cut, layer.off_forward, layer.off_backward


def _named(
    session: Session, layers: tuple[Layer, ...], table: NDArray[np.int64], names: Sequence[str]
) -> NDArray[np.int64]:
    """Where in theta the numbers lie that the session names."""
    widths = (layers[0].into, *(layer.units for layer in layers))
    learned = [layer.learned for layer in layers]
    found = freezing.places_in_theta(session, names, learned, widths, table)
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def _stretches(layers: tuple[Layer, ...], table: NDArray[np.int64], held: NDArray[np.bool_]) -> NDArray[np.int64]:
    stepped = ~held
    for layer, row in zip(layers, table, strict=True):
        if row[k.DIRECT]:
            stepped[row[k.WEIGHT] : row[k.WEIGHT] + layer.units * layer.into] = False
    return freezing.stretches(stepped)


def _choose_products(
    session: Session,
    layers: tuple[Layer, ...],
    table: NDArray[np.int64],
    blas: bool | None,
    held: NDArray[np.bool_],
) -> None:
    for layer, row in zip(layers, table, strict=True):
        row[k.BLAS] = _work(session, layer) >= BLAS_FROM if blas is None else blas
    # BLAS reads samples as they lie in the data; a skip path from the input needs them as rows of units.
    table[:, k.DIRECT] = _direct(session, layers, table)
    for layer, row in zip(layers, table, strict=True):
        row[k.DIRECT] &= not held[row[k.WEIGHT] : row[k.WEIGHT] + layer.units * layer.into].any()
    table[:, k.BY_SAMPLE] = 0
    table[0, k.BY_SAMPLE] = table[0, k.BLAS] and all(layer.skip != 0 for layer in layers)


def _work(session: Session, layer: Layer) -> int:
    """Multiplications in a product of the layer, with the mini-batch rounded up to whole vectors."""
    return layer.units * layer.into * k.padded(session.training.batch_size)


def _largest_product(session: Session, layers: tuple[Layer, ...], table: NDArray[np.int64]) -> int:
    by_blas = zip(layers, table[:, k.BLAS], strict=True)
    return max((_work(session, layer) for layer, blas in by_blas if blas), default=0)


def _direct(session: Session, layers: tuple[Layer, ...], table: NDArray[np.int64]) -> list[bool]:
    """For each layer, whether its weights can change within the product that computes their gradient."""
    training = session.training
    plain = isinstance(training.optimizer, Sgd) and training.optimizer.momentum == 0.0 and training.clip.name == "none"
    bare = (layer.l1 == 0.0 and layer.l2 == 0.0 for layer in layers)
    return [plain and free and bool(blas) for free, blas in zip(bare, table[:, k.BLAS], strict=True)]


class _Rows:
    """Hands out rows of the work array."""

    def __init__(self) -> None:
        self.count = 0

    def take(self, rows: int) -> int:
        self.count += rows
        return self.count - rows


def _place_rows(layers: tuple[Layer, ...], table: NDArray[np.int64]) -> int:
    """Give each layer's arrays their rows; where an organ is missing, what is before and behind it share theirs."""
    rows = _Rows()
    inputs = rows.take(layers[0].into)
    spare = rows.take(max(3, layers[0].into, *(layer.units for layer in layers)))
    shared = {layer.skip for layer in layers if layer.skip}
    output, d_output = inputs, k.NONE
    for layer, row in zip(layers, table, strict=True):
        units = layer.units
        row[k.SPARE], row[k.INPUT] = spare, output
        row[k.Z], row[k.A], row[k.GAIN] = (rows.take(units) for _ in range(3))
        row[k.SUM] = rows.take(units) if layer.norm != "none" or layer.skip is not None else row[k.Z]
        row[k.D_OUTPUT], row[k.D_Z] = rows.take(units), rows.take(units)
        row[k.OUTPUT], row[k.D_A], row[k.D_SUM] = row[k.A], row[k.D_OUTPUT], row[k.D_Z]
        row[k.DROPOUT] = layer.dropout > 0.0
        if layer.dropout > 0.0:
            row[k.MASK], row[k.OUTPUT], row[k.D_A] = (rows.take(units) for _ in range(3))
        row[k.NORM] = NORMS[layer.norm]
        if layer.norm != "none":
            row[k.NORMALIZED], row[k.D_SUM] = rows.take(units), rows.take(units)
            for column in (k.MEAN, k.VARIANCE, k.INVERSE):  # a number a unit, or a number a lane
                row[column] = rows.take(-(-units // k.LANES))
        through_spare = layer.number - 1 in shared
        row[k.D_INPUT], row[k.ADD_TO] = (spare, d_output) if through_spare else (d_output, k.NONE)
        row[k.SHARED] = layer.number in shared
        _place_skip(layer, row, table, rows, inputs)
        output, d_output = row[k.OUTPUT], row[k.D_OUTPUT]
    return rows.count


def _place_skip(layer: Layer, row: NDArray[np.int64], table: NDArray[np.int64], rows: _Rows, inputs: int) -> None:
    row[k.SKIP], row[k.SKIP_UNITS] = k.NO_SKIP, layer.skip_units
    if layer.skip is None:
        return
    source = table[layer.skip - 1] if layer.skip else None
    row[k.SKIP] = k.PROJECTED_SKIP if layer.projected else k.PLAIN_SKIP
    row[k.SKIP_INPUT] = inputs if source is None else source[k.OUTPUT]
    row[k.D_SKIP] = k.NONE if source is None else source[k.D_OUTPUT]
    row[k.ADDEND] = rows.take(layer.units) if layer.projected else row[k.SKIP_INPUT]


def _place_gates(session: Session, layers: tuple[Layer, ...], table: NDArray[np.int64]) -> None:
    begin = 0
    for layer, row in zip(layers, table, strict=True):
        hidden = layer.number < len(layers)
        # The output activation belongs to the loss: only hidden gates can be taken out of a stroke.
        row[k.GATE_FORWARD] = not hidden or session.gates.forward
        row[k.GATE_BACKWARD] = not hidden or session.gates.backward
        row[k.SOFTMAX] = layer.runs[0].spec.entry.output_only
        row[k.RUN], row[k.RUNS] = begin, len(layer.runs)
        begin += len(layer.runs)


def _runs_table(session: Session, layers: tuple[Layer, ...]) -> NDArray[np.int64]:
    dtype = session.network.dtype
    runs: list[list[int]] = []
    for run in (run for layer in layers for run in layer.runs):
        entry = run.spec.entry
        found = [0] * k.RUN_COLUMNS
        found[k.RUN_FIRST], found[k.RUN_UNITS] = run.first, run.units
        found[k.RUN_LEARNED], found[k.RUN_PARAM] = len(entry.learned), run.row
        found[k.RUN_GATE] = 0 if entry.output_only else gates.gate_address(entry.name, dtype)
        found[k.RUN_PARAM_GATE] = gates.param_gate_address(entry.name, dtype)
        runs.append(found)
    return np.array(runs, dtype=np.int64)
