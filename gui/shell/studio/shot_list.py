"""The shots of a storyboard in their order: to choose from, add, double, move and take away."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QSignalBlocker, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QToolButton, QVBoxLayout, QWidget

from twostroke.engine.border.cursor import Cursor
from twostroke.gui.fields.letter_menu import LetterMenu
from twostroke.gui.model.moments import SEEN_DIGITS, written_moment
from twostroke.gui.model.phase_names import places
from twostroke.gui.model.storyboard.board import Shot, Show
from twostroke.gui.model.storyboard.limits import MOST_SHOTS
from twostroke.gui.model.words import told_time
from twostroke.gui.panels.base.widgets import plain_button, small_button
from twostroke.gui.shell.studio.shot_form import SHOWS

WIDTH = 210
DOUBLE, REMOVE = "Ctrl+D", "Del"
ADD = "Add a shot behind this one"
NO_SHOT_OF_ONES_OWN = (
    "These are the scenes of a lesson, as it was played. Shots of one's own are of a session: close the studio and "
    "open it again for that of the window"
)


def takes_key(event: QEvent, key: str, do: Callable[[], object]) -> bool:
    """Whether the event was that key, which is the main window's elsewhere; then `do` is done once."""
    pressed = event.type() == QEvent.Type.KeyPress
    if not isinstance(event, QKeyEvent) or not (pressed or event.type() == QEvent.Type.ShortcutOverride):
        return False
    if QKeySequence(event.keyCombination()) != QKeySequence(key):
        return False
    event.accept()
    if pressed:
        do()
    return True


class ShotList(QWidget):
    """`chosen` carries a place; `changed` all shots, and which of them is to be chosen; `wanted` the kind of a new
    one."""

    chosen = Signal(int)
    changed = Signal(object, int)
    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shots: tuple[Shot, ...] = ()
        self.list = QListWidget()
        self.list.setAccessibleName("Shots")
        self.list.setWordWrap(True)
        self.list.setSpacing(3)
        self.list.currentRowChanged.connect(self._choose)
        self.add = plain_button("Add", ADD, "")
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = LetterMenu(self.add)
        for show, title in SHOWS.items():
            menu.addAction(title, partial(self.wanted.emit, show))
        self.add.setMenu(menu)
        self.double = plain_button("Double", f"Add the same shot again ({DOUBLE})", "")
        self.up, self.down = small_button("↑", "Earlier"), small_button("↓", "Later")
        self.remove = small_button("−", "Take this shot away (Del)")
        for button, act in (
            (self.double, self.double_shot),
            (self.up, lambda: self._move(-1)),
            (self.down, lambda: self._move(1)),
            (self.remove, self._remove),
        ):
            button.clicked.connect(act)
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for button in (self.add, self.double):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (self.up, self.down, self.remove):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)
        self.setFixedWidth(WIDTH)

    def event(self, event: QEvent) -> bool:
        """Del takes a shot away."""
        return takes_key(event, REMOVE, self._remove) or super().event(event)

    @property
    def place(self) -> int:
        """Which one is chosen."""
        return max(0, self.list.currentRow())

    def show_shots(self, shots: Sequence[Shot], place: int) -> None:
        """Show them, and choose that one, without a signal."""
        self.shots = tuple(shots)
        with QSignalBlocker(self.list):
            while self.list.count() > len(shots):
                self.list.takeItem(self.list.count() - 1)
            while self.list.count() < len(shots):
                self.list.addItem("")
            for row, shot in enumerate(shots):
                self.list.item(row).setText(f"{row + 1}   {told(shot)}")
            self.list.setCurrentRow(place)
        self._offer()

    def _offer(self) -> None:
        self.remove.setEnabled(len(self.shots) > 1)
        room, played = len(self.shots) < MOST_SHOTS, any(shot.played for shot in self.shots)
        self.double.setEnabled(room)
        self.add.setEnabled(room and not played)
        self.add.setToolTip(NO_SHOT_OF_ONES_OWN if played else ADD)
        self.up.setEnabled(self.place > 0)
        self.down.setEnabled(self.place + 1 < len(self.shots))

    def _choose(self, place: int) -> None:
        self._offer()
        if place >= 0:
            self.chosen.emit(place)

    def double_shot(self) -> None:
        """Put the chosen shot behind itself again, where there is room for one more."""
        if len(self.shots) >= MOST_SHOTS:
            return
        at = self.place + 1
        self.changed.emit((*self.shots[:at], replace(self.shots[at - 1]), *self.shots[at:]), at)

    def _move(self, by: int) -> None:
        shots, at = list(self.shots), self.place
        if 0 <= at + by < len(shots):
            shots[at], shots[at + by] = shots[at + by], shots[at]
            self.changed.emit(tuple(shots), at + by)

    def _remove(self) -> None:
        if len(self.shots) > 1:
            at = self.place
            self.changed.emit((*self.shots[:at], *self.shots[at + 1 :]), min(at, len(self.shots) - 2))


def told(shot: Shot) -> str:
    """A shot in a line of the list."""
    what = SHOWS[shot.show]
    if shot.show is Show.MOMENT and shot.moment is not None:
        what = f"{what}: {_named(shot.moment)}"
    where = f"update {shot.at:,}"
    if shot.show is Show.TRAINING:
        where = f"updates {shot.at:,} to {shot.until:,}"
    return "\n".join(filter(None, (shot.title, what, f"{where} · {told_time(shot.seconds)}")))


def _named(moment: Cursor) -> str:
    """As on the time line; in the middle of a step as it is written, which says how far it is."""
    passed = moment.fraction if moment.term is None else moment.within
    return places(moment)[0] if passed >= 1 else written_moment(moment, SEEN_DIGITS)
