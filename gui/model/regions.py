"""The linear regions of a plane, and the hinges of a line, in words."""

from twostroke.engine.border.snapshot import Evaluation
from twostroke.engine.border.tiling import Regions
from twostroke.engine.session.phrases import counted
from twostroke.engine.session.spec import Session
from twostroke.gui.model.numbers import number


def can_bend_more(session: Session) -> bool:
    """Whether more units can give the answer of a session more hinges: it is a curve over one input."""
    return session.widths[0] == 1 and bool(session.network.layers)


def told(regions: Regions) -> str:
    """How many there are, or why none can be counted."""
    if regions.region is None:
        return f"No linear regions: {regions.why}."
    across = len(regions.region)
    return (
        f"{counted(regions.count, 'linear region')} at update {regions.update:,}: on/off patterns of the gates, on a "
        f"grid of {across} × {across} points."
    )


def told_of_line(regions: Regions, evaluation: Evaluation | None) -> str:
    """How often the curve bends, with the error that it leaves; or why that cannot be counted."""
    if regions.hinges is None:
        return f"No hinges: {regions.why}."
    hinges = f"{counted(len(regions.hinges), 'hinge')} at update {regions.update:,}, where the curve bends or jumps"
    if evaluation is None:
        return f"{hinges}."
    when = "" if evaluation.update == regions.update else f" at update {evaluation.update:,}"
    return f"{hinges}; train loss {number(evaluation.train.loss)}{when}."
