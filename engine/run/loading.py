"""The data of a session, for its network. Loads no kernels: who only looks at the data need not wait for them."""

from twostroke.engine.catalogue.losses import LOSSES
from twostroke.engine.data import Dataset, load
from twostroke.engine.data.magnitude import check_squares
from twostroke.engine.session.spec import Session


def load_data(session: Session) -> Dataset:
    """The data of a session, for its network. DataProblem where they cannot be read, or are too large for it."""
    data = load(session.data, session.outputs, session.network.dtype)
    check_squares(data, LOSSES[session.training.loss.name].squares)
    return data
