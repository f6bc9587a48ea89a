"""The one way to a painter: one that stays open when something fails ends the program with its device."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtGui import QPaintDevice, QPainter


@contextmanager
def painting(device: QPaintDevice, smooth: bool = False) -> Iterator[QPainter]:
    """A painter on `device`, ended whatever happens; `smooth` for edges that are neither upright nor level."""
    painter = QPainter(device)
    try:
        if smooth:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        yield painter
    finally:
        painter.end()


@contextmanager
def saved(painter: QPainter) -> Iterator[None]:
    """What is set inside (pens, clips, transformations) is as before behind, whatever happens."""
    painter.save()
    try:
        yield
    finally:
        painter.restore()
