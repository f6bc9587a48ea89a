"""Runs `twostroke` as a user would, and says what came of it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def is_one_line_of_trouble(self, code: int, *words: str) -> None:
        assert self.code == code, self.err
        assert self.out == ""
        assert len(self.err.splitlines()) == 1, self.err
        assert "Traceback" not in self.err
        for word in words:
            assert word in self.err


Run = Callable[..., Outcome]


def write(tmp_path: Path, **parts: Any) -> str:
    """A session file of that content."""
    content = {"format": "twostroke-session", "version": 1, **parts}
    (tmp_path / "mine.twostroke.json").write_text(json.dumps(content))
    return "mine.twostroke.json"


SMALL = {"layers": [{"units": 3, "activation": "relu"}]}
DIVERGING = {
    "data": {"name": "parabola"},
    "network": {"layers": [{"units": 4, "activation": "quadratic"}, {"units": 4, "activation": "quadratic"}]},
    "training": {"optimizer": {"name": "sgd", "learning_rate": 100}},
}
