"""Building a Snapshot from a trainer: copies and read-only views, and the log from which the curves are made."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine import uncompiled
from twostroke.engine.data import Dataset
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
    """The figures of the evaluations on one line of the history, in the order of their updates.

    The state at an update of a line is always the same, so figures stay true wherever the run stands: one that has
    gone back sees those up to the present update, and those of the future come back as it goes on.
    """

    def __init__(self) -> None:
        self._rows: list[tuple[float, ...]] = []
        self._curves: Curves | None = None
        self._shown = 0

    def copy(self, end: int) -> CurveLog:
        """A log of its own with the same figures up to the update `end`."""
        twin = CurveLog()
        twin._rows = self._rows[: self._count(end)]
        return twin

    def _count(self, end: int) -> int:
        return bisect_right(self._rows, float(end), key=lambda row: row[0])

    def add(self, evaluation: Evaluation) -> None:
        """Put one evaluation in its place; one of the same update gives way."""
        accuracy = [part.accuracy for part in (evaluation.train, evaluation.test) if part.accuracy is not None]
        row = (evaluation.update, evaluation.train.loss, evaluation.test.loss, *accuracy)
        self._rows[self._count(evaluation.update - 1) : self._count(evaluation.update)] = [row]
        if len(self._rows) > CURVE_POINTS:
            self._rows = self._rows[::2]
        self._curves = None

    def curves(self, end: int) -> Curves:
        """The curves up to the update `end` as arrays; the same object while nothing changes."""
        count = self._count(end)
        if self._curves is None or count != self._shown:
            self._shown = count
            shown = self._rows[:count]
            width = max((len(row) for row in shown), default=3)
            rows = [row for row in shown if len(row) == width]
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
    buffers = network.room_for_one
    value = network.stroke(trainer.feed, np.array([row]), buffers, weights=False)
    return value, tuple(network.layer_pass(buffers, layer, 1) for layer in range(1, network.depth + 1))


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
        gate_forward=network.is_forward(layer),
        gate_backward=network.is_backward(layer),
        dead=frozen(np.zeros(network.widths[layer], dtype=np.bool_)) if dead is None else dead[layer - 1],
    )


SETTINGS = ("data", "network", "training", "gates")
"""Parts of a session that are settings; its view and its file of weights are not."""


def same_settings(one: Session, other: Session) -> bool:
    """Whether two sessions differ in nothing that changes a number."""
    return all(getattr(one, part) == getattr(other, part) for part in SETTINGS)


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
        curves=trainer.history.branch.curves.curves(trainer.update),
        tape=trainer.tape,
        failure=trainer.failure,
        undo_label=trainer.undo_stack[-1].label if trainer.undo_stack else None,
        redo_label=trainer.redo_stack[-1].label if trainer.redo_stack else None,
        changed=not same_settings(session, trainer.opened),
        pace=trainer.pace,
        notice=trainer.notice,
        past=min(trainer.history.past, trainer.update),
        future=max(trainer.history.branch.end, trainer.update),
        branches=trainer.history.branches(),
        capture=trainer.capture,
    )
