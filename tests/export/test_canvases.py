"""Canvases: painted over when nobody has their picture any longer, and never before."""

import gc
import weakref

import numpy as np
from PySide6.QtGui import QImage

from twostroke.gui.export import writers
from twostroke.gui.export.canvases import MOST_IMAGES, Canvas, Canvases

SIZE = (32, 16)


def painted(canvases: Canvases, grey: int) -> QImage:
    canvas = canvases.free()
    canvas.image.fill(0xFF000000 | grey * 0x10101)
    return canvas.handed_out()


def shows(image: QImage, grey: int) -> bool:
    return bool(np.all(writers.pixels(image)[..., :3] == grey))


def test_a_picture_that_somebody_has_is_not_painted_over() -> None:
    canvases = Canvases(SIZE)
    images = [painted(canvases, grey) for grey in range(3 * MOST_IMAGES)]
    assert all(shows(image, grey) for grey, image in enumerate(images))


def test_the_memory_of_one_that_is_gone_is_used_again() -> None:
    canvases = Canvases(SIZE)
    kept, gone = painted(canvases, 1), painted(canvases, 2)
    place = writers.pixels(gone).ctypes.data
    del gone
    gc.collect()
    again = painted(canvases, 3)
    assert writers.pixels(again).ctypes.data == place
    assert shows(kept, 1)
    assert shows(again, 3)


def test_no_more_memory_is_kept_than_both_sides_of_the_queue_need() -> None:
    canvases = Canvases(SIZE)
    taken = list[tuple[weakref.ref[Canvas], QImage]]()
    for _ in range(MOST_IMAGES + 4):
        canvas = canvases.free()
        taken.append((weakref.ref(canvas), canvas.handed_out()))
    del canvas
    gc.collect()
    assert sum(canvas() is not None for canvas, _ in taken) == MOST_IMAGES


def test_what_an_encoder_holds_is_not_painted_over() -> None:
    canvases = Canvases(SIZE)
    frame, view = writers.bgra_frame(painted(canvases, 4)), writers.pixels(painted(canvases, 5))
    canvas = canvases.free()  # the frame and the view keep theirs
    assert all(other.image is not canvas.image for other in canvases._known[:2])
    others = [painted(canvases, grey) for grey in range(6, 12)]
    assert np.all(frame.to_ndarray(format="rgb24") == 4)
    assert np.all(view[..., :3] == 5)
    assert len(others) == 6


def test_a_copy_made_elsewhere_keeps_its_pixels() -> None:
    canvases = Canvases(SIZE)
    copy = QImage(painted(canvases, 7))
    gc.collect()
    assert shows(painted(canvases, 8), 8)
    assert shows(copy, 7)
