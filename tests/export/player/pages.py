"""Pages of the player to look into."""

import base64
import gzip
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.session.spec import Session
from twostroke.gui.export.request import ExportRequest, make_job
from twostroke.gui.export.takes import SessionTakes, Takes, one_take
from twostroke.gui.model.score import score_of

BAD_NAME = "</script><script>b()//"


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


def small_takes() -> Takes:
    """An update of a small network, computed without the engine."""
    snapshot = example_snapshot(example_session((3, 2)), stroke=True)
    assert snapshot.tape is not None
    return one_take(snapshot, snapshot.tape)


def hostile_takes() -> Takes:
    """An update of a network whose inputs have names that would end an element and begin another."""
    rows = {"name": "rows", "x": [[0, 1], [1, 0]], "y": [0, 1], "x_names": [BAD_NAME, "<img src=x onerror=b()>"]}
    return SessionTakes(Session.model_validate({"data": rows, "network": {"layers": [{"units": 2}]}}), 0)


def export_page(takes: Takes, path: Path, **asked: Any) -> Page:
    """The page of an update."""
    take = takes(0)
    path.parent.mkdir(exist_ok=True)
    score = score_of(take.tape, take.snapshot.session.network)
    job = make_job(ExportRequest(str(path), score, **{"fps": 1, **asked}), takes)
    job.start()
    assert job.finish() == path
    return Page(path)


def small_page(path: Path, **asked: Any) -> Page:
    """That of a small network."""
    return export_page(small_takes(), path, **asked)
