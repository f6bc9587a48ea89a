"""What usually helps against what a diagnosis finds: per illness and cause, in the order in which to try them."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from twostroke.engine.border import commands as c
from twostroke.engine.border.commands import Edit, Edited
from twostroke.engine.border.health import Cause, Finding
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.shrinking import shrinking
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.engine.session.switched_gates import BACKWARD, FORWARD
from twostroke.gui.model import cutting, edits
from twostroke.gui.model.changes import Path, edited
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.words import title_of

USUAL_STEP = 1e-3
"""Of the weights' size: what an update usually moves them by."""

USUAL_DECAY = 0.01
"""Of AdamW, as Loshchilov and Hutter 2019 and PyTorch have it."""

RATE_DECADES = 5
"""A rate is lowered or raised by at most so many powers of ten at once."""


@dataclass(frozen=True)
class Remedy:
    """One click that usually helps."""

    label: str  # on its button
    command: c.Command  # an edit can be undone; from an update gone back to, one can go on again


def remedies(session: Session, finding: Finding) -> tuple[Remedy, ...]:
    """Those that can be taken here and change something."""
    return tuple(_TABLE[finding.measure.illness](session, finding))


# -- edits ---------------------------------------------------------------------------------------------------------


def begin_with_rate(session: Session, rate: float) -> Edited:
    """Another learning rate, and fresh weights: those that the old one has made are of no use."""
    return replace(edits.set_value(session, "training.optimizer.learning_rate", rate), afresh=True, dial="")


def begin_with_suiting_weights(session: Session) -> Edited:
    """The initialisation that suits the first hidden layer's activation, and none that the session gives."""
    changes: dict[Path, object] = {("network", "init"): suiting_init(session), ("network", "parameters"): {}}
    made = edited(session, changes, f"Begin anew with {title_of(suiting_init(session))} weights")
    return replace(made, afresh=True)


def begin_with_tanh(session: Session) -> Edited:
    """Gates that bound what they send on, a tame rate, and fresh weights."""
    return _begin_with_gate(session, None, "tanh", "all hidden layers")


def with_gates(session: Session, stroke: str) -> Edited:
    """All gates on that stroke again, those of single neurons as well."""
    off = tuple(text for text in session.gates.off if not text.endswith(f".{stroke}"))
    gates = session.gates.model_copy(update={stroke: True, "off": off})
    return Edited(session.model_copy(update={"gates": gates}), f"Gates on the {stroke} stroke again")


def begin_with_gates(session: Session) -> Edited:
    """The backward stroke of the network that there is, and fresh weights."""
    return replace(with_gates(session, BACKWARD), afresh=True)


def mend_all(session: Session) -> Edited:
    """Nothing cut any more."""
    return replace(cutting.cut(session, session.network.cut, False), label="Mend all that is cut")


def free_all(session: Session) -> Edited:
    """Nothing frozen any more."""
    network = session.network.model_copy(update={"frozen": ()})
    return Edited(session.model_copy(update={"network": network}), "Free all that is frozen")


def begin_with_leaky(session: Session, layer: int) -> Edited:
    """A gate that is never shut, and the tame rate without which it would send on what grows without end."""
    return _begin_with_gate(session, layer, "leaky_relu", layer_name(layer))


def _begin_with_gate(session: Session, layer: int | None, name: str, where: str) -> Edited:
    made = begin_with_rate(edits.set_activation(session, layer, name).session, tame_rate(session))
    return replace(made, label=f"{CATALOGUE[name].title} in {where}, a lower rate, and begin anew")


def suiting_init(session: Session) -> str:
    """He et al. 2015 for gates that are shut below 0, Klambauer et al. 2017 for SELU, else Glorot and Bengio 2010."""
    first = next((gate for layer in session.network.layers for gate in layer.gates), None)
    if first is None or first.entry.saturating or first.name == "identity":
        return "xavier_normal"
    return "lecun_normal" if first.name == "selu" else "he_normal"


def shrink_less(session: Session) -> Edited:
    """No L2 where the optimizer is SGD, else a usual weight decay; and fresh weights for those that have shrunk."""
    changes: dict[Path, object] = {("training", "optimizer", "weight_decay"): USUAL_DECAY}
    label = f"Weight decay {USUAL_DECAY:g}"
    if shrinking(session).name == "L2":
        changes = {("training", "l2"): 0.0, ("network", "output", "l2"): None}
        changes |= {("network", "layers", number, "l2"): None for number in range(len(session.network.layers))}
        label = "No L2"
    return replace(edited(session, changes, f"{label}, and begin anew"), afresh=True)


