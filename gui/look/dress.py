"""The one way to change a theme: whatever paints itself is `Dressed`, and `dress` tells all of it the new colours.

Widgets that Qt paints get theirs from the application's style sheet (`style`); the picture takes its theme from the
view, as an export does.
"""

from typing import cast

from PySide6.QtWidgets import QWidget

from twostroke.gui.look.theme import PALETTES, Palette
from twostroke.gui.model.choices import Theme


class Dressed:
    """Beside QWidget or one of its kind: a widget that paints itself in the colours of `palette_`.

    Made for a window that is dressed already, it asks by `dress(widget, palette)` from whoever makes it.
    """

    palette_: Palette = PALETTES[Theme.DARK]

    def use_palette(self, palette: Palette) -> None:
        """Use these colours from now on."""
        self.palette_ = palette
        self.recolour()

    def recolour(self) -> None:
        """Make anew what is kept in the old colours; by itself, paint again."""
        cast(QWidget, self).update()


def dress(root: QWidget, palette: Palette) -> None:
    """Tell `root` and everything in it that paints itself what colours to use from now on."""
    for widget in (root, *root.findChildren(QWidget)):
        if isinstance(widget, Dressed):
            widget.use_palette(palette)
