"""The lens Difference: how far a network in company is from the main one, at the same place of the same moment."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session, example_snapshot
from tests.gui.scenes import HEIGHT, WIDTH, discs_of, lines_of, one_disc, texts_of, view_at
from tests.gui.test_company_window import Window
from tests.gui.window_bench import settings
from twostroke.engine.border.cursor import Cursor, Phase, Step
from twostroke.engine.border.tape import Array
from twostroke.engine.session.spec import Session
from twostroke.gui.look.colour import signed_shades
from twostroke.gui.look.painting import painting
from twostroke.gui.look.style import load_fonts
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.apart import DIFFERENCE, counterpart
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.in_company import beside
from twostroke.gui.model.view import ViewState
from twostroke.gui.shell.company import ONE_NETWORK
from twostroke.gui.stage.paint.painter import paint
from twostroke.gui.stage.scene import alike, pairs
from twostroke.gui.stage.scene.build import scene_at
from twostroke.gui.stage.scene.ink import Ink, ink_of
from twostroke.gui.stage.scene.items import Scene
from twostroke.gui.stage.scene.lenses import ALONE, APART, IN_COMPANY, LENSES, alone, lens_of
from twostroke.gui.stage.scene.scales import apart_strength

__all__ = ["settings"]

MAIN = example_session((6, 4), "relu")
OTHERS = {
    "activation": example_session((6, 4), "tanh"),
    "like it": MAIN,
    "deeper": example_session((6, 4, 4), "relu"),
    "shallower": example_session((6,), "relu"),
    "no hidden layer": example_session((), "relu"),
    "wider": example_session((9, 4), "relu"),
    "narrower": example_session((3, 2), "relu"),
    "a block": example_session((80, 4), "relu"),
}
DONE = Step(Phase.UPDATE)
WORDS = "difference from network A, log from 0.0001"
NONE_THERE = "no counterpart in network A"


def pair(name: str, step: Step | None = None, **choices: Any) -> tuple[ViewState, ViewState]:
    main = view_at(MAIN, step, **{"lens": DIFFERENCE, **choices})
    return main, beside(main, example_snapshot(OTHERS[name], stroke=step is not None))


def drawn(view: ViewState) -> Scene:
    return scene_at(view, WIDTH, HEIGHT)


def less(own: Array, other: Array | None) -> Array:
    """Element by element, one at a time; NaN where the other has none."""
    out = np.full(own.shape, np.nan)
    for at in np.ndindex(own.shape):
        if other is not None and all(i < n for i, n in zip(at, other.shape, strict=True)):
            out[at] = float(own[at]) - float(other[at])
    return out


def place(layer: int, own: ViewState, main: ViewState) -> int | None:
    """By the words of the manual: input to input, output to output, hidden layers by their number."""
    names = [each.name for each in main.layers]
    name = own.layers[layer].name
    return names.index(name) if name in names else None


@pytest.mark.parametrize("step", [None, DONE])
@pytest.mark.parametrize("name", OTHERS)
def test_every_number_is_the_one_less_the_other(name: str, step: Step | None) -> None:
    main, own = pair(name, step)
    for layer in own.layers:
        at = place(layer.index, own, main)
        other = None if at is None else main.layers[at]
        assert layer.a_apart is not None
        np.testing.assert_array_equal(layer.a_apart, less(layer.a, None if other is None else other.a))
        if layer.index:
            assert layer.dloss_dz is not None
            assert layer.delta_apart is not None
            np.testing.assert_array_equal(
                layer.delta_apart, less(layer.dloss_dz, None if other is None else other.dloss_dz)
            )
        missing = np.isnan(layer.a_apart)
        np.testing.assert_array_equal(layer.alone if layer.alone is not None else np.zeros(layer.units), missing)
    for link in own.links:
        ends = [place(layer, own, main) for layer in (link.layer - 1, link.layer)]
        there = next((each for each in main.links if [each.layer - 1, each.layer] == ends), None)
        assert link.apart is not None
        np.testing.assert_array_equal(link.apart, less(link.weight, None if there is None else there.weight))
        if step is not None:
            assert link.next_apart is not None
            assert link.weight_next is not None
            np.testing.assert_array_equal(
                link.next_apart, less(link.weight_next, None if there is None else there.weight_next)
            )
        assert link.below is own.layers[link.layer - 1]
        assert link.above is own.layers[link.layer]


@pytest.mark.parametrize(
    ("depth", "main", "places"), [(3, 3, [0, 1, 2, 3]), (4, 3, [0, 1, 2, None, 3]), (1, 3, [0, 3])]
)
def test_layers_are_at_the_same_place(depth: int, main: int, places: list[int | None]) -> None:
    assert [counterpart(layer, depth, main) for layer in range(depth + 1)] == places


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize("step", [None, Step(Phase.GATE_BACK, 1)])
def test_circles_and_links_have_the_colour_of_their_difference(step: Step | None, theme: Theme) -> None:
    _, own = pair("activation", step, theme=theme)
    scene, ink = drawn(own), ink_of(PALETTES[theme])
    layer = own.layers[1]
    values = layer.a_apart if step is None else layer.delta_apart
    assert values is not None
    hues = ink.signal_negative, ink.signal_positive
    wanted = signed_shades(ink.rest, *hues, values, apart_strength(values))
    np.testing.assert_array_equal(one_disc(scene, "neuron 1").fill, wanted)
    assert len(set(wanted.tolist())) > 2
    apart = own.links[1].apart
    assert apart is not None
    (links,) = lines_of(scene, "link 2")
    towards = [set_of(ink, hue) for hue in hues]
    counts = [sum(int(colour) in some for colour in np.atleast_1d(links.colour)) for some in towards]
    assert counts == [int((apart < 0).sum()), int((apart >= 0).sum())], "their colour is that of the sign"


def set_of(ink: Ink, hue: int) -> set[int]:
    """All shades of a link of that hue."""
    return set(signed_shades(ink.background, hue, hue, np.ones(1_000), np.linspace(0.02, 1, 1_000)).tolist())


@pytest.mark.parametrize("name", [name for name, session in OTHERS.items() if session.widths != MAIN.widths])
@pytest.mark.parametrize("step", [None, DONE])
def test_what_has_no_counterpart_is_hatched_and_shows_no_number(name: str, step: Step | None) -> None:
    _, own = pair(name, step)
    scene = drawn(own)
    for layer in own.layers:
        count = 0 if layer.alone is None else int(layer.alone.sum())
        hatched = sum(len(item.x1) for item in lines_of(scene, f"no counterpart {layer.index}"))
        assert hatched == 3 * count
        numbers = texts_of(scene, f"number {layer.index}")
        assert len(numbers) <= layer.units - count
    grey = [link.layer for link in own.links if link.alone is not None and link.alone.all()]
    ink = ink_of(PALETTES[own.choices.theme])
    coloured = set_of(ink, ink.signal_negative) | set_of(ink, ink.signal_positive)
    for layer in grey:
        (links,) = lines_of(scene, f"link {layer}")
        assert not coloured & set(np.atleast_1d(links.colour).tolist())


def test_a_network_that_is_alike_shows_zeros_and_no_hatching() -> None:
    _, own = pair("like it")
    scene = drawn(own)
    assert {text.text for layer in range(4) for text in texts_of(scene, f"number {layer}")} == {"0"}
    assert not any(scene.with_role(f"no counterpart {layer}") for layer in range(4))
    rest = ink_of(PALETTES[own.choices.theme]).rest
    assert set(np.atleast_1d(one_disc(scene, "neuron 1").fill).tolist()) == {rest}


@pytest.mark.parametrize("step", [None, DONE])
def test_the_legend_names_the_scale_and_network_a_is_seen_as_ever(step: Step | None) -> None:
    main, own = pair("wider", step)
    words = [text.text for text in texts_of(drawn(own), "legend")]
    assert "Difference" in words
    assert {WORDS, NONE_THERE, "difference of w < 0, > 0, width |w|"} <= set(words)
    assert not any("differs from the main network" in text or "not compared" in text for text in words)
    assert APART.ends == ("−1", "1")
    assert not any(scene.with_role(f"differs {layer}") for scene in (drawn(own),) for layer in range(4))
    as_ever = view_at(MAIN, step, lens=ALONE)
    assert drawn(main).texts("legend") == drawn(as_ever).texts("legend")
    assert drawn(main).texts("number 1") == drawn(as_ever).texts("number 1")
    both = drawn(replace(main, main=main)).texts("legend")
    assert {WORDS, NONE_THERE, "signal", "gradient, log from 0.0001"} <= set(both), "one legend for all pictures"


def test_elsewhere_nothing_is_shown_and_the_legend_says_why() -> None:
    main, own = pair("wider")
    later = replace(main, snapshot=replace(main.snapshot, update=main.snapshot.update + 1))
    moved = beside(later, own.snapshot)
    assert all(layer.a_apart is None and layer.alone is None for layer in moved.layers)
    scene = drawn(moved)
    assert "numbers not compared: the main network is at another moment" in scene.texts("legend")
    assert not scene.texts("number 1")
    assert not scene.with_role("no counterpart 1")


def test_not_known_yet_is_neither_a_difference_nor_without_a_counterpart() -> None:
    _, own = pair("activation", Step(Phase.SUM, 1), lens=DIFFERENCE)
    scene = drawn(own)
    assert not scene.texts("number 1")
    assert not scene.with_role("no counterpart 1")


def test_moments_of_one_film_share_layers_and_links() -> None:
    main, own = pair("deeper", Step(Phase.INPUT))
    assert main.tape is not None
    further = beside(replace(main, cursor=Cursor(main.tape.depth).seek(DONE, 0.5)), own.snapshot)
    assert own.layers == further.layers
    assert own.links == further.links


@pytest.mark.parametrize("theme", list(Theme))
def test_the_painted_picture_tells_the_three_apart(qapp: object, theme: Theme) -> None:
    load_fonts()
    _, own = pair("wider", theme=theme)
    scene = drawn(own)
    image = QImage(int(WIDTH), int(HEIGHT), QImage.Format.Format_RGB32)
    with painting(image) as painter:
        paint(painter, scene, QRectF(0, 0, WIDTH, HEIGHT))
    (disc,) = discs_of(scene, "neuron 1")
    apart = own.layers[1].a_apart
    assert apart is not None
    away = 0.75 * disc.radius[0] if np.ndim(disc.radius) else 0.75 * disc.radius  # below the number
    fills = [image.pixel(QPointF(disc.x[unit], disc.y[unit] + float(away)).toPoint()) & 0xFFFFFF for unit in range(9)]
    ink = ink_of(PALETTES[theme])
    wanted = signed_shades(ink.rest, ink.signal_negative, ink.signal_positive, apart, apart_strength(apart))
    compared = ~np.isnan(apart)
    assert [fill for fill, some in zip(fills, compared, strict=True) if some] == wanted[compared].tolist()
    centre = image.pixel(QPointF(disc.x[8], disc.y[8]).toPoint()) & 0xFFFFFF
    assert centre not in (ink.background, ink.rest), "a stroke of the hatching goes through the middle"


@pytest.mark.parametrize("units", [8, 60])
def test_layers_that_look_alike_are_the_same_picture_one_by_one(
    units: int, qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_fonts()
    main = view_at(example_session((8,) * 12, "relu"), lens=DIFFERENCE)
    session = example_session((*(8,) * 6, units, *(8,) * 8), "relu")

    def picture() -> bytes:
        image = QImage(830, 720, QImage.Format.Format_RGB32)
        with painting(image) as painter:
            paint(painter, scene_at(beside(main, example_snapshot(session)), 830.0, 720.0), QRectF(0, 0, 830, 720))
        return bytes(image.constBits())

    together = picture()
    monkeypatch.setattr(alike, "SEVERAL", 1_000)
    monkeypatch.setattr(pairs, "SEVERAL", 1_000)
    assert picture() == together


def test_it_is_no_lens_of_one_network() -> None:
    (lens,) = IN_COMPANY
    assert lens not in LENSES
    assert lens_of(DIFFERENCE) is lens
    assert alone(DIFFERENCE) == ALONE
    assert [alone(each.id) for each in LENSES] == [each.id for each in LENSES]


# -- in the window -----------------------------------------------------------------------------------------------------


@pytest.fixture
def window(qtbot: QtBot, settings: QSettings) -> Iterator[Window]:
    made = Window(qtbot, settings)
    yield made
    made.close()


def listed(window: Window) -> list[str]:
    return [action.text() for action in window.window.menus.submenus["Lens"].actions()]


def press(window: Window, key: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.window, key, how)


def checked(window: Window) -> list[str]:
    actions = window.window.actions_by_id
    return [each.id for each in (*LENSES, *IN_COMPANY) if actions[f"lens_{each.id}"].isChecked()]


def test_with_one_network_it_is_not_offered_and_its_key_says_why(window: Window) -> None:
    assert "Difference" not in listed(window)
    press(window, Qt.Key.Key_D)
    assert window.controller.choices.lens == "strokes"
    assert checked(window) == ["strokes"]  # at once: of a window at rest no other picture comes
    assert window.window.banner.isVisible()
    assert ONE_NETWORK in window.window.banner.text.text().replace("\u200b", "")
    press(window, Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    assert window.controller.choices.lens == LENSES[-1].id, "and V passes it by"


def test_in_company_it_is_offered_and_ends_with_it(window: Window) -> None:
    window.company.add(Difference("activation", "tanh"))
    window.until(lambda: window.at(0))
    assert listed(window)[: len(LENSES) + 1] == [*(lens.title for lens in LENSES), "Difference"]
    press(window, Qt.Key.Key_D)
    other = window.company.pictures.others[0]
    window.until(lambda: other.view is not None and other.view.layers[1].a_apart is not None)
    main = window.controller.view
    assert main is not None
    assert checked(window) == [DIFFERENCE]
    shown = other.view.layers[1]  # type: ignore[union-attr]
    np.testing.assert_array_equal(shown.a_apart, shown.a.astype(float) - main.layers[1].a.astype(float))
    assert np.abs(shown.a_apart).max() > 0
    assert window.controller.seen(main.snapshot.session.view).lens is None, "a saved session is of one network"
    press(window, Qt.Key.Key_V)
    assert window.controller.choices.lens == LENSES[0].id
    press(window, Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    assert window.controller.choices.lens == DIFFERENCE
    window.company.close()
    assert window.controller.choices.lens == ALONE
    assert "Difference" not in listed(window)


def test_no_session_begins_with_it() -> None:
    with pytest.raises(ValueError, match="lens"):
        Session.model_validate({"view": {"lens": DIFFERENCE}})
