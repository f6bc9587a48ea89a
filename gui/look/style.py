"""How the window looks: the bundled font, and one style sheet filled from the palette of the theme."""

from importlib.resources import files
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from twostroke.gui.look.theme import FONT_FAMILY, Palette

FONT_PIXELS = 13
RESOURCES = "twostroke.resources"

COMPACT = "compact"
"""Object name of widgets whose fields are small, as the style sheet has it."""


def load_fonts() -> list[str]:
    """Make the bundled fonts known to Qt. Returns their families, empty where none could be read."""
    families: set[str] = set()
    for entry in files(RESOURCES).joinpath("fonts").iterdir():
        if entry.name.endswith(".ttf"):
            number = QFontDatabase.addApplicationFontFromData(entry.read_bytes())
            families.update(QFontDatabase.applicationFontFamilies(number))
    return sorted(families)


def base_font() -> QFont:
    """The typeface of all text."""
    font = QFont(FONT_FAMILY)
    font.setPixelSize(FONT_PIXELS)
    # Hinting rounds every letter's width to whole pixels, which sets small text too wide.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def write_larger(widget: QWidget, scale: float) -> None:
    """So much larger than usual; what else the style sheet wants of its font stays."""
    font = widget.font()
    font.setPixelSize(round(scale * FONT_PIXELS))
    widget.setFont(font)


def tabular(font: QFont, pixels: int = 0) -> QFont:
    """The same font with figures of equal width, so that numbers that change do not jump; of that size, if given."""
    made = QFont(font)
    if pixels:
        made.setPixelSize(pixels)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def names(palette: Palette) -> dict[str, str]:
    """Every name that the style sheet uses: the palette's colours, the theme's own name, and where images are."""
    return {**palette.names(), "icons": icon_folder()}


def icon_folder() -> str:
    """Where the style sheet finds its few images, with the slashes that it wants."""
    return Path(str(files(RESOURCES).joinpath("icons"))).as_posix()


def style_sheet(palette: Palette) -> str:
    """The window's style sheet. KeyError where it uses a colour that has no name."""
    text = files(RESOURCES).joinpath("style.qss").read_text("utf-8")
    return Template(text).substitute(names(palette))


def mark(widget: QWidget, name: str, value: str) -> None:
    """Give `widget` a property that the style sheet asks for; where it is another one, Qt has to look again."""
    if widget.property(name) != value:
        widget.setProperty(name, value)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def apply(app: QApplication, palette: Palette) -> None:
    """Dress the whole application. Does nothing where it is dressed so already: that would cost a second."""
    sheet = style_sheet(palette)
    if sheet != app.styleSheet():
        app.setPalette(qt_palette(palette))
        app.setStyleSheet(sheet)


def qt_palette(p: Palette) -> QPalette:
    """What widgets that paint themselves ask for."""
    made = QPalette()
    role = QPalette.ColorRole
    colours = {
        role.Window: p.surface,
        role.WindowText: p.text,
        role.Base: p.raised,
        role.AlternateBase: p.surface,
        role.Text: p.text,
        role.Button: p.raised,
        role.ButtonText: p.text,
        role.Highlight: p.accent,
        role.HighlightedText: p.on_accent,
        role.ToolTipBase: p.raised,
        role.ToolTipText: p.text,
        role.PlaceholderText: p.placeholder,
        role.Mid: p.line,
        role.Link: p.accent,
    }
    for key, colour in colours.items():
        made.setColor(key, QColor(colour))
    for key in (role.Text, role.WindowText, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(p.faint))
    return made
