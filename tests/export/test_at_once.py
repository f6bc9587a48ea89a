"""Exports that begin at the same time, as from two dialogs, before anything has been painted."""

import subprocess
import sys
from pathlib import Path

TOGETHER = """
import sys
from threading import Barrier

from twostroke.engine.session.spec import Session
from twostroke.gui.export import render, turns
from twostroke.gui.export.request import ExportRequest, make_job
from twostroke.gui.export.takes import SessionTakes
from twostroke.gui.model.score import plain_score

turns.TURN = 1e-6  # so that threads meet wherever they can
ready, taken = Barrier(16), render.FrameRenderer.scene


def together(renderer, index):
    found = taken(renderer, index)
    ready.wait(60)
    return found


render.FrameRenderer.scene = together
jobs = []
for number in range(16):
    request = ExportRequest(f"{sys.argv[1]}/{number}.png", plain_score(2), width=64, height=48)
    takes = SessionTakes(Session.model_validate({"data": {"samples": 40}, "network": {"layers": [{"units": 2}]}}), 0)
    jobs.append(make_job(request, takes))
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
