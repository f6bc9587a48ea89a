"""The panels of the window, in the order in which they stand; an entry is all that the window knows of a panel."""

from dataclasses import dataclass
from enum import Enum

from twostroke.gui.panels.account.account_panel import AccountPanel
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.comparison.comparison_panel import ComparisonPanel
from twostroke.gui.panels.curves.curves_panel import CurvesPanel
from twostroke.gui.panels.data.data_panel import DataPanel
from twostroke.gui.panels.health.diagnosis_panel import DiagnosisPanel
from twostroke.gui.panels.health.health_panel import HealthPanel
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.panels.scores.scores_panel import ScoresPanel
from twostroke.gui.panels.surface.surface_panel import SurfacePanel
from twostroke.gui.panels.time.timeline import TimelinePanel
from twostroke.gui.panels.training.training_panel import TrainingPanel


class Side(Enum):
    """Where a panel stands, seen from the stage."""

    LEFT = "left"
    RIGHT = "right"
    BOTTOM = "bottom"


AnyPanel = Panel | TimelinePanel


@dataclass(frozen=True)
class Entry:
    """One panel. `kind` is made without arguments, and its TITLE is the heading."""

    id: str
    kind: type[Panel] | type[TimelinePanel]
    side: Side
    folded: bool = False  # at the first start


PANELS: tuple[Entry, ...] = (
    Entry("lesson", LessonPanel, Side.LEFT),
    Entry("data", DataPanel, Side.LEFT),
    Entry("network", NetworkPanel, Side.LEFT),
    Entry("training", TrainingPanel, Side.LEFT),
    Entry("diagnosis", DiagnosisPanel, Side.RIGHT),
    Entry("output", OutputPanel, Side.RIGHT),
    Entry("scores", ScoresPanel, Side.RIGHT, folded=True),
    Entry("account", AccountPanel, Side.RIGHT),
    Entry("inspector", InspectorPanel, Side.RIGHT),
    Entry("health", HealthPanel, Side.RIGHT),
    Entry("curves", CurvesPanel, Side.RIGHT),
    Entry("surface", SurfacePanel, Side.RIGHT, folded=True),
    Entry("comparison", ComparisonPanel, Side.RIGHT, folded=True),
    Entry("timeline", TimelinePanel, Side.BOTTOM),
)
