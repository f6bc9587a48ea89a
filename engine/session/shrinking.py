"""By what share an update shrinks weights whatever the loss says.

L2 does so with SGD alone: other optimizers divide it by the size of the gradients, as they do with these.
"""

from dataclasses import dataclass

from twostroke.engine.session.spec import Session, Sgd

GROWS = 2.0
"""A step that takes this share of a weight leaves it as large as before; a longer one makes it grow."""


@dataclass(frozen=True)
class Shrinking:
    """Of the layer that shrinks most."""

    name: str  # of the setting that does so
    decay: float
    share: float  # of a weight: learning rate times decay


def shrinking(session: Session) -> Shrinking:
    """What a session's settings do."""
    training, network = session.training, session.network
    name, decay = "weight decay", float(getattr(training.optimizer, "weight_decay", 0.0))
    if isinstance(training.optimizer, Sgd):
        each = (training.l2 if layer.l2 is None else layer.l2 for layer in (*network.layers, network.output))
        name, decay = "L2", max(each)
    return Shrinking(name, decay, float(training.optimizer.learning_rate) * decay)
