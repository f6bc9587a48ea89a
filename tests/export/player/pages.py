"""Pages of the player to look into."""

import base64
import gzip
import json
import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.gui.examples import example_session, example_snapshot
from tests.storyboard.updates import of_session, of_snapshot
from twostroke.engine.session.spec import Session
from twostroke.gui.export.board_request import BoardRequest, make_board_job
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.storyboard.board import Picture, Storyboard

BAD_NAME = "</script><script>b()//"

SLOW = Picture(fps=1, title=False)
"""Few moments beside the steps."""


@dataclass(frozen=True)
class Page:
    """A page, and what it holds."""

    path: Path

    @cached_property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @cached_property
    def steps(self) -> dict[str, Any]:
        """Captions, times, stops."""
        return json.loads(self._held("steps"))

    @cached_property
    def pictures(self) -> dict[str, Any]:
        """All that is drawn."""
        return json.loads(gzip.decompress(base64.b64decode(self._held("pictures"))))

    def _held(self, id: str) -> str:
        found = re.search(rf'<script type="[^"]*" id="{id}">([^<]*)</script>', self.text)
        assert found is not None
        return found[1]


def small_board(picture: Picture = SLOW) -> Storyboard:
    """An update of a small network, computed without the engine."""
    return of_snapshot(example_snapshot(example_session((3, 2)), stroke=True), picture)


def hostile_board() -> Storyboard:
    """An update of a network whose inputs have names that would end an element and begin another."""
    rows = {"name": "rows", "x": [[0, 1], [1, 0]], "y": [0, 1], "x_names": [BAD_NAME, "<img src=x onerror=b()>"]}
    return of_session(Session.model_validate({"data": rows, "network": {"layers": [{"units": 2}]}}), picture=SLOW)


def export_page(board: Storyboard, path: Path, shape: str = "") -> Page:
    """The page of a storyboard."""
    path.parent.mkdir(exist_ok=True)
    job = make_board_job(BoardRequest(str(path), board, shape), takes_of(board))
    job.start()
    assert job.finish() == path
    return Page(path)


def small_page(path: Path, shape: str = "", theme: Theme = Theme.LIGHT) -> Page:
    """That of a small network."""
    return export_page(small_board(replace(SLOW, theme=theme)), path, shape)
