"""Settings that are damaged, or are no file at all, cost nothing but themselves."""

import itertools
import os
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QSettings, QStandardPaths
from PySide6.QtWidgets import QApplication

from tests.gui.window_bench import settings
from twostroke.gui.model.choices import Choices, Colours, Theme
from twostroke.gui.model.player import AtEnd, Speed
from twostroke.gui.model.score import Grain
from twostroke.gui.panels.table import PANELS
from twostroke.gui.shell.errors import ErrorReporter
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.room import Wish
from twostroke.gui.stage.scene.lenses import LENSES

__all__ = ["settings"]


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


def test_values_of_kinds_that_nobody_knows_are_none(qapp: QApplication, tmp_path: Path) -> None:
    """One of them kept the window from opening."""
    unknown = r"@Variant(\0\0\0\x3f\0\0)"
    keys = ("theme", "colours", "speed", "grain", "at_end", "lens", "recent", "reduced_motion", "log_updates", "lesson")
    sections = {"window": "columns", "columns": "left", "folded": "data"}
    file = tmp_path / "settings.ini"
    file.write_text(
        "[General]\n"
        + "".join(f"{key}={unknown}\n" for key in keys)
        + "".join(f"[{section}]\n{key}={unknown}\n" for section, key in sections.items())
    )
    preferences = Preferences(QSettings(str(file), QSettings.Format.IniFormat))
    assert preferences.recent == ()
    assert (preferences.theme, preferences.colours) == (Theme.DARK, Colours.ORANGE_BLUE)
    assert preferences.speed is Speed.NORMAL
    assert preferences.grain is Grain.PHASE
    assert preferences.at_end is AtEnd.STOP
    assert preferences.lens == "strokes"
    assert not preferences.reduced_motion
    assert not preferences.log_updates
    assert preferences.lesson
    assert preferences.layout("columns").isEmpty()
    assert set(preferences.columns.values()) == {Wish.AUTO}
    assert preferences.folded == {entry.id for entry in PANELS if entry.folded}
    assert preferences.folder


@pytest.mark.parametrize("damaged", ["", "PHASE", "words", "0", "true", ["term"], 5, None])
def test_a_lens_steps_or_an_end_that_nobody_knows_is_ignored(settings: QSettings, damaged: object) -> None:
    for key in ("grain", "at_end", "lens"):
        settings.setValue(key, damaged)
    found = Preferences(settings)
    assert (found.grain, found.at_end, found.lens) == (Grain.PHASE, AtEnd.STOP, "strokes")


def test_each_lens_each_step_and_each_end_comes_back(settings: QSettings) -> None:
    kept = Preferences(settings)
    for grain, at_end, lens in itertools.product(Grain, AtEnd, LENSES):
        kept.grain, kept.at_end, kept.lens = grain, at_end, lens.id
        assert (kept.grain, kept.at_end, kept.lens) == (grain, at_end, lens.id)
        assert kept.choices(Choices()).lens == lens.id
