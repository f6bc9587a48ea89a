"""What actions ask for: the window and its parts, as far as they need them."""

from typing import Protocol

from twostroke.gui.drive.controller import Controller
from twostroke.gui.shell.columns import Columns
from twostroke.gui.shell.company import Company
from twostroke.gui.shell.lesson.workshop import Workshop


class Helps(Protocol):
    """The pages of the Help menu."""

    def show_shortcuts(self) -> None:
        """All keys on one sheet."""

    def show_glossary(self, word: str = "") -> None:
        """The words of the program."""

    def show_leaves_out(self) -> None:
        """Where the picture says less than the numbers."""

    def show_about(self) -> None:
        """What this program is, and its versions."""


class Opens(Protocol):
    """The session as a file, as far as actions need it."""

    def open_link(self) -> bool:
        """Ask for a link and open it."""


class Exports(Protocol):
    """Films and pictures."""

    def update(self) -> None:
        """Export the update on the stage: a film, pictures, slides or a page."""

    def studio(self) -> None:
        """Put a film together, shot by shot."""

    def lesson(self) -> None:
        """The scenes of the open lesson as its shots."""


class TakesAway(Protocol):
    """Code, models, numbers, and the clipboard."""

    def export(self) -> None:
        """Ask for a file and write code, a model or numbers to it."""

    def copy_numbers(self) -> None:
        """The numbers of what is shown to the clipboard."""

    def copy_picture(self) -> None:
        """The picture to the clipboard."""


class Presents(Protocol):
    """Presenter mode."""

    def toggle(self) -> None:
        """The picture alone on the whole screen, large, for a class; or all as it was."""

    def black_out(self) -> None:
        """The screen black until any key."""

    def switch_pointer(self) -> None:
        """A dot that follows the mouse, or none."""

    def show_notes(self) -> None:
        """The lecturer's own window."""

    def swap_screens(self) -> None:
        """The picture on the other screen, and the notes on this one."""

    def choose_panels(self) -> None:
        """Beside the picture the output, then the curves, then neither."""


class Welcomes(Protocol):
    """The page that one sees first."""

    def show(self) -> None:
        """In place of the window's parts."""


class Host(Protocol):
    """The window, as far as actions need it."""

    controller: Controller
    columns: Columns
    company: Company
    helping: Helps
    workshop: Workshop
    presenter: Presents
    exporting: Exports
    take_away: TakesAway
    welcoming: Welcomes

    @property
    def document(self) -> Opens:
        """The session as a file."""

    def new_session(self) -> None:
        """Begin with the default session."""

    def open_dialog(self) -> None:
        """Ask for a session file and open it."""

    def save(self) -> bool:
        """Write the session to its file."""

    def save_as(self) -> bool:
        """Ask for a file and write the session to it."""

    def save_with_weights(self) -> bool:
        """Write the session with the network as it is now."""

    def race(self) -> None:
        """Train the session with other values, from several seeds each."""

    def quit(self) -> None:
        """Close the window."""

    def next_part(self, forwards: bool) -> None:
        """Give the keys to the next panel, toolbar or picture, or to the one before."""

    def fill_screen(self) -> None:
        """Fill the screen with the window as it is, or go back."""

    def type_number(self) -> None:
        """Begin to type the number of the chosen row of the pinned neuron."""

    def turn_number(self, steps: int) -> None:
        """Turn it up by so many steps, or down where negative."""

    def freeze(self) -> None:
        """Freeze the chosen row of the pinned neuron, or let it learn again."""

    def cut(self) -> None:
        """Cut the link of the chosen row of the pinned neuron, or mend it."""

    def switch_gate(self) -> None:
        """Switch off the gate of the pinned neuron on the stroke that is running, or on again."""

    def fit_stage(self) -> None:
        """Show the whole network again."""

    def zoom_stage(self, factor: float) -> None:
        """Magnify the network."""

    def show_catalogue(self) -> None:
        """All activation functions on one page."""

    def toggle_lesson(self) -> None:
        """Show or hide what to look for."""

    def escape(self) -> None:
        """Out of whatever is special at present: a text field, the stroke mode, a selection, the full screen."""
