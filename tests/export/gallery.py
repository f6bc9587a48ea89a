"""What can be taken away, each kind once, with its command: makes all of it, and writes docs/gallery.md.

`make gallery` runs it; with ARGS="slides comparison" only what has such a word in its title is made anew. Pictures and
small files stay in docs/gallery; of large ones the page tells the size alone.
"""

import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtGui import QImage

from tests.export.exhibits import EXHIBITS, Exhibit
from tests.export.previews import PREVIEWS
from tests.project import ROOT

PAGE = ROOT / "docs" / "gallery.md"
WHERE = ROOT / "docs" / "gallery"
STORYBOARDS = "*.storyboard.toml"

HEAD = """# Gallery

Each kind of file that the program makes, with the command that made it, in a folder with the storyboards of
[docs/gallery](gallery). All of it comes out of the window as well: File > Studio… (Ctrl+E). More on
[storyboards and options](studio.md), the [player](player.md), [code, models and numbers](code.md). Written by
`make gallery`.
"""


def size_of(path: Path) -> str:
    """How large a file is, or all files of a folder are."""
    files = path.rglob("*") if path.is_dir() else [path]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{max(1, round(size / 1e3))} kB"


def make(exhibit: Exhibit, folder: Path) -> None:
    """Run its commands in `folder`, and put what stays into docs/gallery. CalledProcessError where one fails."""
    for command in exhibit.commands:
        print(command, flush=True)
        program = [sys.executable, "-m", "twostroke.gui.cli", *shlex.split(command)[1:]]
        subprocess.run(program, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    for shown in exhibit.shows:
        draw: Callable[[Path], QImage] | None = PREVIEWS.get(shown)
        if draw is not None and not draw(folder).save(str(folder / shown)):
            raise OSError(f"{shown} could not be written")
    for name in {*exhibit.keeps, *exhibit.shows}:
        shutil.copyfile(folder / name, WHERE / name)


def section(exhibit: Exhibit, folder: Path) -> Iterator[str]:
    """What the page says of it."""
    yield f"\n## {exhibit.title}\n\n{exhibit.words}\n\n```"
    yield from exhibit.commands
    yield "```\n"
    for made in exhibit.made:
        name = f"[{made}](gallery/{made})" if made in (*exhibit.keeps, *exhibit.shows) else f"`{made}`"
        yield f"- {name}, {size_of(folder / made)}"
    for shown in exhibit.shows[:1]:
        picture = f'<img alt="{exhibit.title}" src="gallery/{shown}"{exhibit.width}>'
        dark = "".join(f'<source media="(prefers-color-scheme: dark)" srcset="gallery/{d}">' for d in exhibit.shows[1:])
        yield f"\n<picture>{dark}{picture}</picture>"


def sections_there() -> dict[str, str]:
    """Those that the page has, by their titles."""
    text = PAGE.read_text("utf-8") if PAGE.exists() else ""
    return {part.split("\n", 1)[0]: f"\n## {part.rstrip()}" for part in text.split("\n## ")[1:]}


def main(words: list[str]) -> int:
    """Make everything, or what such a word names, and the page of it."""
    there = sections_there()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for board in WHERE.glob(STORYBOARDS):
            shutil.copy(board, folder)
        lines: list[str] = []
        for exhibit in EXHIBITS:
            if words and exhibit.title in there and not any(word in exhibit.title.lower() for word in words):
                lines.append(there[exhibit.title])
                continue
            make(exhibit, folder)
            lines += section(exhibit, folder)
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", "utf-8")
    print(f"docs/{PAGE.name}: {len(EXHIBITS)} kinds, docs/gallery has {size_of(WHERE)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
