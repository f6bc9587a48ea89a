"""Tests of the command line run it in the process of the tests, where Qt's warnings are heard."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.cli.terminal import Outcome, Run
from tests.qt_guards import expect_message, nothing_kept, nothing_left, undressed
from twostroke.gui.cli import cli
from twostroke.gui.cli.subcommands import speech as report

__all__ = ["expect_message", "nothing_kept", "nothing_left", "undressed"]


@pytest.fixture
def run(qapp: QApplication, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs `twostroke` with those arguments in a folder of its own, beside the application of the other tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(report, "log_path", lambda: tmp_path / "log" / "command-line.log")

    def call(*arguments: str) -> Outcome:
        code = cli.main(list(arguments))
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return call
