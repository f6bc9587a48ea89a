"""What a number of a tape is called, and what there is to say of one: the types that panels and tests read."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a number is. A layer counts from 1, the input is 0; a link is addressed by where it leads to."""

    INPUT = "input"
    TARGET = "target"
    # Parameters before the update.
    WEIGHT = "weight"
    BIAS = "bias"
    PARAMETER = "parameter"  # `name`: "param.negative_slope", "scale", "shift", "skip_weight" (with a source)
    # Forward stroke.
    TERM = "term"  # w · a, of the link from `source`; `name` "skip_weight": of a skip path
    SUM = "sum"  # weighted sum and bias, where a normalizer or a skip path follows
    MEAN = "mean"  # of the normalizer: of a unit over the mini-batch (row None), or of a sample over the layer (unit 0)
    VARIANCE = "variance"
    RUNNING_MEAN = "running mean"  # of batch normalization, before the update
    RUNNING_VARIANCE = "running variance"
    NEXT_RUNNING_MEAN = "next running mean"
    NEXT_RUNNING_VARIANCE = "next running variance"
    NORMALIZED = "normalized"
    SKIP = "skip"  # what a skip path adds
    Z = "z"
    A = "a"
    GAIN = "gain"  # f'(z)
    FORWARD_MASK = "forward mask"
    BACKWARD_MASK = "backward mask"
    DROPOUT_MASK = "dropout mask"
    OUTPUT = "output"  # what a layer sends on, where dropout follows the gate
    # The loss.
    SAMPLE_WEIGHT = "sample weight"  # by the weight of its class
    OUTPUT_LOSS = "output loss"  # the part of one output
    LOSS = "loss"  # of a sample; row None: the mean over the mini-batch
    # Backward stroke, of the loss of the sample in `row`.
    UPSTREAM = "upstream"  # dL/da, before the gate
    OUTPUT_UPSTREAM = "output upstream"  # dL/d output, before dropout's mask
    BACK_TERM = "back term"  # w · delta, over the link to `unit` of `layer` from `source`
    DELTA = "delta"  # dL/dz
    SUM_DELTA = "sum delta"  # dL/d sum, behind a normalizer
    SAMPLE_GRADIENT = "sample gradient"  # of a parameter, by this sample's own loss
    GRADIENT = "gradient"  # the mean over the mini-batch
    OUTER = (
        "outer"  # the gradients of all weights into a layer, no number but a matrix: see outer.py; row None: the mean
    )
    CHAIN = "chain"  # the share of this sample's gradient that comes over one path; `path` says over which
    # The update, of a parameter: a weight has a source, a bias has none, others have a name.
    SQUARES = "squares"  # sum of the squared gradients of a neuron's parameters, for the norm; `name` says which
    LAYER_SQUARES = "layer squares"  # of a layer's
    NORM = "norm"  # of the whole gradient
    CLIP_FACTOR = "clip factor"
    CLIPPED = "clipped"
    STEP_GRADIENT = "step gradient"  # what the optimizer takes: clipped, with penalties
    RATE = "rate"
    VELOCITY = "velocity"  # before the update
    NEXT_VELOCITY = "next velocity"
    FIRST = "first moment"  # Adam's m, before the update
    NEXT_FIRST = "next first moment"
    SECOND = "second moment"  # Adam's v; RMSProp's mean and Adagrad's sum of squares; before the update
    NEXT_SECOND = "next second moment"
    CORRECTED_FIRST = "corrected first moment"
    CORRECTED_SECOND = "corrected second moment"
    STEP = "step"  # what the update adds
    NEXT = "next"  # the new value


OF_A_SAMPLE = frozenset(
    {
        *(Kind.INPUT, Kind.TARGET, Kind.TERM, Kind.SUM, Kind.NORMALIZED, Kind.SKIP, Kind.Z, Kind.A, Kind.GAIN),
        *(Kind.FORWARD_MASK, Kind.BACKWARD_MASK, Kind.DROPOUT_MASK, Kind.OUTPUT, Kind.SAMPLE_WEIGHT),
        *(Kind.OUTPUT_LOSS, Kind.UPSTREAM, Kind.OUTPUT_UPSTREAM, Kind.BACK_TERM, Kind.DELTA, Kind.SUM_DELTA),
        *(Kind.SAMPLE_GRADIENT, Kind.CHAIN),
    }
)
"""Kinds of which every sample of the mini-batch has its own."""

OF_A_PARAMETER = frozenset(
    {
        *(Kind.PARAMETER, Kind.SAMPLE_GRADIENT, Kind.GRADIENT, Kind.CLIPPED, Kind.STEP_GRADIENT, Kind.VELOCITY),
        *(Kind.NEXT_VELOCITY, Kind.FIRST, Kind.NEXT_FIRST, Kind.SECOND, Kind.NEXT_SECOND, Kind.CORRECTED_FIRST),
        *(Kind.CORRECTED_SECOND, Kind.STEP, Kind.NEXT, Kind.CHAIN),
    }
)
"""Kinds of which every parameter has its own."""


@dataclass(frozen=True)
class Quantity:
    """The address of one number of one tape.

    `unit` counts from 0, `source` is the neuron of the layer before (or of a skip path's layer) that a link comes
    from; `row` is a place in the mini-batch, None what belongs to the whole mini-batch; while no tape is read, the
    sample shown is row 0. `name` tells parameters apart: "" is the weight where there is a source, else the bias.
    """

    kind: Kind
    layer: int = 0
    unit: int = 0
    source: int | None = None
    row: int | None = None
    name: str = ""
    path: tuple[tuple[int, int], ...] = ()  # (layer, unit) from the parameter's neuron to an output; (): the strongest


@dataclass(frozen=True)
class Operand:
    """A number that another one is computed from. `quantity` None: a constant, whose name says which."""

    symbol: str  # LaTeX
    value: float | None  # None: not known yet at this moment
    quantity: Quantity | None
    name: str  # in words


@dataclass(frozen=True)
class Term:
    """One term of a sum: a product of two operands, or one alone (`b` None). Of a chain, a factor and what was before.

    `product` is what the term comes to, which of an operand alone may be a function of it: a square, an exponential.
    """

    a: Operand
    b: Operand | None
    product: float | None
    name: str  # in words: "from hidden 1 · 3"


@dataclass(frozen=True)
class Account:
    """How one number came about.

    `value` follows from the operands by the rule. LaTeX needs no packages; it is of one line.
    """

    quantity: Quantity
    title: str  # "z of hidden 1 · 2"
    symbol: str  # LaTeX
    value: float | None  # None: not known yet at this moment
    rule: str  # LaTeX, in symbols
    numbers: str  # LaTeX, the same rule with the numbers of this moment
    operands: tuple[Operand, ...]
    terms: tuple[Term, ...]  # of a sum, all of them
    text: str  # the same as `numbers`, as a plain line
    torch: str  # a line of PyTorch that computes it
    note: str  # what is special about it, in words; "" where nothing is
    digits: int = 0  # with which the value is shown: as many as were asked for, or more where the arithmetic needs them
    operand_digits: int = 0  # with which the operands are shown, so that they give that value
