"""The bridge: commands in, newest snapshot out, late ones dropped, failures told, the thread joined."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.paper_engine import PaperEngine
from twostroke.engine.border.commands import Open, Pause, Play, Record
from twostroke.engine.border.snapshot import Captured, Rescued, Snapshot, Status
from twostroke.engine.compute import warmup
from twostroke.engine.session.spec import Session
from twostroke.gui.drive.bridge import POLL_MS, SOON_MS, Bridge


class Bench:
    """A bridge over an engine on paper, with what it has told so far."""

    def __init__(self) -> None:
        self.engines: list[PaperEngine] = []
        self.bridge = Bridge(example_session(), engine=self.make)
        self.snapshots: list[Snapshot] = []
        self.errors: list[tuple[str, bool]] = []
        self.bridge.snapshot_arrived.connect(self.snapshots.append)
        self.bridge.engine_failed.connect(lambda error, kept, _: self.errors.append((str(error), kept)))

    def make(self, session: Session, state: Mapping[str, Any] | None) -> PaperEngine:
        self.engines.append(PaperEngine(session, state))
        return self.engines[-1]


@pytest.fixture
def bench(qapp: object) -> Iterator[Bench]:
    made = Bench()
    made.bridge.start()
    yield made
    made.bridge.stop()


def test_the_timer_empties_the_mailbox(bench: Bench, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bench.bridge.snapshot_arrived, timeout=60_000):
        bench.bridge.send(Play())
    assert bench.snapshots[-1].status is Status.RUNNING
    assert bench.engines[0].sent == [Play()]


def test_the_next_snapshot_is_asked_for_when_the_frame_is_painted(bench: Bench, qtbot: QtBot) -> None:
    """Not while it is painted, and not where nothing moves."""
    bench.bridge.poll()
    qtbot.wait(50)
    assert bench.engines[0].looks == 0
    bench.bridge.send(Play())
    bench.bridge.poll()
    assert bench.engines[0].looks == 0
    qtbot.waitUntil(lambda: bench.engines[0].looks == 1, timeout=60_000)


def test_a_snapshot_that_is_late_is_looked_for_sooner(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twostroke.gui.drive.bridge.IMPATIENT_SECONDS", 0.0)
    bench.bridge.send(Play())
    bench.bridge.poll()
    assert bench.bridge.interval == POLL_MS
    bench.bridge.poll()
    assert bench.bridge.interval == SOON_MS
    bench.engines[0].change(update=9)
    bench.bridge.poll()
    assert bench.bridge.interval == POLL_MS
    bench.bridge.send(Pause())
    bench.bridge.poll()
    bench.bridge.poll()
    assert bench.bridge.interval == POLL_MS


def test_an_answer_is_looked_for_sooner_for_a_while(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.bridge.poll()
    bench.engines[0].late = True
    monkeypatch.setattr("twostroke.gui.drive.bridge.IMPATIENT_SECONDS", 600.0)
    bench.bridge.send(Record())
    assert bench.bridge.interval == SOON_MS
    bench.bridge.poll()
    assert bench.bridge.interval == SOON_MS
    monkeypatch.setattr("twostroke.gui.drive.bridge.IMPATIENT_SECONDS", 0.0)
    bench.bridge.poll()
    assert bench.bridge.interval == POLL_MS


def test_no_picture_comes_between_a_command_and_its_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """To paint it would put off the answer by a frame."""
    monkeypatch.setattr("twostroke.gui.drive.bridge.HOLD_SECONDS", 600.0)
    engine = bench.engines[0]
    bench.bridge.send(Play(), 1)
    bench.bridge.poll()
    engine.late = True
    bench.bridge.send(Pause(), 2)
    engine.change(update=9)
    bench.bridge.poll()
    assert bench.snapshots[-1].update == 0
    assert bench.bridge.interval == SOON_MS
    engine.catch_up()
    bench.bridge.poll()
    shown = bench.snapshots[-1]
    assert (shown.update, shown.status, shown.answered) == (9, Status.PAUSED, 2)
    assert [answer.number for answer in shown.answers] == [2]


def test_an_answer_that_takes_long_stops_no_pictures(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = bench.engines[0]
    bench.bridge.send(Play(), 1)
    bench.bridge.poll()
    engine.late = True
    monkeypatch.setattr("twostroke.gui.drive.bridge.HOLD_SECONDS", 0.0)
    for update in (1, 2, 3):
        bench.bridge.send(Pause(), update + 1)
        engine.change(update=update)
        bench.bridge.poll()
        assert bench.snapshots[-1].update == update


def test_another_engine_owes_no_answer_to_what_the_one_before_was_asked(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twostroke.gui.drive.bridge.HOLD_SECONDS", 600.0)
    bench.bridge.poll()
    bench.engines[0].late = True
    bench.bridge.send(Record(), 7)
    bench.engines[0].error = RuntimeError("gone")
    bench.bridge.poll()
    bench.bridge.send(Play())
    bench.bridge.poll()
    assert bench.snapshots[-1].status is Status.RUNNING


def test_an_empty_mailbox_says_nothing(bench: Bench) -> None:
    bench.bridge.poll()
    count = len(bench.snapshots)
    bench.bridge.poll()
    assert count == 1 == len(bench.snapshots)


def test_snapshots_of_a_replaced_network_are_dropped(bench: Bench) -> None:
    engine = bench.engines[0]
    engine.change(generation=5)
    bench.bridge.poll()
    late = replace(engine.now, generation=4, serial=99)
    engine.mailbox = late
    bench.bridge.poll()
    assert late not in bench.snapshots
    engine.mailbox = replace(engine.now, generation=5, serial=100)
    bench.bridge.poll()
    assert bench.snapshots[-1].serial == 100


def test_a_snapshot_is_told_once(bench: Bench) -> None:
    engine = bench.engines[0]
    bench.bridge.poll()
    engine.mailbox = engine.now
    bench.bridge.poll()
    assert len(bench.snapshots) == 1


def test_a_failed_engine_is_told_once_and_joined(bench: Bench) -> None:
    bench.engines[0].error = RuntimeError("broken")
    bench.bridge.poll()
    bench.bridge.poll()
    assert bench.errors == [("broken", False)]
    assert bench.engines[0].stopped == 1
    assert bench.bridge._timer.isActive(), "without a timer Python never comes to hear of Ctrl-C"


def test_the_next_command_starts_a_failed_engine_anew_on_the_last_session(bench: Bench) -> None:
    other = example_session((4,))
    bench.engines[0].change(session=other, generation=7)
    bench.bridge.poll()
    bench.engines[0].error = RuntimeError("broken")
    bench.bridge.poll()
    bench.bridge.send(Play())
    assert len(bench.engines) == 2
    assert bench.engines[1].now.session == other
    assert bench.engines[1].sent == [Play()]
    bench.bridge.poll()
    assert bench.snapshots[-1].status is Status.RUNNING  # though its generation is lower than before
    assert bench.engines[1].begun_with is None


def test_what_was_rescued_is_what_the_next_engine_begins_with(bench: Bench) -> None:
    """Also where that one does not live long enough to show it; but not what has been trained further since."""
    first, state = bench.engines[0], {"l1.weight": np.ones(1)}
    first.rescued = Rescued(Captured(example_session((3,)), state), False, 0, ())
    first.error = RuntimeError("broken")
    bench.bridge.poll()
    assert bench.errors == [("broken", True)]
    bench.bridge.send(Play())
    second = bench.engines[1]
    assert (second.now.session, second.begun_with) == (example_session((3,)), state)
    second.mailbox, second.error = None, RuntimeError("broken at once")
    bench.bridge.poll()
    assert bench.errors[-1] == ("broken at once", True)
    bench.bridge.send(Play())
    third = bench.engines[2]
    assert third.begun_with is state
    bench.bridge.poll()
    third.error = RuntimeError("broken later")
    bench.bridge.poll()
    assert bench.errors[-1] == ("broken later", False)
    bench.bridge.send(Play())
    assert bench.engines[3].begun_with is None


def test_an_engine_that_ends_late_shows_nothing_any_more(bench: Bench) -> None:
    """What it still offers is of a session that another engine has gone on from."""
    bench.engines[0].error = RuntimeError("broken")
    bench.bridge.poll()
    bench.bridge.send(Play())
    bench.bridge.poll()
    newest = bench.snapshots[-1]
    bench.engines[0].change(generation=9)
    bench.bridge.poll()
    assert bench.snapshots[-1] is newest


def test_where_no_engine_can_begin_any_more_another_session_can(bench: Bench) -> None:
    """As after a fault with the session's table gone: the network is tried once more, then given up for lost."""
    other = example_session((4,))
    bench.engines[0].change(session=other)
    bench.bridge.poll()
    bench.engines[0].error = RuntimeError("broken")
    bench.bridge.poll()
    kept = []
    for number in (1, 2):
        bench.bridge.send(Play())
        assert bench.engines[number].now.session == other
        bench.engines[number].mailbox, bench.engines[number].error = None, ValueError("the table is gone")
        bench.bridge.poll()
        kept.append(bench.errors[-1][1])
    assert kept == [True, False]
    bench.bridge.send(Play())
    assert (bench.engines[3].now.session, bench.engines[3].begun_with) == (Session(), None)


