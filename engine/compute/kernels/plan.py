"""What the kernels work on: a network's plan, its state and its buffers, as tuples of arrays that Numba takes whole.

Every number of a mini-batch lies in one flat array, `work`, as rows of `stride` lanes: a row is one unit, a lane one
sample. The stride is the number of samples rounded up to `LANES`, so that loops over a row run in whole vectors. The
lanes beyond the last sample repeat it, and weigh nothing: their gradients are exactly 0. The plan says in which row
each layer's arrays begin. Where a layer lacks an organ, two columns name the same row: without dropout the outputs
*are* the activations, and nothing is copied.

A layer is DIRECT where plain SGD changes its large weight matrix within the product that computes the gradient, so
that the gradient is neither written nor read again.
"""

from typing import NamedTuple

from numpy import ndarray

LANES = 16
"""A row's length is a multiple of this: a vector of float32 on the widest processors."""

# Columns of `Plan.layers`. Offsets into theta:
(UNITS, INTO, WEIGHT, BIAS, PARAM, LEARNED, SCALE, SHIFT, SKIP_WEIGHT, RUNNING,
 # first rows in `work`:
 INPUT, SUM, NORMALIZED, MEAN, VARIANCE, INVERSE, ADDEND, Z, A, GAIN, MASK, OUTPUT, D_OUTPUT, D_A, D_Z, D_SUM,
 D_INPUT, ADD_TO, SKIP_INPUT, D_SKIP, SPARE,
 # and what is done:
 FIRST_UNIT, SKIP_UNITS, NORM, SKIP, SHARED, DROPOUT, SOFTMAX, GATE_FORWARD, GATE_BACKWARD, RUN, RUNS, BLAS,
 BY_SAMPLE, DIRECT, CUT, CUTS, OFF_FORWARD, OFFS_FORWARD, OFF_BACKWARD, OFFS_BACKWARD, COLUMNS) = range(52)  # fmt: skip

# Columns of `Plan.reals`.
NORM_MOMENTUM, NORM_EPSILON, DROPOUT_SHARE, L1, L2, REALS = range(6)

# Columns of `Plan.runs`: neighbouring units of one layer with the same activation. RUN_PARAM is the first of its rows
# among the layer's learned parameters, which lie in theta as (rows, units).
RUN_FIRST, RUN_UNITS, RUN_LEARNED, RUN_PARAM, RUN_GATE, RUN_PARAM_GATE, RUN_COLUMNS = range(7)

# CUTS units of a layer are cut: `Plan.named` names them from CUT on, each by its place in the layer. So it does the
# units whose own gate is off on one stroke, while those of the layer are on.


def padded(samples: int) -> int:
    """Length of a row that holds so many samples: whole vectors."""
    return (samples + LANES - 1) // LANES * LANES


NONE = -1  # an offset or row that a layer does not have

# Values of the columns NORM and SKIP.
NO_NORM, BATCH_NORM, LAYER_NORM = 0, 1, 2
NO_SKIP, PLAIN_SKIP, PROJECTED_SKIP = 0, 1, 2

# Places in `Plan.parts`: addresses of what only some networks need (see parts.py), 0 for what this one does not.
(LOSS_PART, SOFTMAX_PART, SOFTMAX_BACK_PART, NORM_PART, NORM_BACK_PART, RUNNING_PART, MASK_PART, BLAS_SUM_PART,
 BLAS_GRADIENT_PART, BLAS_SPREAD_PART, SKIP_PART, SKIP_BACK_PART, CLIP_PART, STEP_PART, BLAS_PART,
 # and who does the lower halves of large products (see halves.py):
 SECOND, PARTS) = range(17)  # fmt: skip

# Places in `Rule.codes` and `Rule.numbers`, and codes of schedules.
SCHEDULE, BATCH, SHUFFLE, CODES = range(4)
(RATE, MOMENTUM, BETA1, BETA2, EPSILON, ALPHA, DECAY, EVERY, FACTOR, LENGTH, MINIMUM, WARM_UP, WARM_UP_START, LIMIT,
 NUMBERS) = range(15)  # fmt: skip
CONSTANT, STEPS, COSINE = range(3)

# Places in `Plan.counts` and `Feed.size`.
LAYERS, PARAMETERS, INPUTS, OUTPUTS, DIRECTS, AROUND, STRETCHES, COUNTS = range(8)
SAMPLES, WEIGHTED, CHOSEN, SIZES = range(4)

