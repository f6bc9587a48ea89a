"""What becomes of what a session gives, freezes or cuts by name where an edit changes its network."""

from collections.abc import Mapping
from typing import Any

from twostroke.engine.session.cutting import cut_fitting
from twostroke.engine.session.parameters import fitting, frozen_fitting, shapes
from twostroke.engine.session.spec import Session

NAMING = ("parameters", "frozen", "cut")
"""Settings of the network that name parameters, and so depend on the shapes of the layers."""


def fitted(after: Session, named: Mapping[str, Any]) -> dict[str, Any]:
    """What of those settings fits the network of `after`."""
    known = shapes(after.network, after.widths)
    found: dict[str, Any] = {}
    if "parameters" in named:
        found["parameters"] = fitting(named["parameters"], known)
    if "frozen" in named:
        found["frozen"] = frozen_fitting(after.network, after.widths, named["frozen"])
    if "cut" in named:
        found["cut"] = cut_fitting(after.network, after.widths, named["cut"])
    return found


def dropped(before: Session, after: Session) -> str:
    """That fewer parameters are given, frozen or cut than before, in sentences; "" where none has gone."""
    told = []
    gone = len(before.network.parameters) - len(after.network.parameters)
    if gone:
        which = "The parameters" if not after.network.parameters else f"{gone} of the parameters"
        told.append(f"{which} given in the session no longer fit and were dropped; their values are drawn again.")
    if len(after.network.frozen) < len(before.network.frozen):
        told.append("Frozen parameters that the network no longer has were dropped.")
    if len(after.network.cut) < len(before.network.cut):
        told.append("Cut links and neurons that the network no longer has, or cannot cut now, were dropped.")
    if len(after.gates.off) < len(before.gates.off):
        told.append("Gates that were switched off and that the network no longer has were dropped.")
    return " ".join(told)
