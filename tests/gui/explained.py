"""Views of one update as the real engine laid it, and all accounts that can be walked to from some numbers of it."""

from collections.abc import Iterable

from twostroke.engine.border.cursor import Cursor
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.explain.account import explain
from twostroke.gui.model.explain.quantities import Account, Quantity
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState


def laid(session: Session, updates: int = 0, row: int = 0) -> ViewState:
    """The end of the update that comes after so many; all of it is known."""
    trainer = Trainer(session)
    trainer.advance(updates)
    tape = trainer.record()
    return resolve(snapshot_of(trainer), tape, Cursor(tape.depth).last(), Choices(batch_row=row))


def live(session: Session, updates: int = 0) -> ViewState:
    """The network as it is used after so many updates, for the pinned sample."""
    trainer = Trainer(session)
    trainer.advance(updates)
    return resolve(snapshot_of(trainer), None, None, Choices())


def walked(view: ViewState, starts: Iterable[Quantity], digits: int = 4) -> dict[Quantity, Account]:
    """The accounts of these numbers, and of all that their operands lead to."""
    found: dict[Quantity, Account] = {}
    waiting = list(starts)
    while waiting:
        quantity = waiting.pop()
        if quantity in found:
            continue
        found[quantity] = account = explain(view, quantity, digits)
        waiting += [each.quantity for each in account.operands if each.quantity is not None]
    return found
