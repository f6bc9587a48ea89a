"""Building a Snapshot from a trainer: copies and read-only views."""

from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from twostroke.engine.border.loss_surface import LossSurface
from twostroke.engine.border.snapshot import DataView, LayerState, Snapshot, Status
from twostroke.engine.border.tape import Array
from twostroke.engine.compute import uncompiled
from twostroke.engine.compute.kernels.plan import Feed
from twostroke.engine.compute.network import Network, Pass
from twostroke.engine.compute.record import frozen, gate_mask
from twostroke.engine.data import Dataset
from twostroke.engine.run.curves import measured_by
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.phrases import layer_name

_VIEWS: WeakKeyDictionary[Dataset, DataView] = WeakKeyDictionary()


def data_view(dataset: Dataset) -> DataView:
    """What the window shows of the data; the same object for the same data, so that it is painted once."""
    if dataset not in _VIEWS:
        _VIEWS[dataset] = _data_view(dataset)
    return _VIEWS[dataset]


def _data_view(dataset: Dataset) -> DataView:
    return DataView(
        info=dataset.info,
        feature_names=dataset.feature_names,
        class_names=dataset.class_names,
        train_raw=dataset.raw_train,
        train_label=dataset.label_train,
        test_raw=dataset.raw_test,
        test_label=dataset.label_test,
        extent=dataset.extent,
        provenance=dataset.provenance,
        output_names=dataset.info.output_names,
        remarks=dataset.remarks,
        target_scale=dataset.target_scale,
    )


def _shown(trainer: Trainer) -> tuple[Feed, int]:
    """The sample that is shown, as a row of a feed: the pinned one, or what is tried in its place."""
    tried = trainer.tried
    if tried is None:
        return trainer.feed, trainer.session.view.sample
    if tried.trial.row is not None and trainer.evaluator.test is not None:
        return trainer.evaluator.test, tried.trial.row
    return trainer.network.feed(tried.x, np.nan_to_num(tried.target)), 0


def _sample_passes(trainer: Trainer) -> tuple[float, tuple[Pass, ...]]:
    """Both strokes of the sample shown with the weights as they are now."""
    network, tried, (feed, row) = trainer.network, trainer.tried, _shown(trainer)
    if not trainer.kernels_ready:
        return float("nan"), uncompiled.forward(network, feed.x[row : row + 1])
    buffers = network.room_for_one
    value = network.stroke(feed, np.array([row]), buffers, weights=False)
    if np.isnan(value):  # an infinite loss, summed over lanes that weigh 0, is NaN
        value = float(buffers.sample_loss[0])
    passes = tuple(network.layer_pass(buffers, layer, 1) for layer in range(1, network.depth + 1))
    if tried is None or tried.trial.target_known:
        return value, passes
    return float("nan"), tuple(map(_without_gradients, passes))


def _without_gradients(passed: Pass) -> Pass:
    """Of an input whose target nobody knows."""
    dloss_da = None if passed.dloss_da is None else np.full_like(passed.dloss_da, np.nan)
    return replace(passed, dloss_da=dloss_da, dloss_dz=np.full_like(passed.dloss_dz, np.nan))


def _layer_state(network: Network, layer: int, passed: Pass, theta: Array, running: Array, dead: Any) -> LayerState:
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
        off_forward=network.passed_by(layer, backward=False),
        off_backward=network.passed_by(layer, backward=True),
        organs=_organs(network, layer, theta, running),
        dead=frozen(np.zeros(network.widths[layer], dtype=np.bool_)) if dead is None else dead[layer - 1],
    )


def _organs(network: Network, layer: int, theta: Array, running: Array) -> dict[str, Array]:
    """What a normalizer learns and remembers, and the weights of a skip path that has any."""
    found: dict[str, Array] = {}
    if network.layers[layer - 1].norm != "none":
        found |= {"scale": network.scale(layer, theta), "shift": network.shift(layer, theta)}
    if network.layers[layer - 1].projected:
        found["skip_weight"] = network.skip_weight(layer, theta)
    return found | network.running_figures(layer, running)


def _surface(trainer: Trainer) -> LossSurface | None:
    """That of this line: the path of another one leads nowhere here."""
    found = trainer.surface
    return found if found is not None and found.branch == trainer.history.branch.id else None


def _on_surface(trainer: Trainer) -> tuple[float, float, float] | None:
    """Where the network is on the plane of the loss surface that somebody looks at, and how far from it."""
    found = _surface(trainer)
    if found is None or found.plane is None:
        return None
    a, b, off = found.plane.places(trainer.state.theta[None, :])[0].tolist()
    return a, b, off


def snapshot_of(trainer: Trainer, updates_per_second: float = 0.0) -> Snapshot:
    """The state of `trainer` now, in arrays that later updates do not touch."""
    updates_since_last = trainer.count_snapshot()
    network, session = trainer.network, trainer.session
    theta, running = frozen(network.theta.copy()), frozen(network.running.copy())
    loss, passes = _sample_passes(trainer)
    dead = None if trainer.evaluation is None else trainer.evaluation.dead
    row, tried = session.view.sample, trainer.tried
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
        x=frozen(trainer.feed.x[row].copy()) if tried is None else tried.x[0],
        target=frozen(trainer.feed.target[row].copy()) if tried is None else tried.target[0],
        loss=loss,
        layers=tuple(
            _layer_state(network, layer, passes[layer - 1], theta, running, dead)
            for layer in range(1, network.depth + 1)
        ),
        data=data_view(trainer.dataset),
        evaluation=trainer.evaluation,
        health=trainer.health,
        regions=trainer.regions,
        surface=_surface(trainer),
        on_surface=_on_surface(trainer),
        curves=trainer.history.branch.curves.curves(trainer.update, measured_by(session)),
        tape=trainer.tape,
        failure=trainer.failure,
        undo_label=trainer.undo_stack.label,
        redo_label=trainer.redo_stack.label,
        changed=trainer.changed,
        pace=trainer.pace,
        notice=trainer.notice,
        past=min(trainer.history.past, trainer.update),
        future=max(trainer.history.branch.end, trainer.update),
        branches=trainer.history.branches(),
        beside=trainer.history.beside(trainer.update, measured_by(session)),
        trial=None if tried is None else tried.trial,
        document=trainer.document,
    )
