"""The menu of neurons over which a chain of gains can be led in place of the one that it goes over."""

from collections.abc import Callable

from PySide6.QtWidgets import QMenu, QWidget

from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.model.explain.quantities import Quantity
from twostroke.gui.model.explain.rerouted import MOST_OFFERED, detours
from twostroke.gui.model.numbers import number
from twostroke.gui.model.user_text import literal
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import neuron_name

ONLY_ONE = "Every path goes over this neuron"


def detour_menu(
    parent: QWidget, view: ViewState, chain: Quantity, layer: int, choose: Callable[[Quantity], object]
) -> QMenu:
    """The neurons of one layer, each with what the product comes to over it; `choose` gets the chain that is taken."""
    menu = LetterMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    found = detours(view, chain, layer)
    for each in found:
        text = f"Over {neuron_name(view, layer, each.unit)}: {number(each.product, view.choices.digits)}"
        menu.addAction(literal(text)).triggered.connect(lambda _=False, taken=each.chain: choose(taken))
    if len(found) == MOST_OFFERED:
        menu.addAction("Any other: click it in the picture").setEnabled(False)
    if not found:
        menu.addAction(ONLY_ONE).setEnabled(False)
    return menu
