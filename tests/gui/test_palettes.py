"""Every theme with every choice of colours: what is written can be read, every eye tells signs apart, and all that is
drawn follows.
"""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.gui.examples import example_session
from tests.gui.grains import turn_view
from tests.gui.scenes import view_at
from twostroke.engine.border.cursor import Phase, Step
from twostroke.gui.export.render import ensure_font
from twostroke.gui.look.colour import contrast, mixed, packed, rgb
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import PALETTES, Palette, palette_of
from twostroke.gui.model.choices import COLOURS, THEMES, Choices, Colours, Theme
from twostroke.gui.model.view import ViewState
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.scene.build import key_of, scene_at
from twostroke.gui.stage.scene.dashes import dashed
from twostroke.gui.stage.scene.ink import ink_of
from twostroke.gui.stage.scene.items import Lines, lines
from twostroke.gui.stage.scene.lenses import LENSES
from twostroke.gui.stage.scene.shared_legend import shared_legend

LOOKS = [Choices(theme=theme, colours=colours) for theme in Theme for colours in Colours]
OF_LOOKS = pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look.theme}, {look.colours}")

# What remains of red, green and blue for eyes without the cones for long and for middle waves (G. M. Machado,
# M. M. Oliveira, L. A. F. Fernandes, 2009), of linear light.
EYES = {
    "all cones": np.eye(3),
    "no red": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]
    ]),
    "no green": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]
    ]),
}  # fmt: skip


def seen(colour: str, eye: str) -> NDArray[np.float64]:
    part = np.array(rgb(colour)) / 255
    light = np.clip(EYES[eye] @ np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4), 0, 1)
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def far(one: str, other: str, eye: str = "all cones") -> float:
    """How far two colours lie apart for that eye, each part weighed as eyes do; 765 at most."""
    return float(np.sqrt(((seen(one, eye) - seen(other, eye)) ** 2 * (2, 4, 3)).sum()))


def apart(one: str, other: str) -> float:
    return contrast(packed(one), packed(other))


def pairs(palette: Palette) -> tuple[tuple[str, str], tuple[str, str]]:
    signal = palette.signal_negative, palette.signal_positive
    return signal, (palette.gradient_negative, palette.gradient_positive)


@OF_LOOKS
def test_what_is_written_can_be_read(look: Choices) -> None:
    palette = palette_of(look)
    hall = look.theme is Theme.PROJECTOR
    grounds = palette.background, palette.surface, palette.raised, palette.banner, palette.banner_warning
    for ink, ground in itertools.product((palette.text, palette.muted), grounds[:3] if not hall else grounds):
        assert apart(ink, ground) >= (7.0 if hall else 4.5), (ink, ground)
    for ink, ground in itertools.product((palette.accent, palette.warning, palette.good), grounds[:2]):
        assert apart(ink, ground) >= (7.0 if hall else 4.4), (ink, ground)
    told = [*itertools.chain(*pairs(palette)), *palette.classes]
    for colour, ground in itertools.product(told, grounds[:2]):
        assert apart(palette.words(colour), ground) >= palette.least, (colour, ground)
    for hue in (palette.forward_words, palette.backward_words):  # of the timeline's blocks
        assert apart(palette.readable_on(hue), hue) >= (7.0 if hall else 4.0), hue
        for share, ink in ((0.42, palette.text), (0.14, palette.muted)):
            assert apart(ink, mixed(palette.surface, hue, share)) >= (7.0 if hall else 4.0), hue
    for soft in (palette.forward_soft, palette.backward_soft, palette.accent_hover):
        assert apart(palette.readable_on(soft), soft) >= (7.0 if hall else 4.5), soft
    assert apart(palette.on_accent, palette.accent) >= (7.0 if hall else 4.5)
    assert apart(palette.placeholder, palette.raised) >= (7.0 if hall else 3.0)
    assert apart(palette.faint, palette.surface) >= (4.5 if hall else 2.0)