def normalize(session: Session) -> Edited:
    """Batch normalization in all hidden layers (Ioffe and Szegedy 2015)."""
    return _each(session, ("norm", "name"), "batch", "Batch normalization in all hidden layers")


def drop_out(session: Session) -> Edited:
    """Dropout in all hidden layers (Srivastava et al. 2014)."""
    return _each(session, ("dropout",), 0.3, "Dropout 0.3 in all hidden layers")


def widen(session: Session) -> Edited:
    """Twice as many units in all hidden layers, or a first layer where there is none."""
    if not session.network.layers:
        return edits.add_layer(session)
    made = session
    for number, layer in enumerate(session.network.layers, start=1):
        made = edits.set_units(made, number, 2 * layer.units).session
    return Edited(made, "Twice as many units in all hidden layers")


def skip_all(session: Session) -> Edited:
    """A skip path around every hidden layer but the first (He et al. 2016)."""
    changes: dict[Path, object] = {
        ("network", "layers", number, "skip"): number - 1 for number in range(2, len(session.network.layers))
    }
    return edited(session, changes, "Skip paths around the hidden layers")


def _each(session: Session, key: Path, value: object, label: str) -> Edited:
    layers = range(len(session.network.layers))
    return edited(session, {("network", "layers", number, *key): value for number in layers}, label)


# -- rates ---------------------------------------------------------------------------------------------------------


def better_rate(session: Session, step: float) -> float:
    """The rate with which a step that is `step` of the weights' size would be a usual one."""
    factor = min(max(USUAL_STEP / step, 10.0**-RATE_DECADES), 10.0**RATE_DECADES) if step > 0.0 else 10.0
    return _rung(float(session.training.optimizer.learning_rate) * factor)


def tame_rate(session: Session) -> float:
    """A tenth of the rate that has done harm, and no more than is usual."""
    optimizer = session.training.optimizer
    return _rung(min(0.1 * float(optimizer.learning_rate), OPTIMIZERS[optimizer.name].usual_rate))


def _rung(rate: float) -> float:
    """The next one below in the series 1, 3, 10."""
    wanted = math.log10(rate) + 1e-9
    whole = math.floor(wanted)
    return float(f"{(3.0 if wanted - whole >= math.log10(3.0) else 1.0) * 10.0**whole:.0e}")


# -- the table -----------------------------------------------------------------------------------------------------


def _offer(session: Session, change: c.Change, *arguments: object, label: str = "") -> Iterator[Remedy]:
    """The edit, where it can be made and changes something."""
    try:
        made = change(session, *arguments)
    except SessionError:
        return
    if made.afresh or made.session != session:
        yield Remedy(label or made.label, Edit(change, arguments, len(session.network.layers)))


def _tame(session: Session) -> Iterator[Remedy]:
    rate = tame_rate(session)
    yield from _offer(session, begin_with_rate, rate, label=f"Learning rate {plain(rate)}, and begin anew")


def _gate(session: Session, layer: int | None, name: str) -> Iterator[Remedy]:
    where = "all hidden layers" if layer is None else layer_name(layer)
    yield from _offer(session, edits.set_activation, layer, name, label=f"{CATALOGUE[name].title} in {where}")


def _scale_inputs(session: Session) -> Iterator[Remedy]:
    yield from _offer(session, _scaled, "scale", label="Scale the inputs, and begin anew")


def _scale_targets(session: Session) -> Iterator[Remedy]:
    yield from _offer(session, _scaled, "scale_target", label="Scale the targets, and begin anew")


def _scaled(session: Session, key: str) -> Edited:
    return replace(edits.set_value(session, f"data.{key}", "standard"), afresh=True, dial="")


def _suiting(session: Session) -> Iterator[Remedy]:
    yield from _offer(session, begin_with_suiting_weights)


def _vanishing(session: Session, finding: Finding) -> Iterator[Remedy]:
    if finding.cause is Cause.HAND:
        yield from _offer(session, mend_all)
        return
    if finding.cause is Cause.ACTIVATION:
        yield from _gate(session, None, "relu")
    else:
        yield from _suiting(session)
    if not any(all(gate.entry.constant_gain == 0.0 for gate in layer.gates) for layer in session.network.layers):
        # nothing but another gate lets anything through a wall
        yield from _offer(session, normalize)
        yield from _offer(session, skip_all)


def _exploding(session: Session, finding: Finding) -> Iterator[Remedy]:
    if finding.cause is Cause.RATE:  # which would spoil any other weights as well
        yield from _tame(session)
        return
    yield from _suiting(session)
    yield from _offer(session, normalize)


