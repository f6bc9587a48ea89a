"""Colours that grow evenly lighter, for quantities that are not signed: equal steps look equal, also in grey.

Nine of the 256 of viridis (S. van der Walt and N. Smith, 2015, CC0), evenly; what lies between is mixed.
"""

from twostroke.gui.look.colour import ramp_between

STOPS = ("#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725")
EVEN_COLOURS = ramp_between(*STOPS)
"""(255, 4), dark to light, as `ramp_between` has them."""

DARK, LIGHT = "#101317", "#ffffff"
"""Lines that are seen on all of these: light ones between dark edges, in every theme."""
