"""What becomes of something of another program: a session, its weights, and what it could not take over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twostroke.engine.files.disk import FileError
from twostroke.engine.session.parameters import numbers_problem
from twostroke.engine.session.settings.given import MAX_GIVEN
from twostroke.engine.session.spec import SESSION_FORMAT, SESSION_VERSION, Session
from twostroke.engine.session.spec_errors import SessionError, parse_session

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Conversion:
    """A session that another program's link or file has become."""

    session: Session
    title: str
    remarks: tuple[str, ...] = ()  # what is guessed, or not taken over, each a sentence
    weights: Arrays | None = None  # that training begins with, where they are too many for the session's own text


def converted(
    told: Mapping[str, Any], arrays: Arrays, title: str, where: str, remarks: Sequence[str] = ()
) -> Conversion:
    """The session that `told` describes, without its first two keys, which begins with `arrays`, by keys of a trace.

    `where` names the origin in a sentence. Raises FileError where there can be no such session.
    """
    network = dict(told["network"])
    few = sum(values.size for values in arrays.values()) <= MAX_GIVEN
    if few and arrays:
        network["parameters"] = {key: values.tolist() for key, values in arrays.items()}
    whole = {"format": SESSION_FORMAT, "version": SESSION_VERSION, **told, "network": network}
    try:
        session = parse_session(whole, where)
    except SessionError as error:
        raise FileError(str(error)) from error
    weights = None if few else _in_precision(arrays, session.network.dtype, where)
    return Conversion(session, title, tuple(remarks), weights)


def _in_precision(arrays: Arrays, dtype: str, where: str) -> Arrays:
    """What a session's text does not hold, as it would be read from there: no number beyond `dtype`."""
    for key, values in arrays.items():
        sizes = np.abs(values)
        extremes = [values.min(), values.max(), sizes[sizes > 0.0].min(initial=1.0)]
        problem = numbers_problem(key, [float(number) for number in extremes], dtype)
        if problem:
            raise FileError(f"{where}: {problem}.")
    return {key: np.ascontiguousarray(values, dtype) for key, values in arrays.items()}


def as_text(found: Conversion) -> Session | None:
    """The session with its weights in its own text; None where they have no room there, or are more than parameters."""
    if found.weights is None:
        return found.session
    if sum(values.size for values in found.weights.values()) > MAX_GIVEN:
        return None
    told = found.session.model_dump()
    given = {key: values.tolist() for key, values in found.weights.items()}
    told["network"]["parameters"] = {**told["network"].get("parameters", {}), **given}
    try:
        return parse_session(told, found.title)
    except SessionError:  # such as what a normalizer has seen: no session begins with that
        return None
