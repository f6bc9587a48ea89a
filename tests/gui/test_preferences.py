"""Settings that are damaged, or are no file at all, cost nothing but themselves."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings, QStandardPaths
from PySide6.QtWidgets import QApplication

from twostroke.gui.shell.errors import ErrorReporter
from twostroke.gui.shell.preferences import Preferences


@pytest.fixture
def settings(qapp: QApplication, tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


def test_a_layout_comes_back(settings: QSettings) -> None:
    Preferences(settings).keep_layout("columns", QByteArray(b"state"))
    assert bytes(Preferences(settings).layout("columns").data()) == b"state"


@pytest.mark.parametrize(
    "damaged", [b"", b"s", b"state", b"state" + bytes(8), bytes(13), "text", 5, None, ["a"], b"\xff" * 500]
)
def test_a_damaged_layout_is_none(settings: QSettings, damaged: object) -> None:
    """Qt would take its numbers for sizes; without one the window has its first layout."""
    settings.setValue("window/columns", QByteArray(damaged) if isinstance(damaged, bytes) else damaged)
    assert Preferences(settings).layout("columns").isEmpty()


def test_one_changed_bit_is_damage(settings: QSettings) -> None:
    preferences = Preferences(settings)
    preferences.keep_layout("columns", QByteArray(b"\0\0\0\xff\0\0\1\x2c"))
    written = bytes(settings.value("window/columns").data())
    for place in range(len(written)):
        changed = bytearray(written)
        changed[place] ^= 4
        settings.setValue("window/columns", QByteArray(bytes(changed)))
        assert preferences.layout("columns").isEmpty(), place


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_pipes_in_place_of_settings_and_log_do_not_hang(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "twostroke").mkdir()
    os.mkfifo(tmp_path / "twostroke" / "twostroke.ini")
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _: str(tmp_path))
    preferences = Preferences()
    preferences.keep_layout("columns", QByteArray(b"state"))
    preferences.save()
    assert bytes(preferences.layout("columns").data()) == b"state"
    os.mkfifo(tmp_path / "twostroke.log")
    reporter = ErrorReporter(tmp_path)
    reporter.install()
    reporter.remove()