@pytest.mark.parametrize("theme", Theme)
def test_words_are_in_the_very_colour_where_that_can_be_read(theme: Theme) -> None:
    palette = PALETTES[theme]
    for colour in (palette.signal_positive, palette.gradient_negative):
        assert palette.words(colour) == colour
    assert (palette.forward_words, palette.backward_words) == (palette.signal_positive, palette.gradient_negative)
    assert palette.words(palette.background) != palette.background


def test_a_hall_sees_words_that_are_too_bright_darker() -> None:
    palette = palette_of(Choices(theme=Theme.PROJECTOR, colours=Colours.GREY))
    assert apart(palette.gradient_negative, palette.background) < 7.0 <= apart(palette.backward_words, "#f6f6f6")


@OF_LOOKS
def test_signs_stand_out_from_the_ground(look: Choices) -> None:
    palette = palette_of(look)
    for end in itertools.chain(*pairs(palette)):
        assert apart(end, palette.background) >= (4.5 if look.theme is Theme.PROJECTOR else 4.0), end
        assert apart(end, palette.surface) >= (4.5 if look.theme is Theme.PROJECTOR else 3.6), end


@OF_LOOKS
def test_the_ends_of_a_pair_differ_for_every_eye(look: Choices) -> None:
    for pair, eye in itertools.product(pairs(palette_of(look)), EYES):
        assert far(*pair, eye) > 150, (pair, eye)


@OF_LOOKS
def test_the_two_classes_of_most_data_differ_for_every_eye(look: Choices) -> None:
    first, second, *_ = palette_of(look).classes
    for eye in EYES:
        assert far(first, second, eye) > 100, eye


@OF_LOOKS
def test_gradients_are_no_signals(look: Choices) -> None:
    signal, gradient = pairs(palette_of(look))
    for one, other in itertools.product(signal, gradient):
        assert far(one, other) > (75 if look.colours is Colours.GREY else 145), (one, other)


@pytest.mark.parametrize("theme", Theme)
def test_without_colours_the_signs_of_the_grey_palette_differ(theme: Theme) -> None:
    """One end is three times as light as the other, as WCAG 2 counts; in the usual colours they are nearly alike."""
    for pair in pairs(palette_of(Choices(theme=theme, colours=Colours.GREY))):
        assert apart(*pair) >= 3.0, pair
    assert all(apart(*pair) < 2.0 for pair in pairs(PALETTES[theme]))


def test_the_usual_colours_are_as_they_were() -> None:
    for theme in Theme:
        assert palette_of(Choices(theme=theme)) is PALETTES[theme]
        for look in LOOKS:
            assert palette_of(look) is palette_of(look)
            assert palette_of(look).theme is look.theme
    assert len({palette_of(look) for look in LOOKS}) == len(Theme) * len(Colours)
    assert set(THEMES) == set(Theme)
    assert set(COLOURS) == set(Colours)


def test_nothing_in_the_window_asks_for_a_theme_alone() -> None:
    """A sheet of paper is light, cards are drawn ahead, and a widget has to have colours before it is dressed."""
    root = Path(__file__).parents[2] / "gui"
    asking = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "PALETTES" in path.read_text("utf-8") and path.name != "theme.py"
    }
    assert asking == {
        "shell/welcome/drawn_ahead.py",
        "look/dress.py",
        "panels/neuron/weight_cells.py",
        "export/solution/sheet_pdf.py",
    }


# -- what is drawn -----------------------------------------------------------------------------------------------------


def painted(view: ViewState, width: int = 640, height: int = 360) -> QImage:
    scene = scene_at(view, width, height, "Every colour")
    image = QImage(width, height, QImage.Format.Format_RGB32)
    with painting(image) as painter:
        paint(painter, scene, QRectF(0, 0, width, height))
    return image


def colours_of(image: QImage) -> set[int]:
    return set(np.unique(np.frombuffer(image.constBits(), np.uint32) & 0xFFFFFF).tolist())


FORWARD: Callable[[Choices], ViewState] = lambda look: turn_view(  # noqa: E731
    Phase.SUM, 2, 1, 2, 0.5, theme=look.theme, colours=look.colours
)
BACKWARD: Callable[[Choices], ViewState] = lambda look: view_at(  # noqa: E731
    step=Step(Phase.SPREAD, 3), fraction=0.6, theme=look.theme, colours=look.colours
)


