"""Any text in LaTeX: pdfLaTeX takes it, nothing in it is a command, and it can be read."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from twostroke.gui.model.solution.latin import latin


@pytest.mark.parametrize(("text", "source"), [
    ("Müller & Łukasz", r"Müller \& Łukasz"),
    ("e\u0301\u0323", r"\'{\d{e}}"),
    ("Nguyễn", r"Nguy\~{\^{e}}n"),
    ("Иван Щукин", "Ivan Shchukin"),
    ("Δ of α", r"$\Delta$ of $\alpha$"),
    ("中", "[U+4E2D]"),
    ("😀", "[grinning face]"),
    ("\u202eevil\u202c\x00\x1b", "evil"),
    ("two\nlines", "two lines"),
    ("½ ﬁ ℝ", "1/2 fi R"),
    ("a --> b", r"a -{}-\textgreater{} b"),
    ("``?`''", "`{}`?{}`'{}'"),
    ("\u0301", ""),
])  # fmt: skip
def test_text_can_be_read(text: str, source: str) -> None:
    assert latin(text) == source


EVERYTHING = [chr(c) for c in [*range(1, 0x2C00), 0xD7FF, 0xE000, 0xFFFE, *range(0x1F300, 0x1F650), 0x10FFFF]]


def test_no_character_is_a_command_or_one_that_the_encoding_lacks() -> None:
    for c in EVERYTHING:
        source = latin(c)
        assert re.sub(r"\\[A-Za-z]+(\{\})?|\\[{}$&#%_`'^~=.\"]|[{}$^]", "", source).isprintable()
        assert source.isascii() or "À" <= source <= "ž"


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdfLaTeX")
def test_pdflatex_sets_every_character(tmp_path: Path) -> None:
    lines = ("".join(EVERYTHING[at : at + 40]) for at in range(0, len(EVERYTHING), 40))
    head = r"\documentclass{article}\usepackage[utf8]{inputenc}\usepackage[T1]{fontenc}\begin{document}"
    source = "\n\n".join([head, *map(latin, lines), r"\end{document}"])
    (tmp_path / "all.tex").write_text(source, "utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=batchmode", "-halt-on-error", "all.tex"], cwd=tmp_path, check=False, timeout=120
    )
    assert done.returncode == 0
    assert "Missing character" not in (tmp_path / "all.log").read_text("latin-1")
