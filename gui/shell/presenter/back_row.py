"""How much larger everything is drawn so that it is read from the back row of a lecture hall."""

from PySide6.QtCore import QSize

WIDTH, HEIGHT = 853.0, 480.0
"""A screen is composed as one of this size and drawn larger. The smallest text is then 11 of 480 pixels, 16 on a screen
of 720: a small letter is seen under the same angle at eight screen heights as one of 9 points at half a metre."""


def enlargement(screen: QSize) -> float:
    """Pixels of the screen for one of the picture; never less than 1."""
    return max(min(screen.width() / WIDTH, screen.height() / HEIGHT), 1.0)
