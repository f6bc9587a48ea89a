"""The same networks in PyTorch: built from a session's dictionary, with its own layers, losses, optimizers, schedules.

It takes from the engine only the parameters at the start, the mini-batches and dropout's masks.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as f
from torch.optim import lr_scheduler

LEARNED = {"prelu": ("negative_slope",), "quadratic": ("a", "b", "c"), "swish_beta": ("beta",)}


class Step(torch.autograd.Function):
    """1 for z > 0, else 0, with a surrogate derivative."""

    @staticmethod
    def forward(context: Any, z: Tensor, surrogate: str) -> Tensor:
        """The step."""
        context.save_for_backward(z)
        context.surrogate = surrogate
        return (z > 0).to(z.dtype)

    @staticmethod
    def backward(context: Any, upstream: Tensor) -> tuple[Tensor, None]:
        """The gradient behind it."""
        (z,) = context.saved_tensors
        s = torch.sigmoid(z)
        return upstream * {"none": 0.0 * z, "straight_through": 0.0 * z + 1.0, "sigmoid": s * (1.0 - s)}[
            context.surrogate
        ], None


def activate(name: str, z: Tensor, p: Mapping[str, Any]) -> Tensor:
    """An activation as PyTorch has it; z (B,) or (B, units), parameters numbers or tensors (units,)."""
    simple = {
        "identity": lambda v: v,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": f.relu,
        "selu": f.selu,
        "softplus": f.softplus,
        "silu": f.silu,
    }
    if name in simple:
        return simple[name](z)
    if name == "step":
        return Step.apply(z, p.get("surrogate", "none"))  # type: ignore[no-any-return]
    if name == "leaky_relu":
        return f.leaky_relu(z, p["negative_slope"])
    if name == "prelu":
        return f.prelu(z.reshape(len(z), -1), torch.atleast_1d(p["negative_slope"])).reshape(z.shape)
    if name == "elu":
        return f.elu(z, p["alpha"])
    if name == "gelu":
        return f.gelu(z, approximate=p["approximate"])
    if name == "quadratic":
        return p["a"] * z**2 + p["b"] * z + p["c"]
    if name == "swish_beta":
        return z * torch.sigmoid(p["beta"] * z)
    if name == "softmax":
        return torch.softmax(z, dim=1)
    raise KeyError(name)


def loss_of(settings: Any, z: Tensor, a: Tensor, target: Tensor, weights: Tensor | None = None) -> Tensor:
    """Mean loss of a mini-batch from the output's z and a, as torch.nn.functional has it."""
    given = {"name": settings} if isinstance(settings, str) else settings
    name = given["name"]
    classes = target.argmax(dim=1) if target.shape[1] > 1 else (target[:, 0] > 0.5).long()
    if name == "mse":
        return f.mse_loss(a, target)
    if name == "half_squared_error":  # not a loss of its own there
        return f.mse_loss(a, target, reduction="sum") / (2 * len(a))
    if name == "mae":
        return f.l1_loss(a, target)
    if name == "huber":
        return f.huber_loss(a, target, delta=given.get("delta", 1.0))
    if name == "cross_entropy":
        return f.cross_entropy(z, classes, weight=weights)
    if name == "binary_cross_entropy":
        each = None if weights is None else weights[classes][:, None].expand_as(z)
        return f.binary_cross_entropy_with_logits(z, target, weight=each)
    if name == "hinge" and target.shape[1] > 1:
        return f.multi_margin_loss(a, classes, weight=weights)
    if name == "hinge":  # max(0, 1 - y a), which HingeEmbeddingLoss computes for its label -1
        y = 2.0 * target - 1.0
        each = f.hinge_embedding_loss(y * a, torch.full_like(a, -1.0), reduction="none")[:, 0]
        return (each if weights is None else each * weights[classes]).mean()
    raise KeyError(name)


