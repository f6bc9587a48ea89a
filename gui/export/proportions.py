"""For which size a picture is composed, which is then drawn as large as it is asked for: letters keep their proportion
to all else in small pictures, and are large in upright ones, which are seen on a telephone. Pure.
"""

from typing import NamedTuple

WIDE = 1.25
"""From so many times its height on, a picture, or the part of one network, has its charts at the right; else below."""


class Contents(NamedTuple):
    """What has to have room."""

    networks: int = 1
    charts: bool = False
    bare: bool = False  # no caption, no legend


LEAST = {(1, False): (640.0, 360.0), (1, True): (854.0, 480.0), (2, False): (960.0, 540.0)}
"""Least size of a wide picture by networks and whether charts stand beside them..."""

LEAST_OF_MANY = 1280.0, 720.0
"""...and where there is more in it."""

LEAST_OF_OTHERS = {False: (360.0, 520.0), True: (480.0, 700.0)}
"""Least size of an upright or a square picture, by whether charts stand in it..."""

UPRIGHT, SQUARE = 500.0, 760.0
"""...and its greatest width: of those that are 9 wide and 16 high, and of those as wide as high."""

BESIDE_EACH_OTHER = 1.7
"""Times that, where two networks stand beside each other."""


def composed_for(width: float, height: float, contents: Contents) -> tuple[float, float]:
    """Width and height for which a picture of `width` × `height` pixels is composed, of the same shape."""
    if contents.bare and not contents.charts and contents.networks == 1:
        return width, height
    wide = width > WIDE * height
    scale = _of_wide(width, height, contents) if wide else width / _width_of_others(width, height, contents)
    return (width, height) if scale == 1.0 else (width / scale, height / scale)


def _of_wide(width: float, height: float, contents: Contents) -> float:
    """Pixels to one for which it is composed: at most 1."""
    least, low = LEAST.get((contents.networks, contents.charts), LEAST_OF_MANY)
    return min(1.0, width / least, height / low)


def _width_of_others(width: float, height: float, contents: Contents) -> float:
    """Width for which an upright or a square picture is composed."""
    slim = 9 / 16
    usual = UPRIGHT + (SQUARE - UPRIGHT) * max(width / height - slim, 0.0) / (1.0 - slim)
    narrow, low = LEAST_OF_OTHERS[contents.charts]
    across = BESIDE_EACH_OTHER if contents.networks > 2 else 1.0
    return min(max(width, across * narrow, across * low * width / height), across * usual)
