"""The kinds of file a film or a picture can become, and what each of them asks for.

To add one, add an entry to `FORMATS` and its writer; command line and dialog find it there.
"""

import os
from dataclasses import replace
from pathlib import Path

from twostroke.engine.files.disk import place_problem
from twostroke.engine.session.phrases import listed, named, nearest, shown
from twostroke.gui.export.job import Writer
from twostroke.gui.export.kind import Codec, Format, Needs, Work
from twostroke.gui.export.model_files import model_formats
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.storyboard.limits import LARGEST, MOST_FPS, SMALLEST

ON_PAPER = "solution", "sheet"
"""What an update that is worked out on paper can be made as (see solution/sheets.py), in files of these endings."""

PAPER_ENDINGS = ".pdf", ".html", ".tex"

# Writers are imported when one is opened: they load Qt, which a refusal does not need.


def _film(work: Work) -> Writer:
    from twostroke.gui.export import writers

    return writers.FilmWriter(work)


def _gif(work: Work) -> Writer:
    from twostroke.gui.export import gif_limit, writers

    return writers.GifWriter(work) if work.most_bytes is None else gif_limit.CappedGifWriter(work, work.most_bytes)


def _png(work: Work) -> Writer:
    from twostroke.gui.export import writers

    return writers.PngWriter(work)


def _pngs(work: Work) -> Writer:
    from twostroke.gui.export import writers

    return writers.PngFolderWriter(work)


def _svg(work: Work) -> Writer:
    from twostroke.gui.export import writers

    return writers.SvgWriter(work)


def _pdf(work: Work) -> Writer:
    from twostroke.gui.export import writers

    return writers.PdfWriter(work)


def _slides(work: Work) -> Writer:
    from twostroke.gui.export.slides.deck import SlidesWriter

    return SlidesWriter(work)


def _filmed_slides(work: Work) -> Writer:
    from twostroke.gui.export.slides.filmed import FilmedSlidesWriter

    return FilmedSlidesWriter(work, format_for("film.mp4"))


def _player(work: Work) -> Writer:
    from twostroke.gui.export.player.making import PlayerWriter

    return PlayerWriter(work)


def _player_to_paste(work: Work) -> Writer:
    from twostroke.gui.export.player.making import PlayerWriter

    return PlayerWriter(work, to_paste=True)


def _step_pages(work: Work) -> Writer:
    from twostroke.gui.export.pages import printing

    return printing.StepPagesWriter(work)


def _panels(work: Work) -> Writer:
    from twostroke.gui.export.pages import printing

    return printing.StoryboardWriter(work)


def _panel_sheet(work: Work) -> Writer:
    from twostroke.gui.export.pages import printing

    return printing.StoryboardWriter(work, sheet=True)


def beamer_line(path: Path, pages: int) -> str:
    """What to write into a talk in LaTeX to show pages of steps."""
    command = rf"\animategraphics[step,controls,width=\linewidth]{{1}}{{{path.stem}}}{{0}}{{{pages - 1}}}"
    return rf"In LaTeX, with \usepackage{{animate}}: {command}"


# At a constant quality of 18, sizes differ by a few per cent between presets; speed differs by more than 2.
# The index first ("faststart"), so that a browser can start at once.
_H264 = Codec(
    "libx264",
    "yuv420p",
    "",
    {"crf": "18", "preset": "veryfast", "tune": "animation"},
    {"movflags": "+faststart"},
)
_VP9 = Codec(
    "libvpx-vp9", "yuv420p", "yuva420p", {"crf": "24", "b": "0", "deadline": "realtime", "cpu-used": "6", "row-mt": "1"}
)
_GIF = Codec("gif", "pal8", container={"loop": "0"})
# Flat colours: lossless is smaller than lossy, and sharp.
_WEBP = Codec("libwebp_anim", "bgra", "bgra", {"lossless": "1", "compression_level": "2"}, {"loop": "0"})
# Of a flat picture, rows as they are make the smallest file, and zlib's level 3 takes half as long as 6.
_PNG_OPTIONS = {"pred": "none", "compression_level": "3"}
_APNG = Codec("apng", "rgb24", "rgba", _PNG_OPTIONS, {"plays": "0"})
_PNG = Codec("png", "rgb24", "rgba", _PNG_OPTIONS)

GIF_FPS = 50
"""Browsers slow down pictures that follow each other within less than 2 hundredths of a second."""

