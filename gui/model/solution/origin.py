"""Of which session a solution is, in one line: with it somebody finds or makes the same numbers again."""

from collections.abc import Iterator
from pathlib import PurePath

from twostroke.engine.data.names import DATASETS, OWN
from twostroke.engine.session.settings.data_spec import DataSpec
from twostroke.engine.session.spec import Session
from twostroke.gui.model.user_text import short
from twostroke.gui.model.words import title_of


def origin_of(session: Session) -> str:
    """Network, data, and their seeds; what trains it is given anyway."""
    return " · ".join(_told(session))


def _told(session: Session) -> Iterator[str]:
    network = session.network
    each = (gate for layer in network.layers for gate in (layer.neurons or (layer.activation,)))
    gates = [*dict.fromkeys(title_of(gate.name) for gate in each), f"output {title_of(network.output.activation.name)}"]
    yield f"Network {'–'.join(map(str, session.widths))}, {', '.join(gates)}"
    weights = f"weights of {short(session.weights.file)}, " if session.weights.file else ""
    yield f"{weights}weight seed {network.seed}"
    yield f"data: {_name(session.data)}, data seed {session.data.seed}"


def _name(data: DataSpec) -> str:
    if data.path:
        return short(PurePath(data.path).name)
    return DATASETS[data.name].title if data.name in DATASETS else OWN[data.name].title
