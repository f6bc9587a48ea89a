"""Which number a place of the picture stands for at a moment: the one that is being computed there. Pure: no Qt."""

from typing import assert_never

from twostroke.engine.border.cursor import Phase
from twostroke.engine.session.parameters import layer_and_name, place_of
from twostroke.gui.model.choices import GateRef, LinkRef, NeuronRef, Place, TargetRef
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.view import ViewState

BACKWARD = (Phase.GATE_BACK, Phase.WEIGHTS, Phase.SPREAD, Phase.UPDATE)

LINKS = {
    Phase.GATE_BACK: Kind.BACK_TERM,
    Phase.SPREAD: Kind.BACK_TERM,
    Phase.WEIGHTS: Kind.GRADIENT,
    Phase.UPDATE: Kind.NEXT,
}
"""What a link is asked for; before the backward stroke, what it carries."""

OF_THE_BATCH = (Kind.GRADIENT, Kind.NEXT)


def quantity_at(view: ViewState, place: Place) -> Quantity:
    """The number that `place` shows at the moment of `view`, of the sample shown."""
    match place:
        case NeuronRef(0, unit):
            return Quantity(Kind.INPUT, 0, unit, row=view.row)
        case NeuronRef(layer, unit):
            return Quantity(_of_neuron(view, layer), layer, unit, row=view.row)
        case LinkRef(layer, source, target):
            kind = Kind.TERM if view.moment is None else LINKS.get(view.moment.step.phase, Kind.TERM)
            return Quantity(kind, layer, target, source, None if kind in OF_THE_BATCH else view.row)
        case TargetRef(unit):
            return Quantity(Kind.TARGET, 0, unit, row=view.row)
        case _:
            assert_never(place)


def _of_neuron(view: ViewState, layer: int) -> Kind:
    """z while the sum runs into the layer, then its activation; on the way back δ, once the stroke is that far."""
    if view.moment is None:
        return Kind.A
    step = view.moment.step
    if step.phase in BACKWARD and (step.phase is Phase.UPDATE or step.layer <= layer):
        return Kind.DELTA
    return Kind.Z if step.phase is Phase.SUM and step.layer == layer else Kind.A


def parameter_at(place: str, kind: Kind) -> Quantity:
    """What becomes of a learned number, which a session names "l1.weight[0,1]": its gradient, its new value."""
    key, index = place_of(place)
    layer, name = layer_and_name(key)
    source = index[1] if len(index) > 1 else None
    return Quantity(kind, layer, index[0], source, name="" if name in ("weight", "bias") else name)


def gate_at(view: ViewState, layer: int, unit: int, backward: bool, row: int | None = None) -> Quantity:
    """What one door of a gate lets through, of the sample shown or of one of a raster."""
    kind = Kind.BACKWARD_MASK if backward else Kind.FORWARD_MASK
    return Quantity(kind, layer, unit, row=view.row if row is None else row)


def touched_at(quantity: Quantity) -> TargetRef | GateRef | None:
    """What a hand finds where the mouse is on that number: a target, the door of a gate."""
    if quantity.kind is Kind.TARGET:
        return TargetRef(quantity.unit)
    if quantity.kind in (Kind.FORWARD_MASK, Kind.BACKWARD_MASK):
        return GateRef(quantity.layer, quantity.unit, quantity.kind is Kind.BACKWARD_MASK)
    return None


def loss_at(view: ViewState) -> Quantity:
    """The loss of the sample shown."""
    return Quantity(Kind.LOSS, row=view.row)
