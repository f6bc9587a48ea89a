"""With how many digits numbers are written: chosen once, everywhere at once, and remembered."""

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from tests.gui.window_bench import CTRL, SHIFT, Bench, bench, finish, settings
from twostroke.gui.model.at_turn import product_of
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.numbers import FEWEST_DIGITS, MOST_DIGITS, USUAL_DIGITS, number, shown_with, signed
from twostroke.gui.model.score import Grain
from twostroke.gui.model.trail import followed
from twostroke.gui.panels.account.account_panel import AccountPanel
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.transport import reading

__all__ = ["bench", "settings"]


def test_numbers_take_the_digits_that_are_asked_for() -> None:
    with shown_with(5):
        assert (number(1.23456789), number(0.123456789), signed(1.5)) == ("1.2346", "0.12346", "+1.5")
        assert number(1.23456789, 2) == "1.2"
        assert number(1.2345678e-7) == "1.2346·10⁻⁷"
        with shown_with(2):
            assert number(1.23456789) == "1.2"
        assert number(1.23456789) == "1.2346"
    assert (number(1.23456789), number(1.2345678e-7)) == ("1.23", "1.23·10⁻⁷")


def test_digits_come_back_after_a_fault() -> None:
    with pytest.raises(ZeroDivisionError), shown_with(7):
        raise ZeroDivisionError
    assert number(1.23456789) == "1.23"


def test_digits_change_everywhere_at_once(bench: Bench) -> None:
    controller, window = bench.controller, bench.window
    controller.step_forward()
    controller.player.to_end()
    controller.select(NeuronRef(2, 1))
    view = controller.view
    z = float(view.layers[2].z[1])
    inspector, account = window.panel(InspectorPanel), window.panel(AccountPanel)

    def told() -> str:
        return next(text.text() for name, text in inspector.lines.rows if name.accessibleName().startswith("z:"))

    assert told() == f"sum = {number(z)}"
    for _ in range(3):
        bench.key(Qt.Key.Key_D, CTRL)
    assert controller.choices.digits == USUAL_DIGITS + 3
    assert told() == f"sum = {number(z, 6)}"
    assert inspector.table.numbers._text(0, 1) == number(float(view.links[1].weight[1, 0]), 6)
    assert account.account.digits == 6
    assert reading(controller.view).loss == number(view.tape.loss, 6)
    bench.key(Qt.Key.Key_D, CTRL | SHIFT)
    assert told() == f"sum = {number(z, 5)}"


def test_captions_and_the_card_under_the_mouse_have_them_too(bench: Bench) -> None:
    controller = bench.controller
    controller.step_forward()
    controller.player.to_end()
    controller.hover(NeuronRef(1, 0))
    x = float(controller.view.layers[1].z[0])
    assert number(x) in bench.window.stage.scene.texts("label")
    controller.change_digits(4)
    assert number(x, 7) in bench.window.stage.scene.texts("label")


def test_there_are_two_to_nine_digits(bench: Bench) -> None:
    bench.controller.change_digits(100)
    assert bench.controller.choices.digits == MOST_DIGITS
    QApplication.processEvents()
    bench.controller.change_digits(-100)
    assert bench.controller.choices.digits == FEWEST_DIGITS


def test_digits_are_remembered(settings: QSettings) -> None:
    preferences = Preferences(settings)
    assert preferences.digits == USUAL_DIGITS
    preferences.digits = 6
    assert Preferences(settings).digits == 6
    for damaged in ("", "1", "10", "many"):
        settings.setValue("digits", damaged)
        assert preferences.digits == USUAL_DIGITS


def test_products_on_links_have_them_too(bench: Bench) -> None:
    controller = bench.controller
    controller.set_grain(Grain.TERM)
    for _ in range(2):
        bench.key(Qt.Key.Key_Right)
        finish(bench)
    for by in (0, 4):
        controller.change_digits(by)
        view = controller.view
        product = product_of(view)
        assert product is not None
        with shown_with(USUAL_DIGITS + by):
            told = product.text
        lines = bench.window.stage.scene.texts("turn")  # many digits are broken into lines
        assert " ".join(lines) == told
        assert told in view.caption


def test_one_number_is_the_same_in_every_panel(bench: Bench) -> None:
    """Neuron, account, card under the mouse: 0.3175 was 0.32 here and 0.318 there."""
    controller, window = bench.controller, bench.window
    controller.step_forward()
    controller.player.to_end()
    controller.select(NeuronRef(1, 0))
    controller.hover(NeuronRef(1, 0))
    view = controller.view
    z = number(float(view.layers[1].z[0]), USUAL_DIGITS)
    controller.choose(followed(Quantity(Kind.Z, 1, 0, row=view.row))(controller.choices))
    QApplication.processEvents()
    account = window.panel(AccountPanel).account
    assert account.text.endswith(f"= {number(account.value, account.digits)}")
    assert z in window.stage.scene.texts("label")
    assert any(text.text().endswith(f"= {z}") for _, text in window.panel(InspectorPanel).lines.rows)
