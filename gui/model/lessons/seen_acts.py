"""What the user chose to see, as acts: how two choices differ, each with the act that would take it back."""

from collections.abc import Iterator
from typing import get_args

from twostroke.engine.session.settings.view_spec import LensName
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.lessons.addresses import KINDS, written_layer, written_link, written_neuron
from twostroke.gui.model.lessons.record_notes import Shown, Written

NO_ACT = "No act opens the account of this number, so the lesson will not show it. It can be told in the scene's text."
NO_LENS = "A lesson has no act for a lens that compares networks; it keeps the lens before."

NAMES = {kind: name for name, kind in KINDS.items() if not name.endswith("bias")}
OF_BIAS = {Kind.BIAS: "bias", Kind.GRADIENT: "dloss_dbias", Kind.NEXT: "bias_next"}


def seen_acts(before: Choices, now: Choices, session: Session) -> Iterator[Shown | str]:
    """Each difference; a sentence for what no act says."""
    if before.lens != now.lens:
        lens = Shown("lens", {"lens": now.lens}, {"lens": before.lens})
        yield lens if now.lens in get_args(LensName) else NO_LENS
    if before.digits != now.digits:
        yield Shown("digits", {"digits": now.digits}, {"digits": before.digits})
    if (before.selected, before.pinned_link) != (now.selected, now.pinned_link):
        yield Shown("pinned", _pinned(now, session), _pinned(before, session))
    if before.quantity != now.quantity:
        account = _account(now.quantity, session)
        if account is None:
            yield NO_ACT
        elif account != _account(before.quantity, session):
            yield Shown("account", account, _account(before.quantity, session) or {"account": ""})


def _pinned(choices: Choices, session: Session) -> Written:
    if choices.pinned_link is not None:
        return {"link": written_link(choices.pinned_link, session)}
    return {"neuron": "" if choices.selected is None else written_neuron(choices.selected, session)}


def _account(quantity: Quantity | None, session: Session) -> Written | None:
    """The act that opens it; None where there is none."""
    if quantity is None:
        return {"account": ""}
    if quantity.kind is Kind.LOSS:
        return {"account": "loss"}
    names = NAMES if quantity.source is not None or quantity.kind not in OF_BIAS else OF_BIAS
    name = names.get(quantity.kind)
    is_link = name is not None and "weight" in name
    if name is None or quantity.name or quantity.path or is_link != (quantity.source is not None):
        return None
    place = f"{quantity.unit}" if quantity.source is None else f"{quantity.unit},{quantity.source}"
    return {"account": f"{written_layer(quantity.layer, session)}.{name}[{place}]"}
