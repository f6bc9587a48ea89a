"""What is said of a diagnosis: a card for each finding, which stays in its place while it lasts.

While training runs, an examination comes twice a second, and a figure at its limit is found at one and not at the
next. So a card goes only after some examinations that no longer found it, and new ones come below those that are there;
where training stands still, the cards are those of the update that is shown, in the order of the illnesses.
"""

from dataclasses import dataclass, replace

from twostroke.engine.border import commands as c
from twostroke.engine.border.health import Finding, Health, Measure
from twostroke.engine.border.snapshot import Snapshot, Status
from twostroke.gui.model.numbers import number
from twostroke.gui.model.remedies import ORDER, Remedy

LASTS = 4
"""Examinations without the finding after which its card goes, while training runs."""

SHARES = frozenset(("dead", "saturated", "imbalance"))
"""Illnesses that are known by a share of the whole: "1 → 0.25" would not say of what."""

NOT_FINITE = "not_finite"
"""The illness that has no figure but whether it is there."""

Key = tuple[str, int | None]


@dataclass(frozen=True)
class Treatment:
    """A remedy that has been taken, and how it can be taken back."""

    remedy: Remedy
    before: float  # the figure when it was taken
    update: int  # at which it was taken
    number: int  # of the answer
    label: str | None = None  # what undo would take back since then; None until that is known

    def can_be_undone(self, snapshot: Snapshot) -> bool:
        """Whether `undo` still takes back this, and nothing else."""
        if isinstance(self.remedy.command, c.Seek):
            return snapshot.update != self.update <= snapshot.future
        return self.label is not None and snapshot.undo_label == self.label

    @property
    def undo(self) -> c.Command:
        """What takes it back."""
        return c.Seek(self.update) if isinstance(self.remedy.command, c.Seek) else c.Undo()


@dataclass(frozen=True)
class Card:
    """A finding, as it was last found, and what has become of it."""

    finding: Finding
    measure: Measure | None  # of the last examination; None where that measured nothing of the kind
    at: int | None  # the update of that examination; None where there was none since the remedy
    absent: int = 0  # examinations in a row that have not found it
    treatment: Treatment | None = None

    @property
    def key(self) -> Key:
        """By which it is known again."""
        return self.finding.key

    @property
    def ill(self) -> bool:
        """Whether it was found when the network was last examined."""
        return self.at is not None and self.absent == 0

    @property
    def healthy(self) -> bool:
        """Whether the last examination did not find it, and what it measured is within its limit."""
        return self.absent > 0 and (self.measure is None or not self.measure.beyond)

    @property
    def outcome(self) -> str:
        """The figure before and now, where that is to be told: "0.97 → 0.12 at update 300: healthy"."""
        if self.treatment is None and self.absent == 0:
            return ""
        was = self.finding.measure.figure if self.treatment is None else self.treatment.before
        before = self._told(was)
        if self.at is None:
            return f"{before} → … being measured"
        if self.measure is None:
            return f"{before} → not found at update {self.at:,}"
        told = self._limit(self.measure) if self.measure.beyond else "healthy"
        return f"{before} → {self._told(self.measure.figure)} at update {self.at:,}: {told}"

    def _limit(self, measure: Measure) -> str:
        if self.key[0] == NOT_FINITE:
            return "still so"
        return f"still {'below' if measure.below else 'above'} {self._told(measure.limit)}"

    def _told(self, figure: float) -> str:
        if self.key[0] == NOT_FINITE:
            return "not finite" if figure else "finite"
        return f"{number(100 * figure)} %" if self.key[0] in SHARES else number(figure)

    def examined(self, health: Health) -> "Card":
        """The same after another examination."""
        found = next((each for each in health.findings if each.key == self.key), None)
        measure = next((each for each in health.measures if (each.illness, each.layer) == self.key), None)
        if found is None:
            return replace(self, measure=measure, at=health.update, absent=self.absent + 1)
        return replace(self, finding=found, measure=measure, at=health.update, absent=0)

    def stays(self, running: bool) -> bool:
        """Whether it is still to be seen."""
        return self.treatment is not None or self.absent < (LASTS if running else 1)


class Cards:
    """Those of one session. `take` each snapshot in turn."""

    def __init__(self) -> None:
        self.all: tuple[Card, ...] = ()
        self.health: Health | None = None  # the last one that was taken
        self._document = 0

    def take(self, snapshot: Snapshot) -> None:
        """Learn what is known by now."""
        if snapshot.document != self._document:
            self._document, self.all, self.health = snapshot.document, (), None
        self.all = tuple(_still_treated(card, snapshot) for card in self.all)
        if snapshot.health is None or snapshot.health is self.health or self._is_old(snapshot):
            return
        self.health = snapshot.health
        running = snapshot.status is Status.RUNNING
        kept = [card.examined(self.health) for card in self.all]
        kept = [card for card in kept if card.stays(running)]
        known = {card.key for card in kept}
        new = [_new(found, self.health) for found in self.health.findings if found.key not in known]
        self.all = tuple(kept + new if running else sorted(kept + new, key=_rank))

    def treat(self, key: Key, remedy: Remedy, snapshot: Snapshot, number: int) -> None:
        """A remedy has been taken, by the answer `number`."""
        for place, card in enumerate(self.all):
            if card.key == key:
                taken = Treatment(remedy, card.finding.measure.figure, snapshot.update, number)
                treated = replace(card, treatment=taken, at=None, measure=None)
                self.all = (*self.all[:place], treated, *self.all[place + 1 :])

    def dismiss(self, key: Key) -> None:
        """What has been read goes; what is still wrong comes back with the next examination."""
        self.all = tuple(card for card in self.all if card.key != key)

    @property
    def ill(self) -> tuple[Card, ...]:
        """Those of what is wrong now."""
        return tuple(card for card in self.all if card.ill)

    def _is_old(self, snapshot: Snapshot) -> bool:
        """Whether a remedy is under way that the snapshot does not show yet."""
        newest = max((card.treatment.number for card in self.all if card.treatment is not None), default=0)
        return snapshot.answered < newest


def _new(found: Finding, health: Health) -> Card:
    return Card(found, found.measure, health.update)


def _rank(card: Card) -> tuple[int, int]:
    illness, layer = card.key
    return ORDER.index(illness), layer or 0


def _still_treated(card: Card, snapshot: Snapshot) -> Card:
    """The same, with what undo would take back; without the treatment where that has been undone."""
    taken = card.treatment
    if taken is None or snapshot.answered < taken.number:
        return card
    if isinstance(taken.remedy.command, c.Seek):
        undone = card.at is not None and snapshot.update >= taken.update
    elif taken.label is None:
        return replace(card, treatment=replace(taken, label=snapshot.undo_label))
    else:
        undone = snapshot.undo_label != taken.label and snapshot.redo_label == taken.label
        undone = undone or snapshot.undo_label is None
    return replace(card, treatment=None, at=None, absent=0) if undone else card
