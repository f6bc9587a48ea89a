"""Lenses: which numbers the discs, the rings and the links show, on which scales, and what the legend says of them.

To add a lens, add one entry to `LENSES`, and nothing else: picture, legend, menu, keys and export read it from there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from twostroke.engine.border.cursor import Phase
from twostroke.gui.look.colour import Packed, signed_shades
from twostroke.gui.model.apart import DIFFERENCE
from twostroke.gui.model.compared import elsewhere
from twostroke.gui.model.view import LayerView, LinkView, ViewState
from twostroke.gui.stage.scene.ink import Ink
from twostroke.gui.stage.scene.items import Floats
from twostroke.gui.stage.scene.scales import (
    apart_strength,
    decades,
    gradient_strength,
    pixel_strength,
    share_strength,
    signal_strength,
    step_strength,
)

Read = TypeVar("Read", LayerView, LinkView)


@dataclass(frozen=True, eq=False)
class Scale:
    """From a number to a colour, the same for all layers and moments; and its row of the legend."""

    strength: Callable[[ArrayLike], Floats]  # 0, as if nothing were there, to 1
    hues: Callable[[Ink], tuple[int, int]]  # of full strength below and above 0
    words: str
    marks: Floats  # the numbers along the legend's bar...
    ends: tuple[str, str]  # ...and what is written at its ends
    fine: bool = False  # whether small numbers are written as powers of ten, not as about 0

    def shades(self, ink: Ink, ground: int, value: ArrayLike, share: ArrayLike) -> Packed:
        """From `ground` towards the hue of the sign of `value`, as far as `share` says."""
        return signed_shades(ground, *self.hues(ink), value, share)


@dataclass(frozen=True, eq=False)
class Reading(Generic[Read]):
    """What is read of a layer, (units,), or of links, (out, in); None where a view has no such number."""

    values: Callable[[Read], Floats | None]
    scale: Scale
    contrast: float = 1.0  # above 1, what is weak steps back further
    since: Phase | None = None  # in which phase of a film it becomes known; None: in that of its place (see Lens)
    signed: bool = False  # links take their colour from its sign, and not from that of the weight

    def strength(self, view: Read) -> Floats | None:
        """0 to 1 for each."""
        values = self.values(view)
        return None if values is None else self.strength_of(values)

    def strength_of(self, values: Floats) -> Floats:
        """0 to 1 for each of what was read."""
        strength = self.scale.strength(values)
        return strength if self.contrast == 1.0 else strength**self.contrast


INSCRIBED = 1.38
"""Side of a picture that no disc cuts, in radii of the disc: its corners nearly touch the edge."""


def _nothing_lacks(view: ViewState) -> str:
    return ""


@dataclass(frozen=True, eq=False)
class Lens:
    """One way to look at a network. Without a reading links are as bright as they are heavy."""

    id: str
    title: str
    disc: Reading[LayerView]  # known once the gate has worked
    back: Reading[LayerView] | None = None  # what the disc shows instead once that has passed the gate backwards
    picture: Reading[LayerView] | None = None  # (units, rows, columns) in the discs, whatever the moment
    side: float = INSCRIBED  # of the picture, in radii
    maps: bool = False  # whether the engine has to take the maps of all neurons for it
    smooth: bool = False  # whether what it shows lies between its points, too
    ring: Reading[LayerView] | None = None  # known once the gradient has passed the gate
    forward: Reading[LinkView] | None = None  # how bright links are on the forward stroke, as it passes, and live...
    backward: Reading[LinkView] | None = None  # ...on the backward stroke, as it passes...
    update: Reading[LinkView] | None = None  # ...and as the weights change
    sums: bool = False  # whether the disc shows z as it fills up, on its scale, until its number is known
    key: str = ""  # in Qt's portable notation
    help: str = ""
    lacks: Callable[[ViewState], str] = _nothing_lacks  # why some of its numbers are not known, one sentence...
    way: str = ""  # ...and how they come to be seen in the window
    compares: bool = False  # whether what it shows is between two networks; the main one is seen through ALONE then

    @property
    def scales(self) -> tuple[Scale, ...]:
        """Each scale once: the rows of the legend."""
        readings = (self.disc, self.back, self.picture, self.ring, self.forward, self.backward, self.update)
        return tuple(dict.fromkeys(each.scale for each in readings if each is not None))


def _signal_hues(ink: Ink) -> tuple[int, int]:
    return ink.signal_negative, ink.signal_positive


def _plain_hues(ink: Ink) -> tuple[int, int]:
    """For shares, which have no sign."""
    return ink.warning, ink.text


def _share(words: str, hues: Callable[[Ink], tuple[int, int]] = _plain_hues) -> Scale:
    return Scale(share_strength, hues, words, np.linspace(0.0, 1.0, 25), ("0", "1"))


SIGNAL = Scale(signal_strength, _signal_hues, "signal", np.linspace(-2.0, 2.0, 49), ("−2", "2"))
GRADIENT = Scale(
    gradient_strength,
    lambda ink: (ink.gradient_negative, ink.gradient_positive),
    "gradient, log from 0.0001",
    decades(1e-4, 1.0),
    ("−1", "1"),
    fine=True,
)
CHANGE = Scale(
    step_strength, _signal_hues, "change w′ − w, log from 0.00001", decades(1e-5, 0.1), ("−0.1", "0.1"), fine=True
)
APART = Scale(
    apart_strength,
    _signal_hues,
    "difference from network A, log from 0.0001",
    decades(1e-4, 1.0),
    ("−1", "1"),
    fine=True,
)
GAIN = _share("gain f′(z), as the lower door", lambda ink: (ink.warning, ink.gradient_negative))
FIRING = _share("share of the training samples")
AGREEMENT = _share("1 − difference of the masks")
RESPONSE = Scale(signal_strength, _signal_hues, "activation over the plane", np.linspace(-2.0, 2.0, 49), ("−2", "2"))
WEIGHT = Scale(pixel_strength, _signal_hues, "weight", np.linspace(-0.5, 0.5, 49), ("−0.5", "0.5"))

_SIGNAL_CARRIED = partial(Reading[LinkView], lambda link: link.signal, SIGNAL, since=Phase.SUM)
_GRADIENT_CARRIED: Reading[LinkView] = Reading(lambda link: link.gradient, GRADIENT, 1.5, Phase.SPREAD)
_DELTA: Reading[LayerView] = Reading(lambda layer: layer.dloss_dz, GRADIENT)


def _of_bias(layer: LayerView) -> Floats | None:
    return None if layer.bias is None or layer.bias_next is None else layer.bias_next - layer.bias


def _of_weights(link: LinkView) -> Floats | None:
    return None if link.weight_next is None else link.weight_next - link.weight


def _agreement(layer: LayerView) -> Floats | None:
    if layer.forward_mask is None or layer.backward_mask is None:
        return None
    return 1.0 - np.minimum(np.abs(layer.forward_mask - layer.backward_mask), 1.0)


def _lacks_update(view: ViewState) -> str:
    return "" if view.tape is not None else "known of a single update alone"


def _lacks_evaluation(view: ViewState) -> str:
    return "" if any(layer.firing is not None for layer in view.layers) else "not known before the first evaluation"


def _lacks_plane(view: ViewState) -> str:
    data, evaluation = view.snapshot.data.info, view.snapshot.evaluation
    if data.picture != "plane":
        return "needs data in a plane, such as spiral"
    if evaluation is None or evaluation.maps is None:
        return "the maps are being computed"
    return "" if all(each.response is not None for each in view.layers) else "layers of many neurons have no maps"


def _lacks_pixels(view: ViewState) -> str:
    return "" if view.layers[1].incoming is not None else "needs data that are pictures, such as digits"


def _lacks_gain(view: ViewState) -> str:
    return "softmax has no gain of its own" if any(each.gain is None for each in view.layers[1:]) else ""


LENSES: tuple[Lens, ...] = (
    Lens(
        "strokes",
        "Signal and gradient",
        key="Alt+0",
        help="Circles show the values of the stroke that is running: the signal, then the gradient as it arrives",
        disc=Reading(lambda layer: layer.a, SIGNAL),
        back=_DELTA,
        ring=_DELTA,
        forward=_SIGNAL_CARRIED(),
        backward=_GRADIENT_CARRIED,
        sums=True,
    ),
    Lens(
        "activation",
        "Activation",
        key="Alt+1",
        help="Circles show the activation a on both strokes, their rings the gradient",
        disc=Reading(lambda layer: layer.a, SIGNAL),
        ring=_DELTA,
        forward=_SIGNAL_CARRIED(),
        backward=_GRADIENT_CARRIED,
        sums=True,
    ),
    Lens(
        "gradient",
        "Gradient",
        key="Alt+2",
        help="Circles show the gradient δ = ∂L/∂z on both strokes, links w · δ",
        disc=Reading(lambda layer: layer.dloss_dz, GRADIENT, since=Phase.GATE_BACK),
        forward=_GRADIENT_CARRIED,
        backward=_GRADIENT_CARRIED,
    ),
    Lens(
        "gain",
        "Gain",
        key="Alt+3",
        help="Circles show the gain f′(z), by which the gate multiplies the gradient",
        disc=Reading(lambda layer: layer.gain, GAIN),
        lacks=_lacks_gain,
    ),
    Lens(
        "change",
        "Weight change",
        key="Alt+4",
        help="Links show by how much the update changes their weights, circles by how much it changes the biases",
        disc=Reading(_of_bias, CHANGE, since=Phase.UPDATE),
        forward=Reading(_of_weights, CHANGE, since=Phase.UPDATE),
        backward=Reading(_of_weights, CHANGE, since=Phase.UPDATE),
        update=Reading(_of_weights, CHANGE, signed=True),
        lacks=_lacks_update,
        way="Right shows one",
    ),
    Lens(
        "carried",
        "Carried w · a",
        key="Alt+5",
        help="Links show w · a, in the colour of its sign, circles what it sums up to: z",
        disc=Reading(lambda layer: layer.a if layer.z is None else layer.z, SIGNAL),
        forward=_SIGNAL_CARRIED(signed=True),
        backward=_SIGNAL_CARRIED(signed=True),
        update=_SIGNAL_CARRIED(signed=True),
        sums=True,
    ),
    Lens(
        "firing",
        "Firing rate",
        key="Alt+6",
        help="Circles show for which share of the training samples they fire",
        disc=Reading(lambda layer: layer.firing, FIRING, since=Phase.INPUT),
        lacks=_lacks_evaluation,
    ),
    Lens(
        "response",
        "Response map",
        key="Alt+7",
        help="In each neuron its activation over the input plane, as last evaluated, where the data have two inputs",
        disc=Reading(lambda layer: None, RESPONSE),
        picture=Reading(lambda layer: None if layer.response is None else layer.response[:, ::-1], RESPONSE),
        maps=True,
        smooth=True,
        lacks=_lacks_plane,
    ),
    Lens(
        "weights",
        "Image of the weights",
        key="Alt+8",
        help="In each neuron of the first layer its weights as a picture, where the data are pictures",
        disc=Reading(lambda layer: None if layer.index else layer.a, SIGNAL, since=Phase.INPUT),
        picture=Reading(lambda layer: layer.incoming, WEIGHT),
        side=2.0,
        lacks=_lacks_pixels,
    ),
    Lens(
        "masks",
        "Agreement of the masks",
        key="Alt+9",
        help="Circles show how far the forward and the backward mask of their gate agree",
        disc=Reading(_agreement, AGREEMENT),
        lacks=_lacks_gain,
    ),
)

IN_COMPANY: tuple[Lens, ...] = (
    Lens(
        DIFFERENCE,
        "Difference",
        key="D",
        help="Of networks that are compared, circles, rings and links show how far activation, gradient and weight are "
        "from those of network A",
        disc=Reading(lambda layer: layer.a_apart, APART),
        back=Reading(lambda layer: layer.delta_apart, APART),
        ring=Reading(lambda layer: layer.delta_apart, APART),
        forward=Reading(lambda link: link.apart, APART, since=Phase.INPUT, signed=True),
        backward=Reading(lambda link: link.apart, APART, since=Phase.INPUT, signed=True),
        update=Reading(lambda link: link.next_apart, APART, signed=True),
        lacks=elsewhere,
        compares=True,
    ),
)
"""Lenses that are offered while networks are compared. No session begins with one, for it is of one network."""

ALONE = "strokes"
"""The lens through which a network is seen that is compared with none."""


def lens_of(id: str) -> Lens:
    """The lens of that id. KeyError where there is none."""
    return {lens.id: lens for lens in (*LENSES, *IN_COMPANY)}[id]


def lens_for(view: ViewState) -> Lens:
    """The lens through which `view` is seen: a chosen one that compares needs another network."""
    lens = lens_of(view.choices.lens)
    return lens_of(ALONE) if lens.compares and view.main is None else lens


def alone(id: str) -> str:
    """The lens in place of that one where there is one network."""
    return ALONE if lens_of(id).compares else id


def instead(id: str) -> str:
    """The lens of activations; from there, the one of the stroke that is running."""
    return "strokes" if id == "activation" else "activation"


def lens_beside(id: str, by: int, in_company: bool = False) -> str:
    """The id of the lens so many places further on in the table, round and round."""
    ids = [lens.id for lens in (*LENSES, *(IN_COMPANY if in_company else ()))]
    return ids[(ids.index(id) + by) % len(ids)]
