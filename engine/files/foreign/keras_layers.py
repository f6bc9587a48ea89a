"""The layers of a Keras model as a stack of dense layers; what a session cannot say is refused by its name."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from twostroke.engine.files.disk import FileError, said
from twostroke.engine.files.foreign.affine import FOLDED, Affine, of_figures
from twostroke.engine.files.foreign.keras_file import KerasLayer, read_keras
from twostroke.engine.files.foreign.numbers import Array
from twostroke.engine.files.foreign.stack import Dense, Model
from twostroke.engine.session.phrases import shown

GATES: dict[str, Any] = {
    "linear": None, "relu": "relu", "sigmoid": "sigmoid", "tanh": "tanh", "elu": "elu", "selu": "selu",
    "softplus": "softplus", "silu": "silu", "swish": "silu", "gelu": "gelu", "softmax": "softmax",
    "leaky_relu": {"name": "leaky_relu", "negative_slope": 0.2},
}  # fmt: skip
"""Keras' activations by name, with Keras' defaults."""

USUAL_EPSILON = 1e-3


def read_model(path: Path) -> Model:
    """The layers of the model in the file. Raises FileError."""
    found = read_keras(path)
    stack = _Stack()
    try:
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # what is not finite is told of its layer
            stack.to_the_end(found.layers)
    except ValueError as error:
        raise FileError(f"{said(path)} {error}.") from error
    except (LookupError, TypeError, AttributeError) as error:
        raise FileError(f"{said(path)} describes its layers in a way that Keras does not.") from error
    if found.compiled:
        stack.remarks.append("How the model was trained, loss and optimizer, is not taken over.")
    layers = [layer if layer.gate is not None else replace(layer, gate="identity") for layer in stack.layers]
    return Model(layers, "float64" if found.wide else "float32", tuple(stack.remarks))


class _Stack:
    """The dense layers so far."""

    def __init__(self) -> None:
        self.layers: list[Dense] = []
        self.remarks: list[str] = []
        self.scaling: Affine | None = None  # of what the next layer takes

    def to_the_end(self, layers: Sequence[KerasLayer]) -> None:
        """Take all layers. ValueError where a session cannot say them."""
        for layer in layers:
            if layer.kind not in STEPS:
                raise ValueError(f"has the layer {layer.said}, which a session cannot say; expected {EXPECTED}")
            STEPS[layer.kind](self, layer)
        if self.scaling is not None:
            raise ValueError("scales its answers behind an activation, and a session cannot say that")

    def last(self, layer: KerasLayer) -> Dense:
        """The dense layer that what comes now belongs to, before its activation."""
        if not self.layers:
            raise ValueError(f"has the layer {layer.said} before any dense layer, and a session cannot say that")
        if self.layers[-1].gate is not None or self.layers[-1].dropout:
            raise ValueError(f"has the layer {layer.said} behind an activation, and a session cannot say that")
        return self.layers[-1]

    def scaled(self, more: Affine, layer: KerasLayer) -> None:
        """Factors and shifts that the next dense layer takes over."""
        if self.scaling is not None and self.scaling.factor.size != more.factor.size:
            raise ValueError(f"has the layer {layer.said} of another width than the one before")
        self.scaling = more if self.scaling is None else self.scaling.then(more)

    def change(self, **parts: Any) -> None:
        """Say more of the last layer."""
        self.layers[-1] = replace(self.layers[-1], **parts)


def _gate(value: Any, layer: KerasLayer) -> Any:
    """An activation as a session has it, None for linear."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        value = value.get("config")  # of a function Keras knows, its name; a lambda has none
    if not isinstance(value, str) or value not in GATES:
        name = shown(value) if isinstance(value, str) else "of its own"
        raise ValueError(f"has the layer {layer.said} with the activation {name}, which a session does not have")
    return GATES[value]


def _dense(stack: _Stack, layer: KerasLayer) -> None:
    with_bias = bool(layer.config.get("use_bias", True))
    _expect(layer, 2 if with_bias else 1)
    kernel = layer.arrays[0]
    if kernel.ndim != 2 or (with_bias and layer.arrays[1].shape != kernel.shape[1:]):
        raise ValueError(f"has the layer {layer.said} with weights in a shape that is none")
    weight, bias = kernel.T, layer.arrays[1] if with_bias else None
    if stack.scaling is not None:
        weight, bias = stack.scaling.before(weight, bias)
        stack.scaling = None
    stack.layers.append(Dense(weight, bias, _gate(layer.config.get("activation"), layer)))
    for key in ("kernel_regularizer", "bias_regularizer", "activity_regularizer"):
        if layer.config.get(key):
            stack.remarks.append(f"{layer.said}: its {key} is not taken over; a session says l1 and l2 of a layer.")
    if layer.config.get("trainable") is False:
        stack.remarks.append(f"{layer.said} learns here, and is not trainable in the file; a session can freeze it.")


