"""What the window shows of a table was found out when the session was validated: showing it touches no file.

A file that has changed meanwhile would be read again, all of it, in the window's thread.
"""

import builtins
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border.commands import Open
from twostroke.engine.data import own
from twostroke.engine.session.spec import DataSpec, Session, ViewSpec
from twostroke.gui.model.choices import NeuronRef

__all__ = ["bench", "settings"]


def table(folder: Path) -> dict[str, Any]:
    path = folder / "people.csv"
    rows = (f"{row},{'abc'[row % 3]},{row / 7:.2f},{('yes', 'no')[row % 2]}\n" for row in range(40))
    path.write_text("age,colour,size,won\n" + "".join(rows), "utf-8")
    return {"name": "table", "path": str(path), "missing": "mean"}


def arrays(folder: Path) -> dict[str, Any]:
    path = folder / "people.npz"
    np.savez(path, x=np.arange(80.0).reshape(40, 2), y=np.arange(40) % 3)
    return {"name": "npz", "path": str(path)}


@contextmanager
def no_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Within the block, whoever opens a file, or asks about one, is refused and noted."""
    asked: list[str] = []

    def refuse(path: object, *_: object, **__: object) -> Any:
        asked.append(str(path))
        raise AssertionError(f"{path} was asked for")

    with monkeypatch.context() as forbidden:
        for module, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "stat"), (os, "lstat")):
            forbidden.setattr(module, name, refuse)
        yield asked


@pytest.mark.parametrize("data", [table, arrays])
def test_a_session_that_was_validated_asks_no_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Callable[[Path], dict[str, Any]]
) -> None:
    """Nor do its copies; and what was validated stays true for them when the file changes or goes."""
    session = Session.model_validate({"data": data(tmp_path)})
    Path(session.data.path).write_text("gone", "utf-8")
    before = session.data.info
    with no_disk(monkeypatch) as asked:
        copies = [
            session.model_copy(update={"view": ViewSpec(sample=1)}),
            session.model_copy(update={"data": session.data.model_copy(update={"seed": 3, "train_share": 0.8})}),
            session.model_copy(deep=True),
        ]
        for copy in (session, *copies):
            assert copy.data.info == before
            assert (copy.widths, copy.task, copy.data.rows) == (session.widths, session.task, 40)
            assert copy.data.report == session.data.report
    assert asked == []


def test_a_copy_with_other_settings_of_its_file_must_be_validated(tmp_path: Path) -> None:
    spec = DataSpec.model_validate(table(tmp_path))
    with pytest.raises(RuntimeError, match="not validated"):
        _ = spec.model_copy(update={"target": "age"}).info


@pytest.mark.parametrize("data", [table, arrays])
def test_the_window_shows_a_session_without_the_disk(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: Callable[[Path], dict[str, Any]]
) -> None:
    """Live, in an update, with a neuron inspected, in another size, and for a copy of the session."""
    session = Session.model_validate({"data": data(tmp_path), "network": {"layers": [{"units": 3}]}})
    other = session.model_copy(update={"data": session.data.model_copy(update={"seed": 3})})
    shown: list[Session] = []
    data_panel = bench.window.panels["data"]
    keep = data_panel.show_session
    monkeypatch.setattr(data_panel, "show_session", lambda s: (shown.append(s), keep(s)))
    with no_disk(monkeypatch) as asked:
        for one in (session, other):
            bench.controller.send(Open(one))
            bench.controller.select(NeuronRef(1, 1))
            bench.controller.step_forward()
            bench.controller.scrub(0.4)
            bench.window.resize(bench.window.width() - 20, 700)
            QApplication.processEvents()
            assert not bench.window.grab().isNull()
            bench.controller.leave_stroke()
            QApplication.processEvents()
    assert asked == []
    assert shown == [session, other]


def test_a_changed_file_is_noticed_where_it_is_used(tmp_path: Path) -> None:
    """The counterpart: whoever loads the samples asks the disk, and refuses other data than were validated."""
    spec = DataSpec.model_validate(table(tmp_path))
    Path(spec.path).write_text("a,b\n" + "1,2\n" * 20, "utf-8")
    with pytest.raises(ValueError, match=r"every row|other data|can be an input"):
        own.samples(spec, np.random.default_rng(1))
