"""Settings by their paths, several at once, as one edit: what a lesson sets, as a race varies it."""

from typing import Any

from twostroke.engine.border.commands import Edited
from twostroke.engine.race.values import RaceProblem, text_of
from twostroke.engine.race.varying import ROOTS, key_problem, varied
from twostroke.engine.session.phrases import SHOWN, counted, named, printable, shown
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model.changes import parsed, told_value, with_settings
from twostroke.gui.model.lessons.act_values import MOST_EXACT
from twostroke.gui.model.race_places import PLACES

TITLES = {place.key: place.title.split(":")[0] for place in PLACES}
SEED = "network.seed"
NAMING = ("network.parameters", "network.frozen", "network.cut", "gates.off")
LONGEST_KEY = 60
MOST_TOLD = 2
"""Settings that a label names one by one."""


def set_places(session: Session, places: tuple[tuple[str, Any], ...]) -> Edited:
    """`session` with these values in these places: "network.activation", "training.optimizer.learning_rate", ..."""
    for key, _ in places:
        problem = None if key == SEED else key_problem(key, len(session.network.layers))
        if key in ROOTS:
            problem = f"{key} is a whole part of the session; name a setting in it, as {key}.NAME."
        if problem:
            raise SessionError(f"{problem[0].upper()}{problem[1:]}")
    try:
        settings = varied(session, dict(places))
    except RaceProblem as error:
        raise SessionError(f"{error}.") from error
    if not any(key.split(".")[0] == "data" for key, _ in places):
        settings["data"] = session.data
    try:
        if any(key.startswith(NAMING) for key, _ in places):  # what is named now must fit, and is not dropped
            return Edited(parsed(settings), label_of(places))
        return with_settings(session, settings, label_of(places))
    except SessionError as error:  # which begins with a key, in small letters
        problem = error.problems[0]
        raise SessionError(problem if problem.endswith(("?", ".")) else f"{problem}.", error.problems) from error


def label_of(places: tuple[tuple[str, Any], ...]) -> str:
    """As the undo menu says it."""
    if len(places) > MOST_TOLD:
        return f"Set {counted(len(places), 'setting')}"
    return "Set " + " and ".join(f"{_title(key)} to {_told(key, value)}" for key, value in places)


def _title(key: str) -> str:
    title = TITLES.get(key)
    if title is None:
        return named(key, LONGEST_KEY)
    return title if title[:2].isupper() else title[0].lower() + title[1:]


def _told(key: str, value: Any) -> str:
    exact = isinstance(value, int | float) and abs(value) < MOST_EXACT
    if exact or (isinstance(value, str) and named(value) == value):
        return told_value(value, key.split(".")[-1])
    if isinstance(value, int):
        return shown(value)
    text = text_of(value)
    return text if printable(text) and len(text) <= SHOWN else shown(value)
