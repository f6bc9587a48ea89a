"""The one difference between two networks that are compared: what may differ, and a session with it.

Pure: no Qt. Each is made by the edits that a user could make by hand, so it can be taken over as one.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from twostroke.engine.border.commands import Edited
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.engine.catalogue.initializers import INITIALIZERS
from twostroke.engine.catalogue.optimizers import OPTIMIZERS
from twostroke.engine.session.phrases import counted
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model import edits
from twostroke.gui.model.changes import Path, edited
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.words import title_of

RATES = tuple(float(f"{digit}e{exponent}") for exponent in range(-5, 1) for digit in (1, 3))
MOST_LAYERS = 10
SEEDS = range(1, 13)
NORMALIZERS = ("none", "batch", "layer")

Value = str | int | float


@dataclass(frozen=True)
class Choice:
    """One way in which a network can differ, and what the screen calls it."""

    value: Value
    title: str


@dataclass(frozen=True)
class Kind:
    """What may differ. `choices` are those that a session leaves, its own not among them; `change` makes one.

    `matched`: whether two networks that differ so may begin with the same first numbers. `usual`: what one would
    compare with first, in the order of preference.
    """

    id: str
    title: str
    choices: Callable[[Session], tuple[Choice, ...]]
    change: Callable[[Session, Any], Edited]
    matched: bool = True
    usual: Callable[[Session], Sequence[Value]] = lambda session: ()

    def first(self, session: Session) -> Value | None:
        """The choice that is made until a user makes another; None where the session leaves none."""
        left = [choice.value for choice in self.choices(session)]
        return next((value for value in self.usual(session) if value in left), next(iter(left), None))


@dataclass(frozen=True)
class Difference:
    """One chosen difference. `matched`: first numbers as in the main network wherever the shapes agree."""

    kind: str
    value: Value
    matched: bool = False

    def made_on(self, session: Session) -> Edited:
        """What it makes of `session`. SessionError, a sentence, where that cannot be or nothing would differ."""
        after = DIFFERENCES[self.kind].change(session, self.value)
        if after.session == session:
            raise SessionError(f"The main network is like this by now ({_said(after.label)}), so nothing differs.")
        return after


def _said(label: str) -> str:
    return label[0].lower() + label[1:]


def told(edited_: Edited) -> str:
    """A difference in the fewest words, from the label of its edit: "all hidden layers: tanh"."""
    text = edited_.label.removeprefix("Set ")
    what, _, value = text.rpartition(" to ")
    return f"{what}: {value}" if what else text


def _without(now: object, every: tuple[Choice, ...]) -> tuple[Choice, ...]:
    return tuple(choice for choice in every if choice.value != now)


# -- activation, depth, first weights ----------------------------------------------------------------------------------


def _activations(session: Session) -> tuple[Choice, ...]:
    if not session.network.layers:
        return ()
    own = {gate.name for layer in session.network.layers for gate in layer.gates}
    every = tuple(Choice(name, entry.title) for name, entry in CATALOGUE.items() if not entry.output_only)
    return _without(next(iter(own)) if len(own) == 1 else None, every)


def _activation(session: Session, name: str) -> Edited:
    return edits.set_activation(session, None, name)


def _depths(session: Session) -> tuple[Choice, ...]:
    now = len(session.network.layers)
    return _without(now, tuple(Choice(depth, counted(depth, "hidden layer")) for depth in range(MOST_LAYERS + 1)))


def _depth(session: Session, depth: int) -> Edited:
    after = session
    while len(after.network.layers) != depth:
        change = edits.remove_layer if len(after.network.layers) > depth else edits.add_layer
        after = change(after).session
    return Edited(after, f"Set depth to {counted(depth, 'hidden layer')}")


def _inits(session: Session) -> tuple[Choice, ...]:
    every = tuple(Choice(name, entry.title) for name, entry in INITIALIZERS.items())
    return _without(session.network.init.name, every)


def _seeds(session: Session) -> tuple[Choice, ...]:
    return _without(session.network.seed, tuple(Choice(seed, f"seed {seed}") for seed in SEEDS))


# -- how it learns -----------------------------------------------------------------------------------------------------


def _optimizers(session: Session) -> tuple[Choice, ...]:
    every = tuple(Choice(name, entry.title) for name, entry in OPTIMIZERS.items())
    return _without(session.training.optimizer.name, every)


def _rates(session: Session) -> tuple[Choice, ...]:
    return _without(session.training.optimizer.learning_rate, tuple(Choice(rate, plain(rate)) for rate in RATES))


def _usual_rates(session: Session) -> list[float]:
    """A tenth of the rate, or ten times as much: nearest to that first, as the rates offered are few."""
    now = math.log10(session.training.optimizer.learning_rate)
    return sorted(RATES, key=lambda rate: (round(abs(abs(math.log10(rate) - now) - 1.0), 6), rate))


def _rate(session: Session, rate: float) -> Edited:
    return edits.set_value(session, "training.optimizer.learning_rate", rate)


# -- organs ------------------------------------------------------------------------------------------------------------


def _normalizers(session: Session) -> tuple[Choice, ...]:
    own = {layer.norm.name for layer in session.network.layers}
    if not own:
        return ()
    every = tuple(Choice(name, title_of(name)) for name in NORMALIZERS)
    return _without(next(iter(own)) if len(own) == 1 else None, every)


def _normalizer(session: Session, name: str) -> Edited:
    label = f"Set normalizer of all hidden layers to {title_of(name)}"
    return edited(session, _everywhere(session, "norm", name), label)


def _everywhere(session: Session, key: str, value: object) -> dict[Path, Any]:
    """The change of one setting in each hidden layer."""
    return {("network", "layers", index, key): value for index in range(len(session.network.layers))}


def _has_skips(session: Session) -> bool:
    return any(layer.skip is not None for layer in (*session.network.layers, session.network.output))


def _skips(session: Session) -> tuple[Choice, ...]:
    """Residual paths over each hidden layer behind the first, or none."""
    if _has_skips(session):
        return (Choice("none", "none"),)
    return (Choice("residual", "over each layer"),) if len(session.network.layers) > 1 else ()


def _skip(session: Session, which: str) -> Edited:
    layers = range(len(session.network.layers))
    if which == "residual":
        if len(layers) < 2:
            raise SessionError("A skip path over a hidden layer needs two of them; add a layer.")
        changes: dict[Path, Any] = {("network", "layers", index, "skip"): index for index in layers if index}
        return edited(session, changes, "Set skip paths to over each layer")
    if which != "none":
        raise SessionError(f'"{which}" are no skip paths; expected "residual" or "none".')
    return edited(session, _no_skips(session), "Set skip paths to none")


def _no_skips(session: Session) -> dict[Path, Any]:
    return {**_everywhere(session, "skip", None), ("network", "output", "skip"): None}


def _gates(session: Session) -> tuple[Choice, ...]:
    if not session.network.layers:
        return ()
    strokes = (("forward", session.gates.forward), ("backward", session.gates.backward))
    return tuple(Choice(name, f"{'off' if on else 'on'} on the {name} stroke") for name, on in strokes)


def _gate(session: Session, stroke: str) -> Edited:
    if stroke not in ("forward", "backward"):
        raise SessionError(f'"{stroke}" is no stroke; expected "forward" or "backward".')
    on = not getattr(session.gates, stroke)
    label = f"Set gates to {'on' if on else 'off'} on the {stroke} stroke"
    return edited(session, {("gates", stroke): on}, label)


@dataclass(frozen=True)
class _Organ:
    """What can be left out: whether a session has it, and the changes that take it away."""

    title: str
    is_there: Callable[[Session], bool]
    without: Callable[[Session], dict[Path, Any]]


def _has_penalty(session: Session) -> bool:
    layers = (*session.network.layers, session.network.output)
    return bool(session.training.l1 or session.training.l2) or any(layer.l1 or layer.l2 for layer in layers)


def _no_penalty(session: Session) -> dict[Path, Any]:
    changes = {**_everywhere(session, "l1", None), **_everywhere(session, "l2", None)}
    changes |= {("network", "output", key): None for key in ("l1", "l2")}
    return changes | {("training", key): 0.0 for key in ("l1", "l2")}


def _biases(session: Session) -> tuple[str, ...]:
    return tuple(f"l{layer}.bias" for layer in range(1, len(session.network.layers) + 2))


def _has_biases(session: Session) -> bool:
    given = any(key.endswith(".bias") for key in session.network.parameters)
    return not given and not set(_biases(session)) <= set(session.network.frozen)


def _no_biases(session: Session) -> dict[Path, Any]:
    """Frozen where they begin, at 0."""
    frozen = tuple(dict.fromkeys((*session.network.frozen, *_biases(session))))
    return {("network", "frozen"): frozen}


def _without_momentum(session: Session) -> dict[str, Any]:
    settings = session.training.optimizer.model_dump(mode="json") | {"momentum": 0.0}
    settings.pop("nesterov", None)  # which looks ahead along it
    return settings


ORGANS: dict[str, _Organ] = {
    "biases": _Organ("biases", _has_biases, _no_biases),
    "normalizer": _Organ(
        "normalizer",
        lambda session: any(layer.norm.name != "none" for layer in session.network.layers),
        lambda session: _everywhere(session, "norm", "none"),
    ),
    "dropout": _Organ(
        "dropout",
        lambda session: any(layer.dropout for layer in session.network.layers),
        lambda session: _everywhere(session, "dropout", 0.0),
    ),
    "skips": _Organ("skip paths", _has_skips, _no_skips),
    "penalty": _Organ("penalties L1 and L2", _has_penalty, _no_penalty),
    "clip": _Organ(
        "gradient clipping",
        lambda session: session.training.clip.name != "none",
        lambda session: {("training", "clip"): "none"},
    ),
    "schedule": _Organ(
        "schedule",
        lambda session: session.training.schedule.name != "constant" or session.training.schedule.warm_up > 0,
        lambda session: {("training", "schedule"): "constant"},
    ),
    "momentum": _Organ(
        "momentum",
        lambda session: bool(getattr(session.training.optimizer, "momentum", 0.0)),
        lambda session: {("training", "optimizer"): _without_momentum(session)},
    ),
    "weights": _Organ(
        "class weights",
        lambda session: session.training.class_weights.name != "none",
        lambda session: {("training", "class_weights"): "none"},
    ),
}
"""What a network can be without, by id."""


def _organs(session: Session) -> tuple[Choice, ...]:
    return tuple(Choice(id, organ.title) for id, organ in ORGANS.items() if organ.is_there(session))


def _without_organ(session: Session, id: str) -> Edited:
    organ = ORGANS[id]
    if not organ.is_there(session):
        raise SessionError(f"The main network has no {organ.title} to leave out, so nothing differs.")
    return edited(session, organ.without(session), f"Without {organ.title}")


def _usual_depths(session: Session) -> tuple[int, int]:
    now = len(session.network.layers)
    return now + 1, now - 1


_ENTRIES = (
    Kind("activation", "Activation", _activations, _activation, usual=lambda session: ("relu", "tanh")),
    Kind("depth", "Depth", _depths, _depth, usual=_usual_depths),
    Kind(
        "init",
        "Initialisation",
        _inits,
        edits.set_init,
        matched=False,
        usual=lambda session: ("he_normal", "xavier_normal"),
    ),
    Kind("optimizer", "Optimizer", _optimizers, edits.set_optimizer, usual=lambda session: ("adam", "sgd")),
    Kind("rate", "Learning rate", _rates, _rate, usual=_usual_rates),
    Kind("normalizer", "Normalizer", _normalizers, _normalizer, usual=lambda session: ("batch", "none")),
    Kind("skip", "Skip paths", _skips, _skip),
    Kind("gate", "Gates", _gates, _gate),
    Kind("organ", "Left out", _organs, _without_organ),
    Kind(
        "seed",
        "Seed",
        _seeds,
        lambda session, seed: edits.set_value(session, "network.seed", seed),
        matched=False,
        usual=lambda session: (session.network.seed + 1,),
    ),
)

DIFFERENCES: dict[str, Kind] = {entry.id: entry for entry in _ENTRIES}
"""What may differ, by id, in the order in which it is offered."""
