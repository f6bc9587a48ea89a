"""What the gallery has: of each kind of file one, with the command that makes it."""

import shlex
from dataclasses import dataclass


@dataclass(frozen=True)
class Exhibit:
    """`keeps`: files that stay in docs/gallery; `shows`: pictures that do, the second for a dark page."""

    title: str
    words: str
    commands: tuple[str, ...]
    keeps: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    wide: int = 0  # pixels on the page; 0 for as many as it has

    @property
    def made(self) -> tuple[str, ...]:
        """What its commands make."""
        return tuple(name for command in self.commands for name in outputs(command))

    @property
    def width(self) -> str:
        """As an attribute of its picture."""
        return f' width="{self.wide}"' if self.wide else ""


def outputs(command: str) -> list[str]:
    """The files that a command makes: that behind `-o`, and subtitles beside it."""
    words = shlex.split(command)
    target = words[words.index("-o") + 1]
    beside = [f"{target.rsplit('.', 1)[0]}.{words[words.index(o) + 1]}" for o in ("--subtitles",) if o in words]
    return [target, *beside]


EXHIBITS: tuple[Exhibit, ...] = (
    Exhibit(
        "Both strokes as a GIF",
        "Forward and backward through the same gates, from a [storyboard](gallery/both-strokes.storyboard.toml) of two "
        "shots with captions.",
        ("twostroke export both-strokes.storyboard.toml -o both-strokes.gif",),
        shows=("both-strokes.gif",),
    ),
    Exhibit(
        "A training, with map and curves",
        "3,000 updates in eight seconds: every so many-th of them, with its number, map, loss and accuracy.",
        (
            "twostroke export two-strokes -o training.gif --show training --until 3000 --seconds 8 --fps 4 "
            "--layout curves --size 800x450 --no-legend",
        ),
        shows=("training.gif",),
    ),
    Exhibit(
        "A moment",
        "The gradient meets the gates of the first hidden layer. PNG for slides and pages, SVG and PDF for print, "
        "where it stays sharp at any size.",
        (
            "twostroke export two-strokes -o moment.png --moment gate_back:1 --size 960x540",
            "twostroke export two-strokes -o moment.svg --moment gate_back:1",
            "twostroke export two-strokes -o moment.pdf --moment gate_back:1",
        ),
        keeps=("moment.pdf",),
        shows=("moment.png",),
    ),
    Exhibit(
        "A closer look",
        "The camera on one neuron, in a [storyboard](gallery/closer.storyboard.toml) of one moment.",
        ("twostroke export closer.storyboard.toml -o closer.png",),
        shows=("closer.png",),
    ),
    Exhibit(
        "A comparison",
        "Up to four networks that differ in one thing, trained side by side: "
        "[the storyboard](gallery/two-activations.storyboard.toml) names the difference.",
        ("twostroke export two-activations.storyboard.toml -o comparison.gif",),
        shows=("comparison.gif",),
    ),
    Exhibit(
        "Upright, without a background",
        "For a narrow column, a telephone or a poster; its colours are mixed for the ground on which it will lie.",
        (
            "twostroke export two-strokes -o clear-light.png --transparent --size 400x640",
            "twostroke export two-strokes -o clear-dark.png --transparent --size 400x640 --theme dark",
        ),
        shows=("clear-light.png", "clear-dark.png"),
        wide=360,
    ),
    Exhibit(
        "Films of every kind",
        "MP4 for slides and video sites, with its captions as a file beside it; WebM, which can be transparent; WebP "
        "and APNG, which keep every colour; a GIF that keeps a limit; numbered pictures for a program that cuts films.",
        (
            "twostroke export two-strokes -o stroke.mp4 --show forward --size 1080p --subtitles vtt",
            "twostroke export two-strokes -o stroke.webm --show forward --transparent",
            "twostroke export two-strokes -o stroke.webp --show forward --size 480p --fps 15",
            "twostroke export two-strokes -o stroke.apng --show forward --size 480p --fps 15",
            "twostroke export two-strokes -o stroke.gif --show forward --max-mb 0.2",
            "twostroke export two-strokes -o stroke --show backward --size 480p --fps 10",
        ),
        keeps=("stroke.vtt",),
    ),
    Exhibit(
        "A lesson as a film",
        "All its scenes one after the other, with what they say as captions.",
        ("twostroke export linear-collapse -o lesson.mp4 --show lesson --size 480p --fps 15",),
    ),
    Exhibit(
        "Slides",
        "A slide a step, sharp on a projector, caption and numbers in its notes. With `--as film` the first one plays "
        "the film.",
        (
            "twostroke export two-strokes -o slides.pptx",
            "twostroke export two-strokes -o film-and-slides.pptx --as film",
        ),
        shows=("slide.png",),
    ),
    Exhibit(
        "Pages of steps",
        "A page a step, for handouts and for LaTeX's beamer: the line to paste is printed.",
        ("twostroke export two-strokes -o steps.pdf --as steps",),
    ),
    Exhibit(
        "All steps on paper",
        "Panels with their captions, on pages of A4 or on one sheet.",
        (
            "twostroke export two-strokes -o panels.pdf --as storyboard",
            "twostroke export two-strokes -o panels.svg --as storyboard",
        ),
        keeps=("panels.pdf",),
        shows=("panels.png",),
    ),
    Exhibit(
        "The player",
        "One file that plays, steps, scrubs and goes back in any browser, without a network: save "
        "[player.html](gallery/player.html) and open it. The second line makes an element to paste into a course page "
        "or a notebook.",
        (
            "twostroke export two-strokes -o player.html",
            "twostroke export two-strokes -o snippet.html --as iframe",
        ),
        keeps=("player.html",),
    ),
    Exhibit(
        "A worked solution",
        "One update as a person writes it, for each student's own weights; also as a web page (`.html`) and as LaTeX "
        "(`.tex`).",
        ('twostroke export by-hand -o solution.pdf --as solution --name "Ada Lovelace"',),
        shows=("solution.png",),
        wide=600,
    ),
    Exhibit(
        "An exercise sheet",
        "The same with blanks, and a key on pages of its own.",
        ("twostroke export by-hand -o sheet.pdf --as sheet",),
        shows=("sheet.png",),
        wide=600,
    ),
    Exhibit(
        "Code",
        "A program that trains the same network to the same numbers: plain NumPy, PyTorch, or a notebook.",
        (
            "twostroke export two-strokes -o network.py",
            "twostroke export two-strokes -o network.torch.py",
            "twostroke export two-strokes -o network.ipynb",
        ),
        keeps=("network.py", "network.torch.py", "network.ipynb"),
    ),
    Exhibit(
        "Models and numbers",
        "The network for other programs, its weights, every array of an update, and a table of one sample.",
        (
            "twostroke export two-strokes -o network.onnx --at 3000",
            "twostroke export two-strokes -o network.safetensors --at 3000",
            "twostroke export two-strokes -o update.npz",
            "twostroke export two-strokes -o update.csv",
        ),
        keeps=("update.csv",),
    ),
)
