"""What one neuron computes, as far as the data can show it: its map over the plane, its curve with its hinges along the
line, the pictures that it likes. Pure: no Qt.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.border.tape import Array
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.numbers import number
from twostroke.gui.model.user_text import one_line, short
from twostroke.gui.model.view import ViewState

BEING_COMPUTED = "What it computes is being computed."
TOO_MANY = "Layers of more than 100 neurons show no pictures of what each computes."


@dataclass(frozen=True, eq=False)
class PlanePortrait:
    """The activation over the plane, the first row at the bottom."""

    words: str
    response: Array  # (side, side)
    extent: tuple[float, float]
    sample: tuple[float, float] | None  # what is shown, where it lies in the plane


@dataclass(frozen=True, eq=False)
class LinePortrait:
    """The activation along the line, the network's answer, and where the gate changes from one piece to the next."""

    words: str
    a: Array  # (points,)
    answer: Array | None  # (points,), in the units of the data
    extent: tuple[float, float]
    hinges: tuple[float, ...]
    sample: float | None


@dataclass(frozen=True, eq=False)
class PicturePortrait:
    """The training pictures for which it sends the most, that of the largest activation first."""

    words: str
    pictures: tuple[Array, ...]  # (rows, columns) each, raw
    names: tuple[str, ...]
    brightest: float


Portrait = PlanePortrait | LinePortrait | PicturePortrait


def portrait(view: ViewState, ref: NeuronRef) -> Portrait | str | None:
    """What there is to show of that neuron; a sentence where it is not there yet; None where the data have none."""
    data, evaluation = view.snapshot.data, view.snapshot.evaluation
    kind = "picture" if data.info.image is not None else data.info.picture
    if ref.layer == 0 or kind == "table" or _is_cut(view, ref):
        return None
    known = {"plane": "maps", "line": "lines", "picture": "liked"}[kind]
    found = None if evaluation is None else getattr(evaluation, known)
    place = ref.layer - (kind != "plane")
    if found is None or place >= len(found):
        return BEING_COMPUTED
    own = found[place]
    if own is None:
        return TOO_MANY
    if ref.unit >= len(own):
        return BEING_COMPUTED
    if kind == "picture":
        return _pictures(view, ref, own[ref.unit])
    return _plane(view, ref, own[ref.unit]) if kind == "plane" else _line(view, ref, own[ref.unit])


def _is_cut(view: ViewState, ref: NeuronRef) -> bool:
    cut = view.layers[ref.layer].cut
    return cut is not None and bool(cut[ref.unit])


def _plane(view: ViewState, ref: NeuronRef, response: Array) -> PlanePortrait:
    raw, data = view.shown_raw, view.snapshot.data
    low, high = float(response.min()), float(response.max())
    across, up = map(one_line, data.feature_names) if data.info.name == "rows" else ("x", "y")
    words = f"Its activation over {short(across, 12)} and {short(up, 12)}: {number(low)} to {number(high)}."
    sample = None if raw is None or len(raw) != 2 else (float(raw[0]), float(raw[1]))
    return PlanePortrait(words, response, data.extent, sample)


def _line(view: ViewState, ref: NeuronRef, curve: Array) -> LinePortrait:
    data, evaluation, raw = view.snapshot.data, view.snapshot.evaluation, view.shown_raw
    z, a = curve
    hinges = _hinges(view, ref, z)
    if not hinges:
        where = "it has no hinge here"
    else:
        named = ", ".join(number(x) for x in hinges)
        where = f"its hinge{'s' if len(hinges) > 1 else ''} at x = {named}"
    answer = None if evaluation is None or evaluation.response is None else evaluation.response
    words = f"Its activation along the line, and the answer (dotted); {where}."
    return LinePortrait(words, a, answer, data.extent, hinges, None if raw is None else float(raw[0]))


def _hinges(view: ViewState, ref: NeuronRef, z: Array) -> tuple[float, ...]:
    """Where along the line z passes a kink of the activation."""
    x = np.linspace(*view.snapshot.data.extent, len(z))
    found: list[float] = []
    for kink in CATALOGUE[view.layers[ref.layer].gate(ref.unit)[0]].kinks:
        away: NDArray[np.float64] = z.astype(np.float64) - kink
        for i in np.flatnonzero((away[:-1] > 0) != (away[1:] > 0)):
            share = away[i] / (away[i] - away[i + 1])
            found.append(float(x[i] + share * (x[i + 1] - x[i])))
    return tuple(sorted(found))


def _pictures(view: ViewState, ref: NeuronRef, rows: NDArray[np.int64]) -> PicturePortrait:
    data = view.snapshot.data
    shape = data.info.image
    assert shape is not None
    own = [int(row) for row in rows if row < len(data.train_raw)]
    names = tuple(short(data.class_names[int(data.train_label[row])], 8) for row in own)
    pictures = tuple(data.train_raw[row].reshape(shape) for row in own)
    words = "It likes these training samples best: its activation is largest for them."
    return PicturePortrait(words, pictures, names, float(data.train_raw.max(initial=0.0)))
