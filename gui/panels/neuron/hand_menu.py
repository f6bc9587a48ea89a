"""The menu of what can be done by hand with a link, a bias or a neuron: the same in the table and in the picture."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QMenu, QWidget

from twostroke.engine.session.spec import Session
from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.model import by_hand, cutting
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.pointed import parameter_at
from twostroke.gui.model.user_text import literal


@dataclass(frozen=True)
class Deeds:
    """What its entries do: type the number of a place, freeze places or free them, cut them or mend them, and open the
    account of a Quantity.
    """

    type: Callable[[str], object]
    freeze: Callable[[Sequence[str], bool], object]
    cut: Callable[[Sequence[str], bool], object]
    explain: Callable[[Quantity], object]


def hand_menu(parent: QWidget, session: Session, place: str, deeds: Deeds) -> QMenu:
    """The menu for `place`: one number, or a neuron of a hidden layer, "l1.unit[0]"."""
    menu = empty_menu(parent)
    number = by_hand.number_of(place)
    named = by_hand.worded(session, number)
    menu.addAction(literal(f"Type the {named}…")).triggered.connect(lambda: deeds.type(number))
    for kind, words in ((Kind.NEXT, f"Explain the new {named}"), (Kind.GRADIENT, "Explain its gradient")):
        asked = parameter_at(number, kind)
        menu.addAction(literal(words)).triggered.connect(lambda _=False, asked=asked: deeds.explain(asked))
    layer = Quantity(Kind.OUTER, parameter_at(number, Kind.GRADIENT).layer)
    menu.addAction("Explain the gradients of the whole layer").triggered.connect(lambda: deeds.explain(layer))
    menu.addSeparator()
    array = number.split("[")[0]
    for places, words in (
        ((number,), named),
        ((array,), f"all {by_hand.worded(session, array)}"),
        (by_hand.biases(session), "all biases"),
    ):
        _tick(menu, f"Freeze {words}", all(by_hand.frozen_among(session, places)), deeds.freeze, places)
    links = (place, cutting.unit_of(place)) if "weight" in place else (cutting.unit_of(place),)
    menu.addSeparator()
    for one in links:
        if cutting.can_be_cut(session, one):
            _tick(menu, f"Cut {cutting.worded(session, one)}", cutting.is_cut(session, one), deeds.cut, (one,))
    return menu


def empty_menu(parent: QWidget) -> QMenu:
    """One that goes when it is closed."""
    menu = LetterMenu(parent)
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def _tick(
    menu: QMenu, words: str, on: bool, deed: Callable[[Sequence[str], bool], object], places: Sequence[str]
) -> None:
    action = menu.addAction(literal(words))
    action.setCheckable(True)
    action.setChecked(on)
    action.triggered.connect(lambda: deed(places, not on))
