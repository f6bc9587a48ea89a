"""The catalogue of activation functions in a window beside the picture, into which functions are dragged."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from twostroke.engine.border.commands import Edit
from twostroke.engine.catalogue.activations import CATALOGUE
from twostroke.gui.drive.controller import Controller
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.edits import BY_LAYER
from twostroke.gui.model.function_places import place_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.catalogue.catalogue_page import CataloguePage
from twostroke.gui.panels.catalogue.function_card import NARROWEST
from twostroke.gui.shell.measuring import Measuring

WIDTH = NARROWEST + 56
"""Of one column of cards."""


class CatalogueWindow(QDialog):
    """`asked` carries an edit, and whom to tell the answer. Escape closes it; what was measured stays."""

    asked = Signal(object, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._behind = parent
        self.setWindowTitle("Activation functions")
        self.setModal(False)
        self.setSizeGripEnabled(True)
        self.page = CataloguePage()
        self.page.asked.connect(self.asked)
        self.measuring = Measuring(self)
        self.measuring.found.connect(self.page.show_costs)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)
        self.setMinimumSize(QSize(WIDTH, 320))
        self._placed = False
        self._view: ViewState | None = None

    def show_view(self, view: ViewState) -> None:
        """Show that network, now or when the window is looked at."""
        self._view = view
        if self.isVisible():
            self.page.show_view(view)

    def open_beside(self) -> None:
        """Show it, the first time at the right of the window behind, where the picture is not."""
        if not self._placed:
            self._placed = True
            self.setGeometry(self._beside())
        self.show()
        self.activateWindow()
        self.page.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _beside(self) -> QRect:
        behind, screen = self._behind.geometry(), self.screen().availableGeometry()
        high = min(behind.height(), screen.height() - 40)
        left = min(behind.right() + 8, screen.right() - WIDTH)
        return QRect(max(left, screen.left()), max(behind.top(), screen.top() + 32), WIDTH, high)

    # Qt's own names from here on

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up, and measure."""
        super().showEvent(event)
        if self._view is not None:
            self.page.show_view(self._view)
        self.measuring.begin()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is measured that nobody looks at."""
        super().hideEvent(event)
        self.measuring.pause()


class Catalogue:
    """The catalogue beside a window, made when it is first asked for; and what a drop in the picture does."""

    def __init__(self, behind: QWidget, controller: Controller, actions: Sequence[QAction]) -> None:
        self._behind, self._controller, self._actions = behind, controller, actions
        self.window: CatalogueWindow | None = None

    def open(self) -> None:
        """Show it beside the picture."""
        if self.window is None:
            self.window = CatalogueWindow(self._behind)
            self.window.addActions(list(self._actions))
            self.window.asked.connect(self._controller.ask)
            self._controller.panel_view.connect(self.window.show_view)
            dress(self.window, palette_of(self._controller.choices))
            if self._controller.view is not None:
                self.window.show_view(self._controller.view)
        self.window.open_beside()

    def use(self, name: str, layer: int) -> None:
        """Use a function in a layer of the picture, from 1; refusals are told above the picture."""
        if self._controller.snapshot is None:
            return
        network = self._controller.snapshot.session.network
        place = place_of(network, layer, CATALOGUE[name])
        if place is not None:
            change, arguments = place.edit(name)
            depth = len(network.layers) if change in BY_LAYER else None
            self._controller.ask(Edit(change, arguments, depth), None)

    def end(self) -> None:
        """The program goes."""
        if self.window is not None:
            self.window.close()
            self.window.measuring.end()
