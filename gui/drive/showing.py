"""What is known and chosen, turned into one ViewState: the newest snapshot, the film's cursor and the user's choices.

The stage gets every new view; panels get them at a readable rate while something moves, and at once where everything
stands still.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.engine.border.tape import Tape
from twostroke.engine.session.spec import ViewSpec
from twostroke.gui.model.choices import (
    THEMES,
    Choices,
    Colours,
    LinkRef,
    NeuronRef,
    Place,
    Theme,
    Walked,
    on_another_tape,
)
from twostroke.gui.model.explain.quantities import Kind, Quantity
from twostroke.gui.model.explain.rerouted import rerouted
from twostroke.gui.model.numbers import FEWEST_DIGITS, MOST_DIGITS
from twostroke.gui.model.player import AtEnd, Player, Speed, faster
from twostroke.gui.model.pointed import quantity_at
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import Grain, score_of
from twostroke.gui.model.trail import back, closed, followed, instead, of_row, opened
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.walk import is_pinned, pinned, stepped_out, still_there
from twostroke.gui.stage.scene.lenses import alone

FRAME_MS = 16
PANEL_SECONDS = 0.08

NEXT_LIVE = "The coming update, from its input on."
NEXT_UPDATE = "The next update."


class Showing(QObject):
    """What the window shows of a session, whoever knows it."""

    stage_view = Signal(object)  # ViewState, with every change
    panels_due = Signal()  # what stands still goes to the panels now; whoever shows the picture may come before
    panel_view = Signal(object)  # ViewState, at a rate at which it can be read
    look_changed = Signal(object)  # Choices
    speed_changed = Signal(object)  # Speed
    grain_changed = Signal(object)  # Grain
    at_end_changed = Signal(object)  # AtEnd

    def __init__(self, parent: QObject | None, clock: Callable[[], float]) -> None:
        super().__init__(parent)
        self._clock = clock
        self.player = Player(clock)
        self.choices = Choices()
        self.snapshot: Snapshot | None = None
        self.view: ViewState | None = None
        self._tape: Tape | None = None
        self.panel_seconds = PANEL_SECONDS
        self._paneled_at = 0.0
        self._unseen = False
        self._missed = False  # whether there was something to show meanwhile
        self._frames = QTimer(self)
        self._frames.setTimerType(Qt.TimerType.PreciseTimer)
        self._frames.setInterval(FRAME_MS)
        self._frames.timeout.connect(self._next_frame)
        self._trailing = QTimer(self)
        self._trailing.setSingleShot(True)
        self._trailing.timeout.connect(self._show_panels)

    def stop(self) -> None:
        """No more frames."""
        self._frames.stop()
        self._trailing.stop()

    @property
    def tape(self) -> Tape | None:
        """The tape under the cursor; None while live."""
        return self._tape

    @property
    def in_stroke(self) -> bool:
        """Whether one update is looked at."""
        return self._tape is not None

    @property
    def busy(self) -> bool:
        """Whether the picture moves by itself."""
        return self.player.moving or (self.snapshot is not None and self.snapshot.status is Status.RUNNING)

    def _change_tape(self, tape: Tape | None) -> None:
        before, self._tape = self._tape, tape
        if self.snapshot is not None:
            self.choices = on_another_tape(self.choices, before, tape, self.snapshot.sample)
        if tape is None:
            self.player.clear()
        else:
            assert self.snapshot is not None  # which the tape came with
            self.player.lay(score_of(tape, self.snapshot.session.network))
        self._keep_time()

    @np.errstate(over="ignore", invalid="ignore")  # numbers near the end of their range are shown as they are
    def refresh(self) -> None:
        """Resolve what is known and chosen, and show it, if anybody sees it."""
        self._missed = self._unseen and self.view is not None
        if self.snapshot is None or self._missed:
            return
        self.choices = still_there(self.choices, self.snapshot.session.widths)
        row = self.view.row if self.view is not None else 0
        self.view = resolve(self.snapshot, self._tape, self.player.cursor, self.choices)
        self._follow_sample(row, self.view)
        self.stage_view.emit(self.view)
        wait = self._paneled_at + self.panel_seconds - self._clock()
        if self.busy and wait > 0:
            if not self._trailing.isActive():
                self._trailing.start(max(1, int(wait * 1000)))
            return
        if not self.busy:
            self.panels_due.emit()
        self._show_panels()

    def _follow_sample(self, before: int, view: ViewState) -> None:
        """What is explained of the sample shown is explained of the one that is shown now."""
        self.choices = of_row(self.choices, before, view.row)
        if self.choices is not view.choices:
            self.view = replace(view, choices=self.choices)

    @np.errstate(over="ignore", invalid="ignore")
    def coming(self) -> str:
        """What the next step will show, in words."""
        ahead = self.player.ahead
        if self.snapshot is None or self._tape is None:
            return NEXT_LIVE
        return NEXT_UPDATE if ahead is None else resolve(self.snapshot, self._tape, ahead, self.choices).caption

    def leave_unseen(self, unseen: bool) -> None:
        """Show nothing for a while, as in a window that is minimised; afterwards, what is true by then."""
        self._unseen = unseen
        if self._missed and not unseen:
            self.refresh()

    @np.errstate(over="ignore", invalid="ignore")
    def _show_panels(self) -> None:
        self._trailing.stop()
        self._paneled_at = self._clock()
        if self.view is not None:
            self.panel_view.emit(self.view)

    def set_speed(self, speed: Speed) -> None:
        """How fast the film runs."""
        if speed is not self.player.speed:
            self.player.speed = speed
            self.speed_changed.emit(speed)
            self._keep_time()

    def change_speed(self, by: int) -> None:
        """A faster film, or a slower one with a negative number."""
        self.set_speed(faster(self.player.speed, by))

    def toggle_at_end(self, at_end: AtEnd) -> None:
        """Begin anew, or go on, when what plays is over; or stop there, as it was asked for before."""
        self.set_at_end(AtEnd.STOP if self.player.at_end is at_end else at_end)

    def set_at_end(self, at_end: AtEnd) -> None:
        """What happens when what plays is over."""
        self.player.at_end = at_end
        self.at_end_changed.emit(at_end)

    def set_grain(self, grain: Grain) -> None:
        """What one press of an arrow key passes."""
        if grain is not self.player.grain:
            self.player.take(grain)
            self.grain_changed.emit(grain)
            self.refresh()

    def change_grain(self, by: int) -> None:
        """A coarser grain, or a finer one with a negative number."""
        self.set_grain(self.player.grain.coarser(by))

    def _keep_time(self) -> None:
        if self.player.moving and not self._frames.isActive():
            self._frames.start()
        elif not self.player.moving:
            self._frames.stop()

    def _next_frame(self) -> None:
        if self.player.tick() or not self.player.moving:  # that it stands is to be seen as well
            self.refresh()
        self._keep_time()

    def see_as(self, view: ViewSpec) -> None:
        """See a session as it was saved; what that leaves open stays."""
        lens, digits = view.lens or self.choices.lens, view.digits or self.choices.digits
        self.choose(replace(self.choices, lens=lens, digits=digits))
        if view.grain is not None:
            self.set_grain(Grain(view.grain))

    def seen(self, view: ViewSpec) -> ViewSpec:
        """The same with how it is seen now. What was left open, and is as usual, stays so: older programs read it."""
        now = {"lens": alone(self.choices.lens), "digits": self.choices.digits, "grain": self.player.grain.value}
        usual = {"lens": Choices.lens, "digits": Choices.digits, "grain": Grain.PHASE.value}
        told = {key: value for key, value in now.items() if value != usual[key] or getattr(view, key) is not None}
        return view.model_copy(update=told)

    # -- choices -------------------------------------------------------------------------------------------------

    def choose(self, choices: Choices) -> None:
        """Take over all choices."""
        before, self.choices = self.choices, choices
        if (before.theme, before.colours) != (choices.theme, choices.colours):
            self.look_changed.emit(choices)
        if before != choices:
            self.refresh()

    def alter(self, change: Callable[[Choices], Choices]) -> None:
        """Make a change of the choices, whatever else has been chosen meanwhile."""
        self.choose(change(self.choices))

    def select(self, neuron: NeuronRef | None) -> None:
        """Pin a neuron in the inspector, and explain its number of this moment."""
        self.choose(self._explained(replace(self.choices, selected=neuron, pinned_link=None), neuron))

    def _explained(self, choices: Choices, place: Place | None) -> Choices:
        """Open the number of a place; an open chain of gains is led over a neuron that it can go over."""
        if place is None or self.view is None:
            return closed(choices)
        asked, chain = quantity_at(self.view, place), choices.quantity
        if chain is None or chain.kind is not Kind.CHAIN or not isinstance(place, NeuronRef):
            return opened(asked)(choices)
        led = rerouted(self.view, chain, place.layer, place.unit)
        return followed(asked)(choices) if led is None else instead(led)(choices)

    def explain(self, quantity: Quantity) -> None:
        """Open the account of a number."""
        self.choose(opened(quantity)(self.choices))

    def explain_back(self) -> None:
        """Open the account of the number before."""
        self.choose(back(self.choices))

    def hover(self, place: NeuronRef | LinkRef | None) -> None:
        """Look at a neuron or a link without pinning it."""
        self.choose(replace(self.choices, hovered=place))

    def walk(self, walked: Walked | None) -> None:
        """Stand somewhere in the picture, for the keys; None for nowhere."""
        self.choose(replace(self.choices, walked=walked))

    @property
    def walking(self) -> bool:
        """Whether the keys stand somewhere in the picture."""
        return self.choices.walked is not None

    def leave_walk(self) -> None:
        """Unpin where the keys stand; where that is not pinned, end the walk."""
        self.choose(stepped_out(self.choices))

    def pin(self, place: Place) -> None:
        """Pin a neuron or a link, and explain its number of this moment; or unpin it where it is."""
        unpins = is_pinned(self.choices, place)
        self.choose(self._explained(pinned(self.choices, place), None if unpins else place))

    def show_row(self, row: int) -> None:
        """Which sample of the tape's mini-batch the neurons show."""
        self.choose(replace(self.choices, batch_row=row))

    def toggle_theme(self) -> None:
        """From dark to light and back; from that of the projector to dark."""
        self.use_theme(Theme.LIGHT if self.choices.theme is Theme.DARK else Theme.DARK)

    def use_next_theme(self) -> None:
        """The one behind this in the list of themes; behind the last the first."""
        every = list(THEMES)
        self.use_theme(every[(every.index(self.choices.theme) + 1) % len(every)])

    def use_theme(self, theme: Theme) -> None:
        """Draw everything in that theme."""
        self.choose(replace(self.choices, theme=theme))

    def use_colours(self, colours: Colours) -> None:
        """Draw signs in those colours."""
        self.choose(replace(self.choices, colours=colours))

    def see_through(self, lens: str) -> None:
        """See the network through the lens of that id."""
        self.choose(replace(self.choices, lens=lens))

    def change_digits(self, by: int) -> None:
        """Write numbers with more digits, or with fewer."""
        self.choose(replace(self.choices, digits=min(max(self.choices.digits + by, FEWEST_DIGITS), MOST_DIGITS)))

    def toggle_log_updates(self) -> None:
        """A logarithmic axis of updates, or a plain one."""
        self.choose(replace(self.choices, log_updates=not self.choices.log_updates))

    def set_reduced_motion(self, on: bool) -> None:
        """Cross-fades instead of travel."""
        self.choose(replace(self.choices, reduced_motion=on))
