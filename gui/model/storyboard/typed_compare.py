"""Networks beside the main one of a storyboard, as they are written: one difference each."""

from typing import Any

from twostroke.engine.session.phrases import listed, shown
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model.differences import DIFFERENCES, Difference
from twostroke.gui.model.lessons.acts import doings_of, read_act
from twostroke.gui.model.lessons.doings import Compare
from twostroke.gui.model.storyboard.board import MOST_BESIDE, StoryboardError

MATCHED = "matched"


def difference_of(written: Any, session: Session) -> Difference:
    """From {"activation": "tanh"}. ValueError, as the end of a sentence, where it is none or nothing would differ."""
    act = read_act({"compare": written})
    try:
        (doing,) = doings_of(act, session)
    except ValueError:
        if any(_is_so(kind, value, session) for kind, value in written.items()):
            raise ValueError(
                "the network is like this already, so nothing would differ; expected another value"
            ) from None
        raise
    assert isinstance(doing, Compare)
    return doing.difference


def _is_so(kind: str, value: Any, session: Session) -> bool:
    """Whether that difference makes none."""
    try:
        return DIFFERENCES[kind].change(session, value).session == session
    except (SessionError, LookupError, TypeError, ValueError):
        return False


def company_of(typed: tuple[str, ...], session: Session) -> tuple[Difference, ...]:
    """From "activation=tanh" or "depth=4,matched" of a command line, a network each. StoryboardError where it cannot
    be."""
    if len(typed) > MOST_BESIDE:
        raise StoryboardError(f"--compare stands there {len(typed)} times; expected at most {MOST_BESIDE}.")
    return tuple(_of_line(each, session) for each in typed)


def _of_line(typed: str, session: Session) -> Difference:
    said, _, matched = typed.partition(f",{MATCHED}")
    key, sign, value = (part.strip() for part in said.partition("="))
    if not sign or matched.strip():
        raise StoryboardError(
            f"--compare is {shown(typed)}; expected one difference, as activation=tanh, and ,{MATCHED} if you like."
        )
    if key not in DIFFERENCES:
        raise StoryboardError(
            f"--compare {typed}: {shown(key)} is nothing to differ in; expected {listed(DIFFERENCES)}."
        )
    alike = {MATCHED: True} if len(said) < len(typed) else {}
    try:
        return difference_of({key: _value(value), **alike}, session)
    except ValueError as error:
        end = "" if str(error).endswith((".", "?")) else "."
        raise StoryboardError(f"--compare {typed}: {error}{end}") from error


def _value(text: str) -> str | int | float:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
