"""The controls of the window that a lesson can have one look at: `control:KEY`.

A key is that of a button in the bar at the top, or a panel and the name that readers of the screen tell of a control.
"""

import re
from collections.abc import Mapping

from twostroke.engine.session.phrases import nearest

CONTROL = "control:"

BAR = ("reset", "play", "update", "epoch", "pace", "forward", "backward", "previous", "grain", "next", "speed", "theme")
"""What stands in the bar at the top."""

NAMED: Mapping[str, tuple[str, ...]] = {
    "data": ("Dataset", "Samples", "Noise", "Training share", "Data seed", "Target", "Formula", "Canvas for points",
             "Rows typed by hand", "Task", "Delimiter", "Header", "Missing values", "Decimal sign", "Encoding",
             "Inputs scaled", "Target scaled", "Missing markers"),
    "network": ("Add a hidden layer", "Remove the last hidden layer", "Activation of all hidden layers",
                "Activation of the output", "More of the output", "Initialisation", "Gain", "Weight seed", "Precision",
                "Normalizer", "Norm momentum", "Norm epsilon", "Dropout", "Skip from", "Layer L1", "Layer L2"),
    "training": ("Loss", "Huber delta", "Batch size", "Shuffle", "L1", "L2", "More of training", "Schedule", "Every",
                 "Factor", "Length", "Minimum", "Warm-up", "Warm-up from", "Gradient clipping", "Limit",
                 "Class weights", "Optimizer", "Learning rate", "Momentum", "Nesterov", "Weight decay",
                 "Forward stroke", "Backward stroke"),
    "output": ("Linear regions of the plane", "Confusion matrix", "Pinned sample", "List the samples", "Test an input"),
    "account": ("Chain of gains", "Terms of the sum", "Outer product", "Copy the account"),
    "inspector": ("Activation of this neuron", "Weights of the neuron"),
    "health": ("Figure of the layers", "Layer whose units are shown", "Firing rate of each unit"),
    "curves": ("Logarithmic updates", "Smoothing of the curves", "Logarithmic loss axis"),
    "surface": ("Directions of the loss surface", "How far the loss surface goes"),
    "comparison": ("In what the other network differs", "How it differs", "Same first numbers", "In step",
                   "Level to be reached"),
    "timeline": ("Updates of this run",),
}  # fmt: skip
"""Panel -> names of its controls; some are there only for some data or settings, and are looked at where they are."""

OF_A_LAYER = re.compile(r"network\.(units|activation|more)_of_hidden_(\d{1,3})", re.ASCII)
"""A control of one hidden layer, from 1."""


def key_of(name: str) -> str:
    """A name as it is written in a key: "Training share" is training_share."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


CONTROLS: Mapping[str, tuple[str, str]] = {
    f"{panel}.{key_of(name)}": (panel, name) for panel, names in NAMED.items() for name in names
}
"""Key -> panel and name."""


def control_of(key: str) -> tuple[str, str] | None:
    """The panel of that control, "" for the bar, and its name. None where there is no such one."""
    if key in BAR:
        return "", key
    found = OF_A_LAYER.fullmatch(key)
    if found is not None:
        return "network", f"{found[1].capitalize()} of hidden {int(found[2])}"
    return CONTROLS.get(key)


def check_control(key: str) -> None:
    """ValueError, as what was expected, where there is no such control."""
    if control_of(key) is None:
        guess = nearest(key, [*BAR, *CONTROLS])
        raise ValueError(
            f'"{CONTROL}{guess}"?' if guess else 'a control such as "control:play" or "control:data.samples"'
        )
