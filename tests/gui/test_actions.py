"""The table of actions: complete, without contradictions, and each action does one thing."""

import inspect
from functools import partial
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QKeySequence
from pytestqt.qtbot import QtBot

from twostroke.gui.drive.controller import Controller
from twostroke.gui.look import style
from twostroke.gui.look.icons import DRAWINGS, icon
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.player import Speed, Stroke
from twostroke.gui.shell.actions import ACTIONS, MENUS, build, key_text, tip
from twostroke.gui.shell.asked_of_window import Host
from twostroke.gui.shell.columns import Columns
from twostroke.gui.shell.company import Company
from twostroke.gui.shell.document import Document
from twostroke.gui.shell.film_making import Exporting
from twostroke.gui.shell.helping import Helping
from twostroke.gui.shell.lesson.workshop import Workshop
from twostroke.gui.shell.main_window import MainWindow
from twostroke.gui.shell.presenter.presenter import Presenter
from twostroke.gui.shell.program import application
from twostroke.gui.shell.shortcuts import COLUMNS, ShortcutSheet, labelled
from twostroke.gui.shell.take_away import TakeAway
from twostroke.gui.shell.welcome.welcoming import Welcoming

WANTED = {
    "play": "Space",
    "studio": "Ctrl+E",
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
    "open_link": "Ctrl+Shift+O",
    "save": "Ctrl+S",
    "save_as": "Ctrl+Shift+S",
    "new": "Ctrl+N",
    "export": "Ctrl+Shift+E",
    "quit": "Ctrl+Q",
    "full_screen": "F11",
    "next_part": "F6",
    "previous_part": "Shift+F6",
    "left_column": "F7",
    "right_column": "F8",
    "alone": "F9",
    "theme": "Ctrl+T",
    "fit": "0",
    "zoom_in": "Ctrl++",
    "zoom_out": "Ctrl+-",
    "escape": "Esc",
    "speed_frame": "1",
    "speed_slow": "2",
    "speed_normal": "3",
    "speed_fast": "4",
    "update_back": "Shift+U",
    "oldest": "Home",
    "newest": "End",
    "coarser": ",",
    "next_stroke": "Shift+Right",
    "previous_stroke": "Shift+Left",
    "to_loss": "J",
    "loop": "O",
    "play_on": "P",
    "film_slower": "<",
    "film_faster": ">",
    "to_neuron": "M",
    "finer": ".",
}


class Recorder:
    """Has the public methods of `kind` and no others, notes the calls, and refuses arguments that it would refuse."""

    def __init__(self, kind: type, calls: list[tuple[str, tuple[Any, ...]]]) -> None:
        self.calls = calls
        for name, method in inspect.getmembers(kind, inspect.isfunction):  # of its bases, too
            if not name.startswith("_"):
                setattr(self, name, partial(self._note, name, inspect.signature(method)))

    def _note(self, name: str, signature: inspect.Signature, *arguments: Any) -> None:
        signature.bind(self, *arguments)
        self.calls.append((name, arguments))


class Window(Recorder):
    """Stands for the window, with its controller and columns; all write into one list."""

    def __init__(self) -> None:
        super().__init__(Host, [])
        self.controller = Recorder(Controller, self.calls)
        self.columns = Recorder(Columns, self.calls)
        self.company = Recorder(Company, self.calls)
        self.document = Recorder(Document, self.calls)
        self.helping = Recorder(Helping, self.calls)
        self.workshop = Recorder(Workshop, self.calls)
        self.presenter = Recorder(Presenter, self.calls)
        self.exporting = Recorder(Exporting, self.calls)
        self.take_away = Recorder(TakeAway, self.calls)
        self.welcoming = Recorder(Welcoming, self.calls)
        self.controller.choices = Choices()  # type: ignore[attr-defined]


def test_the_stand_in_knows_what_the_window_and_its_controller_know() -> None:
    host = Window()
    host.save()  # type: ignore[attr-defined]
    host.controller.scrub(0.5)  # type: ignore[attr-defined]
    assert host.calls == [("save", ()), ("scrub", (0.5,))]
    for misspelt in (lambda: host.safe(), lambda: host.controller.skrub(0.5), lambda: host.toggle_play()):  # type: ignore[attr-defined]
        with pytest.raises(AttributeError):
            misspelt()
    for mistaken in (lambda: host.save(1), lambda: host.controller.scrub()):  # type: ignore[attr-defined]
        with pytest.raises(TypeError):
            mistaken()
    parts = ("calls", "columns", "company", "controller", "document", "helping", "presenter", "take_away", "welcoming")
    assert {name for name in vars(host) if name not in (*parts, "workshop", "exporting")} <= set(dir(MainWindow))


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
        host = Window()
        action.does(host)  # type: ignore[arg-type]
        assert len(host.calls) == 1, action.id


def test_triggering_an_action_does_it_once(qtbot: QtBot) -> None:
    host, parent = Window(), QObject()
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
    made = build(Window(), parent)  # type: ignore[arg-type]
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
    assert {menu for column in COLUMNS for menu in column} == set(MENUS)


def test_all_keys_fit_on_a_small_screen(qtbot: QtBot) -> None:
    style.apply(application(), PALETTES[Theme.DARK])
    sheet = ShortcutSheet()
    qtbot.addWidget(sheet)
    sheet.resize(1280, 680)
    with qtbot.waitExposed(sheet):
        sheet.show()
    assert sheet.area.verticalScrollBar().maximum() == 0
    assert sheet.area.horizontalScrollBar().maximum() == 0