FORMATS: tuple[Format, ...] = (
    Format("MP4 video", ".mp4", _film, moving=True, codec=_H264, even=True, instead=".webm or .gif"),
    Format("WebM video", ".webm", _film, moving=True, codec=_VP9, even=True, instead=".mp4 or .gif"),
    Format(
        "Animated GIF",
        ".gif",
        _gif,
        moving=True,
        codec=_GIF,
        most_fps=GIF_FPS,
        instead=".mp4 or .webp",
        can_be_capped=True,
    ),
    Format("Animated WebP", ".webp", _film, moving=True, codec=_WEBP, instead=".gif or .apng"),
    Format("Animated PNG", ".apng", _film, moving=True, codec=_APNG, instead=".gif or .webp"),
    Format("PNG picture", ".png", _png, codec=_PNG, instead=".svg"),
    Format("SVG drawing", ".svg", _svg, Needs.DRAWING),
    Format("PDF page", ".pdf", _pdf, Needs.DRAWING),
    Format("PDF, a page for each step", ".pdf", _step_pages, Needs.STEP, False, True, "steps", hint=beamer_line),
    Format("PDF storyboard: steps as panels", ".pdf", _panels, Needs.STEP, False, True, "storyboard"),
    Format(
        "SVG storyboard: steps as panels",
        ".svg",
        _panel_sheet,
        Needs.STEP,
        False,
        True,
        "storyboard",
        on_one_sheet=True,
    ),
    Format("PowerPoint slides", ".pptx", _slides, Needs.STEP, stepwise=True, codec=_PNG),
    Format(
        "PowerPoint slides, a film first",
        ".pptx",
        _filmed_slides,
        Needs.FILM_AND_STEPS,
        stepwise=True,
        shape="film",
        codec=replace(_PNG, clear=""),  # as its film
    ),
    Format("HTML player", ".html", _player, Needs.STEP, moving=True, stepwise=True),
    Format("HTML player to paste into a page", ".html", _player_to_paste, Needs.STEP, True, True, "iframe"),
    Format("Folder of PNG pictures", "", _pngs, moving=True, codec=_PNG, instead=".mp4"),
)


def endings() -> tuple[str, ...]:
    """All endings that choose a format."""
    return tuple(dict.fromkeys(known.ending for known in FORMATS if known.ending))


def format_for(target: str, shape: str = "") -> Format:
    """The format that a path's ending chooses; no ending, a trailing slash or a folder that exists: PNG pictures.

    Of several with one ending, that of `shape`. Raises ExportRequestError where no format has that ending and shape.
    """
    path = Path(target)
    ending = "" if target.endswith(("/", "\\")) or os.path.isdir(target) else path.suffix.lower()
    alike = [known for known in FORMATS if known.ending == ending]
    for known in alike:
        if known.made_as(shape):
            return known
    if alike or ending in PAPER_ENDINGS:
        where = f"{target}: "
        raise ExportRequestError(where + _no_such_shape(shape, ending, alike), f"{where}the shape", where + "--as")
    raise ExportRequestError(
        f"{target}: {path.suffix} is not a kind of file that can be exported. "
        f"Expected one of {', '.join(endings())}, a folder without an ending, "
        f"of code, models and numbers {', '.join(model_formats.endings())}, "
        f"or of a {' or a '.join(ON_PAPER)} {', '.join(PAPER_ENDINGS)}."
    )


def _no_such_shape(shape: str, ending: str, alike: list[Format]) -> str:
    """Which files can be made so, and what one of this ending can be made as."""
    able = [known.ending or "a folder" for known in FORMATS if known.made_as(shape)]
    own = [known.shape for known in alike if known.shape]
    own += ON_PAPER if ending in PAPER_ENDINGS else ()
    here = f"With this ending, expected {listed([*own, *(f'none ({known.title})' for known in alike[:1])])}."
    if not shape:
        return f"the shape is missing. {here}"
    if able:
        return f"the shape {shape} goes with {listed(able)}. {here}"
    guess = nearest(shape, own)
    return f"the shape {named(shape)} is not known here. {f'Did you mean {guess}?' if guess else here}"


def check_target(target: Path, chosen: Format) -> None:
    """ExportRequestError where the target cannot be put where it is asked for. Existing files may be replaced."""
    check_named(target)
    problem = place_problem(target, folder=not chosen.ending)
    if problem:
        raise ExportRequestError(problem)
    if chosen.ending:
        return
    if os.path.isdir(target) and any(target.iterdir()):
        raise ExportRequestError(
            f"The folder {target} is not empty. Choose a new folder, so that no picture of yours is mixed with others."
        )
    if os.path.exists(target) and not os.path.isdir(target):
        raise ExportRequestError(f"{target} is a file. Expected a folder, or an ending such as .mp4.")


def check_named(target: Path) -> None:
    """ExportRequestError where a path is only an ending, or nothing: a folder of pictures, hidden, was not meant."""
    bare = target.name.lower() in (*endings(), *model_formats.endings(), *PAPER_ENDINGS) and not target.is_dir()
    if bare or not target.name:
        raise ExportRequestError(f"{shown(str(target))} names no file. Expected a name such as clip.mp4.")


def fitted_size(width: int, height: int, chosen: Format) -> tuple[int, int]:
    """The size the format can have: as asked for, or one pixel less where it must be even."""
    for name, value in (("width", width), ("height", height)):
        if not SMALLEST <= value <= LARGEST:
            raise ExportRequestError(f"The {name} is {shown(value)}; expected {SMALLEST} to {LARGEST:,} pixels.")
    return (width - width % 2, height - height % 2) if chosen.even else (width, height)


def check_transparent(chosen: Format) -> None:
    """ExportRequestError where the format cannot show pictures without a background."""
    if not chosen.can_be_clear:
        others = (known for known in FORMATS if known.can_be_clear and known.ending != chosen.ending)
        able = dict.fromkeys(known.ending or "a folder" for known in others)
        raise ExportRequestError(f"{chosen.label} shows nothing transparent. Choose one of {', '.join(able)}.")


def check_fps(fps: int, chosen: Format) -> None:
    """ExportRequestError where the format cannot show so many frames a second."""
    if chosen.moving and chosen.most_fps < fps <= MOST_FPS:
        raise ExportRequestError(
            f"fps is {shown(fps)}; {chosen.title} shows at most {chosen.most_fps} frames a second. "
            f"Ask for {chosen.most_fps} or fewer, or choose .mp4."
        )
