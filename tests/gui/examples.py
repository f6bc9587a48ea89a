"""Small sessions computed with plain NumPy, so that tests of the window need neither kernels nor a thread.

The numbers are those of a real network: forward stroke, loss, backward stroke and one SGD update, in float64. Data are
drawn here too; only their names, widths and kinds are those of the real datasets.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.snapshot import Curves, DataView, Evaluation, LayerState, Scores, Snapshot, Status
from twostroke.engine.border.tape import LayerTape, Tape
from twostroke.engine.catalogue import activations
from twostroke.engine.probes.maps import SIDE
from twostroke.engine.session.spec import ActivationSpec, Session

Array = NDArray[np.float64]
GRID = 25
TRAIN = 40
TEST = 20


def example_session(
    hidden: tuple[int, ...] = (8, 8), activation: str | dict[str, Any] = "relu", data: str = "spiral", **parts: Any
) -> Session:
    """A session with hidden layers of those widths; `parts` are further top-level keys, e.g. `training={...}`."""
    layers = [{"units": units, "activation": activation} for units in hidden]
    network = {"layers": layers, **parts.pop("network", {})}
    return Session.model_validate({"data": {"name": data}, "network": network, **parts})


@dataclass(frozen=True, eq=False)
class Net:
    """Weights (out, in) and biases (out,) per layer, with the layers' activations and the gates' switches."""

    specs: tuple[ActivationSpec, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    gates: tuple[tuple[bool, bool], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """hidden 1, hidden 2, ..., output."""
        return (*(f"hidden {i + 1}" for i in range(len(self.specs) - 1)), "output")


def example_net(session: Session, seed: int = 3) -> Net:
    """A network for `session` with he-normal weights and small biases."""
    rng = np.random.default_rng(seed)
    w = session.widths
    specs = (*(layer.activation for layer in session.network.layers), session.network.output.activation)
    weights = tuple(rng.normal(0, np.sqrt(2 / w[i]), (w[i + 1], w[i])) for i in range(len(w) - 1))
    biases = tuple(rng.normal(0, 0.1, w[i + 1]) for i in range(len(w) - 1))
    gates = (*((session.gates.forward, session.gates.backward) for _ in session.network.layers), (True, True))
    return Net(specs, weights, biases, gates)


@dataclass(frozen=True, eq=False)
class Passed:
    """What both strokes computed in one layer, (B, out) each, as in LayerTape."""

    z: Array
    a: Array
    gain: Array | None
    forward_mask: Array
    dloss_da: Array | None
    dloss_dz: Array


def _forward(spec: ActivationSpec, z: Array, open_forward: bool) -> tuple[Array, Array | None, Array]:
    """a, gain, forward mask."""
    if spec.name == "softmax":
        e = np.exp(z - z.max(axis=1, keepdims=True))
        a = e / e.sum(axis=1, keepdims=True)
        return a, None, a
    a, gain = activations.evaluate(spec.name, z, spec.params)
    p = np.tile(np.array(spec.numbers), (z.shape[1], 1))
    mask = activations.forward_mask(spec.name, z, a, gain, p)
    return (a, gain, mask) if open_forward else (z, gain, np.ones_like(z))


def _loss(name: str, a: Array, target: Array) -> tuple[Array, Array]:
    """Each sample's loss (B,), and its gradient at a, or at z where loss and output activation are fused (B, out)."""
    if name not in ("mse", "half_squared_error", "hinge"):  # as PyTorch's loss, which never takes the logarithm of 0
        a = np.clip(a, 1e-12, 1 - 1e-12)
    if name == "binary_cross_entropy":
        return -(target * np.log(a) + (1 - target) * np.log(1 - a)).mean(axis=1), (a - target) / a.shape[1]
    if name == "cross_entropy":
        return -(target * np.log(a)).sum(axis=1), a - target
    if name == "mse":
        return ((a - target) ** 2).mean(axis=1), 2 * (a - target) / a.shape[1]
    if name == "half_squared_error":
        return 0.5 * ((a - target) ** 2).sum(axis=1), a - target
    if name == "hinge" and a.shape[1] == 1:
        side = 2 * target - 1
        short = np.maximum(0, 1 - side * a)
        return short.mean(axis=1), np.where(short > 0, -side, 0.0)
    raise ValueError(f"the examples know no loss {name!r}")


