"""What the studio is made of: its first storyboard, the queue, storyboards as text, and what is made of them."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot

from twostroke.engine.border.commands import Record
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.snapshot import Captured
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.export.board_request import BoardRequest
from twostroke.gui.export.board_takes import BoardTakes
from twostroke.gui.export.formats import FORMATS
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.export.render import FrameRenderer
from twostroke.gui.export.staging import Staging
from twostroke.gui.model.choices import GREATEST_LOSS, PINNED, Choices, Colours, LinkRef, NeuronRef, Theme
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.moments import telling_cursor
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import Grain
from twostroke.gui.model.storyboard.board import Layout, Picture, Shot, Show, Storyboard
from twostroke.gui.model.storyboard.board_text import written_storyboard
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.model.storyboard.storyboard_file import parse_storyboard
from twostroke.gui.model.view import ViewState
from twostroke.gui.shell.studio.begun import Basis, first_board, new_shot
from twostroke.gui.shell.studio.beside_job import BesideJob
from twostroke.gui.shell.studio.orders import Making, job_for
from twostroke.gui.shell.studio.preview import PreviewPainter, Wanted
from twostroke.gui.shell.studio.target_form import kinds
from twostroke.gui.shell.studio.work_queue import UNEXPECTED, Export, State, WorkQueue
from twostroke.gui.stage.scene.items import Text

SESSION = Session.model_validate({"network": {"layers": [{"units": 3}, {"units": 2}], "seed": 5}})


@pytest.fixture(scope="module")
def basis() -> Basis:
    """A session that stands at update 40."""
    trainer = Trainer(SESSION)
    trainer.advance(40)
    return Basis(trainer.captured())


def board_of(basis: Basis, **choices: object) -> Storyboard:
    trainer = Trainer(SESSION)
    view = resolve(snapshot_of(trainer), None, None, Choices(**choices))  # type: ignore[arg-type]
    return first_board(basis, view, "Spiral")


# -- where it begins ---------------------------------------------------------------------------------------------------


def test_it_begins_with_the_update_that_comes_as_it_is_seen(basis: Basis) -> None:
    board = board_of(basis, lens="gain", theme=Theme.DARK, colours=Colours.BLUE_RED, digits=5, selected=NeuronRef(1, 2))
    (shot,) = board.shots
    assert (shot.show, shot.at, shot.lens, shot.neuron) == (Show.UPDATE, 40, "gain", NeuronRef(1, 2))
    assert (board.picture.theme, board.picture.colours, board.digits) == (Theme.DARK, Colours.BLUE_RED, 5)
    assert board.state is basis.captured.state


def test_what_comes_before_is_trained_anew_and_that_is_said(basis: Basis) -> None:
    board = board_of(basis)
    assert basis.remark(board) == ""
    earlier = basis.under(replace(board, shots=(*board.shots, new_shot(basis, Show.FORWARD, 39))))
    assert earlier.state is None
    assert basis.remark(earlier).startswith("Updates before 40 are trained anew")


def test_it_begins_with_the_sample_that_a_stroke_would_show_in_the_window(basis: Basis) -> None:
    """That with the greatest loss; or the pinned one, in the update that it comes in."""
    plain = Trainer(SESSION, state=basis.captured.state)
    assert view_of(board_of(basis)).row == int(np.argmax(plain.record().sample_loss))
    for pinned in (0, 3, 17):
        session = SESSION.model_copy(update={"view": SESSION.view.model_copy(update={"sample": pinned})})
        of_window = Basis(Captured(session, basis.captured.state))
        board = board_of(of_window, batch_row=PINNED)
        view = view_of(board)
        assert view.tape is not None
        assert view.tape.rows[view.row] == pinned
        window = Trainer(session, state=basis.captured.state)
        window.apply(Record(pinned=True))
        assert board.shots[0].at == window.update


def test_it_begins_with_the_sample_that_is_looked_at_on_the_stage(basis: Basis) -> None:
    trainer = Trainer(SESSION, state=basis.captured.state)
    view = resolve(snapshot_of(trainer), trainer.record(), Cursor(3), Choices(batch_row=6))
    assert first_board(basis, view, "").shots[0].row == 6


def view_of(board: Storyboard) -> ViewState:
    """What its first frame shows."""
    frames = frames_of(board)
    return Staging(board).view(BoardTakes(board)(frames[0].take), frames[0])


@pytest.mark.parametrize("show", list(Show))
def test_a_new_shot_of_any_kind_can_be_shown(basis: Basis, show: Show) -> None:
    board = replace(board_of(basis), shots=(new_shot(basis, show, 40),))
    frames = frames_of(board)
    assert len(frames) == round(board.shots[0].seconds * board.picture.fps)
    assert frames[len(frames) - 1].shot == 0


# -- as text -----------------------------------------------------------------------------------------------------------

BOARDS = {
    "plain": Storyboard("", SESSION, (Shot(Show.UPDATE, 3, 12.0, 3),)),
    "all of it": Storyboard(
        'A "title" # with \\ signs',
        SESSION,
        (
            Shot(Show.MOMENT, 2, 1.5, 2, Cursor(3, 2, 0.5), caption="z meets **the gate**", row=4),
            Shot(Show.FORWARD, 2, 5.25, 2, row=GREATEST_LOSS, grain=Grain.NEURON, camera=NeuronRef(1, 2), lens="gain"),
            Shot(Show.TRAINING, 2, 10.0, 900, neuron=NeuronRef(3, 0), link=LinkRef(2, 1, 0), caption="It learns."),
        ),
        Picture(1080, 1920, 25, Theme.DARK, Layout.CURVES, title=False, captions=True, legend=False),
    ),
    "for a hall": Storyboard(
        "", SESSION, (Shot(Show.UPDATE, 3, 12.0, 3),), Picture(theme=Theme.PROJECTOR, colours=Colours.GREY)
    ),
    "compared": Storyboard(
        "Two", SESSION, (Shot(Show.TRAINING, 0, 4.0, 50),), compare=(Difference("activation", "tanh", True),)
    ),
}


@pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
def test_a_storyboard_is_read_as_it_was_written(board: Storyboard, tmp_path: Path) -> None:
    text = written_storyboard(board, tmp_path)
    assert parse_storyboard(text.encode(), "film.storyboard.toml", tmp_path) == board


# -- what is made ------------------------------------------------------------------------------------------------------


def test_a_picture_is_of_the_frame_that_is_shown(basis: Basis, tmp_path: Path) -> None:
    board = replace(board_of(basis), shots=(new_shot(basis, Show.UPDATE, 40), new_shot(basis, Show.TRAINING, 40)))
    frames = frames_of(board)
    for index in (0, 100, 359, 400, len(frames) - 1):
        shown = BoardRequest(str(tmp_path / "a.png"), board, seen=index).frames
        assert (len(shown), shown[0]) == (1, frames[index])
    poster = BoardRequest(str(tmp_path / "a.png"), board).frames[0]
    assert poster == replace(frames[359], cursor=telling_cursor(board.score.depth))


def test_every_kind_can_be_asked_for_by_a_name_of_its_own() -> None:
    labels = [kind.label for kind in kinds()]
    assert len(labels) == len(set(labels)) > len(FORMATS)


@pytest.mark.parametrize(("target", "said"), [
    ("", "Say where it goes"),
    ("nowhere/film.mp4", "nowhere"),
    ("film.webm", ""),
])  # fmt: skip
def test_what_cannot_be_is_refused_before_anything_begins(
    basis: Basis, target: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    making = Making(next(known for known in FORMATS if known.ending == ".webm"), target)
    if not said:
        assert callable(job_for(board_of(basis), 0, making))
        return
    with pytest.raises(ExportRequestError, match=said):
        job_for(board_of(basis), 0, making)


# -- the queue ---------------------------------------------------------------------------------------------------------


class Slow:
    """Work that goes on until it is let go, or ended."""

    def __init__(self, target: Path, error: Exception | None = None) -> None:
        self.done, self.frames, self.target, self.error = 0, 10, target, error
        self.remark = ""
        self.let_go, self.cancelled = threading.Event(), False
        self.thread = threading.Thread(target=self.let_go.wait, daemon=True)

    def start(self) -> None:
        self.thread.start()

    @property
    def running(self) -> bool:
        return self.thread.is_alive()

    def cancel(self) -> None:
        self.cancelled = True
        self.let_go.set()

    def wait(self, seconds: float | None) -> bool:
        self.thread.join(seconds)
        return not self.running

    def finish(self) -> Path | None:
        self.thread.join()
        if self.error is not None:
            raise self.error
        return None if self.cancelled else self.target


@pytest.fixture
def queue(qtbot: QtBot) -> Iterator[WorkQueue]:
    made = WorkQueue()
    yield made
    made.close()


def queued(queue: WorkQueue, *jobs: Slow) -> list[Export]:
    exports = [Export(job.target, lambda job=job: job) for job in jobs]  # type: ignore[misc]
    for export in exports:
        queue.add(export)
    return exports


def test_one_is_at_work_at_a_time_and_the_next_follows(queue: WorkQueue, qtbot: QtBot) -> None:
    jobs = [Slow(Path("a")), Slow(Path("b"))]
    first, second = queued(queue, *jobs)
    assert (first.state, second.state) == (State.WORKING, State.WAITING)
    assert queue.waits_for(Path("b"))
    jobs[0].let_go.set()
    qtbot.waitUntil(lambda: second.state is State.WORKING)
    assert first.state is State.DONE
    jobs[1].let_go.set()
    qtbot.waitUntil(lambda: not queue.busy)
    assert not queue.waits_for(Path("b"))


def test_one_that_fails_says_why_and_those_behind_it_go_on(queue: WorkQueue, qtbot: QtBot) -> None:
    jobs = [Slow(Path("a"), ExportError("The disk is full.")), Slow(Path("b"))]
    first, second = queued(queue, *jobs)
    jobs[0].let_go.set()
    qtbot.waitUntil(lambda: second.state is State.WORKING)
    assert (first.state, first.told) == (State.FAILED, "The disk is full.")


def test_what_nobody_expected_is_told_and_logged(queue: WorkQueue, qtbot: QtBot) -> None:
    job = Slow(Path("a"), ZeroDivisionError("oh"))
    (export,) = queued(queue, job)
    with qtbot.waitSignal(queue.failed):
        job.let_go.set()
    assert export.state is State.FAILED
    assert "unexpectedly" in export.told


def test_what_waits_or_works_can_be_ended(queue: WorkQueue, qtbot: QtBot) -> None:
    jobs = [Slow(Path("a")), Slow(Path("b"))]
    first, second = queued(queue, *jobs)
    queue.cancel(second)
    assert second.state is State.CANCELLED
    queue.cancel(first)
    qtbot.waitUntil(lambda: not queue.busy)
    assert first.state is State.CANCELLED
    assert not jobs[1].thread.ident


def test_what_has_no_frames_can_be_ended(queue: WorkQueue, qtbot: QtBot) -> None:
    begun, done = threading.Event(), list[int]()

    def work(job: BesideJob) -> None:
        begun.set()
        for update in range(10_000):
            time.sleep(0.001)
            job.look(update)
        done.append(1)

    export = Export(Path("a"), lambda: BesideJob(work, Path("a")))
    queue.add(export)
    assert begun.wait(5.0)
    assert export.told == "Working…"
    queue.cancel(export)
    qtbot.waitUntil(lambda: not queue.busy)
    assert (export.state, done) == (State.CANCELLED, [])


def test_what_has_no_frames_tells_how_far_it_is(queue: WorkQueue, qtbot: QtBot) -> None:
    half, go_on = threading.Event(), threading.Event()

    def work(job: BesideJob) -> None:
        job.look(0)
        job.reach(0.5)
        half.set()
        assert go_on.wait(5.0)
        job.reach(1.0)

    job = BesideJob(work, Path("a"))
    export = Export(Path("a"), lambda: job)
    queue.add(export)
    assert half.wait(5.0)
    assert export.share == 0.5
    export.steady = (time.monotonic() - 5.0, 0)
    assert export.told == "5 s left"
    go_on.set()
    qtbot.waitUntil(lambda: not queue.busy)
    assert (export.state, export.share) == (State.DONE, 1.0)


def test_closed_it_ends_all_and_waits(queue: WorkQueue) -> None:
    job = Slow(Path("a"))
    queued(queue, job, Slow(Path("b")))
    queue.close()
    assert job.cancelled
    assert not job.running


def test_the_time_that_is_left_is_told_when_it_is_known(queue: WorkQueue) -> None:
    job = Slow(Path("a"))
    (export,) = queued(queue, job)
    assert export.told == "Training…"
    job.done, export.steady = 6, (time.monotonic() - 5.0, 1)
    assert export.told == "4 s left"
    job.remark = "Making it smaller…"
    assert export.told == job.remark


def with_curves(board: Storyboard) -> Storyboard:
    return replace(board, picture=replace(board.picture, layout=Layout.CURVES))


def test_curves_of_networks_that_are_compared_begin_at_one_update(basis: Basis) -> None:
    """One was trained in the window to update 40, the other one is trained anew."""
    training = new_shot(basis, Show.TRAINING, 40)
    board = replace(board_of(basis), shots=(training,), compare=(Difference("activation", "tanh"),))
    assert board.state is not None
    take = BoardTakes(with_curves(board))(3)
    assert [*take.beside[0].curves.update] == [*take.snapshot.curves.update]
    assert take.snapshot.curves.update[0] == 40


def test_the_preview_goes_on_after_what_nobody_expected(
    basis: Basis, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told, as all of that kind; and with it the picture was never painted again."""
    told = list[threading.ExceptHookArgs]()
    monkeypatch.setattr(threading, "excepthook", told.append)
    painter, wanted = PreviewPainter(), Wanted(board_of(basis), 0, QSize(320, 180))
    with monkeypatch.context() as broken, qtbot.waitSignal(painter.failed, timeout=20_000) as failed:
        broken.setattr(FrameRenderer, "drawing", lambda renderer, index: 1 // index)
        painter.show(wanted)
    with qtbot.waitSignal(painter.painted, timeout=20_000):
        painter.show(wanted)
    painter.close()
    assert failed.args == [UNEXPECTED]
    assert len(told) == 1


@pytest.mark.usefixtures("qapp")
def test_the_preview_has_the_curves_of_the_film_also_where_they_were_asked_for_later(basis: Basis) -> None:
    board = replace(board_of(basis), shots=(new_shot(basis, Show.TRAINING, 40),), state=None)
    painter = PreviewPainter()
    last = len(frames_of(board)) - 1
    painter._renderer_of(board).scene(last)
    painter._renderer_of(with_curves(board)).scene(last)
    assert painter._takes is not None
    instant = frames_of(board)[last].take
    shown, exported = painter._takes(instant), BoardTakes(with_curves(board))(instant)
    assert [*shown.snapshot.curves.update] == [*exported.snapshot.curves.update]


@pytest.mark.parametrize("compare", [(), (Difference("activation", "tanh"),)])
def test_curves_go_on_from_those_of_the_window(compare: tuple[Difference, ...]) -> None:
    """The window knew them from the first update on; the chart of its film was empty, and that of an update a dot."""
    trainer = Trainer(SESSION)
    for _ in range(4):
        trainer.evaluate()
        trainer.advance(10)
    known = Basis(trainer.captured())
    training = replace(new_shot(known, Show.TRAINING, 40), until=70)
    board = known.under(replace(with_curves(board_of(known)), shots=(training,), compare=compare))
    takes, last = BoardTakes(board), len(frames_of(board).instants) - 1
    curves = takes(last).snapshot.curves
    before = [0, 10, 20, 30]
    assert [*curves.update[:5]] == [*before, 40]
    assert [*curves.update] == sorted({*curves.update})
    assert len(curves.train_loss) == len(curves.train_accuracy) == len(curves.update)
    assert [*curves.train_loss[:4]] == [*trainer.captured().curves.train_loss[:4]]  # type: ignore[union-attr]
    assert [each.curves.update[0] for each in takes(last).beside] == [0] * len(compare)
    update = replace(known.under(with_curves(board_of(known))), compare=compare)
    assert {"0", "40"} <= set(words_of(update, -1))
    anew = known.under(replace(update, shots=(replace(training, at=20),)))  # from before that: trained from the first
    assert anew.state is None
    assert anew.past is None


def words_of(board: Storyboard, index: int) -> list[str]:
    """What is written at the axes of the charts of that frame."""
    frames = frames_of(board)
    frame, staging = frames[index % len(frames)], Staging(board)
    take = BoardTakes(board)(frame.take)
    scene, _ = staging.seen(staging.view(take, frame), take, frame, 1280, 720)
    return [item.text for item in scene.frame if isinstance(item, Text) and item.role == "axis"]


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("compare", [(), (Difference("activation", "tanh"),)])
def test_curves_begin_where_training_is_known(basis: Basis, compare: tuple[Difference, ...]) -> None:
    """Of a session that was trained in the window the axis began at 0, and a part of the chart stayed empty."""
    training = replace(new_shot(basis, Show.TRAINING, 40), until=240)
    board = replace(with_curves(board_of(basis)), shots=(training,), compare=compare)
    for index in (0, -1):
        words = words_of(board, index)
        assert "40" in words
        assert "240" in words
    anew = words_of(replace(board, state=None), -1)
    assert "0" in anew
    assert "40" not in anew
