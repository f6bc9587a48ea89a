"""Snapshots and tapes of networks with normalizers, skip paths and dropout, in the numbers of the slow oracle."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from tests.engine import naive
from tests.gui.examples import TRAIN, example_net, example_rows, example_session, example_snapshot
from twostroke.engine.border.cursor import Cursor, Step
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.border.tape import LayerTape, Tape
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.items import Scene

HIDDEN: tuple[dict[str, Any], ...] = (
    {"units": 6, "dropout": 0.25},
    {"units": 6, "activation": "tanh", "norm": "batch", "skip": 0, "dropout": 0.5},
    {"units": 6, "activation": ["relu", "tanh", "leaky_relu", "relu", "elu", "relu"], "norm": "layer", "skip": 1},
)


def organ_session(layers: tuple[dict[str, Any], ...] = HIDDEN, **parts: Any) -> Session:
    """A session whose layers have everything; `parts` as in `example_session`."""
    return example_session(network={"layers": list(layers)}, **parts)


def parameters(session: Session) -> dict[str, np.ndarray]:
    """Weights as in `example_net`, with scales and shifts that can be told from 1 and 0, by the names of a trace."""
    net, rng, w = example_net(session), np.random.default_rng(8), session.widths
    found: dict[str, np.ndarray] = {}
    for number, layer in enumerate((*session.network.layers, session.network.output), start=1):
        units = w[number]
        found |= {f"l{number}.weight": net.weights[number - 1], f"l{number}.bias": net.biases[number - 1]}
        norm = getattr(layer, "norm", None)
        if norm is not None and norm.name != "none":
            found |= {f"l{number}.scale": rng.uniform(0.5, 1.5, units), f"l{number}.shift": rng.normal(0, 0.3, units)}
        if norm is not None and norm.name == "batch":
            found |= {f"l{number}.running_mean": np.full(units, 0.1), f"l{number}.running_variance": np.ones(units)}
        if layer.skip is not None and w[layer.skip] != units:
            found[f"l{number}.skip_weight"] = rng.normal(0, 0.5, (units, w[layer.skip]))
    return found


def oracle(session: Session) -> naive.Training:
    """The oracle with these parameters."""
    data = session.model_dump(mode="json")
    data["training"].setdefault("class_weights", None)
    return naive.Training(data, parameters(session))


def masks(session: Session, samples: int) -> dict[int, np.ndarray]:
    """Dropout's masks by layer: 0 in every third place, and elsewhere what makes up for that."""
    found = {}
    for number, layer in enumerate(session.network.layers, start=1):
        if layer.dropout:
            places = np.arange(layer.units) + np.arange(samples)[:, None]
            found[number] = np.where(places % 3 == number % 3, 0.0, 1 / (1 - layer.dropout))
    return found


def organ_tape(session: Session, update: int = 1204) -> Tape:
    """The tape of one update of `session`."""
    rows = example_rows(session, TRAIN)
    b = session.training.batch_size
    x, target = rows.x[:b], rows.target[:b]
    before, training = parameters(session), oracle(session)
    passed = training.update(x, target, masks(session, b))
    after = training.parameters()
    layers = []
    for number, got in enumerate(passed.layers, start=1):
        own = {f.name: getattr(got, f.name) for f in fields(got)}
        spec = (*session.network.layers, session.network.output)[number - 1]
        neurons = getattr(spec, "neurons", ())
        layers.append(
            LayerTape(
                **own,
                name="output" if number == len(passed.layers) else f"hidden {number}",
                activation=spec.activation.name,
                weight=before[f"l{number}.weight"],
                bias=before[f"l{number}.bias"],
                weight_next=after[f"l{number}.weight"],
                bias_next=after[f"l{number}.bias"],
                neurons=tuple(each.name for each in neurons),
                skip_from=spec.skip,
            )
        )
    return Tape(
        update,
        update / 4,
        x,
        target,
        np.arange(b),
        passed.loss,
        passed.sample_loss,
        tuple(layers),
        session.training.loss.name,
    )


def organ_snapshot(session: Session, *, stroke: bool = False) -> Snapshot:
    """A snapshot of `session` as the network is used, or with the tape of the coming update."""
    snapshot, rows = example_snapshot(session, update=1204), example_rows(session, TRAIN)
    went = naive.layers.forward(oracle(session).layers, rows.x[:1], training=False)
    layers = tuple(replace(state, z=got.z[0], a=got.a[0]) for state, got in zip(snapshot.layers, went, strict=True))
    snapshot = replace(snapshot, layers=layers)
    return replace(snapshot, status=Status.STROKE, tape=organ_tape(session)) if stroke else snapshot


def organ_view(
    session: Session | None = None, step: Step | None = None, fraction: float = 1.0, **choices: Any
) -> ViewState:
    """A moment of the film; live where no step is given."""
    snapshot = organ_snapshot(session or organ_session(), stroke=step is not None)
    if step is None or snapshot.tape is None:
        return resolve(snapshot, None, None, Choices(**choices))
    return resolve(snapshot, snapshot.tape, Cursor(snapshot.tape.depth).seek(step, fraction), Choices(**choices))


def organ_scene(
    session: Session | None = None, step: Step | None = None, fraction: float = 1.0, **choices: Any
) -> Scene:
    """The picture of that moment."""
    return scene_at(organ_view(session, step, fraction, **choices), 1280.0, 720.0)
