"""Where in the window that lies which a lesson has one look at."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtWidgets import QAbstractButton, QWidget

from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.lessons import addresses
from twostroke.gui.model.lessons.controls import CONTROL, control_of
from twostroke.gui.stage.stage import Stage

LOSS = "loss"

Place = Callable[[], QRect | None]


def within(window: QWidget, widget: QWidget) -> QRect | None:
    """What can be seen of a widget, in the window; None where nothing can."""
    if not widget.isVisible():
        return None
    seen = widget.visibleRegion().boundingRect()
    return QRect(widget.mapTo(window, seen.topLeft()), seen.size()) if not seen.isEmpty() else None


def place_of(at: str, window: QWidget, stage: Stage, widgets: Mapping[str, QWidget], session: Session) -> Place | None:
    """Of `at` as `look_at` has it; `widgets` by "panel:ID" and "control:ID". None where there is no such thing."""
    if at in widgets:
        return lambda: within(window, widgets[at])
    if at.startswith(CONTROL):
        return lambda: _seen(control_in(at, widgets), window)
    neurons = () if at == LOSS else neurons_of(at, session)
    if neurons is None:
        return None

    def on_stage() -> QRect | None:
        return _mapped(stage.finder.box_of(frozenset(neurons)), stage, window)

    return on_stage


def control_in(at: str, widgets: Mapping[str, QWidget]) -> QWidget | None:
    """The control of a panel that is meant, as it is there now: settings come and go. None where it is not."""
    found = control_of(at.removeprefix(CONTROL))
    panel = None if found is None else widgets.get(f"panel:{found[0]}")
    if panel is None or found is None:
        return None
    named = [own for own in panel.findChildren(QWidget) if name_of(own) == found[1] and own.isVisible()]
    return named[0] if named else None


def name_of(widget: QWidget) -> str:
    """As readers of the screen tell it: a button without another name is called what it says."""
    return widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")


def _seen(widget: QWidget | None, window: QWidget) -> QRect | None:
    return None if widget is None else within(window, widget)


def card_on(stage: Stage, window: QWidget) -> QRect | None:
    """In the window, the card of what is pointed at in the picture."""
    return _mapped(stage.finder.box_of_card(), stage, window)


def _mapped(box: QRectF | None, stage: Stage, window: QWidget) -> QRect | None:
    if box is None or not stage.isVisible():
        return None
    return box.toAlignedRect().translated(stage.mapTo(window, QPoint(0, 0)))


def neurons_of(at: str, session: Session) -> tuple[NeuronRef, ...] | None:
    """The neurons that are meant; both ends of a link."""
    try:
        if addresses.LAYER.fullmatch(at):
            return _layer(addresses.layer_of(at, session), session)
        if addresses.is_neuron(at):
            return (addresses.neuron_of(at, session),)
        link = addresses.link_of(at, session)
        return NeuronRef(link.layer - 1, link.source), NeuronRef(link.layer, link.target)
    except (ValueError, AssertionError):
        return None


def _layer(layer: int, session: Session) -> tuple[NeuronRef, ...]:
    return tuple(NeuronRef(layer, unit) for unit in range(session.widths[layer]))