@OF_LOOKS
@pytest.mark.parametrize("moment", [FORWARD, BACKWARD], ids=["forward", "backward"])
def test_the_picture_has_the_colours_of_its_look_and_of_no_other(
    qapp: QApplication, look: Choices, moment: Callable[[Choices], ViewState]
) -> None:
    ensure_font()
    palette, found = palette_of(look), colours_of(painted(moment(look)))
    assert packed(palette.background) in found
    for end in (palette.signal_negative, palette.signal_positive):
        assert packed(end) in found, end
    own = {packed(end) for end in itertools.chain(*pairs(palette))} | {packed(palette.accent)}
    for other in LOOKS:
        strange = {packed(end) for end in itertools.chain(*pairs(palette_of(other)))} - own
        assert not strange & found, other


@OF_LOOKS
@pytest.mark.parametrize("lens", [lens.id for lens in LENSES])
def test_every_lens_is_painted(qapp: QApplication, look: Choices, lens: str) -> None:
    ensure_font()
    asked = {"lens": lens, "theme": look.theme, "colours": look.colours}
    for session in (example_session(), example_session((12,), data="digits")):
        image = painted(view_at(session, Step(Phase.GATE_BACK, 1), **asked))
        found = colours_of(image)
        assert packed(palette_of(look).background) in found
        assert len(found) > 20


# -- without colours ---------------------------------------------------------------------------------------------------


def links_of(look: Choices) -> dict[str, Lines]:
    items = scene_at(FORWARD(look), 1280, 720).items
    return {item.role: item for item in items if isinstance(item, Lines) and item.role.startswith("link ")}


@pytest.mark.parametrize("theme", Theme)
def test_links_of_negative_weight_are_dashed_where_colours_are_lost(theme: Theme) -> None:
    usual, grey = (links_of(Choices(theme=theme, colours=colours)) for colours in (Colours.ORANGE_BLUE, Colours.GREY))
    for link in FORWARD(Choices()).links:
        solid, broken, weight = usual[f"link {link.layer}"], grey[f"link {link.layer}"], link.weight
        assert solid.x1.size == weight.size
        positive = int((weight >= 0).sum())
        assert broken.x1.size >= positive + 4 * (weight.size - positive)
        assert _length(broken) <= _length(solid) - (weight.size - positive)


def _length(made: Lines) -> float:
    return float(np.hypot(made.x2 - made.x1, made.y2 - made.y1).sum())


def test_dashes_lie_on_their_line_from_its_beginning_to_its_end() -> None:
    made = lines([0.0, 0.0, 5.0], [0.0, 10.0, 5.0], [100.0, 100.0, 5.0], [50.0, 10.0, 5.0], [1.0, 6.0, 1.0], [1, 2, 3])
    broken = dashed(made, np.array([True, False, True]), 1.0)
    assert np.count_nonzero(broken.colour == 2) == 1
    assert (broken.colour == np.sort(broken.colour)).all(), "weak ones stay below strong ones"
    first = broken.colour == 1
    assert np.allclose(broken.y1[first], broken.x1[first] / 2)
    assert np.allclose(broken.y2[first], broken.x2[first] / 2)
    assert (broken.x1[first][1:] > broken.x2[first][:-1]).all()
    assert broken.x1[first][0] == 0.0
    assert 90.0 < broken.x2[first][-1] <= 100.0
    assert dashed(made, np.zeros(3, dtype=bool), 1.0) is made


def test_the_legend_shows_what_is_dashed() -> None:
    counts = []
    for colours in (Colours.ORANGE_BLUE, Colours.GREY):
        view = view_at(colours=colours)
        items = shared_legend({1: key_of(view)}, ink_of(palette_of(view.choices)), 1280).items
        counts.append(sum(item.x1.size for item in items if isinstance(item, Lines)))
    assert counts[1] > counts[0]
