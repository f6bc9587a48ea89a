"""Curves of a session that was trained before a storyboard goes on with it: what was measured then, and what is now."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from twostroke.engine.border.snapshot import Curves, Snapshot


def with_past(snapshot: Snapshot, past: Curves | None) -> Snapshot:
    """The snapshot, whose curves begin with those of `past`, up to the first update that they have themselves."""
    own = snapshot.curves
    if past is None or not past.update.size or not own.update.size:
        return snapshot
    before = int(np.searchsorted(past.update, own.update[0]))
    return replace(snapshot, curves=_joined(past, own, before)) if before else snapshot


def _joined(past: Curves, own: Curves, before: int) -> Curves:
    """`before` entries of the past, then all of the other's. Of a figure that one of them lacks there is none."""
    arrays = {field.name for field in fields(Curves)} - {"breaks"}
    pairs = {name: (getattr(past, name), getattr(own, name)) for name in arrays}
    joined: dict[str, Any] = {
        name: np.concatenate([one[:before], other]) if one.size and other.size else np.zeros(0)
        for name, (one, other) in pairs.items()
    }
    breaks = (*(at for at in past.breaks if at < before), *(before + at for at in own.breaks))
    return replace(own, **joined, breaks=breaks)
