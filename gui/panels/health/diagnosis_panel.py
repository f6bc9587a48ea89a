"""What is wrong with the network, what of it is evidence, and what usually helps; quiet where nothing is wrong."""

from dataclasses import replace
from functools import partial

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twostroke.engine.border import commands as c
from twostroke.engine.border.health import LayerHealth
from twostroke.engine.border.snapshot import Answer, Snapshot, Status
from twostroke.engine.session.phrases import counted
from twostroke.gui.look.dress import dress
from twostroke.gui.model.cards import Card, Cards, Key
from twostroke.gui.model.choices import Choices, NeuronRef
from twostroke.gui.model.remedies import Remedy, remedies
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.base.seeking import within
from twostroke.gui.panels.base.widgets import Text, plain_button
from twostroke.gui.panels.health.finding_card import FindingCard

MOST = 5
"""Cards that are shown at first."""


class DiagnosisPanel(Panel):
    """Warnings, each a card, the gravest first; one of them is open."""

    TITLE = "Diagnosis"

    live_seconds = 0.3
    needs_health = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards = Cards()
        self.quiet = Text("", "muted", wrap=True)
        self.more = plain_button("", "Show all warnings", "link")
        self.more.clicked.connect(self._show_all)
        self.shown: list[FindingCard] = []
        self._all = False
        self._open: Key | None = None
        self._closed = False  # whether the user has folded the open one
        self._stack = QVBoxLayout()
        self._stack.setSpacing(6)
        self.body.addLayout(self._stack)
        self.body.addWidget(self.more)
        self.body.addWidget(self.quiet)
        self.more.hide()

    def show_view(self, view: ViewState) -> None:
        """What is said in the heading is for when the panel is folded, too."""
        if view.snapshot.health is not self.cards.health or self.cards.all:
            self.cards.take(view.snapshot)
            self._show_sign()
        super().show_view(view)

    def _show_sign(self) -> None:
        count = len(self.cards.ill)
        at = "" if self.cards.health is None else f" at update {self.cards.health.update:,}"
        self.heading.show_sign(count, f"{counted(count, 'warning')}{at}" if count else "")

    def refresh(self, view: ViewState) -> None:
        """A card for each warning; without one, quiet words."""
        self.quiet.say(self._quiet_words(view.snapshot))
        cards = self.cards.all if self._all else self.cards.all[:MOST]
        hidden = len(self.cards.all) - len(cards)
        self.more.setVisible(hidden > 0)
        self.more.setText(f"{hidden} more")
        self._choose_open(cards)
        while len(self.shown) < len(cards):
            self._add()
        for place, widget in enumerate(self.shown):
            if place < len(cards):
                widget.show_card(cards[place], view.snapshot, _offered)
                widget.unfold(cards[place].key == self._open)
            if widget.isHidden() == (place < len(cards)):
                widget.setVisible(place < len(cards))

    def _quiet_words(self, snapshot: Snapshot) -> str:
        health = snapshot.health
        if health is None:
            waits = snapshot.status is Status.COMPILING
            return "Examined as soon as the kernels are compiled." if waits else "Being examined…"
        over = f"over {counted(health.samples, 'sample')}, update {health.update:,}"
        return f"Examined {over}." if self.cards.all else f"Nothing wrong found {over}."

    def _choose_open(self, cards: tuple[Card, ...]) -> None:
        keys = [card.key for card in cards]
        if not keys:
            self._open, self._closed = None, False
        elif self._open not in keys and not self._closed:
            self._open = next((card.key for card in cards if card.ill), keys[0])

    def _add(self) -> None:
        made = FindingCard()
        dress(made, self.palette_)
        made.taken.connect(partial(self._take, made))
        made.asked.connect(partial(self._ask, made))
        made.led.connect(partial(self._lead, made))
        made.pinned.connect(partial(self._pin, made))
        made.dismissed.connect(partial(self._dismiss, made))
        made.title.clicked.connect(partial(self._turn, made))
        made.notice.refused.connect(self.needed)
        self.shown.append(made)
        self._stack.addWidget(made)

    # -- what the user does ----------------------------------------------------------------------------------------

    def _take(self, card: FindingCard, remedy: Remedy) -> None:
        if self._view is not None and card.key is not None:
            self.asked.emit(remedy.command, partial(self._taken, card, card.key, remedy, self._view.snapshot))

    def _taken(self, card: FindingCard, key: Key, remedy: Remedy, before: Snapshot, answer: Answer) -> bool:
        if answer.refused:
            card.notice.refuse(answer.refused)
        else:
            card.notice.remark(answer.remark)
            self.cards.treat(key, remedy, before, answer.number)
        return True

    def _ask(self, card: FindingCard, command: c.Command) -> None:
        if isinstance(command, c.Seek) and self._view is not None:
            command = c.Seek(within(command.update, self._view.snapshot))
        self.command.emit(command)

    def _turn(self, card: FindingCard) -> None:
        self._open, self._closed = (card.key, False) if card.title.isChecked() else (None, True)
        self._refresh()

    def _dismiss(self, card: FindingCard) -> None:
        if card.key is not None:
            self.cards.dismiss(card.key)
            self._show_sign()
            self._refresh()

    def _show_all(self) -> None:
        self._all = True
        self._refresh()

    def _lead(self, card: FindingCard, on: bool) -> None:
        who = self._patient(card) if on else None
        if who is not None or not on:
            self.chosen.emit(partial(_with_hovered, who))

    def _pin(self, card: FindingCard) -> None:
        who = self._patient(card)
        if who is not None:
            self.chosen.emit(partial(replace, selected=who, pinned_link=None))

    def _patient(self, card: FindingCard) -> NeuronRef | None:
        """The neuron that shows best what the card is about."""
        shown = next((each for each in self.cards.all if each.key == card.key), None)
        layer, health = None if shown is None else shown.finding.place, self.cards.health
        if layer is None or health is None or layer > len(health.layers):
            return None
        return NeuronRef(layer, _worst(health.layers[layer - 1]))


def _worst(layer: LayerHealth) -> int:
    """The first that is dead, or the one whose gate is shut for most samples."""
    return int(np.argmax(np.where(layer.dead, 2.0, np.nan_to_num(layer.saturated))))


def _offered(snapshot: Snapshot, card: Card) -> tuple[Remedy, ...]:
    return remedies(snapshot.session, card.finding) if card.ill else ()


def _with_hovered(who: NeuronRef | None, choices: Choices) -> Choices:
    return replace(choices, hovered=who)