def optimizer_of(settings: Mapping[str, Any], parameters: list[Tensor]) -> torch.optim.Optimizer:
    """torch.optim's optimizer with the session's settings."""
    given = dict(settings)
    name, rate, epsilon = given["name"], given["learning_rate"], given.get("epsilon", 1e-8)
    if name == "sgd":
        momentum, nesterov = given["momentum"], given.get("nesterov", False)
        return torch.optim.SGD(parameters, rate, momentum=momentum, nesterov=nesterov)
    if name == "rmsprop":
        return torch.optim.RMSprop(parameters, rate, given["alpha"], epsilon, momentum=given["momentum"])
    if name == "adagrad":
        return torch.optim.Adagrad(
            parameters, rate, given["decay"], initial_accumulator_value=given["initial"], eps=epsilon
        )
    betas = given["beta1"], given["beta2"]
    if name == "adam":
        return torch.optim.Adam(parameters, rate, betas, epsilon)
    return torch.optim.AdamW(parameters, rate, betas, epsilon, weight_decay=given["weight_decay"])


def scheduler_of(settings: Any, optimizer: torch.optim.Optimizer) -> Any:
    """torch.optim.lr_scheduler's schedule with the session's settings; None for a constant rate."""
    given = {"name": settings} if isinstance(settings, str) else dict(settings or {"name": "constant"})
    warm_up = given.get("warm_up", 0)
    if given["name"] == "step":
        main: Any = lr_scheduler.StepLR(optimizer, given.get("every", 1_000), given.get("factor", 0.1))
    elif given["name"] == "cosine":
        main = lr_scheduler.CosineAnnealingLR(optimizer, given.get("updates", 10_000), given.get("minimum", 0.0))
    else:
        main = lr_scheduler.ConstantLR(optimizer, factor=1.0) if warm_up else None
    if not warm_up:
        return main
    growing = lr_scheduler.LinearLR(optimizer, given.get("warm_up_start", 0.01), 1.0, warm_up)
    return lr_scheduler.SequentialLR(optimizer, [growing, main], [warm_up])


