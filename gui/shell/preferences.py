"""What the window remembers between two runs: its place, theme and lens, speed and steps, recent files.

Whatever a damaged settings file holds, reading gives a usable value.
"""

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from twostroke.engine.files.leftovers import private_folder
from twostroke.gui.drive.showing import Showing
from twostroke.gui.model.choices import Choices, Colours, Theme
from twostroke.gui.model.numbers import FEWEST_DIGITS, MOST_DIGITS, USUAL_DIGITS
from twostroke.gui.model.player import AtEnd, Speed
from twostroke.gui.model.score import Grain
from twostroke.gui.panels.table import PANELS
from twostroke.gui.shell.room import SIDES, Wish, Wishes
from twostroke.gui.stage.scene.lenses import LENSES

RECENT_FILES = 8
DIGEST = 8
"""Bytes after a layout that tell whether it is as it was written: Qt takes a damaged one for what it says."""


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:DIGEST]


def _usual_settings() -> QSettings:
    """The user's settings; of this run alone where no file stands in their place, such as a pipe: Qt would wait."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
    place = Path(folder) / "twostroke" / "twostroke.ini"
    if os.path.exists(place) and not os.path.isfile(place):
        return QSettings(str(private_folder() / "twostroke.ini"), QSettings.Format.IniFormat)
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "twostroke", "twostroke")


class Preferences:
    """Typed access to the settings."""

    def __init__(self, settings: QSettings | None = None) -> None:
        self._settings = settings or _usual_settings()

    # -- the window ----------------------------------------------------------------------------------------------

    def layout(self, name: str) -> QByteArray:
        """A saved geometry or splitter state; empty where there is none, or where it is damaged."""
        value = self._value(f"window/{name}")
        content = bytes(value.data()) if isinstance(value, QByteArray) else b""
        state, digest = content[:-DIGEST], content[-DIGEST:]
        return QByteArray(state) if digest == _digest(state) else QByteArray()

    def keep_layout(self, name: str, state: QByteArray) -> None:
        """Remember a geometry or splitter state."""
        content = bytes(state.data())
        self._settings.setValue(f"window/{name}", QByteArray(content + _digest(content)))

    @property
    def theme(self) -> Theme:
        """The theme used last."""
        found = [theme for theme in Theme if theme.value == self._text("theme")]
        return found[0] if found else Choices.theme

    @theme.setter
    def theme(self, theme: Theme) -> None:
        self._settings.setValue("theme", theme.value)

    @property
    def colours(self) -> Colours:
        """Of the signs, used last."""
        found = [colours for colours in Colours if colours.value == self._text("colours")]
        return found[0] if found else Choices.colours

    @colours.setter
    def colours(self, colours: Colours) -> None:
        self._settings.setValue("colours", colours.value)

    @property
    def speed(self) -> Speed:
        """The speed of the film used last."""
        found = [speed for speed in Speed if speed.name.lower() == self._text("speed")]
        return found[0] if found else Speed.NORMAL

    @speed.setter
    def speed(self, speed: Speed) -> None:
        self._settings.setValue("speed", speed.name.lower())

    @property
    def grain(self) -> Grain:
        """What one step passed last."""
        found = [grain for grain in Grain if grain.value == self._text("grain")]
        return found[0] if found else Grain.PHASE

    @grain.setter
    def grain(self, grain: Grain) -> None:
        self._settings.setValue("grain", grain.value)

    @property
    def at_end(self) -> AtEnd:
        """What happened last when what played was over."""
        found = [at_end for at_end in AtEnd if at_end.name.lower() == self._text("at_end")]
        return found[0] if found else AtEnd.STOP

    @at_end.setter
    def at_end(self, at_end: AtEnd) -> None:
        self._settings.setValue("at_end", at_end.name.lower())

    @property
    def lens(self) -> str:
        """Through which the network was seen last."""
        found = [lens.id for lens in LENSES if lens.id == self._text("lens")]
        return found[0] if found else Choices.lens

    @lens.setter
    def lens(self, lens: str) -> None:
        self._settings.setValue("lens", lens)

    @property
    def reduced_motion(self) -> bool:
        """Whether cross-fades take the place of travelling pulses."""
        return self._text("reduced_motion") == "true"

    @reduced_motion.setter
    def reduced_motion(self, on: bool) -> None:
        self._keep_flag("reduced_motion", on)

    @property
    def log_updates(self) -> bool:
        """Whether the axis of updates is logarithmic."""
        return self._text("log_updates") == "true"

    @log_updates.setter
    def log_updates(self, on: bool) -> None:
        self._keep_flag("log_updates", on)

    @property
    def digits(self) -> int:
        """With how many digits numbers are written."""
        text = self._text("digits")
        return int(text) if text in {str(count) for count in range(FEWEST_DIGITS, MOST_DIGITS + 1)} else USUAL_DIGITS

    @digits.setter
    def digits(self, count: int) -> None:
        self._settings.setValue("digits", str(count))

    @property
    def lesson(self) -> bool:
        """Whether the text of a lesson is shown."""
        return self._text("lesson") != "false"

    @lesson.setter
    def lesson(self, shown: bool) -> None:
        self._keep_flag("lesson", shown)

    @property
    def welcome(self) -> bool:
        """Whether the program begins with the welcome."""
        return self._text("welcome") != "false"

    @welcome.setter
    def welcome(self, shown: bool) -> None:
        self._keep_flag("welcome", shown)

    def scenes_seen(self, lesson: str) -> int:
        """The furthest scene of a lesson of the program that has been played, from 1; 0 for none."""
        text = self._text(f"lessons/{lesson}")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0

    @property
    def last_scene(self) -> tuple[str, int]:
        """The lesson of the program that was played last, "" for none, and at which of its scenes, from 1."""
        name, _, scene = self._text("last_scene").partition(" ")
        usable = scene.isascii() and scene.isdigit() and len(scene) < 4
        return (name, int(scene)) if name and usable else ("", 0)

    def keep_scene(self, lesson: str, scene: int) -> None:
        """Remember that a scene has been played."""
        self._settings.setValue("last_scene", f"{lesson} {scene}")
        if scene > self.scenes_seen(lesson):
            self._settings.setValue(f"lessons/{lesson}", str(scene))

    @property
    def columns(self) -> Wishes:
        """What the user wants of each column."""
        known = {wish.value: wish for wish in Wish}
        return {side: known.get(self._text(f"columns/{side.value}"), Wish.AUTO) for side in SIDES}

    @columns.setter
    def columns(self, wishes: Wishes) -> None:
        for side, wish in wishes.items():
            self._settings.setValue(f"columns/{side.value}", wish.value)

    @property
    def folded(self) -> frozenset[str]:
        """The ids of the panels that are folded."""
        usual = {True: "true", False: "false"}
        told = {entry: self._text(f"folded/{entry.id}") for entry in PANELS}
        known = {entry: text if text in usual.values() else usual[entry.folded] for entry, text in told.items()}
        return frozenset(entry.id for entry, text in known.items() if text == "true")

    def keep_folded(self, panel: str, folded: bool) -> None:
        """Remember whether the panel of that id is folded."""
        self._keep_flag(f"folded/{panel}", folded)

    def choices(self, defaults: Choices) -> Choices:
        """The choices of the last time; `defaults` for what is not remembered."""
        return replace(
            defaults,
            theme=self.theme,
            colours=self.colours,
            reduced_motion=self.reduced_motion,
            log_updates=self.log_updates,
            digits=self.digits,
            lens=self.lens,
        )

    # -- files ---------------------------------------------------------------------------------------------------

    @property
    def recent(self) -> tuple[Path, ...]:
        """Session files opened or saved, the newest first."""
        value = self._value("recent")
        entries = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return tuple(Path(entry) for entry in entries if isinstance(entry, str) and entry)[:RECENT_FILES]

    def add_recent(self, path: Path) -> None:
        """Put a file at the top of the list."""
        path = path.absolute()
        self._keep_recent([path, *(other for other in self.recent if other != path)])

    def forget_recent(self, path: Path) -> None:
        """Take a file off the list."""
        self._keep_recent([other for other in self.recent if other != path])

    def clear_recent(self) -> None:
        """Empty the list."""
        self._keep_recent([])

    def _keep_recent(self, paths: list[Path]) -> None:
        self._settings.setValue("recent", [str(path) for path in paths[:RECENT_FILES]])

    @property
    def folder(self) -> str:
        """The folder of the last file; at first the one for documents."""
        if self.recent:
            return str(self.recent[0].parent)
        usual = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        return str(usual if os.path.isdir(usual) else os.path.expanduser("~"))

    def keep_shown(self, showing: Showing) -> None:
        """Remember how things are seen."""
        choices, player = showing.choices, showing.player
        self.theme, self.reduced_motion, self.digits = choices.theme, choices.reduced_motion, choices.digits
        self.log_updates, self.lens, self.colours = choices.log_updates, choices.lens, choices.colours
        self.grain, self.at_end = player.grain, player.at_end
        self.save()

    def save(self) -> None:
        """Write to disk now."""
        self._settings.sync()

    def _keep_flag(self, key: str, on: bool) -> None:
        self._settings.setValue(key, "true" if on else "false")

    def _text(self, key: str) -> str:
        value = self._value(key)
        return value if isinstance(value, str) else ""

    def _value(self, key: str) -> object:
        """None where there is none, or one of a kind that Python does not know."""
        try:
            return self._settings.value(key)
        except RuntimeError:
            return None
