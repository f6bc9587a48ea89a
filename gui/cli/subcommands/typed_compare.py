"""Networks beside the main one, as they are typed: one difference each."""

from twostroke.engine.session.phrases import listed, named, shown
from twostroke.engine.session.spec import Session
from twostroke.gui.model.differences import DIFFERENCES, Difference
from twostroke.gui.model.lessons.acts import difference_of
from twostroke.gui.model.storyboard.board import MOST_BESIDE, StoryboardError

MATCHED = "matched"


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
            f"--compare {named(typed)}: {shown(key)} is nothing to differ in; expected {listed(DIFFERENCES)}."
        )
    alike = {MATCHED: True} if len(said) < len(typed) else {}
    try:
        return difference_of({key: _value(value), **alike}, session)
    except ValueError as error:
        end = "" if str(error).endswith((".", "?")) else "."
        raise StoryboardError(f"--compare {named(typed)}: {error}{end}") from error


def _value(text: str) -> str | int | float:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
