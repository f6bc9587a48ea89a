"""An activation function on its way from the catalogue to a layer, by drag and drop."""

from PySide6.QtCore import QMimeData

from twostroke.engine.catalogue.activations import CATALOGUE

KIND = "application/x-twostroke-activation"


def as_load(name: str) -> QMimeData:
    """What is dragged: the function, and its name as text for other programs."""
    load = QMimeData()
    load.setData(KIND, name.encode())
    load.setText(CATALOGUE[name].title)
    return load


def carried(load: QMimeData) -> str | None:
    """The name of the function that is dragged; None where it is something else."""
    name = bytes(load.data(KIND).data()).decode("utf-8", "replace") if load.hasFormat(KIND) else ""
    return name if name in CATALOGUE else None
