"""Edits for tests: a whole other session as an edit, and a panel whose edits are made at once."""

from itertools import count
from typing import Any

from twostroke.engine.border.commands import Edit, Edited
from twostroke.engine.border.snapshot import Answer, Told
from twostroke.engine.session.spec import Session


def _given(_: Session, session: Session, label: str, dial: str) -> Edited:
    return Edited(session, label, dial)


def to(session: Session, label: str = "Change setting", dial: str = "") -> Edit:
    """An edit after which the session is `session`, whatever it was."""
    return Edit(_given, (session, label, dial))


def made(panel: Any, begin: Session | None = None) -> list[Edited]:
    """From now on the edits of `panel` are made at once, on `begin` or what it shows. Returns those that change
    something, as they come.
    """
    edited: list[Edited] = []
    numbers = count(1)

    def answer(command: Edit, then: Told) -> None:
        number = next(numbers)
        now = edited[-1].session if edited else begin or panel.session
        try:
            one = command.made_on(now)
        except ValueError as error:
            then(Answer(number, refused=str(error)))
            return
        if one.session != now:
            edited.append(one)
        then(Answer(number, remark=one.remark))

    panel.asked.connect(answer)
    return edited
