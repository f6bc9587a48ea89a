"""The linear regions of a plane, in words."""

from twostroke.engine.border.tiling import Regions
from twostroke.engine.session.phrases import counted


def told(regions: Regions) -> str:
    """How many there are, or why none can be counted."""
    if regions.region is None:
        return f"No linear regions: {regions.why}."
    across = len(regions.region)
    return (
        f"{counted(regions.count, 'linear region')} at update {regions.update:,}: on/off patterns of the gates, on a "
        f"grid of {across} × {across} points."
    )
