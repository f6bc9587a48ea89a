"""Networks saved by versions that took row numbers and ids for inputs: they keep these, so that their weights fit."""

from twostroke.engine.files.companion import Arrays
from twostroke.engine.session.settings.data_spec import DataSpec
from twostroke.engine.session.spec import Session


def with_numbering(session: Session, arrays: Arrays) -> Session:
    """`session`, with all columns of its table as inputs where it names none and only so the weights fit."""
    data, weight = session.data, arrays.get("l1.weight")
    if data.name != "table" or data.features or weight is None or weight.ndim != 2:
        return session
    if weight.shape[1] == data.inputs:
        return session
    wider = DataSpec.model_validate({**dict(data), "features": data.info.columns})
    return session.model_copy(update={"data": wider}) if wider.inputs == weight.shape[1] else session
