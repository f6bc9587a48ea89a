"""Building a Snapshot from a trainer: copies and read-only views, and the log from which the curves are made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine import uncompiled
from twostroke.engine.data import Dataset
from twostroke.engine.kernels import train
from twostroke.engine.network import Network, Pass
from twostroke.engine.record import frozen, gate_mask, layer_name
from twostroke.engine.snapshot import Curves, DataView, Evaluation, LayerState, Snapshot, Status
from twostroke.engine.spec import Session
from twostroke.engine.tape import Array

if TYPE_CHECKING:
    from twostroke.engine.trainer import Trainer

CURVE_POINTS = 2_000
"""Evaluations that the curves keep; beyond, every second one is dropped."""


class CurveLog:
    """The figures of past evaluations, in the order of their updates."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, ...]] = []
        self._curves: Curves | None = None

    def copy(self) -> CurveLog:
        """A log of its own with the same figures."""
        twin = CurveLog()
        twin._rows = list(self._rows)
        return twin

    def add(self, evaluation: Evaluation) -> None:
        """Append one evaluation; one of the same update takes its place."""
        self.cut(evaluation.update - 1)
        accuracy = [part.accuracy for part in (evaluation.train, evaluation.test) if part.accuracy is not None]
        self._rows.append((evaluation.update, evaluation.train.loss, evaluation.test.loss, *accuracy))
        if len(self._rows) > CURVE_POINTS:
            self._rows = self._rows[::2]
        self._curves = None

    def cut(self, update: int) -> None:
        """Forget what came after `update`."""
        while self._rows and self._rows[-1][0] > update:
            self._rows.pop()
            self._curves = None

    def curves(self) -> Curves:
        """The curves as arrays; the same object until something is added."""
        if self._curves is None:
            width = max((len(row) for row in self._rows), default=3)
            rows = [row for row in self._rows if len(row) == width]
            table = np.array(rows, dtype=np.float64).reshape(len(rows), width)
            columns = [frozen(table[:, k].copy()) for k in range(width)]
            none = frozen(np.zeros(0))
            accuracy = (columns[3], columns[4]) if width == 5 else (none, none)
            self._curves = Curves(frozen(columns[0].astype(np.int64)), columns[1], columns[2], *accuracy)
        return self._curves


def data_view(dataset: Dataset) -> DataView:
    """What the window shows of the data."""
    return DataView(
        info=dataset.info,
        feature_names=dataset.feature_names,
        class_names=dataset.class_names,
        train_raw=dataset.raw_train,
        train_target=dataset.target_train,
        train_label=dataset.label_train,
        test_raw=dataset.raw_test,
        test_target=dataset.target_test,
        test_label=dataset.label_test,
        extent=dataset.extent,
        provenance=dataset.provenance,
    )


def _sample_passes(trainer: Trainer) -> tuple[float, tuple[Pass, ...]]:
    """Both strokes of the pinned sample with the weights as they are now."""
    network, row = trainer.network, trainer.session.view.sample
    if not trainer.kernels_ready:
        return float("nan"), uncompiled.forward(network, trainer.feed.x[row : row + 1])
    buffers = network.buffers(1)
    value = train.both_strokes(network.plan, trainer.feed, np.array([row]), network.theta, buffers)
    return float(value), tuple(network.layer_pass(buffers, layer, 1) for layer in range(1, network.depth + 1))


def _layer_state(network: Network, layer: int, passed: Pass, theta: Array, dead: Any) -> LayerState:
    spec = network.activations[layer - 1]
    return LayerState(
        name=layer_name(layer, network.depth),
        activation=spec.name,
        weight=network.weight(layer, theta),
        bias=network.bias(layer, theta),
        param=network.params(layer, theta),
        params=spec.params,
        z=frozen(passed.z[0]),
        a=frozen(passed.a[0]),
        gain=None if passed.gain is None else frozen(passed.gain[0]),
        forward_mask=frozen(gate_mask(network, layer, passed)[0]),
        dloss_da=None if passed.dloss_da is None else frozen(passed.dloss_da[0]),
        dloss_dz=frozen(passed.dloss_dz[0]),
        gate_forward=bool(network.plan.gate_forward[layer - 1]),
        gate_backward=bool(network.plan.gate_backward[layer - 1]),
        dead=frozen(np.zeros(network.widths[layer], dtype=np.bool_)) if dead is None else dead[layer - 1],
    )


def settings(session: Session) -> dict[str, Any]:
    """A session without its view, which is not a setting."""
    return session.model_dump(exclude={"view"})


def build_snapshot(trainer: Trainer, updates_since_last: int, updates_per_second: float) -> Snapshot:
    """The state of `trainer` now."""
    network, session = trainer.network, trainer.session
    theta = frozen(network.theta.copy())
    loss, passes = _sample_passes(trainer)
    dead = None if trainer.evaluation is None else trainer.evaluation.dead
    row = session.view.sample
    return Snapshot(
        generation=trainer.generation,
        serial=trainer.serial,
        status=trainer.status if trainer.kernels_ready else Status.COMPILING,
        session=session,
        update=trainer.update,
        epoch=trainer.epoch,
        updates_since_last=updates_since_last,
        updates_per_second=updates_per_second,
        sample=row,
        x=frozen(trainer.feed.x[row].copy()),
        target=frozen(trainer.feed.target[row].copy()),
        loss=loss,
        layers=tuple(
            _layer_state(network, layer, passes[layer - 1], theta, dead) for layer in range(1, network.depth + 1)
        ),
        data=trainer.data_view,
        evaluation=trainer.evaluation,
        curves=trainer.curves.curves(),
        tape=trainer.tape,
        failure=trainer.failure,
        undo_label=trainer.undo_stack[-1].label if trainer.undo_stack else None,
        redo_label=trainer.redo_stack[-1].label if trainer.redo_stack else None,
        changed=settings(session) != settings(trainer.opened),
        pace=trainer.pace,
        notice=trainer.notice,
    )