def strokes(net: Net, loss: str, x: Array, target: Array) -> tuple[Array, tuple[Passed, ...]]:
    """Both strokes of the mini-batch: each sample's loss (B,), and per layer what was computed."""
    zs, forward, a = [], [], x
    for spec, weight, bias, (open_forward, _) in zip(net.specs, net.weights, net.biases, net.gates, strict=True):
        zs.append(a @ weight.T + bias)
        forward.append(_forward(spec, zs[-1], open_forward))
        a = forward[-1][0]
    sample_loss, gradient = _loss(loss, a, target)
    upstream, passed = gradient / len(x), []
    for i in reversed(range(len(zs))):
        a_i, gain, mask = forward[i]
        fused = i == len(zs) - 1 and loss not in ("mse", "hinge")
        by_gate = not fused and net.gates[i][1] and gain is not None
        delta = upstream * gain if by_gate else upstream
        passed.append(Passed(zs[i], a_i, gain, mask, None if fused else upstream, delta))
        upstream = delta @ net.weights[i]
    return sample_loss, tuple(reversed(passed))


@dataclass(frozen=True, eq=False)
class Rows:
    """Samples as the network sees them, before scaling (the same here), and their labels."""

    x: Array
    target: Array
    label: Array


def example_rows(session: Session, count: int, seed: int = 5) -> Rows:
    """`count` samples in the shape of the session's data."""
    rng = np.random.default_rng(seed)
    if session.data.info.family == "plane":
        turn = rng.uniform(0.3, 1.0, count)
        side = rng.integers(0, 2, count).astype(float)
        angle = turn * 5.0 + side * np.pi
        x = np.stack([turn * np.sin(angle), turn * np.cos(angle)], axis=1) + rng.normal(0, 0.03, (count, 2))
        label = side if session.task == "binary" else x[:, 0] + x[:, 1]
    else:
        x = np.clip(rng.normal(0, 0.8, (count, session.data.inputs)), -2, 2)
        label = rng.integers(0, max(session.data.info.classes, 2), count).astype(float)
        label = label if session.task != "regression" else x[:, 0] ** 2
    target = np.eye(session.outputs)[label.astype(int)] if session.outputs > 1 else label[:, None]
    return Rows(x, target, label)


def example_tape(session: Session | None = None, update: int = 1204, batch: int | None = None, seed: int = 3) -> Tape:
    """The tape of one update of `session` (the spiral with 2-8-8-1 ReLU where none is given), by plain SGD."""
    session = session or example_session()
    net, rows = example_net(session, seed), example_rows(session, TRAIN)
    b = min(batch or session.training.batch_size, TRAIN)
    x, target = rows.x[:b], rows.target[:b]
    sample_loss, passed = strokes(net, session.training.loss.name, x, target)
    rate = session.training.optimizer.learning_rate
    layers, below = [], x
    for i, (spec, p) in enumerate(zip(net.specs, passed, strict=True)):
        dweight, dbias = p.dloss_dz.T @ below, p.dloss_dz.sum(axis=0)
        learned = {q.name: np.full(net.biases[i].shape, float(spec.params[q.name])) for q in spec.entry.learned}
        layers.append(
            LayerTape(
                name=net.names[i],
                activation=spec.name,
                weight=net.weights[i],
                bias=net.biases[i],
                z=p.z,
                a=p.a,
                gain=p.gain,
                forward_mask=p.forward_mask,
                dloss_da=p.dloss_da,
                dloss_dz=p.dloss_dz,
                dloss_dweight=dweight,
                dloss_dbias=dbias,
                weight_next=net.weights[i] - rate * dweight,
                bias_next=net.biases[i] - rate * dbias,
                gate_forward=net.gates[i][0],
                gate_backward=net.gates[i][1],
                param=learned,
                dloss_dparam={k: v * 0 for k, v in learned.items()},
                param_next=learned,
            )
        )
        below = p.a
    loss = float(sample_loss.mean())
    return Tape(
        update, update / 4, x, target, np.arange(b), loss, sample_loss, tuple(layers), session.training.loss.name
    )


def _data_view(session: Session) -> DataView:
    info = session.data.info
    train, test = example_rows(session, TRAIN), example_rows(session, TEST, seed=6)
    names = session.data.features or {"plane": ("x", "y"), "line": ("x",)}.get(info.family, ())
    names = names or tuple(f"column {i + 1}" for i in range(info.inputs))
    classes = tuple(str(i) for i in range(info.classes))
    return DataView(
        info=info,
        feature_names=tuple(names),
        class_names=classes,
        train_raw=train.x,
        train_label=train.label,
        test_raw=test.x,
        test_label=test.label,
        extent=(-1.2, 1.2),
        provenance="drawn for tests",
    )


