"""The slow oracle: dense networks, their gradients and updates, written out so plainly that one can see they hold.

It exists so that the engine is compared with something that shares nothing with it: it imports nothing of the
program, works in float64, one number at a time, with explicit loops, from the definitions in PyTorch's documentation.
A session reaches it as the plain dictionary that its JSON file would hold.
"""

from tests.engine.naive import losses, norms
from tests.engine.naive.functions import (
    DEFAULTS,
    LEARNED,
    SELU_ALPHA,
    SELU_SCALE,
    activate,
    forward_mask,
    param_slope,
    sigmoid,
    slope,
    softmax,
    true_slope,
)
from tests.engine.naive.inits import activation_gain, init_law
from tests.engine.naive.layers import (
    Layer,
    LayerPass,
    Pass,
    both_strokes,
    gains,
    hidden_gradients,
    layer_forward,
    layers_of,
    masks,
    output_gradients,
    parameter_gradients,
    predict,
)
from tests.engine.naive.losses import FUSED, batch_loss, loss_of, sample_loss, sample_slope, shares
from tests.engine.naive.norms import Norm
from tests.engine.naive.optimizers import (
    Adagrad,
    Adam,
    AdamW,
    RmsProp,
    Sgd,
    clipped,
    learning_rate,
    optimizer_of,
    penalised,
)
from tests.engine.naive.sizes import Sizes, in_use, of_levels, of_slopes
from tests.engine.naive.training import Training, balanced

__all__ = [
    "DEFAULTS",
    "FUSED",
    "LEARNED",
    "SELU_ALPHA",
    "SELU_SCALE",
    "Adagrad",
    "Adam",
    "AdamW",
    "Layer",
    "LayerPass",
    "Norm",
    "Pass",
    "RmsProp",
    "Sgd",
    "Sizes",
    "Training",
    "activate",
    "activation_gain",
    "balanced",
    "batch_loss",
    "both_strokes",
    "clipped",
    "forward_mask",
    "gains",
    "hidden_gradients",
    "in_use",
    "init_law",
    "layer_forward",
    "layers_of",
    "learning_rate",
    "loss_of",
    "losses",
    "masks",
    "norms",
    "of_levels",
    "of_slopes",
    "optimizer_of",
    "output_gradients",
    "param_slope",
    "parameter_gradients",
    "penalised",
    "predict",
    "sample_loss",
    "sample_slope",
    "shares",
    "sigmoid",
    "slope",
    "softmax",
    "true_slope",
]
