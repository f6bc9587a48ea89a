"""How soon a key or a click shows: in the whole window, while it trains at full speed.

Measured from the moment at which the user acts, which may be while a picture is painted, to the end of the painting of
the first picture that shows the effect.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent

from twostroke.gui.cli.bench.options import Options
from twostroke.gui.cli.bench.report import Goal, Section, Table, amount
from twostroke.gui.cli.bench.whole_window import whole_window
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.score import Grain

if TYPE_CHECKING:
    from twostroke.gui.cli.bench.whole_window import Watched
    from twostroke.gui.stage.scene.items import Scene

INPUTS = 80
"""Keys, clicks and movements of the mouse for each network: ten of each kind, and twice as many terms and that train
on."""

PAUSES_MS = (60, 160)
"""Between the picture that shows an input and the next one: at any moment of a frame."""

PERCENTILE_GOAL = 50.0
"""Milliseconds, for the 95th percentile."""

LIVE, AT_REST = "Live:", "At rest"
"""How the sentence under the picture begins while training runs, and while nothing does."""

NO_BUTTON = Qt.MouseButton.NoButton


@dataclass(frozen=True)
class Input:
    """Something a user does with one neuron or with a key, and how a picture is told that shows it."""

    kind: str
    does: "Callable[[Watched, NeuronRef], object]"
    shows: "Callable[[Scene, NeuronRef], bool]"


def point_of(scene: "Scene", ref: NeuronRef) -> tuple[float, float]:
    """Where a neuron stands in the picture."""
    targets = scene.targets
    at = int(np.flatnonzero((targets.layer == ref.layer) & (targets.unit == ref.unit))[0])
    return float(targets.x[at]), float(targets.y[at])


def _mouse(watched: "Watched", ref: NeuronRef, kinds: tuple[tuple[QEvent.Type, Qt.MouseButton], ...]) -> None:
    stage = watched.window.stage
    scene = stage.scene
    assert scene is not None
    point = QPointF(*point_of(scene, ref))
    for kind, button in kinds:
        held = button if kind is QEvent.Type.MouseButtonPress else NO_BUTTON
        where = QPointF(stage.mapToGlobal(point))
        event = QMouseEvent(kind, point, where, button, held, Qt.KeyboardModifier.NoModifier)
        QCoreApplication.postEvent(stage, event)


def _hover(watched: "Watched", ref: NeuronRef) -> None:
    _mouse(watched, ref, ((QEvent.Type.MouseMove, NO_BUTTON),))


def _click(watched: "Watched", ref: NeuronRef) -> None:
    left = Qt.MouseButton.LeftButton
    _mouse(watched, ref, ((QEvent.Type.MouseButtonPress, left), (QEvent.Type.MouseButtonRelease, left)))


def _key(key: Qt.Key) -> "Callable[[Watched, NeuronRef], object]":
    def press(watched: "Watched", ref: NeuronRef) -> None:
        from PySide6.QtTest import QTest

        QTest.keyClick(watched.window.stage, key)

    return press


def _labelled(scene: "Scene", ref: NeuronRef) -> bool:
    """Whether the label stands at that neuron."""
    return scene.card is not None and scene.targets.at(scene.card.x, scene.card.y) == ref


def _pinned(scene: "Scene", ref: NeuronRef) -> bool:
    """Whether it alone has the ring of what is chosen: before, another one was pinned, and it under the mouse."""
    return _labelled(scene, ref) and len(scene.with_role("focus")) == 1


def _caption(scene: "Scene") -> str:
    return " ".join(scene.texts("caption"))


def _trains(scene: "Scene", ref: NeuronRef) -> bool:
    return _caption(scene).startswith(LIVE)


def _rests(scene: "Scene", ref: NeuronRef) -> bool:
    return _caption(scene).startswith(AT_REST)


def _steps(scene: "Scene", ref: NeuronRef) -> bool:
    """Whether one update is looked at."""
    return not _trains(scene, ref) and not _rests(scene, ref)


def _at_term(number: int) -> "Callable[[Scene, NeuronRef], bool]":
    """Whether the first sum has come to that term."""

    def shows(scene: "Scene", ref: NeuronRef) -> bool:
        return f": term {number} of " in _caption(scene)

    return shows


TRAIN = Input("train", _key(Qt.Key.Key_Space), _trains)
ROUND = (
    Input("hover", _hover, _labelled),
    Input("click", _click, _pinned),
    Input("stop", _key(Qt.Key.Key_Space), _rests),
    TRAIN,
    Input("step", _key(Qt.Key.Key_Right), _steps),
    Input("term", _key(Qt.Key.Key_Right), _at_term(1)),
    Input("term", _key(Qt.Key.Key_Right), _at_term(2)),
    TRAIN,
)
"""What is done in turn; before the first and after the last, training runs. The click opens the account of a number,
which stands beside the picture while an update is read term by term."""


def reacting(options: Options) -> Section:
    """Milliseconds from an input to the picture that shows it, while training at full speed."""
    count = max(len(ROUND), round(INPUTS * options.share))
    with whole_sessions() as sessions:
        found = {}
        for name, session in options.chosen(sessions).items():
            with whole_window(session) as watched:
                found[name] = waits(watched, count)
    return told(found)


def waits(watched: "Watched", count: int) -> dict[str, list[float]]:
    """Kind of input -> milliseconds, over `count` inputs in whole rounds."""
    found: dict[str, list[float]] = {entry.kind: [] for entry in ROUND}
    rng = np.random.default_rng(11)
    watched.window.activateWindow()
    watched.window.stage.setFocus()
    watched.controller.set_grain(Grain.TERM)
    watched.trigger("play")
    watched.until(lambda: watched.shown is not None and _trains(watched.shown, NeuronRef(0, 0)))
    assert watched.shown is not None
    neurons = neurons_in_turn(watched.shown, len(watched.widths))
    for _ in range(-(-count // len(ROUND))):
        ref = next(neurons)
        for entry in ROUND:
            found[entry.kind].append(1000.0 * _wait(watched, entry, ref, int(rng.integers(*PAUSES_MS))))
    watched.trigger("play")
    return found


def neurons_in_turn(scene: "Scene", layers: int) -> Iterator[NeuronRef]:
    """Hidden neurons that the mouse can find, no two in a row the same; not the one that is pinned from the first."""
    targets = scene.targets
    refs = [NeuronRef(int(layer), int(unit)) for layer, unit in zip(targets.layer, targets.unit, strict=True)]
    hidden = [ref for ref in refs if 0 < ref.layer < layers - 1]
    return cycle(islice(hidden[1:], 6))


def _wait(watched: "Watched", entry: Input, ref: NeuronRef, pause: int) -> float:
    """Seconds until the effect is painted. The input comes `pause` milliseconds from now, whatever is done then."""
    shown_at: list[float] = []
    acted = False

    def act() -> None:
        nonlocal acted
        acted = True
        entry.does(watched, ref)

    def painted(scene: "Scene") -> None:
        now = time.perf_counter()
        if acted and not shown_at and entry.shows(scene, ref):
            shown_at.append(now)

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setSingleShot(True)
    timer.timeout.connect(act)
    watched.on_paint = painted
    due = time.perf_counter() + pause / 1000.0
    timer.start(pause)
    watched.until(lambda: bool(shown_at))
    watched.on_paint = None
    return shown_at[0] - due


# -- what is told ----------------------------------------------------------------------------------------------------


def told(found: dict[str, dict[str, list[float]]]) -> Section:
    """Milliseconds of each kind as a table, goals and JSON. Pure."""
    kinds = list(dict.fromkeys(kind for each in found.values() for kind in each))
    rows, data, goals = [], {}, []
    for name, each in found.items():
        every = [value for values in each.values() for value in values]
        half, most = _percentiles(every)
        rows.append((name, _ms(half), _ms(most), _ms(max(every)), *(_ms(_percentiles(each[k])[1]) for k in kinds)))
        data[name] = {
            **_plain(every),
            "kinds": {kind: _plain(values) for kind, values in each.items()},
        }
        goals.append(Goal("input", f"{name}, until it shows, 95th percentile", most, PERCENTILE_GOAL, False, "ms"))
    columns = ("network", "median", "95th percentile", "longest", *(f"{kind}, 95th" for kind in kinds))
    title = "From a key or the mouse to the picture that shows it, while training, milliseconds"
    return Section("input", data | {"unit": "milliseconds"}, (Table(title, columns, tuple(rows)),), tuple(goals))


def _percentiles(values: list[float]) -> tuple[float, float]:
    half, most = np.quantile(values, (0.5, 0.95))
    return float(half), float(most)


def _plain(values: list[float]) -> dict[str, Any]:
    half, most = _percentiles(values)
    return {"median": half, "p95": most, "longest": max(values), "inputs": len(values)}


def _ms(value: float) -> str:
    return amount(round(value, 1))