class Peer:
    """One session in training in PyTorch. Parameters are named as in a trace."""

    def __init__(
        self, session: Mapping[str, Any], parameters: Mapping[str, Any], weights: Any = None, dtype: str = "float64"
    ) -> None:
        self.dtype = getattr(torch, dtype)
        self.layers = [*session["network"]["layers"], session["network"]["output"]]
        self.settings = session["training"]
        self.cut = session["network"].get("cut", ())
        self.weights = None if weights is None else self.tensor(weights)
        self.tensors = {name: self.tensor(values) for name, values in parameters.items()}
        trained = {name: one for name, one in self.tensors.items() if "running" not in name}
        for one in trained.values():
            one.requires_grad_(True)
        self.trained = trained
        self.optimizer = optimizer_of(self.settings["optimizer"], list(trained.values()))
        self.scheduler = scheduler_of(self.settings.get("schedule"), self.optimizer)

    def tensor(self, values: Any) -> Tensor:
        """A copy, in the network's precision."""
        return torch.tensor(values, dtype=self.dtype)

    def _linked(self, name: str) -> Tensor | None:
        """The weights `name`, 0 where a link is cut, as torch.nn.utils.prune makes them; None where there are none."""
        weight = self.tensors.get(name)
        if weight is None or not self.cut:
            return weight
        rows, columns = map(range, weight.shape)
        return weight * self.tensor([[f"{name}[{j},{i}]" not in self.cut for i in columns] for j in rows])

    def _sent(self, number: int, a: Tensor) -> Tensor:
        """What the layer's units send, 0 where they are cut."""
        if not self.cut:
            return a
        return a * self.tensor([f"l{number}.unit[{unit}]" not in self.cut for unit in range(a.shape[1])])

    def _normalized(self, number: int, sums: Tensor, *, training: bool) -> Tensor:
        norm = self.layers[number - 1].get("norm") or "none"
        given = {"name": norm} if isinstance(norm, str) else norm
        own = {name: self.tensors.get(f"l{number}.{name}") for name in ("scale", "shift")}
        epsilon = given.get("epsilon", 1e-5)
        if given["name"] == "layer":
            return f.layer_norm(sums, sums.shape[1:], own["scale"], own["shift"], epsilon)
        if given["name"] == "batch":
            mean, variance = (self.tensors[f"l{number}.running_{name}"] for name in ("mean", "variance"))
            momentum = given.get("momentum", 0.1)
            return f.batch_norm(sums, mean, variance, own["scale"], own["shift"], training, momentum, epsilon)
        return sums

    def _gated(self, number: int, z: Tensor) -> Tensor:
        layer = self.layers[number - 1]
        neurons = layer.get("neurons") or [layer["activation"]] * z.shape[1]
        columns = []
        named = [{"name": one} if isinstance(one, str) else one for one in neurons]
        if named[0]["name"] == "softmax":
            return torch.softmax(z, dim=1)
        for unit, given in enumerate(named):
            own = {name: self.tensors[f"l{number}.param.{name}"][unit] for name in LEARNED.get(given["name"], ())}
            columns.append(activate(given["name"], z[:, unit], {**DEFAULTS.get(given["name"], {}), **given, **own}))
        return torch.stack(columns, dim=1)

    def forward(
        self, x: Any, masks: Mapping[int, Any] | None = None, *, training: bool = True
    ) -> tuple[Tensor, Tensor]:
        """z and a of the output layer."""
        outputs = [self.tensor(x)]
        z = a = outputs[0]
        for number, layer in enumerate(self.layers, start=1):
            sums = f.linear(outputs[-1], self._linked(f"l{number}.weight"), self.tensors[f"l{number}.bias"])
            z = self._normalized(number, sums, training=training)
            if layer.get("skip") is not None:
                source, projection = outputs[layer["skip"]], self._linked(f"l{number}.skip_weight")
                z = z + (source if projection is None else f.linear(source, projection))
            a = self._sent(number, self._gated(number, z))
            outputs.append(a * self.tensor(masks[number]) if masks and number in masks else a)
        return z, a

    def update(self, x: Any, target: Any, masks: Mapping[int, Any] | None = None) -> float:
        """One update; the loss before it."""
        self.optimizer.zero_grad()
        loss = loss_of(self.settings["loss"], *self.forward(x, masks), self.tensor(target), self.weights)
        loss.backward()
        clip = self.settings.get("clip") or "none"
        given = {"name": clip} if isinstance(clip, str) else clip
        if given["name"] == "norm":
            torch.nn.utils.clip_grad_norm_(list(self.trained.values()), given.get("limit", 1.0))
        if given["name"] == "value":
            torch.nn.utils.clip_grad_value_(list(self.trained.values()), given.get("limit", 1.0))
        self._penalise()
        self.optimizer.step()
        if self.scheduler is not None:
            self.scheduler.step()
        return float(loss.detach())

    def _penalise(self) -> None:
        for number, layer in enumerate(self.layers, start=1):
            l1, l2 = (self.settings[name] if layer.get(name) is None else layer[name] for name in ("l1", "l2"))
            for name, key in itertools.product(("weight", "skip_weight"), (f"l{number}.",)):
                w = self.tensors.get(key + name)
                if w is not None and w.grad is not None and (l1 or l2):
                    w.grad += l1 * torch.sign(w.detach()) + l2 * w.detach()

    def parameters(self) -> dict[str, Any]:
        """Everything by name, as NumPy arrays."""
        return {name: one.detach().numpy().copy() for name, one in self.tensors.items()}


DEFAULTS: dict[str, dict[str, Any]] = {
    "leaky_relu": {"negative_slope": 0.01},
    "elu": {"alpha": 1.0},
    "gelu": {"approximate": "none"},
    "step": {"surrogate": "none"},
}
"""Settings that a session leaves out where they have these values, which are PyTorch's own."""
