"""The bundled files: one font that has every character the program shows, with its licence and source."""

import ast
import unicodedata
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtGui import QFontDatabase, QRawFont
from PySide6.QtWidgets import QApplication

from twostroke.gui.look.theme import FONT_FAMILY

ROOT = Path(__file__).parents[1]
RESOURCES = ROOT / "resources"
READ = {"latin.py", "typed.py", "user_text.py", "outlines.py", "kinds.py"}
"""Files that name characters to find them in what users type or name, or in what is no text, and not to show them."""

FONTS = sorted((RESOURCES / "fonts").glob("*.ttf"))


def strings(path: Path) -> Iterator[str]:
    """String literals of a Python file, without documentation."""
    tree = ast.parse(path.read_text("utf-8"))
    texts = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
            yield node.value


@cache
def shown() -> dict[str, str]:
    """Each character beyond ASCII that may appear on the screen -> a file that uses it."""
    found: dict[str, str] = {}
    for path in sorted([*(ROOT / "gui").rglob("*.py"), *(ROOT / "engine").rglob("*.py")]):
        for text in strings(path) if path.name not in READ else ():
            found.update({char: path.name for char in text if ord(char) > 126})
    for path in sorted((RESOURCES / "lessons").glob("*.toml")):
        found.update({char: path.name for char in path.read_text("utf-8") if ord(char) > 126})
    return {char: file for char, file in found.items() if unicodedata.category(char) not in ("Cs", "Cc", "Cn")}


@pytest.mark.parametrize("path", FONTS, ids=lambda path: path.stem)
def test_font_has_every_character(qapp: QApplication, path: Path) -> None:
    """A missing one would come from whatever font the machine has, or be a box."""
    font = QRawFont(str(path), 16)
    assert font.isValid()
    assert not font.supportsCharacter(0x23F8), "the check itself: Inter has no sign for pause"
    characters = shown()
    assert "⁻" in characters
    missing = {char: file for char, file in characters.items() if not font.supportsCharacter(ord(char))}
    assert missing == {}


def test_font_is_the_one_the_theme_names(qapp: QApplication) -> None:
    """All files are one family, in four weights."""
    for path in FONTS:
        number = QFontDatabase.addApplicationFont(str(path))
        assert FONT_FAMILY in QFontDatabase.applicationFontFamilies(number)
    assert {"Regular", "Medium", "SemiBold", "Bold"} <= set(QFontDatabase.styles(FONT_FAMILY))


def test_fonts_carry_licence_and_source() -> None:
    """Bundled work of others says whose it is, and stays small."""
    assert "SIL OPEN FONT LICENSE" in (RESOURCES / "fonts" / "Inter-LICENSE.txt").read_text("utf-8")
    source = (RESOURCES / "fonts" / "SOURCE.txt").read_text("utf-8")
    assert all(path.stem in source for path in FONTS)
    assert sum(path.stat().st_size for path in FONTS) < 2_000_000


def test_icons_are_drawings_of_their_own() -> None:
    """Each icon is well-formed and refers to nothing outside itself."""
    icons = sorted((RESOURCES / "icons").glob("*.svg"))
    assert icons
    for path in icons:
        tree = ElementTree.parse(path)
        assert tree.getroot().get("viewBox"), f"{path.name} has no viewBox"
        references = [value for item in tree.iter() for key, value in item.attrib.items() if key.endswith("href")]
        assert all(value.startswith("#") for value in references), path.name
