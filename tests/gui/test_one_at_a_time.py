"""One request at a time: what a hand wants next waits for the answer, and what lies between is left out."""

from twostroke.engine.border.commands import Command, Seek
from twostroke.engine.border.snapshot import Answer, Told
from twostroke.gui.panels.base.one_at_a_time import OneAtATime


class Engine:
    """Keeps what it is asked for, and answers when told to."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self.told: list[Told] = []

    def ask(self, command: Command, told: Told) -> None:
        self.asked.append(command)
        self.told.append(told)


def test_the_newest_wish_comes_next_also_after_a_refusal() -> None:
    engine, heard = Engine(), []
    requests = OneAtATime[Seek](engine.ask, heard.append)
    for update in (1, 2, 3):
        requests.want(Seek(update))
    assert engine.asked == [Seek(1)]
    assert not engine.told[0](Answer(refused="It is gone.")), "the window tells of a refusal"
    assert engine.asked == [Seek(1), Seek(3)]
    engine.told[1](Answer())
    assert [answer.refused for answer in heard] == ["It is gone.", ""]
    assert requests.under_way is None
    assert engine.asked == [Seek(1), Seek(3)]


def test_what_is_insisted_on_waits_for_nothing_and_ends_what_was_wanted() -> None:
    engine = Engine()
    requests = OneAtATime[Seek](engine.ask)
    for update in (1, 2):
        requests.want(Seek(update))
    requests.insist(Seek(5))
    engine.told[0](Answer())
    assert requests.under_way == Seek(5), "the answer to another request ends nothing"
    engine.told[1](Answer())
    assert engine.asked == [Seek(1), Seek(5)]


def test_what_is_dropped_is_not_asked_for() -> None:
    engine = Engine()
    requests = OneAtATime[Seek](engine.ask)
    for update in (1, 2):
        requests.want(Seek(update))
    requests.drop()
    engine.told[0](Answer())
    assert engine.asked == [Seek(1)]