def test_what_was_rescued_outlives_engines_that_cannot_begin(bench: Bench) -> None:
    """However many: their data may come back. Another session can be opened all the same, and begins in their place."""
    state = {"l1.weight": np.ones(1)}
    bench.engines[0].rescued = Rescued(Captured(example_session((3,)), state), False, 0, ())
    bench.engines[0].error = RuntimeError("broken")
    bench.bridge.poll()
    for number in range(1, 5):
        bench.bridge.send(Play())
        assert (bench.engines[number].now.session, bench.engines[number].begun_with) == (example_session((3,)), state)
        bench.engines[number].mailbox, bench.engines[number].error = None, ValueError("the table is gone")
        bench.bridge.poll()
        assert bench.errors[-1] == ("the table is gone", True)
    bench.bridge.send(Open(example_session((5,))))
    assert (bench.engines[5].begun_with, bench.engines[5].now.session) == (None, example_session((5,)))


def test_after_stop_nothing_is_sent(bench: Bench) -> None:
    bench.bridge.stop()
    bench.bridge.stop()
    bench.bridge.send(Play())
    assert bench.engines[0].sent == []
    assert bench.engines[0].stopped == 1
    assert len(bench.engines) == 1


def test_the_real_engine_trains_lays_a_tape_and_ends(qtbot: QtBot) -> None:
    warmup.compile_kernels("float32")  # before any thread starts, so that none is left compiling
    bridge = Bridge(example_session((4,), data="xor"))
    seen: list[Snapshot] = []
    bridge.snapshot_arrived.connect(seen.append)
    bridge.start()
    bridge.send(Play())
    qtbot.waitUntil(lambda: bool(seen) and seen[-1].update > 20, timeout=60_000)
    bridge.send(Pause())
    bridge.send(Record())
    qtbot.waitUntil(lambda: seen[-1].tape is not None, timeout=60_000)
    assert seen[-1].tape is not None
    assert seen[-1].tape.update == seen[-1].update
    bridge.stop()
    assert not any(thread.name == "twostroke-training" for thread in threading.enumerate())
