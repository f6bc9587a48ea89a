"""A network in training: gradients, clipping, penalties, the scheduled step, and the running figures."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tests.engine.naive.functions import LEARNED, Matrix
from tests.engine.naive.layers import Layer, LayerPass, Masks, Pass, both_strokes, layers_of
from tests.engine.naive.losses import balanced, class_weights_of, loss_of
from tests.engine.naive.optimizers import clipped, learning_rate, of_clipped, optimizer_of, penalised
from tests.engine.naive.sizes import PLACE

__all__ = ["Training", "balanced"]


class Training:
    """A network in training: the session's dictionary, parameters named as in a trace, mini-batches from outside.

    `target` is that of the whole training part (N, outputs); only balanced class weights need it. `sizes` are those of
    the parameters: of what they began with and of every step since.
    """

    def __init__(self, session: Mapping[str, Any], parameters: Mapping[str, Any], target: Any = None) -> None:
        self.session, self.settings = session, session["training"]
        self.take(parameters)
        self.optimizer = optimizer_of(self.settings["optimizer"])
        self.base_rate = self.optimizer.learning_rate
        self.steps = 0
        self.weights = class_weights_of(self.settings.get("class_weights"), target)

    def take(self, parameters: Mapping[str, Any]) -> None:
        """Go on from these parameters; what the optimizer remembers stays."""
        self.layers = layers_of(self.session, parameters)
        self.sizes = {name: np.abs(values) for name, values in self.parameters().items()}

    def both_strokes(self, x: Any, target: Any, dropped: Masks | None = None) -> Pass:
        """Gradients of a mini-batch; nothing changes."""
        name, delta = loss_of(self.settings["loss"])
        single = self.session["network"].get("dtype") == "float32"
        place = float(np.finfo(np.float32).eps) if single else PLACE
        return both_strokes(self.layers, x, target, name, delta, dropped=dropped, weights=self.weights, place=place)

    def update(self, x: Any, target: Any, dropped: Masks | None = None) -> Pass:
        """One update; penalties meet the weights only, and come after clipping."""
        found = self.both_strokes(x, target, dropped)
        gradients, sizes = self._gradients(found)
        gradients = {name: np.where(self._frozen(name, own), 0.0, own) for name, own in gradients.items()}
        sizes = of_clipped(gradients, sizes, self.settings.get("clip"))
        gradients = clipped(gradients, self.settings.get("clip"))
        self.optimizer.learning_rate = learning_rate(self.base_rate, self.settings.get("schedule"), self.steps)
        self.steps += 1
        for number, (layer, got) in enumerate(zip(self.layers, found.layers, strict=True), start=1):
            for name, values in trainable(layer, number).items():
                gradient, size = gradients[name], sizes[name]
                if name.endswith("weight"):
                    gradient = penalised(values, gradient, *self._penalties(layer))
                    size = penalised(np.abs(values), size, *self._penalties(layer))
                stepped = self.optimizer.step(name, values, gradient)
                stepped = np.where(self._frozen(name, values), values, stepped)
                self._put(layer, name.split(".", 1)[1], stepped)
                self.sizes[name] = self.sizes[name] + self.optimizer.step_size(name, gradient, size)
            keep_running(layer, got)
            for figure in {"running_mean", "running_variance"} & set(got.organs):
                self.sizes[f"l{number}.{figure}"] += found.sizes.layers[number - 1][f"{figure}_next"]
        return found

    def _gradients(self, found: Pass) -> tuple[dict[str, Matrix], dict[str, Matrix]]:
        gradients: dict[str, Matrix] = {}
        sizes: dict[str, Matrix] = {}
        for number, (layer, got) in enumerate(zip(self.layers, found.layers, strict=True), start=1):
            own = gradients_of(layer, got, number)
            gradients |= own
            sizes |= {name: found.sizes.layers[number - 1][f"dloss_d{name.split('.', 1)[1]}"] for name in own}
        return gradients, sizes

    def _frozen(self, name: str, values: Matrix) -> Matrix:
        """Where the array `name` is frozen: all of it, or single elements as "l1.weight[0,1]"; or cut."""
        network = self.session["network"]
        frozen = (*network.get("frozen", ()), *network.get("cut", ()))
        found = np.zeros(values.shape, dtype=bool)
        for index in np.ndindex(*values.shape):
            found[index] = name in frozen or f"{name}[{','.join(map(str, index))}]" in frozen
        return found

    def _penalties(self, layer: Layer) -> tuple[float, float]:
        l1 = self.settings.get("l1", 0.0) if layer.l1 is None else layer.l1
        l2 = self.settings.get("l2", 0.0) if layer.l2 is None else layer.l2
        return l1, l2

    def _put(self, layer: Layer, name: str, values: Matrix) -> None:
        if name.startswith("param."):
            name = name.removeprefix("param.")
            learns = [name in LEARNED.get(layer.gate(j), ()) for j in range(len(values))]
            layer.learned[name] = np.where(learns, values, layer.learned[name])
        elif name in ("scale", "shift"):
            setattr(layer.norm, name, values)
        else:
            setattr(layer, name, values)

    def parameters(self) -> dict[str, Matrix]:
        """Named as in a trace."""
        out: dict[str, Matrix] = {}
        for number, layer in enumerate(self.layers, start=1):
            out |= trainable(layer, number)
            if layer.norm is not None and layer.norm.name == "batch":
                assert layer.norm.running_mean is not None
                assert layer.norm.running_variance is not None
                out[f"l{number}.running_mean"] = layer.norm.running_mean
                out[f"l{number}.running_variance"] = layer.norm.running_variance
        return out


def trainable(layer: Layer, number: int) -> dict[str, Matrix]:
    """All that an optimizer changes in one layer, named as in a trace."""
    out = {"weight": layer.weight, "bias": layer.bias, **{f"param.{n}": v for n, v in layer.learned.items()}}
    if layer.norm is not None:
        out |= {"scale": layer.norm.scale, "shift": layer.norm.shift}
    if layer.skip_weight is not None:
        out["skip_weight"] = layer.skip_weight
    return {f"l{number}.{name}": values for name, values in out.items()}


def gradients_of(layer: Layer, got: LayerPass, number: int) -> dict[str, Matrix]:
    """The gradients of the same, under the same names."""
    out = {"weight": got.dloss_dweight, "bias": got.dloss_dbias}
    out |= {f"param.{name}": gradient for name, gradient in got.dloss_dparam.items()}
    out |= {
        name: got.organs[f"dloss_d{name}"]
        for name in ("scale", "shift", "skip_weight")
        if f"dloss_d{name}" in got.organs
    }
    return {f"l{number}.{name}": gradient for name, gradient in out.items()}


def keep_running(layer: Layer, got: LayerPass) -> None:
    """Batch norm's running figures after the update."""
    if layer.norm is not None and layer.norm.name == "batch":
        layer.norm.running_mean = got.organs["running_mean_next"]
        layer.norm.running_variance = got.organs["running_variance_next"]
