"""The kinds of file a clip or a picture can become, and what each of them asks for."""

import os
from dataclasses import dataclass
from pathlib import Path

from twostroke.engine.files.disk import place_problem
from twostroke.engine.session.phrases import shown
from twostroke.gui.export.refusals import ExportRequestError

SMALLEST, LARGEST = 16, 7_680  # pixels a side; 7,680 is 8K


MOST_FPS = 120


@dataclass(frozen=True)
class Format:
    """One kind of file."""

    title: str
    ending: str  # "" for a folder
    moving: bool
    vector: bool = False
    encoder: str = ""  # as PyAV names it; "" where Qt writes the file
    even: bool = False  # width and height must be even
    most_fps: int = MOST_FPS
    instead: str = ""  # what to choose where the encoder is missing


FORMATS: tuple[Format, ...] = (
    Format("MP4 video", ".mp4", True, encoder="libx264", even=True, instead=".webm or .gif"),
    Format("WebM video", ".webm", True, encoder="libvpx-vp9", even=True, instead=".mp4 or .gif"),
    Format("Animated GIF", ".gif", True, encoder="gif", most_fps=50, instead=".mp4 or .webp"),
    Format("Animated WebP", ".webp", True, encoder="libwebp_anim", instead=".gif or .apng"),
    Format("Animated PNG", ".apng", True, encoder="apng", instead=".gif or .webp"),
    Format("PNG picture", ".png", False),
    Format("SVG drawing", ".svg", False, vector=True),
    Format("PDF page", ".pdf", False, vector=True),
    Format("Folder of PNG pictures", "", True),
)
"""GIF: browsers slow down pictures that follow each other within less than 2 hundredths of a second."""


def format_for(target: str) -> Format:
    """The format that a path's ending chooses; no ending, a trailing slash or a folder that exists: PNG pictures.

    Raises ExportRequestError where no format has that ending.
    """
    path = Path(target)
    ending = "" if target.endswith(("/", "\\")) or os.path.isdir(target) else path.suffix.lower()
    for known in FORMATS:
        if known.ending == ending:
            return known
    endings = ", ".join(f.ending for f in FORMATS if f.ending)
    raise ExportRequestError(
        f"{target}: {path.suffix} is not a kind of file that can be exported. "
        f"Expected one of {endings}, or a folder without an ending."
    )


def check_target(target: Path, chosen: Format) -> None:
    """ExportRequestError where the target cannot be put where it is asked for. Existing files may be replaced."""
    if not target.name:
        raise ExportRequestError(f"{str(target)!r} names no file. Expected a name such as clip.mp4.")
    problem = place_problem(target)
    if problem:
        raise ExportRequestError(problem)
    if chosen.ending:
        return
    if target.is_dir() and any(target.iterdir()):
        raise ExportRequestError(
            f"The folder {target} is not empty. Choose a new folder, so that no picture of yours is mixed with others."
        )
    if target.exists() and not target.is_dir():
        raise ExportRequestError(f"{target} is a file. Expected a folder, or an ending such as .mp4.")


def fitted_size(width: int, height: int, chosen: Format) -> tuple[int, int]:
    """The size the format can have: as asked for, or one pixel less where it must be even."""
    for name, value in (("width", width), ("height", height)):
        if not SMALLEST <= value <= LARGEST:
            raise ExportRequestError(f"The {name} is {shown(value)}; expected {SMALLEST} to {LARGEST:,} pixels.")
    return (width - width % 2, height - height % 2) if chosen.even else (width, height)


def check_fps(fps: int, chosen: Format) -> None:
    """ExportRequestError where the format cannot show so many frames a second."""
    if chosen.moving and chosen.most_fps < fps <= MOST_FPS:
        raise ExportRequestError(
            f"fps is {shown(fps)}; {chosen.title} shows at most {chosen.most_fps} frames a second. "
            f"Ask for {chosen.most_fps} or fewer, or choose .mp4."
        )