def _expect(layer: KerasLayer, count: int) -> None:
    if len(layer.arrays) != count:
        raise ValueError(f"has the layer {layer.said} with {len(layer.arrays)} arrays of weights; expected {count}")


def _activation(stack: _Stack, layer: KerasLayer) -> None:
    gate = _gate(layer.config.get("activation"), layer)
    if gate is not None:
        stack.last(layer)
        stack.change(gate=gate)


def _relu(stack: _Stack, layer: KerasLayer) -> None:
    stack.last(layer)
    if layer.config.get("max_value") is not None or layer.config.get("threshold"):
        raise ValueError(
            f"has the layer {layer.said} with a threshold or a largest value, and a session cannot say that"
        )
    slope = _real(layer.config.get("negative_slope") or 0.0)
    stack.change(gate={"name": "leaky_relu", "negative_slope": slope} if slope else "relu")


def _leaky(stack: _Stack, layer: KerasLayer) -> None:
    stack.last(layer)
    slope = layer.config.get("negative_slope", layer.config.get("alpha", 0.3))
    stack.change(gate={"name": "leaky_relu", "negative_slope": _real(slope)})


def _elu(stack: _Stack, layer: KerasLayer) -> None:
    stack.last(layer)
    stack.change(gate={"name": "elu", "alpha": _real(layer.config.get("alpha", 1.0))})


def _softmax(stack: _Stack, layer: KerasLayer) -> None:
    stack.last(layer)
    _check_axis(layer)
    stack.change(gate="softmax")


def _prelu(stack: _Stack, layer: KerasLayer) -> None:
    _expect(layer, 1)
    units = stack.last(layer).units
    stack.change(gate="prelu", learned={"negative_slope": _per_unit(layer.arrays[0], units, layer)})


def _normalize(stack: _Stack, layer: KerasLayer) -> None:
    """gamma, beta and, over the mini-batch, moving mean and variance; the first two may be missing."""
    _check_axis(layer)
    if layer.config.get("rms_scaling"):
        raise ValueError(
            f"has the layer {layer.said} with rms_scaling, which leaves the mean, and a session takes it off"
        )
    batch = layer.kind == "BatchNormalization"
    folded = batch and (not stack.layers or stack.layers[-1].gate is not None)
    if not folded and stack.last(layer).norm is not None:
        raise ValueError(f"has the layer {layer.said} behind another normalizer, and a session cannot say that")
    keys = [key for key, flag in (("scale", "scale"), ("shift", "center")) if layer.config.get(flag, True)]
    keys += ["running_mean", "running_variance"] if batch else []
    _expect(layer, len(keys))
    units = stack.layers[-1].units if stack.layers else layer.arrays[-1].size
    figures = {"scale": np.ones(units), "shift": np.zeros(units)}
    figures |= {key: _per_unit(values, units, layer) for key, values in zip(keys, layer.arrays, strict=True)}
    epsilon = _real(layer.config.get("epsilon", USUAL_EPSILON))
    if folded:
        stack.scaled(of_figures(figures, epsilon), layer)
        stack.remarks.append(f"{layer.said} {FOLDED}.")
        return
    norm = {"name": "batch" if batch else "layer", "epsilon": epsilon}
    if batch:
        norm["momentum"] = round(1.0 - _real(layer.config.get("momentum", 0.99)), 6)
    stack.change(norm=norm, figures=figures)


def _check_axis(layer: KerasLayer) -> None:
    axis = layer.config.get("axis", -1)
    if axis not in (-1, 1, [-1], [1]):
        raise ValueError(f"has the layer {layer.said} over axis {shown(axis)}; expected the last")


def _per_unit(values: Array, units: int, layer: KerasLayer) -> Array:
    if values.shape != (units,):
        raise ValueError(f"has the layer {layer.said} with {values.size} numbers for {units} units")
    return values


def _real(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _dropout(stack: _Stack, layer: KerasLayer) -> None:
    rate = _real(layer.config["rate"])
    if not stack.layers or stack.layers[-1].dropout:
        stack.remarks.append(
            f"{layer.said} is left out: it silences inputs, and in a session hidden layers have dropout."
        )
    elif rate:
        gate = stack.layers[-1].gate
        stack.change(dropout=rate, gate="identity" if gate is None else gate)


def _nothing(stack: _Stack, layer: KerasLayer) -> None:
    """It passes on what it takes."""


STEPS: Mapping[str, Callable[[_Stack, KerasLayer], None]] = {
    "InputLayer": _nothing,
    "Flatten": _nothing,
    "Dense": _dense,
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _leaky,
    "ELU": _elu,
    "Softmax": _softmax,
    "PReLU": _prelu,
    "BatchNormalization": _normalize,
    "LayerNormalization": _normalize,
    "Dropout": _dropout,
}
"""What is done at each class of layer."""

EXPECTED = "Dense with Activation, " + ", ".join(sorted(set(STEPS) - {"InputLayer", "Flatten", "Dense", "Activation"}))
