"""What the picture leaves out or simplifies, told in the window: whoever teaches with it should know."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from twostroke.engine.border.health import Z_END
from twostroke.engine.catalogue.activations import SATURATED
from twostroke.gui.shell.shortcuts import labelled
from twostroke.gui.stage.scene.links import MOST_LINKS
from twostroke.gui.stage.scene.scales import (
    GRADIENT_DECADES,
    GRADIENT_FULL,
    PIXEL_FULL,
    SIGNAL_FULL,
    STEP_DECADES,
    STEP_FULL,
)

TITLE = "What this picture leaves out"

LEFT_OUT: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "In every network",
        (
            "Biases have no link of their own. The label and the inspector tell them.",
            f"Of more than {MOST_LINKS:,} links only the strongest are drawn; a quiet band stands for the rest.",
            "The neurons show one sample. The update uses the mean over the mini-batch; the rasters show all of it.",
            f"Colours end at {SIGNAL_FULL:g} for signals, and at {GRADIENT_FULL:g} and "
            f"{GRADIENT_FULL / 10**GRADIENT_DECADES:g} for gradients. The numbers go on.",
            f"A gate that closes little by little is drawn shut where it lets less than {SATURATED:g} through.",
            "L1, L2, momentum and the memories of Adam and its kin change the step, not the gradient that is drawn.",
            "Stepping by terms or neurons, these come one after the other; a layer's are computed at the same time. "
            "The loss and the update stay one step each.",
            "Dead means: fired for no sample of the training part at the last evaluation.",
        ),
    ),
    (
        "Lenses",
        (
            "Firing rates and response maps are those of the last evaluation; while training runs, some updates old.",
            "What the panel Neuron shows of what a neuron computes is of the last evaluation, too; the digits that it "
            "likes are found among the first 1,000 training samples.",
            "A response map has 24 × 24 points, and shades between them; layers of more than 100 neurons have none.",
            f"Colours end at {STEP_FULL:g} for changes of weights, and at {PIXEL_FULL:g} for weights as images; below "
            f"{STEP_FULL / 10**STEP_DECADES:.5f} a change looks like none. The numbers go on.",
            "Difference compares a neuron or link with that of the same number in the layer of the same number, or at "
            "the output; two networks may well do the same with their neurons in another order. Pulses, gates and "
            "widths are the network's own.",
            "On the backward stroke a circle shows the gradient once it has arrived, and the activation before.",
        ),
    ),
    (
        "Diagnosis and health",
        (
            "Both are of the last examination; while training runs, some updates old, and of the updates between two "
            "nothing is known. Of more than 600 examinations the older ones are thinned.",
            "A loss surface has 2 of all dimensions of the parameters. What lies between its cells is not known. Of "
            "a path of more than 64 updates, of large networks of more than 8, some states are shown, joined by "
            "straight lines.",
            "In a loss surface batch norm has the running figures of the state in its middle. Of large networks and "
            "data it is over some training samples; the panel says over how many.",
            "Jacobians and effective ranks are over the first 1,000 training samples, all else over all of them.",
            f"Pre-activations beyond {Z_END:g} are drawn at the ends, and so is what lies beyond a scale. The numbers "
            "go on.",
        ),
    ),
    (
        "Normalizers",
        (
            "From the sum over the normalizer to z is one moment of the film, unless one steps by terms; the inspector "
            "tells it step by step.",
            "Under batch norm the samples of a mini-batch act on each other. What is drawn for one sample is its "
            "part in the gradient of all, not the gradient of its own loss alone.",
            "Live, and at rest, batch norm uses its running figures; its scale and shift are in accounts alone.",
        ),
    ),
    (
        "Dropout",
        (
            "Its mask is drawn behind the gate only as a sign where it is 0. That the others are multiplied by "
            "1 / (1 − share) is in the numbers, not in the picture.",
            "Live, and at rest, it is off, as when the network is used.",
        ),
    ),
    (
        "Skip paths",
        (
            "One line stands for all values of a path; no pulses travel on it.",
            "The weights of a projection are counted, not drawn, and the caption of the update does not count them.",
        ),
    ),
    (
        "Learning",
        (
            "Gradients are drawn before clipping; the step is the one that was taken.",
            "The schedule shows in the length of the steps only.",
            "With class weights the loss of a sample is that times the weight of its class.",
        ),
    ),
)
"""Section -> sentences."""


class LeavesOut(QDialog):
    """The list, to be read. Deletes itself when closed."""

    WIDTH = 560

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(TITLE)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(28, 24, 28, 8)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        grid.addWidget(labelled(TITLE, "title"), 0, 0, 1, 2)
        for section, sentences in LEFT_OUT:
            grid.addWidget(labelled(section, "section"), grid.rowCount(), 0, 1, 2)
            for sentence in sentences:
                row = grid.rowCount()
                text = labelled(sentence)
                text.setWordWrap(True)
                grid.addWidget(labelled("–"), row, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(text, row, 1)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        buttons.setContentsMargins(28, 0, 28, 0)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 20)
        layout.addWidget(area, 1)
        layout.addWidget(buttons)
        self.resize(self.WIDTH, 640)
