"""The loss surface in words: what it is of, what it leaves out, and what is at one place of it."""

from twostroke.engine.border.loss_surface import Directions, LossSurface, SurfaceWish, middles
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.session.phrases import counted
from twostroke.gui.model.numbers import number, percent
from twostroke.gui.model.view import ViewState

NOT_FINITE = "not finite"
"""What a loss that is infinite, or no number at all, is called."""

REACHES = (0.25, 0.5, 1.0, 2.0, 4.0)
FRACTIONS = {0.25: "¼", 0.5: "½"}


def loss_text(loss: float) -> str:
    """A loss of the surface."""
    return number(loss) if abs(loss) < float("inf") else NOT_FINITE


def reach_text(reach: float, directions: Directions) -> str:
    """How far the surface goes, as a choice."""
    what = "the path" if directions is Directions.PATH else "the weights"
    return f"{FRACTIONS.get(reach, f'{reach:g}')} × {what}"


def status(snapshot: Snapshot, wish: SurfaceWish) -> str:
    """What is shown, or why nothing is yet."""
    found, running = snapshot.surface, snapshot.status is Status.RUNNING
    if found is None:
        if snapshot.status is Status.COMPILING:
            return "The loss surface is computed as soon as the kernels are compiled."
        if running:
            return "Training runs; the loss surface is computed once it stands still."
        return "The loss surface is being computed …"
    if found.loss is None:
        return f"No loss surface at update {found.update:,}: {found.why}."
    cells = f"{len(found.loss)} × {len(found.loss)}"
    told = f"Mean train loss in {cells} cells around update {found.update:,}, each computed over {_samples(found)}."
    if running:
        return f"{told} Training runs: the mark moves on, the surface is that of before."
    if found.wish != wish:
        return f"{told} What you have chosen is being computed …"
    return told if found.finest else f"{told} Finer ones follow …"


def _samples(found: LossSurface) -> str:
    if found.samples == found.of_samples:
        return f"all {counted(found.samples, 'training sample')}"
    return f"{found.samples:,} of {found.of_samples:,} training samples, always the same"


def about(snapshot: Snapshot) -> str:
    """What the picture leaves out, and how it is to be read."""
    found = snapshot.surface
    if found is None or found.plane is None or found.path is None:
        return ""
    told = [f"Shown are 2 of {counted(found.moving, 'dimension')}."]
    if found.share is not None:
        states = counted(len(found.path.update), "state")
        told.append(f"The plane holds {percent(found.share)} of the variance of the {states} of the path.")
    else:
        told.append(
            "Random directions, in which each unit's weights move by as much as they are long (Li et al. 2018), "
            f"{found.plane.angle:.0f}° apart; biases and all else stay."
        )
    if len(found.path.update):
        told.append(
            f"The path is seen from above: its states lie up to {number(float(found.path.off.max()))} away from the "
            "plane. A point of it tells the loss of the state itself, a cell that of the plane."
        )
    return " ".join([*told, *_kept(snapshot, found)])


def _kept(snapshot: Snapshot, found: LossSurface) -> list[str]:
    """What every cell has in common."""
    network = snapshot.session.network
    told = ["Without penalties."]
    if any(layer.dropout > 0.0 for layer in network.layers):
        told.append("Nothing is dropped.")
    if any(layer.norm.name == "batch" for layer in network.layers):
        told.append(f"In every cell batch norm has the running figures of update {found.update:,}.")
    return told


def now(view: ViewState) -> str:
    """Where the network is."""
    snapshot = view.snapshot
    if snapshot.on_surface is None:
        return ""
    evaluation = snapshot.evaluation
    known = evaluation is not None and evaluation.update == snapshot.update
    loss = f"train loss {loss_text(evaluation.train.loss)}, " if known and evaluation is not None else ""
    a, b, off = snapshot.on_surface
    return f"Now, update {snapshot.update:,}: {loss}{_place(a, b)}{_away(off)}."


def cell(found: LossSurface, row: int, column: int) -> str:
    """What is in a cell, and where its middle is."""
    assert found.loss is not None
    cells = len(found.loss)
    a, b = (float(middles(half, cells)[place]) for half, place in zip(found.half, (column, row), strict=True))
    return f"Loss {loss_text(float(found.loss[row, column]))} at {_place(a, b)}."


def state(found: LossSurface, place: int) -> str:
    """What a point of the path says."""
    path = found.path
    assert path is not None
    where = _place(float(path.a[place]), float(path.b[place]))
    loss = loss_text(float(path.loss[place]))
    update, away = int(path.update[place]), _away(float(path.off[place]))
    return f"Update {update:,}: its own loss {loss}, {where}{away}. A click goes there."


def _place(a: float, b: float) -> str:
    return f"a {number(a)}, b {number(b)}"


def _away(off: float) -> str:
    """Round-off is no distance."""
    return f", {number(off)} away from the plane" if off > 1e-6 else ", in the plane"
