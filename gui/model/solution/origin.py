"""Of which session a solution is, in one line: with it somebody finds or makes the same numbers again."""

from collections.abc import Iterator
from pathlib import PurePath

from twostroke.engine.session.spec import Session
from twostroke.gui.model.numbers import number
from twostroke.gui.model.user_text import short
from twostroke.gui.model.words import title_of


def origin_of(session: Session) -> str:
    """Network, data, their seeds, and what trains it."""
    return " · ".join(_told(session))


def _told(session: Session) -> Iterator[str]:
    network, data, optimizer = session.network, session.data, session.training.optimizer
    each = (gate for layer in network.layers for gate in (layer.neurons or (layer.activation,)))
    gates = [*dict.fromkeys(title_of(gate.name) for gate in each), f"output {title_of(network.output.activation.name)}"]
    yield f"Network {'–'.join(map(str, session.widths))}, {', '.join(gates)}"
    weights = f"weights of {short(session.weights.file)}, " if session.weights.file else ""
    yield f"{weights}weight seed {network.seed}"
    yield f"data {short(PurePath(data.path).name) if data.path else title_of(data.name)}, data seed {data.seed}"
    yield f"{title_of(optimizer.name)}, learning rate {number(optimizer.learning_rate)}"
