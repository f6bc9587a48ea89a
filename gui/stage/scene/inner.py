"""Pictures inside neurons: the lens says of what."""

import numpy as np

from twostroke.gui.look.colour import mix, mixes
from twostroke.gui.model.view import LayerView
from twostroke.gui.stage.scene.items import NONE, Floats, Item, Pictures, rects
from twostroke.gui.stage.scene.stagehand import Scenery


def has_pictures(scenery: Scenery, layer: LayerView) -> bool:
    """Whether the lens has some for the neurons of `layer`."""
    picture = scenery.lens.picture
    return picture is not None and picture.values(layer) is not None


def pictures(scenery: Scenery, layer: LayerView, xs: Floats, ys: Floats, side: float) -> list[Item]:
    """One of that side in the middle of each neuron that is not cut."""
    reading, ink = scenery.lens.picture, scenery.ink
    values = None if reading is None else reading.values(layer)
    if reading is None or values is None:
        return []
    some = np.ones(layer.units, dtype=np.bool_) if layer.cut is None else ~layer.cut
    colours, keep = reading.scale.shades(ink, ink.rest, values, reading.strength_of(values)), scenery.emphasis(layer)
    if np.any(keep < 1.0):
        colours = mixes(ink.background, colours, keep[:, None, None])
    sides = np.full(int(some.sum()), side)
    left, top = xs[some] - side / 2, ys[some] - side / 2
    frame = rects(left, top, side, side, NONE, mix(ink.background, ink.muted, 0.3), role=f"inner frame {layer.index}")
    return [Pictures(left, top, sides, colours[some], scenery.lens.smooth, f"inner {layer.index}"), frame]
