"""Exports that begin at the same time, as from two dialogs, before anything has been painted."""

import subprocess
import sys
from pathlib import Path

TOGETHER = """
import sys
from threading import Barrier

from twostroke.engine.session.spec import Session
from twostroke.gui.export import render, turns
from twostroke.gui.export.board_request import BoardRequest, make_board_job
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.model.storyboard.board import Picture, Shot, Show, Storyboard

turns.TURN = 1e-6  # so that threads meet wherever they can
ready, taken = Barrier(16), render.FrameRenderer.scene


def together(renderer, index):
    found = taken(renderer, index)
    ready.wait(60)
    return found


render.FrameRenderer.scene = together
jobs = []
for number in range(16):
    session = Session.model_validate({"data": {"samples": 40}, "network": {"layers": [{"units": 2}]}})
    board = Storyboard("", session, (Shot(Show.UPDATE, 0, 1.0),), Picture(64, 48))
    jobs.append(make_board_job(BoardRequest(f"{sys.argv[1]}/{number}.png", board), takes_of(board)))
for job in jobs:
    job.start()
for job in jobs:
    job.finish()
"""


def test_they_do_not_end_the_program(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", TOGETHER, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pictures = [path.read_bytes() for path in tmp_path.iterdir()]
    assert len(pictures) == 16
    assert len(set(pictures)) == 1
