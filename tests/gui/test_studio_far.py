"""Updates that training takes long to come to: whoever does not want them any more need not wait for them."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.test_studio_parts import SESSION
from twostroke.gui.export.board_takes import BoardTakes
from twostroke.gui.model.storyboard.board import Layout, Picture, Shot, Show, Storyboard
from twostroke.gui.shell.studio.orders import Making, job_for
from twostroke.gui.shell.studio.preview_view import PreviewView
from twostroke.gui.shell.studio.target_form import Kind, kinds

FAR = 100_000_000
SOON = 5.0  # seconds, on a busy machine; to FAR it takes minutes

SMALL = Picture(160, 90, 10)
NEAR = Shot(Show.UPDATE, 0, 0.2)
BOARD = Storyboard("", SESSION, (Shot(Show.TRAINING, 0, 0.3, FAR), NEAR), SMALL)
CURVES = replace(BOARD, picture=replace(SMALL, layout=Layout.CURVES))


class Enough(Exception):
    """Nobody wants it any more."""


@pytest.mark.parametrize("wanted", [
    (".gif", "", CURVES, 0),
    (".png", "", BOARD, 2),
    (".csv", "numbers", BOARD, 2),
    (".tex", "solution", BOARD, 2),
], ids=lambda wanted: wanted[0])  # fmt: skip
@pytest.mark.usefixtures("qapp")
def test_an_export_on_its_way_to_a_far_update_ends_at_once(
    wanted: tuple[str, str, Storyboard, int], tmp_path: Path
) -> None:
    ending, shape, board, index = wanted
    kind: Kind = next(each for each in kinds() if (each.ending, each.shape) == (ending, shape))
    job = job_for(board, index, Making(kind.made_by, str(tmp_path / f"far{ending}"), shape))()
    job.start()
    assert not job.wait(0.3)
    job.cancel()
    assert job.wait(SOON)
    assert job.finish() is None
    assert not list(tmp_path.iterdir())


def test_the_preview_turns_to_what_is_wanted_now_and_is_closed_at_once(qtbot: QtBot) -> None:
    view = PreviewView()
    qtbot.addWidget(view)
    view.show_board(BOARD, 2)
    updates = list[int]()
    view.painter.training.connect(updates.append)  # to the end: disconnected while the thread tells more, Qt crashes
    qtbot.waitUntil(lambda: bool(updates), timeout=30_000)
    view.show_board(BOARD, 4)
    qtbot.waitUntil(lambda: view.sheet.image is not None, timeout=30_000)
    view.show_frame(2)
    qtbot.wait(300)
    began = time.monotonic()
    view.close_painter()
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize("layout", list(Layout))
def test_training_that_was_ended_goes_on_to_the_same_numbers(layout: Layout) -> None:
    board = Storyboard("", SESSION, (Shot(Show.TRAINING, 0, 0.3, 900),), replace(SMALL, layout=layout))
    whole, takes = BoardTakes(board)(2), BoardTakes(board)

    def stop(update: int) -> None:
        if update > 500:
            raise Enough

    takes.on_progress = stop
    with pytest.raises(Enough):
        takes(2)
    takes.on_progress = lambda update: None
    again = takes(2)
    assert again.snapshot.update == whole.snapshot.update == 900
    for name in ("update", "train_loss"):
        assert (getattr(again.snapshot.curves, name) == getattr(whole.snapshot.curves, name)).all()
    assert again.snapshot.loss == whole.snapshot.loss
