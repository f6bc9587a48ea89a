"""Figures over a whole data set: those that training takes as it goes, and the costlier ones that are asked for.

`evaluation` is taken again and again while training runs. Each of the others is a snapshot of its own, frozen and
numbered with the update it belongs to, and needs only a network and its data; `report` takes them all. They show
the network as it is used: batch normalization by its running figures, nothing dropped.
"""

from twostroke.engine.probes.calibration import BINS, Calibration, calibration_of, gives_probabilities
from twostroke.engine.probes.evaluation import (
    CURVE,
    GRADIENT_ROWS,
    GRID,
    Evaluator,
    gradient_norms,
    predicted_class,
    response,
    response_points,
    scores,
)
from twostroke.engine.probes.layers import LayerFigures, LayerProbe, effective_rank, layer_probe
from twostroke.engine.probes.line import HingeProbe, Hinges, hinge_probe, hinges, hinges_in_data
from twostroke.engine.probes.linear import (
    AffineMap,
    LinearProbe,
    PatternProbe,
    linear_map,
    linear_probe,
    pattern_map,
    pattern_probe,
)
from twostroke.engine.probes.per_class import ClassFigures, class_figures
from twostroke.engine.probes.regions import RegionProbe, count_regions, region_numbers, region_probe
from twostroke.engine.probes.survey import ProbeReport, take
from twostroke.engine.probes.units import UnitFigures, UnitProbe, unit_probe
from twostroke.engine.probes.worst import worst_first

__all__ = [
    "BINS",
    "CURVE",
    "GRADIENT_ROWS",
    "GRID",
    "AffineMap",
    "Calibration",
    "ClassFigures",
    "Evaluator",
    "HingeProbe",
    "Hinges",
    "LayerFigures",
    "LayerProbe",
    "LinearProbe",
    "PatternProbe",
    "ProbeReport",
    "RegionProbe",
    "UnitFigures",
    "UnitProbe",
    "calibration_of",
    "class_figures",
    "count_regions",
    "effective_rank",
    "gives_probabilities",
    "gradient_norms",
    "hinge_probe",
    "hinges",
    "hinges_in_data",
    "layer_probe",
    "linear_map",
    "linear_probe",
    "pattern_map",
    "pattern_probe",
    "predicted_class",
    "region_numbers",
    "region_probe",
    "response",
    "response_points",
    "scores",
    "take",
    "unit_probe",
    "worst_first",
]
