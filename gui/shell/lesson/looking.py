"""Where in the window that lies which a lesson has one look at."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtWidgets import QWidget

from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.lessons import addresses
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
    neurons = () if at == LOSS else neurons_of(at, session)
    if neurons is None:
        return None

    def on_stage() -> QRect | None:
        return _mapped(stage.finder.box_of(frozenset(neurons)), stage, window)

    return on_stage


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
