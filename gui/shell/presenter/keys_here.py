"""The keys of presenter mode: what a clicker sends, and none that needs what is hidden or changes numbers by hand."""

from collections.abc import Mapping

from PySide6.QtGui import QAction, QKeySequence

HERE: Mapping[str, tuple[str, ...]] = {
    "full_screen": ("F11",),  # not F5: the button of a clicker that begins must not end what has begun
    "black_out": (".", "B"),
    "pointer": ("I", "Ctrl+L"),
    "backward": ("Shift+B",),
    "finer": (),
}
"""Action -> its keys while presenting, where they are others. For the black screen clickers send a full stop or a B."""

LOCKED = (
    "new",
    "open",
    "save_as",
    "export",
    "type_number",
    "turn_up",
    "turn_down",
    "freeze",
    "cut",
    "switch_gate",
    "compare",
    "race",
    "catalogue",
    "next_part",
    "previous_part",
    "left_column",
    "right_column",
    "alone",
    "full_screen_with_panels",
)
"""Actions that open a window over the picture, want a panel, or change single numbers."""

ONLY_HERE = ("black_out", "pointer", "panels_beside", "swap_screens")
"""Actions that there are in presenter mode alone."""


class KeysHere:
    """Changes the keys of `actions`, and back."""

    def __init__(self, actions: Mapping[str, QAction]) -> None:
        self._actions = actions
        self._keys: dict[str, list[QKeySequence]] = {}
        self._locked: list[QAction] = []
        for id in ONLY_HERE:
            actions[id].setEnabled(False)

    def take(self) -> None:
        """The keys of presenter mode."""
        self._keys = {id: self._actions[id].shortcuts() for id in HERE}
        for id, keys in HERE.items():
            self._actions[id].setShortcuts([QKeySequence(key) for key in keys])
        self._locked = [action for id in LOCKED if (action := self._actions[id]).isEnabled()]
        self._allow(False)

    def give_back(self) -> None:
        """The keys of before."""
        for id, keys in self._keys.items():
            self._actions[id].setShortcuts(keys)
        self._allow(True)

    def _allow(self, all_: bool) -> None:
        for action in self._locked:
            action.setEnabled(all_)
        for id in ONLY_HERE:
            self._actions[id].setEnabled(not all_)
