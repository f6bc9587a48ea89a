"""Each command's answer is told once, to whoever asked, whatever the others do with theirs."""

from collections.abc import Callable

import pytest

from twostroke.engine.border.snapshot import Answer
from twostroke.gui.drive.ledger import Ledger


class Desk:
    """A ledger, and what has been heard of it: number and refusal."""

    def __init__(self) -> None:
        self.heard: list[tuple[int, str]] = []
        self.unheard: list[int] = []
        self.ledger = Ledger(lambda answer: self.unheard.append(answer.number))

    def ask(self, doing: Callable[[], object] = lambda: None, told: bool = True) -> int:
        """Enter a command; at its answer, `doing` is done."""

        def hear(answer: Answer) -> bool:
            self.heard.append((answer.number, answer.refused))
            doing()
            return told

        return self.ledger.enter(hear)


def fail() -> None:
    """Go wrong."""
    raise RuntimeError("a fault in a panel")


def test_answers_come_once_and_in_order_and_what_is_not_told_of_was_done() -> None:
    desk = Desk()
    first, second, third = desk.ask(), desk.ask(), desk.ask(told=False)
    refusals = (Answer(second, refused="no"), Answer(third, refused="never"))
    desk.ledger.settle(second, refusals)
    desk.ledger.settle(third, refusals)
    assert desk.heard == [(first, ""), (second, "no"), (third, "never")]
    assert desk.unheard == [third]


def test_a_fault_of_one_that_is_told_keeps_no_other_from_its_answer() -> None:
    desk = Desk()
    first, second = desk.ask(fail), desk.ask()
    with pytest.raises(RuntimeError, match="a fault in a panel"):
        desk.ledger.settle(second, (Answer(second, refused="no"),))
    assert desk.heard == [(first, ""), (second, "no")]
    assert desk.ledger.oldest is None


def test_a_fault_keeps_no_other_from_hearing_that_the_engine_is_gone() -> None:
    desk = Desk()
    first, second = desk.ask(fail), desk.ask()
    with pytest.raises(RuntimeError, match="a fault in a panel"):
        desk.ledger.lose("gone")
    assert desk.heard == [(first, "gone"), (second, "gone")]


def test_more_snapshots_may_come_while_one_is_told() -> None:
    desk = Desk()
    refused = Answer(2, refused="no")
    desk.ask(lambda: desk.ledger.settle(3, (refused,)))
    desk.ask()
    desk.ask()
    desk.ledger.settle(2, (refused,))
    assert desk.heard == [(1, ""), (3, ""), (2, "no")]
