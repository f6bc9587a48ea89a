"""Networks beside the main one: which there are, what each shows now, and what can be done with one of them."""

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Captured, Snapshot
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.drive import showing
from twostroke.gui.drive.bridge import Bridge
from twostroke.gui.drive.companion import Companion
from twostroke.gui.drive.controller import Controller
from twostroke.gui.drive.in_step import InStep
from twostroke.gui.model.differences import Difference, told
from twostroke.gui.model.in_company import beside
from twostroke.gui.model.view import ViewState

MOST = 3
"""Networks beside the main one."""

PANEL_SECONDS = 2 * showing.PANEL_SECONDS
"""In company panels are shown half as often: the time belongs to the pictures, of which there are more."""

FULL = f"{MOST + 1} networks are compared already. Close one of them first."
IS_BRANCH = "{name} is a branch of this run as well. To go on with it, choose it among the branches below the picture."
NOT_YET = "The session is still being opened; compare when it is there."


class Comparison(QObject):
    """Up to MOST companions of a controller's network.

    `changed` says that there are others, or that they train in another way; `shown` that there are new `views`; `told`
    that there is news of one: where it stands, or what its problem is.
    """

    changed = Signal()
    shown = Signal()
    told = Signal()

    def __init__(
        self, controller: Controller, parent: QObject | None = None, bridge: Callable[[Session], Bridge] = Bridge
    ) -> None:
        super().__init__(parent)
        self.companions: tuple[Companion, ...] = ()
        self.in_step = True
        self._controller = controller
        self._bridge = bridge
        self._turns: InStep | None = None
        self._document: int | None = None
        self._met: dict[Companion, Snapshot] = {}  # what is shown of each
        self._seen: dict[Companion, tuple[object, ...]] = {}  # of what `views` were made
        self.views: dict[Companion, ViewState] = {}
        controller.stage_view.connect(self._refresh)
        controller.taken.connect(self._watch_document)

    # -- who is there --------------------------------------------------------------------------------------------------

    def add(self, difference: Difference) -> None:
        """Compare with one network more. SessionError, a sentence, where that cannot be."""
        main = self._controller.snapshot
        if main is None:
            raise SessionError(NOT_YET)
        if len(self.companions) == MOST:
            raise SessionError(FULL)
        companion = Companion(difference, main.session, self, self._bridge)
        self._document = main.document
        companion.arrived.connect(self._arrived)
        companion.troubled.connect(self.told)
        self._gather((*self.companions, companion))
        companion.start()

    def remove(self, companion: Companion) -> None:
        """Compare without it, and end its training."""
        self._gather(tuple(each for each in self.companions if each is not companion))
        self._met.pop(companion, None)
        self._seen.pop(companion, None)
        self.views.pop(companion, None)
        companion.stop()
        companion.deleteLater()

    def close(self) -> None:
        """The main network alone again."""
        for companion in self.companions:
            self.remove(companion)

    def _gather(self, companions: tuple[Companion, ...]) -> None:
        self.companions = companions
        if companions and self._turns is None:
            self._join()
        if self._turns is not None:
            self._turns.companions = companions
            self._turns.go_on()
            if not companions:
                self._part()
        self.changed.emit()

    def _join(self) -> None:
        """Take the way to the main engine."""
        self._turns = InStep(self._controller.link, self)
        self._turns.in_step = self.in_step
        self._turns.met.connect(self._all_met)
        self._controller.reroute(self._turns)
        self._controller.panel_seconds = PANEL_SECONDS
        self._turns.begin(self._controller.snapshot)

    def _part(self) -> None:
        turns, self._turns = self._turns, None
        if turns is not None:
            self._controller.reroute(turns.link)
            self._controller.panel_seconds = showing.PANEL_SECONDS
            turns.end()
            turns.deleteLater()

    def _watch_document(self, snapshot: Snapshot) -> None:
        """Another session has nothing to do with these."""
        if self.companions and snapshot.document != self._document:
            self.close()

    # -- how -----------------------------------------------------------------------------------------------------------

    def set_in_step(self, on: bool) -> None:
        """All at the same update, or each at full speed."""
        if on != self.in_step:
            self.in_step = on
            if self._turns is not None:
                self._turns.set_in_step(on)
            self.changed.emit()

    def make_main(self, companion: Companion) -> None:
        """Go on with that network in place of the main one, which can be undone."""

        def adopt(captured: Captured) -> None:
            label = companion.made.label
            self.remove(companion)
            self._controller.send(c.Adopt(captured.session, captured.state or {}, label))

        companion.captured(adopt)

    def branch_off(self, companion: Companion, name: str) -> None:
        """Have that network, all its updates, as a branch of the main one's run called `name`. Can be undone."""
        label, made = f"{name}: {told(companion.made)}", companion.made.label

        def graft(captured: Captured) -> None:
            self._controller.send(c.Graft(captured.line, label, (made,)))
            self._controller.said.emit(IS_BRANCH.format(name=name), False)

        companion.captured(graft, line=True)

    # -- what is shown -------------------------------------------------------------------------------------------------

    def _arrived(self, companion: Companion) -> None:
        if self._turns is not None:
            self._turns.go_on()
        if companion.snapshot is not None and (not self.in_step or companion not in self._met):
            self._met[companion] = companion.snapshot
            self._refresh()
        self.told.emit()

    def _all_met(self, follows: bool) -> None:
        """All are at one update; the main network's picture `follows`, or is there."""
        for companion in self.companions:
            if companion.snapshot is not None:
                self._met[companion] = companion.snapshot
        if not follows:
            self._refresh()

    @np.errstate(over="ignore", invalid="ignore")
    def _refresh(self, *_: object) -> None:
        view = self._controller.view
        if view is not None and self._met:
            before = self.views
            self.views = {each: self._view(each, snapshot, view) for each, snapshot in self._met.items()}
            if self.views != before:
                self.shown.emit()

    def _view(self, companion: Companion, snapshot: Snapshot, main: ViewState) -> ViewState:
        """The same as before where nothing of it has changed: at full speed each has frames of its own."""
        compared = main.snapshot if main.snapshot.update == snapshot.update else None
        before, now = self.views.get(companion), (snapshot, compared, main.choices, main.tape, main.cursor)
        if before is None or self._seen.get(companion) != now:
            self._seen[companion], before = now, beside(main, snapshot)
        return before