# Places in `Log.flags`. Whoever trains writes WRITTEN and STOPPED, whoever follows the others.
SLOTS, INTERVAL, UNTIL, STOPPED, WISHED, WRITTEN, TAKEN, FLAGS = range(8)

# Places in `State.clock`.
UPDATES, EPOCH, POSITION, STEPS_DONE = range(4)


class Plan(NamedTuple):
    """The shape of a network. L = layers with weights, the last is the output."""

    counts: ndarray  # int64 (COUNTS)
    layers: ndarray  # int64 (L, COLUMNS)
    reals: ndarray  # float64 (L, REALS)
    runs: ndarray  # int64 (R, RUN_COLUMNS)
    parts: ndarray  # int64 (PARTS)
    loss: ndarray  # int64 (2): whether loss and output activation are differentiated as one; whether class weights
    #                are taken relative to their mean over the mini-batch
    loss_setting: ndarray  # float64 (1): huber's delta
    largest: ndarray  # float64 (1): a number that may still be added to without becoming infinite
    seed: ndarray  # uint64 (1): of the sample order and of dropout
    fires_above: ndarray  # float64 (units of layers 1...L): a unit fires where its level is above this
    fires_by_size: ndarray  # int64 (the same): 1 where the level is abs(a), not a
    shut_below: ndarray  # float64 (the same): a gate is shut where abs(gain) is 0 or below this
    stretches: ndarray  # int64 (STRETCHES, 2): begin and end in theta of what the step changes; AROUND: not all of it
    named: ndarray  # int64: units by their place in their layer: see CUTS


class Buffers(NamedTuple):
    """Room for one mini-batch."""

    work: ndarray  # (rows * stride): see the head of this file
    target: ndarray  # (outputs * stride)
    weight: ndarray  # (stride): what each sample counts, 1 without class weights; 0 in lanes without a sample
    sample_loss: ndarray  # (stride): each sample's loss times its weight
    params: ndarray  # (units of layers 1...L * MAX_PARAMETERS): activation parameters, learned ones as they are now
    grad: ndarray  # like theta: of the mean loss, without penalties


class State(NamedTuple):
    """Everything that training changes, and nothing else: copy these and you can come back bit for bit."""

    theta: ndarray  # all parameters that the optimizer changes
    first: ndarray  # like theta: a velocity, or Adam's mean of the gradient
    second: ndarray  # like theta: a mean or sum of the squared gradient
    running: ndarray  # running means and variances of batch normalization
    clock: ndarray  # int64 (4): updates, epoch, next sample of the epoch, optimizer steps
    powers: ndarray  # float64 (2): beta1 and beta2 to the power of the optimizer steps


class Log(NamedTuple):
    """What a training that runs on by itself tells another thread: its states now and then, each of one moment.

    Number n of them, counted from 0, lies in slot n % SLOTS of `states` until it has been taken. One is written every
    INTERVAL updates, where a slot is free, and after the update that comes next when WISHED is other than 0.
    """

    flags: ndarray  # int64 (FLAGS): SLOTS 0 where nobody follows; UNTIL the update at which to end, or after the one
    #                under way where that is past; STOPPED 1 once it has ended so
    states: State  # SLOTS states one after the other in each of the arrays


class Rule(NamedTuple):
    """How an update is made."""

    codes: ndarray  # int64 (CODES)
    numbers: ndarray  # float64 (NUMBERS)


class Figures(NamedTuple):
    """What passes over many samples leave; arrays that a task does not fill may be empty."""

    loss: ndarray  # float64 (1): mean loss of the last mini-batch
    output: ndarray  # (N * outputs): a row a sample
    sample_loss: ndarray  # (N)
    fired: ndarray  # int64 (units of layers 1...L): samples for which each fires
    opened: ndarray  # int64 (the same): samples that find its gate open


class Feed(NamedTuple):
    """The training part, and the order in which the current epoch takes its samples."""

    x: ndarray  # (N, inputs)
    target: ndarray  # (N, outputs)
    weight: ndarray  # (N): of each sample's class; empty without class weights
    size: ndarray  # int64 (SIZES): samples N; whether there are class weights; samples that a task has chosen
    order: ndarray  # int64 (N)
    order_epoch: ndarray  # int64 (1): the epoch that `order` belongs to; -1 for none
