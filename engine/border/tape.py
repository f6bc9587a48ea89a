"""The tape: every array that one update computed, from the inputs to the new weights.

A tape is read-only, and it is what the picture, the inspector, the trace file and the exported clip are made from.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True, eq=False)
class LayerTape:
    """One layer's part of an update. B = samples in the mini-batch; `in`, `out` = the layer's widths.

    `gain` is None for softmax, whose Jacobian is no mask. `dloss_da` is None where loss and output activation are
    fused. Gradients are those of the mean loss, without penalties.

    Between the weighted sum and z, and behind a, a layer may have more organs; `organs` holds their arrays:

    - "sum" (B, out): weight · input + bias, where a normalizer or a skip path follows;
    - "normalized" (B, out), "norm_mean" and "norm_variance" (of each unit (out,) for batch, of each sample (B,) for
      layer normalization; biased), "scale" and "shift" (out,), "dloss_dsum" (B, out);
    - "running_mean", "running_variance" (out,) of batch normalization;
    - "skip" (B, out): what the skip path adds; "skip_weight" (out, width of its source) where it projects;
    - "dropout_mask" (B, out): 0, or 1 / (1 - share); "output" (B, out) = a · mask; "dloss_doutput" (B, out).

    Parameters among them come with "dloss_dNAME" and "NAME_next", running figures with "NAME_next".
    """

    name: str  # "hidden 1", ..., "output"
    activation: str  # name in the catalogue
    weight: Array  # (out, in)
    bias: Array  # (out,)
    z: Array  # (B, out)
    a: Array  # (B, out)
    gain: Array | None  # (B, out)
    forward_mask: Array  # (B, out)
    dloss_da: Array | None  # (B, out)
    dloss_dz: Array  # (B, out)
    dloss_dweight: Array  # (out, in)
    dloss_dbias: Array  # (out,)
    weight_next: Array  # (out, in)
    bias_next: Array  # (out,)
    gate_forward: bool = True  # whether the signal passes the gate (session: gates.forward; output: always)
    gate_backward: bool = True  # whether the gradient passes the gate
    off_forward: NDArray[np.bool_] | None = (
        None  # (out,): units whose own gate is off on that stroke, while that of the
    )
    off_backward: NDArray[np.bool_] | None = None  # layer is on; None where there is none (session: gates.off)
    param: dict[str, Array] = field(default_factory=dict)  # learned activation parameters, (out,) each
    dloss_dparam: dict[str, Array] = field(default_factory=dict)
    param_next: dict[str, Array] = field(default_factory=dict)
    neurons: tuple[str, ...] = ()  # each unit's activation, where they differ
    skip_from: int | None = None  # the layer whose output a skip path adds; 0 is the input
    organs: dict[str, Array] = field(default_factory=dict)
    memory: dict[str, Array] = field(default_factory=dict)  # of the optimizer: see `Tape.optimizer_steps`

    @property
    def output(self) -> Array:
        """What the layer sends on, (B, out): its activations, after dropout where it has any."""
        return self.organs.get("output", self.a)

    @property
    def units(self) -> int:
        """Neurons in the layer."""
        return int(self.weight.shape[0])


@dataclass(frozen=True, eq=False)
class Tape:
    """One update in full: from the weights after `update` updates to those after `update + 1`.

    What the optimizer remembers of each parameter is with its layer, in `LayerTape.memory`, as far as the optimizer
    uses it: "first.weight" is a velocity (SGD with momentum, RMSProp) or Adam's mean of the gradient, "second.weight"
    a mean or sum of the squared gradient; "first_next.weight" the same after the update.
    """

    update: int
    epoch: float
    x: Array  # (B, inputs), after feature transforms and scaling
    target: Array  # (B, outputs), classes one-hot
    rows: NDArray[np.int64]  # (B,) rows of the training part
    loss: float  # mean loss of the mini-batch before the update, without penalties
    sample_loss: Array  # (B,) each sample's loss; its mean is `loss`
    layers: tuple[LayerTape, ...]  # layers[0] is hidden 1, layers[-1] the output
    loss_name: str
    class_weight: Array | None = None  # (B,) the weight of each sample's class; None without class weights
    optimizer_steps: int | None = None  # before this update; None where the tape does not tell

    @property
    def samples(self) -> int:
        """Samples in the mini-batch."""
        return int(self.x.shape[0])

    @property
    def depth(self) -> int:
        """Layers with weights."""
        return len(self.layers)
