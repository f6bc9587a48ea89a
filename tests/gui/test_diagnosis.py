"""The panel *Diagnosis*: a warning with its evidence where something is wrong, and a click that heals it."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui.ward import Ward, click, patient
from tests.gui.window_bench import Bench, bench, settings
from twostroke.engine.border import commands as c
from twostroke.engine.border.health import Cause, Finding, Health, Measure
from twostroke.engine.border.snapshot import Status
from twostroke.engine.session.spec import Session
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.cards import LASTS, Card, Cards
from twostroke.gui.model.choices import NeuronRef, Theme
from twostroke.gui.model.numbers import number
from twostroke.gui.model.remedies import Remedy
from twostroke.gui.panels.health.diagnosis_panel import MOST, DiagnosisPanel
from twostroke.gui.panels.health.finding_card import BACK_TIP, EDIT_TIP, FindingCard

__all__ = ["bench", "settings"]


@pytest.fixture
def panel(qtbot: QtBot) -> DiagnosisPanel:
    made = DiagnosisPanel()
    qtbot.addWidget(made)
    made.resize(290, 700)
    made.show()
    return made


def ward(panel: DiagnosisPanel, name: str, examinations: int = 5) -> Ward:
    """That session, trained until it is ill."""
    ill = patient(name)
    made = Ward(panel, Session.model_validate(ill.session))
    made.train(ill.updates, examinations)
    return made


def cards(panel: DiagnosisPanel) -> list[FindingCard]:
    return [card for card in panel.shown if card.isVisible()]


def titles(panel: DiagnosisPanel) -> list[str]:
    return [card.title.text() for card in cards(panel)]


# -- what is seen ----------------------------------------------------------------------------------------------------


def test_a_healthy_network_has_no_warning(panel: DiagnosisPanel) -> None:
    made = Ward(panel, Session())
    made.train(200)
    assert titles(panel) == []
    assert panel.heading.warnings == 0
    assert panel.quiet.text() == "Nothing wrong found over 250 samples, update 200."


def test_a_warning_says_what_since_when_and_why(panel: DiagnosisPanel) -> None:
    made = ward(panel, "ReLU at rate 10")
    assert titles(panel) == ["Dead units in hidden 2"]
    (card,) = cards(panel)
    (finding,) = made.trainer.health.findings if made.trainer.health else ()
    assert card.measured.text() == finding.measured
    assert card.measured.isVisible()
    assert card.why.text() == finding.why
    assert card.since.text() == f"Since update {finding.since:,}"
    assert panel.heading.warnings == 1
    assert "1 warning" in panel.heading.toolTip()
    assert card.title.accessibleName() == "Warning: Dead units in hidden 2"


def opened(panel: DiagnosisPanel) -> FindingCard:
    return next(card for card in cards(panel) if card.measured.isVisible())


def of(panel: DiagnosisPanel, title: str) -> FindingCard:
    return next(card for card in cards(panel) if card.title.text() == title)


@pytest.mark.parametrize(
    "name", ["ReLU at rate 10", "six layers of tanh, wide weights", "targets of 200, ReLU", "inputs of 200, sigmoid"]
)
def test_one_click_heals_and_the_next_takes_it_back(panel: DiagnosisPanel, name: str) -> None:
    made = ward(panel, name)
    card, before = opened(panel), made.trainer.session
    title = card.title.text()
    figure = next(each for each in panel.cards.all if each.key == card.key).finding.measure.figure
    told = f"{number(100 * figure)} %" if title.startswith(("Dead", "Saturated")) else number(figure)
    click(card.buttons[0])
    assert made.trainer.session != before
    assert of(panel, title).outcome.text() == f"{told} → … being measured"
    made.train(patient(name).after)
    card = of(panel, title)
    assert card.outcome.text().startswith(f"{told} → ")
    assert card.outcome.text().endswith(f"at update {made.trainer.update:,}: healthy")
    assert not card.measured.isVisible(), "it is no longer true"
    assert panel.heading.warnings == 0
    click(card.undo)
    assert made.trainer.session == before
    made.examine()
    assert title in titles(panel)
    assert not of(panel, title).outcome.isVisible()
    assert panel.heading.warnings >= 1


def test_a_network_that_has_run_away_is_healed(panel: DiagnosisPanel) -> None:
    made = ward(panel, "SGD at rate 50 on values")
    assert titles(panel)[0] == "Not a number"
    click(opened(panel).buttons[0])
    made.train(100)
    assert titles(panel) == ["Not a number"]
    card = cards(panel)[0]
    assert card.outcome.text() == "not finite → finite at update 100: healthy"
    assert card.remedy.text() == "After: Learning rate 0.1, and begin anew"
    click(card.close_button)
    assert titles(panel) == []


def test_going_back_to_before_an_overfit_can_be_gone_on_from(panel: DiagnosisPanel) -> None:
    made = ward(panel, "iris by heart", 20)
    end, card = made.trainer.update, of(panel, "Overfitting")
    assert card.buttons[0].text().startswith("Back to update")
    assert [button.toolTip() for button in card.buttons] == [BACK_TIP, EDIT_TIP, EDIT_TIP]
    click(card.buttons[0])
    made.examine()
    assert made.trainer.update < end
    click(of(panel, "Overfitting").undo)
    assert made.trainer.update == end


def test_what_has_not_helped_is_said(panel: DiagnosisPanel) -> None:
    made = ward(panel, "ReLU at rate 10")
    wrong = Remedy("Reset", c.Reset())
    opened(panel).taken.emit(wrong)
    made.train(500)
    card = of(panel, "Dead units in hidden 2")
    assert "still above 50 %" in card.outcome.text()
    assert card.measured.isVisible()
    assert panel.heading.warnings >= 1


def test_undo_is_offered_as_long_as_it_takes_back_this(panel: DiagnosisPanel) -> None:
    made = ward(panel, "ReLU at rate 10")
    click(opened(panel).buttons[1])
    made.train(20)
    assert of(panel, "Dead units in hidden 2").undo.isVisible()
    made.ask(c.Reset())
    made.examine()
    assert not of(panel, "Dead units in hidden 2").undo.isVisible(), "undo would take back the reset"


def test_a_folded_panel_says_how_many_warnings_there_were(panel: DiagnosisPanel) -> None:
    made = ward(panel, "ReLU at rate 10")
    panel.fold(True)
    assert panel.heading.warnings == 1
    assert panel.heading.toolTip() == "Unfold “Diagnosis”: 1 warning at update 500"
    assert panel.heading.accessibleDescription() == "folded, 1 warning at update 500"
    made.trainer.health = None
    made.show()
    assert panel.heading.warnings == 1, "nothing has been examined since"


def test_the_update_of_since_is_one_click_away(panel: DiagnosisPanel) -> None:
    made = ward(panel, "ReLU at rate 10")
    (card,) = cards(panel)
    since = panel.cards.all[0].finding.since
    click(card.since)
    assert made.trainer.update == since


def test_a_layer_is_shown_in_the_picture(panel: DiagnosisPanel) -> None:
    made = ward(panel, "ReLU at rate 10")
    (card,) = cards(panel)
    QApplication.sendEvent(card, QEnterEvent(QPointF(5, 5), QPointF(5, 5), QPointF(5, 5)))
    hovered = made.choices.hovered
    assert isinstance(hovered, NeuronRef)
    assert hovered.layer == 2
    assert made.trainer.health is not None
    assert made.trainer.health.layers[1].dead[hovered.unit]
    QApplication.sendEvent(card, QEvent(QEvent.Type.Leave))
    assert made.choices.hovered is None
    click(card.lead)
    assert made.choices.selected == hovered


@pytest.mark.parametrize(("name", "figure", "which"), [
    ("eight leaky layers, narrow weights", "jacobian", np.argmin),
    ("eight layers of ReLU, wide weights", "jacobian", np.argmax),
    ("Adam at rate 0.5", "update_ratio", np.argmax),
    ("SGD at rate 1e-6", "update_ratio", np.argmax),
])  # fmt: skip
def test_what_the_whole_network_has_is_shown_in_the_layer_with_the_worst_figure(
    panel: DiagnosisPanel, name: str, figure: str, which: Callable[[object], int]
) -> None:
    made = ward(panel, name)
    health, illness = made.trainer.health, patient(name).illness
    assert health is not None
    (card,) = [card for card in cards(panel) if card.key == (illness, None)]
    finding = next(each for each in health.findings if each.key == card.key)
    layers = health.layers[:-1] if figure == "jacobian" else health.layers
    figures = [getattr(layer, figure) for layer in layers]
    if figure == "update_ratio":
        figures = np.median(health.course.of(figure)[-5:], axis=0)
    assert finding.place == which(figures) + 1
    card.unfold(True)
    assert card.lead.text() == f"Show {health.layers[finding.place - 1].name}"
    click(card.lead)
    assert isinstance(made.choices.selected, NeuronRef)
    assert made.choices.selected.layer == finding.place


def test_the_layer_of_the_first_number_that_is_none_is_shown(panel: DiagnosisPanel) -> None:
    made = ward(panel, "SGD at rate 50 on values")
    (card,) = [card for card in cards(panel) if card.key == ("not_finite", None)]
    assert made.trainer.failure is not None
    named = [layer for layer in made.trainer.examine().layers if made.trainer.failure.where.endswith(layer.name)]
    assert card.lead.isVisibleTo(panel) == bool(named)


def test_what_no_layer_shows_leads_to_none(panel: DiagnosisPanel) -> None:
    made = ward(panel, "iris by heart", 20)
    (card,) = [card for card in cards(panel) if card.key == ("overfit", None)]
    assert not card.lead.isVisibleTo(panel)
    made.show()


def test_a_refused_remedy_says_why(panel: DiagnosisPanel) -> None:
    made = ward(panel, "ReLU at rate 10")
    (card,) = cards(panel)
    made.refuses = "No."
    click(card.buttons[0])
    assert card.notice.text() == "No."
    assert not card.outcome.isVisible()


def test_keys_do_all_of_it(panel: DiagnosisPanel) -> None:
    made = ward(panel, "ReLU at rate 10")
    (card,) = cards(panel)
    QTest.keyClick(card.title, Qt.Key.Key_Space)
    assert not card.measured.isVisible()
    QTest.keyClick(card.title, Qt.Key.Key_Return)
    assert card.measured.isVisible()
    before = made.trainer.session
    QTest.keyClick(card.buttons[0], Qt.Key.Key_Return)
    assert made.trainer.session != before


def test_both_themes_tell_the_warning_from_the_ground(panel: DiagnosisPanel) -> None:
    made = ward(panel, "ReLU at rate 10")
    pictures = []
    for theme in Theme:
        dress(panel, PALETTES[theme])
        made.show()
        pictures.append(panel.grab().toImage())
    assert pictures[0] != pictures[1]


# -- what stays ------------------------------------------------------------------------------------------------------


def finding(illness: str = "dead", layer: int | None = 1, figure: float = 0.7) -> Finding:
    return Finding(Measure(illness, figure, 0.5, layer=layer), f"{illness} {layer}", "…", 0, Cause.RATE, "")


def taken(panel: Cards, bench: Bench, status: Status, *findings: Finding) -> list[str]:
    """The titles of the cards after another examination with those findings."""
    measures = tuple(each.measure for each in findings)
    update = 0 if panel.health is None else panel.health.update + 10
    health = Health(update, 40, (), measures, findings)
    panel.take(replace(bench.link.engine.now, health=health, status=status))
    return [card.finding.title for card in panel.all]


def test_a_finding_that_comes_and_goes_does_not_flicker(bench: Bench) -> None:
    made = Cards()
    for _ in range(3):
        assert taken(made, bench, Status.RUNNING, finding()) == ["dead 1"]
        for _ in range(LASTS - 1):
            assert taken(made, bench, Status.RUNNING) == ["dead 1"]
            assert made.ill == (), "what is not found is not told as if it were"
    assert taken(made, bench, Status.RUNNING) == []


def test_standing_still_the_cards_are_those_of_the_update(bench: Bench) -> None:
    made = Cards()
    assert taken(made, bench, Status.PAUSED, finding()) == ["dead 1"]
    assert taken(made, bench, Status.PAUSED) == []


def test_a_card_stays_in_its_place_while_training_runs(bench: Bench) -> None:
    made = Cards()
    overfit, first, second = finding("overfit", None), finding("dead", 1), finding("dead", 2)
    taken(made, bench, Status.RUNNING, overfit)
    assert taken(made, bench, Status.RUNNING, first, second, overfit) == ["overfit None", "dead 1", "dead 2"]
    assert taken(made, bench, Status.RUNNING, second, overfit) == ["overfit None", "dead 1", "dead 2"]
    assert taken(made, bench, Status.PAUSED, first, second, overfit) == ["dead 1", "dead 2", "overfit None"]


def test_another_session_begins_without_cards(bench: Bench) -> None:
    made = Cards()
    taken(made, bench, Status.RUNNING, finding())
    made.take(replace(bench.link.engine.now, document=7, health=None))
    assert made.all == ()


def test_an_outcome_in_words() -> None:
    ill = finding()
    assert Card(ill, ill.measure, 10).outcome == ""
    assert Card(ill, replace(ill.measure, figure=0.2), 20, absent=1).outcome == "70 % → 20 % at update 20: healthy"
    below = replace(ill.measure, figure=0.2, below=True)
    assert Card(ill, below, 20, absent=1).outcome == "70 % → 20 % at update 20: still below 50 %"
    assert Card(finding("overfit", None, 1.42), None, 20, absent=1).outcome == "1.42 → not found at update 20"
    spoilt = finding("not_finite", None, 1.0)
    assert Card(spoilt, spoilt.measure, 20, absent=1).outcome == "not finite → not finite at update 20: still so"
    ratio = finding("vanishing", None)
    assert Card(ratio, replace(ratio.measure, figure=0.2), 20, absent=1).outcome == "0.7 → 0.2 at update 20: healthy"


def test_many_warnings_leave_room(panel: DiagnosisPanel, bench: Bench) -> None:
    view = bench.controller.view
    assert view is not None
    findings = tuple(finding("dead", layer) for layer in range(1, 13))
    health = Health(0, 40, (), (), findings)
    session = Session.model_validate({"network": {"layers": [{"units": 2}] * 12}})
    panel.show_view(replace(view, snapshot=replace(view.snapshot, health=health, session=session)))
    assert len(cards(panel)) == MOST
    assert panel.more.text() == "7 more"
    assert panel.heading.warnings == 12
    click(panel.more)
    assert len(cards(panel)) == 12


# -- nothing is examined when nobody looks ---------------------------------------------------------------------------


def watched(bench: Bench) -> bool:
    return bench.link.engine.watched[-1].health


def test_nothing_is_examined_when_nobody_looks(bench: Bench) -> None:
    panels = [panel for panel in bench.window.panels.values() if getattr(panel, "needs_health", False)]
    assert watched(bench)
    for panel in panels:
        assert watched(bench)
        panel.fold(True)  # type: ignore[union-attr]
    assert not watched(bench)
    panels[0].fold(False)  # type: ignore[union-attr]
    assert watched(bench)
    bench.key(Qt.Key.Key_F8)
    assert not watched(bench), "its column is folded"
    bench.key(Qt.Key.Key_F8)
    assert watched(bench)
    bench.controller.leave_unseen(True)
    assert not watched(bench), "the window is minimised"
    bench.controller.leave_unseen(False)
    assert watched(bench)
