"""The table of actions: complete, without contradictions, and each action does one thing."""

from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from twostroke.gui.look.icons import DRAWINGS, icon
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Theme
from twostroke.gui.model.player import Speed, Stroke
from twostroke.gui.shell.actions import ACTIONS, build, key_text, tip
from twostroke.gui.shell.shortcuts import ShortcutSheet, labelled, uncovered_menus

WANTED = {
    "play": "Space",
    "next": "Right",
    "previous": "Left",
    "reset": "R",
    "forward": "F",
    "backward": "B",
    "update": "U",
    "epoch": "E",
    "shortcuts": "?",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Shift+Z",
    "open": "Ctrl+O",
    "save": "Ctrl+S",
    "save_as": "Ctrl+Shift+S",
    "new": "Ctrl+N",
    "export": "Ctrl+Shift+E",
    "quit": "Ctrl+Q",
    "full_screen": "F11",
    "theme": "Ctrl+T",
    "fit": "0",
    "escape": "Esc",
    "speed_frame": "1",
    "speed_slow": "2",
    "speed_normal": "3",
    "speed_fast": "4",
    "update_back": "Shift+U",
    "oldest": "Home",
    "newest": "End",
}


class Recorder:
    """Stands for the window and its controller: notes what is called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []
        self.controller = self
        self.choices = self
        self.reduced_motion = False

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.calls.append((name, arguments))


@pytest.mark.parametrize(("name", "key"), WANTED.items())
def test_the_keys_that_users_expect(name: str, key: str) -> None:
    action = next(a for a in ACTIONS if a.id == name)
    assert action.keys[0] == key


def test_no_id_and_no_key_is_used_twice() -> None:
    ids = [action.id for action in ACTIONS]
    keys = [QKeySequence(key).toString() for action in ACTIONS for key in action.keys]
    assert len(ids) == len(set(ids))
    assert len(keys) == len(set(keys))
    assert all(keys)


def test_every_action_that_has_an_icon_can_be_drawn(qapp: object) -> None:
    for action in ACTIONS:
        assert not action.icon or action.icon in DRAWINGS


def test_icons_are_sharp_on_dense_screens_and_follow_the_theme(qapp: object) -> None:
    for name in DRAWINGS:
        pictures = [icon(name, PALETTES[theme]).pixmap(20, 20).toImage() for theme in Theme]
        assert pictures[0] != pictures[1], name
    assert {(s.width(), s.height()) for s in icon("play", PALETTES[Theme.DARK]).availableSizes()} >= {(20, 20)}


def test_each_action_asks_for_one_thing(qapp: object) -> None:
    for action in ACTIONS:
        host = Recorder()
        action.does(host)  # type: ignore[arg-type]
        assert len(host.calls) == 1, action.id


def test_triggering_an_action_does_it_once(qtbot: QtBot) -> None:
    host, parent = Recorder(), QObject()
    made = build(host, parent)  # type: ignore[arg-type]
    for name in ("forward", "backward", "speed_slow", "motion", "play"):
        made[name].trigger()
    assert host.calls == [
        ("play_stroke", (Stroke.FORWARD,)),
        ("play_stroke", (Stroke.BACKWARD,)),
        ("set_speed", (Speed.SLOW,)),
        ("set_reduced_motion", (True,)),
        ("toggle_play", ()),
    ]


def test_one_speed_is_checked_at_a_time(qapp: object) -> None:
    parent = QObject()
    made = build(Recorder(), parent)  # type: ignore[arg-type]
    for chosen in ("speed_slow", "speed_fast"):
        made[chosen].trigger()
        assert [a.id for a in ACTIONS if a.group == "speed" and made[a.id].isChecked()] == [chosen]


def test_every_speed_has_an_action() -> None:
    assert [a.text.lower() for a in ACTIONS if a.group == "speed"] == [s.value.lower() for s in Speed]


def test_tips_name_the_key_and_what_happens() -> None:
    by_id = {action.id: action for action in ACTIONS}
    assert tip(by_id["next"]).startswith("Next phase (→)\n")
    assert key_text(by_id["motion"]) == ""
    assert tip(by_id["motion"]).startswith("Reduced motion\n")


def test_the_sheet_shows_every_key(qtbot: QtBot) -> None:
    sheet = ShortcutSheet()
    qtbot.addWidget(sheet)
    shown = {label.text() for label in sheet.findChildren(type(labelled("")))}
    for action in ACTIONS:
        if action.keys:
            assert key_text(action) in shown
            assert action.text.rstrip("…") in shown
    assert uncovered_menus() == set()
