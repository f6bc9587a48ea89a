"""What the kernels work on: a network's plan, its state and its buffers, as tuples of arrays that Numba takes whole.

All layers' numbers lie one after the other in flat arrays; the plan says where each layer begins. Activations are
stored as rows [neuron, sample], so that the innermost loops run over samples.
"""

from typing import NamedTuple

from numpy import ndarray

# Codes of the losses, in the order of `losses.CODES`.
MSE, MAE, HUBER, BINARY_CROSS_ENTROPY, CROSS_ENTROPY = 0, 1, 2, 3, 4

# Codes of the optimizers, in the order of `optimizers.CODES`.
SGD, ADAM = 0, 1


class Plan(NamedTuple):
    """The shape of a network. L = layers with weights; index 0 of `units` and `unit_at` is the input."""

    units: ndarray  # int64 (L + 1): width of each layer
    unit_at: ndarray  # int64 (L + 2): sum of the widths before each layer; the last is the total
    weight_at: ndarray  # int64 (L): where the weights (out x in) begin in theta
    bias_at: ndarray  # int64 (L)
    param_at: ndarray  # int64 (L): where learned activation parameters (k x out) begin
    learned: ndarray  # int64 (L): how many (k) of the activation's parameters are learned
    gate: ndarray  # int64 (L): address of the compiled activation; 0 for softmax
    param_gate: ndarray  # int64 (L): address of its compiled parameter gradients; 0 where it learns none
    softmax: ndarray  # bool (L)
    gate_forward: ndarray  # bool (L): the signal passes the gate
    gate_backward: ndarray  # bool (L): the gradient passes the gate
    blas: ndarray  # bool (L): matrix products by BLAS, not by loops
    fused: ndarray  # bool (1): loss and output activation are differentiated as one
    loss: ndarray  # int64 (1)
    loss_setting: ndarray  # float64 (1): huber's delta
    fires_above: ndarray  # float64 (L): a unit fires where its level is above this
    fires_by_size: ndarray  # bool (L): the level is abs(a), not a
    opens_above: ndarray  # float64 (L): a gate is open where abs(gain) is above this


class Buffers(NamedTuple):
    """Room for one mini-batch of up to B samples. Flat; layer l begins at unit_at[l] * n for n samples."""

    a: ndarray  # (total units * B): layer 0 holds the inputs
    z: ndarray  # (total units * B)
    gain: ndarray  # (total units * B)
    da: ndarray  # (total units * B): dL/da
    dz: ndarray  # (total units * B): dL/dz
    target: ndarray  # (outputs * B)
    sample_loss: ndarray  # (B)
    params: ndarray  # float64 (total units, MAX_PARAMETERS): activation parameters as the pair functions take them
    grad: ndarray  # like theta: of the mean loss, without penalties


class State(NamedTuple):
    """Everything that training changes, and nothing else: copy these and you can come back bit for bit."""

    theta: ndarray  # all parameters
    first: ndarray  # like theta: SGD's velocity, Adam's mean of the gradient
    second: ndarray  # like theta: Adam's mean of the squared gradient
    clock: ndarray  # int64 (4): updates, epoch, next sample of the epoch, optimizer steps


class Rule(NamedTuple):
    """How an update is made."""

    optimizer: ndarray  # int64 (1)
    numbers: ndarray  # float64: learning rate, momentum | learning rate, beta1, beta2, epsilon
    l1: ndarray  # float64 (1)
    l2: ndarray  # float64 (1)
    batch: ndarray  # int64 (1): samples in one update
    shuffle: ndarray  # bool (1)
    seed: ndarray  # uint64 (1): of the sample order


class Feed(NamedTuple):
    """The training part, and the order in which the current epoch takes its samples."""

    x: ndarray  # (N, inputs)
    target: ndarray  # (N, outputs)
    order: ndarray  # int64 (N)
    order_epoch: ndarray  # int64 (1): the epoch that `order` belongs to; -1 for none
