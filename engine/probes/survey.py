"""All probes at once, for a report: each is taken where it has a meaning, and where not a sentence says why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from twostroke.engine.border.tape import Tape
from twostroke.engine.compute.network import Network
from twostroke.engine.data import Dataset
from twostroke.engine.probes.layers import LayerProbe, layer_probe
from twostroke.engine.probes.line import HingeProbe, hinge_probe
from twostroke.engine.probes.linear import LinearProbe, PatternProbe, linear_probe, pattern_probe
from twostroke.engine.probes.regions import RESOLUTION, RegionProbe, region_probe
from twostroke.engine.probes.units import UnitProbe, unit_probe

P = TypeVar("P")


@dataclass(frozen=True, eq=False)
class ProbeReport:
    """Every probe of one network at one update. None where it has no meaning there; `missing` then says why."""

    update: int
    units: UnitProbe
    layers: LayerProbe
    linear: LinearProbe | None
    pattern: PatternProbe | None
    regions: RegionProbe | None
    hinges: HingeProbe | None
    missing: dict[str, str]  # by the name of the probe: one sentence without its full stop


def take(
    network: Network,
    dataset: Dataset,
    update: int,
    tape: Tape | None = None,
    row: int = 0,
    resolution: int = RESOLUTION,
) -> ProbeReport:
    """All probes of `network` after `update` updates on `dataset`.

    `tape`: of the update that comes next, for what the mini-batch does; `row`: sample of the training part whose
    activation pattern is taken; `resolution`: points along each side of the plane for the regions.
    """
    missing: dict[str, str] = {}

    def where_possible(name: str, probe: Callable[[], P]) -> P | None:
        try:
            return probe()
        except ValueError as error:
            missing[name] = str(error)
            return None

    return ProbeReport(
        update=update,
        units=unit_probe(network, dataset, update),
        layers=layer_probe(network, dataset, update, tape),
        linear=where_possible("linear", lambda: linear_probe(network, dataset, update)),
        pattern=where_possible("pattern", lambda: pattern_probe(network, dataset, update, row)),
        regions=where_possible("regions", lambda: region_probe(network, dataset, update, resolution)),
        hinges=where_possible("hinges", lambda: hinge_probe(network, dataset, update)),
        missing=missing,
    )