def _dead(session: Session, finding: Finding) -> Iterator[Remedy]:
    if finding.cause is Cause.INPUTS:
        yield from _scale_inputs(session)
    if finding.cause is Cause.RATE:
        yield from _tame(session)
        yield from _offer(session, begin_with_leaky, finding.measure.layer)
        return
    if finding.cause is Cause.INIT:
        yield from _suiting(session)
    yield from _gate(session, finding.measure.layer, "leaky_relu")


def _saturated(session: Session, finding: Finding) -> Iterator[Remedy]:
    if finding.cause is Cause.RATE:
        yield from _tame(session)
        return
    yield from _scale_inputs(session) if finding.cause is Cause.INPUTS else _suiting(session)
    yield from _offer(session, normalize)


def _large_steps(session: Session, finding: Finding) -> Iterator[Remedy]:
    if finding.cause is Cause.INPUTS:
        yield from _scale_inputs(session)
    if finding.cause is Cause.SHRINKING:
        yield from _offer(session, shrink_less)
    rate = better_rate(session, finding.measure.figure)
    yield from _offer(
        session, edits.set_value, "training.optimizer.learning_rate", rate, label=f"Learning rate {plain(rate)}"
    )
    yield from _tame(session)


def _small_steps(session: Session, finding: Finding) -> Iterator[Remedy]:
    rate = better_rate(session, finding.measure.figure)
    yield from _offer(
        session, edits.set_value, "training.optimizer.learning_rate", rate, label=f"Learning rate {plain(rate)}"
    )


def _not_finite(session: Session, finding: Finding) -> Iterator[Remedy]:
    if finding.cause is Cause.SHRINKING:
        yield from _offer(session, shrink_less)
    if finding.cause is Cause.INPUTS:
        yield from _scale_inputs(session)
    if finding.cause is Cause.TARGETS:
        yield from _scale_targets(session)
    if finding.cause is Cause.ACTIVATION:
        yield from _offer(session, begin_with_tanh)
    elif finding.cause is Cause.GATES:
        yield from _offer(session, begin_with_gates, label="Gates on the backward stroke again, and begin anew")
    else:
        yield from _tame(session)


def _unscaled_inputs(session: Session, finding: Finding) -> Iterator[Remedy]:
    yield from _scale_inputs(session)


def _unscaled_targets(session: Session, finding: Finding) -> Iterator[Remedy]:
    yield from _scale_targets(session)


def _imbalance(session: Session, finding: Finding) -> Iterator[Remedy]:
    yield from _offer(session, edits.set_class_weights, "balanced", label="Class weights that balance the classes")


def _not_learning(session: Session, finding: Finding) -> Iterator[Remedy]:
    if finding.cause is Cause.HAND:
        yield from _offer(session, free_all if "frozen" in finding.why else mend_all)
        return
    if finding.cause in (Cause.ACTIVATION, Cause.GATES):
        yield from _offer(session, with_gates, FORWARD)
    if finding.cause is Cause.GATES:
        yield from _offer(session, with_gates, BACKWARD)
    elif session.gates.forward and finding.cause is Cause.ACTIVATION:
        yield from _gate(session, None, "relu")
    if finding.cause is Cause.INIT:
        yield from _suiting(session)
    if finding.cause is Cause.RATE:
        yield from _tame(session)
    if finding.cause is Cause.SLOWNESS:
        rate = better_rate(session, 0.0)
        yield from _offer(
            session, edits.set_value, "training.optimizer.learning_rate", rate, label=f"Learning rate {plain(rate)}"
        )
    if finding.cause is Cause.CAPACITY:
        yield from _offer(session, widen)


def _overfit(session: Session, finding: Finding) -> Iterator[Remedy]:
    if finding.since > 0:
        yield Remedy(f"Back to update {finding.since:,}", c.Seek(finding.since))
    yield from _offer(session, edits.set_value, "training.l2", 0.01, label="L2 0.01")
    yield from _offer(session, drop_out)


_TABLE: dict[str, Callable[[Session, Finding], Iterator[Remedy]]] = {
    "not_finite": _not_finite,
    "unscaled_inputs": _unscaled_inputs,
    "unscaled_targets": _unscaled_targets,
    "dead": _dead,
    "vanishing": _vanishing,
    "exploding": _exploding,
    "saturated": _saturated,
    "large_steps": _large_steps,
    "small_steps": _small_steps,
    "not_learning": _not_learning,
    "imbalance": _imbalance,
    "overfit": _overfit,
}

ORDER = tuple(_TABLE)
"""The illnesses in the order in which they are told, that of the engine's table: what causes others comes first."""
