"""What is done in the process whose memory is measured. Only Linux tells it without a library for the purpose."""

import re
import time
from pathlib import Path

from twostroke.engine.files.leftovers import temporary_folder
from twostroke.gui.cli.bench.encoding import exported, request_of
from twostroke.gui.cli.bench.parts import Answer
from twostroke.gui.cli.bench.pictures import application
from twostroke.gui.cli.bench.resident import FILM_SIZE, MEGABYTE, NETWORK
from twostroke.gui.cli.bench.whole_window import whole_window
from twostroke.gui.cli.bench.work import whole_sessions
from twostroke.gui.export.board_takes import takes_of

STATUS = Path("/proc/self/status")
LOOKS = 200
"""At the memory, while training runs in the window."""


def held(field: str) -> float | None:
    """Megabytes of this process: `VmRSS`, what it holds now; `VmHWM`, the most so far. None where nobody tells."""
    try:
        found = re.search(rf"^{field}:\s+(\d+) kB", STATUS.read_text(encoding="ascii"), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 / MEGABYTE if found else None


def answers() -> dict[str, Answer]:
    """By the name of the request."""
    return {"window": window, "film": film}


def window(seconds: float) -> list[tuple[float, float]] | None:
    """Seconds and megabytes, from when training has begun in the whole window."""
    looks: list[tuple[float, float]] = []
    with whole_sessions() as sessions, whole_window(sessions[NETWORK]) as watched:
        watched.trigger("play")
        watched.until(lambda: watched.controller.playing and bool(watched.frames.ends))
        began = time.perf_counter()

        def look() -> bool:
            now, mega = time.perf_counter() - began, held("VmRSS")
            if mega is not None and (not looks or now - looks[-1][0] >= seconds / LOOKS):
                looks.append((now, mega))
            watched.frames.ends.clear()  # what the bench itself notes is not the window's
            watched.frames.updates.clear()
            return now >= seconds

        watched.until(look, seconds)
        watched.trigger("play")
    return looks or None


def film(frames: int) -> list[float] | None:
    """Megabytes at most: before the film, and after it."""
    application()
    with whole_sessions() as sessions, temporary_folder() as folder:
        request = request_of(sessions[NETWORK], folder / "film.mp4", FILM_SIZE, frames)
        takes = takes_of(request.board)
        takes(0)
        before = held("VmHWM")
        exported(takes, request)
        most = held("VmHWM")
    return None if before is None or most is None else [before, most]