def _evaluation(session: Session, update: int) -> Evaluation:
    rng = np.random.default_rng(1)
    outputs = max(session.data.info.classes, 2)
    is_classes = session.task != "regression"
    confusion = (np.eye(outputs, dtype=np.int64) * 4 + 1) if is_classes else None
    score = 0.8 if is_classes else None
    shape = {"plane": (GRID, GRID), "line": (GRID,)}.get(session.data.info.family)
    units = session.widths[1:]
    return Evaluation(
        update=update,
        train=Scores(0.31, score, confusion),
        test=Scores(0.42, score, confusion),
        dead=tuple(np.zeros(n, dtype=np.bool_) for n in units),
        firing=tuple(rng.uniform(0, 1, n) for n in units),
        response=rng.uniform(0, 1, shape) if shape else None,
        gradient_norms=tuple(float(10.0 ** -(1 + i)) for i in range(len(units))),
    )


def example_maps(session: Session, seed: int = 3) -> tuple[np.ndarray, ...] | None:
    """What each neuron would send on over the plane: waves; None where the data lie in none."""
    if session.data.info.picture != "plane":
        return None
    rng, axis = np.random.default_rng(seed), np.linspace(-1, 1, SIDE)
    x, y = np.meshgrid(axis, axis)
    waves = rng.normal(0, 2, (sum(session.widths), 3))
    every = np.maximum([a * x + b * y + c for a, b, c in waves], 0.0)
    return tuple(np.split(every, np.cumsum(session.widths)[:-1]))


def _curves(session: Session) -> Curves:
    update = np.arange(0, 1201, 100)
    loss = np.exp(-update / 600)
    accuracy = 1 - 0.5 * loss if session.task != "regression" else np.empty(0)
    return Curves(update, loss, loss * 1.1, accuracy, accuracy * 0.95)


def _layer_state(net: Net, i: int, p: Passed, dead: list[int]) -> LayerState:
    """`p` has one sample; `dead` holds the numbers of dead units."""
    spec, units = net.specs[i], len(net.biases[i])
    flags = np.zeros(units, dtype=np.bool_)
    flags[dead] = True
    return LayerState(
        name=net.names[i],
        activation=spec.name,
        weight=net.weights[i],
        bias=net.biases[i],
        param={q.name: np.full(units, float(spec.params[q.name])) for q in spec.entry.learned},
        params=spec.params,
        z=p.z[0],
        a=p.a[0],
        gain=None if p.gain is None else p.gain[0],
        forward_mask=p.forward_mask[0],
        dloss_da=None if p.dloss_da is None else p.dloss_da[0],
        dloss_dz=p.dloss_dz[0],
        gate_forward=net.gates[i][0],
        gate_backward=net.gates[i][1],
        dead=flags,
    )


def example_snapshot(
    session: Session | None = None,
    *,
    status: Status = Status.PAUSED,
    stroke: bool = False,
    dead: tuple[tuple[int, int], ...] = (),
    update: int = 1204,
    sample: int = 0,
    updates_since_last: int = 0,
    seed: int = 3,
) -> Snapshot:
    """A snapshot of `session` (the spiral with 2-8-8-1 ReLU where none is given).

    `stroke` lays the tape of the coming update and sets the status. `dead` names dead units as (layer from 1, unit).
    """
    session = session or example_session()
    net, rows = example_net(session, seed), example_rows(session, TRAIN)
    x, target = rows.x[sample : sample + 1], rows.target[sample : sample + 1]
    sample_loss, passed = strokes(net, session.training.loss.name, x, target)
    layers = tuple(
        _layer_state(net, i, p, [unit for layer, unit in dead if layer == i + 1]) for i, p in enumerate(passed)
    )
    snapshot = Snapshot(
        generation=1,
        serial=1,
        status=Status.STROKE if stroke else status,
        session=session,
        update=update,
        epoch=update / 4,
        updates_since_last=updates_since_last,
        updates_per_second=0.0,
        sample=sample,
        x=x[0],
        target=target[0],
        loss=float(sample_loss[0]),
        layers=layers,
        data=_data_view(session),
        evaluation=_evaluation(session, update),
        curves=_curves(session),
        tape=None,
        failure=None,
        undo_label=None,
        redo_label=None,
        changed=False,
    )
    return replace(snapshot, tape=example_tape(session, update, seed=seed)) if stroke else snapshot
