"""The panel *Classes and samples*: its figures are those of the engine, the worst come first, a click shows one."""

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session
from tests.gui.test_panels_output import live
from twostroke.engine.border.commands import PinSample, TryTestRow
from twostroke.engine.probes.calibration import calibration_of
from twostroke.engine.probes.per_class import class_figures
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.scores.class_table import HEAD
from twostroke.gui.panels.scores.reliability import count_text
from twostroke.gui.panels.scores.scores_panel import NO_PROBABILITIES, ScoresPanel
from twostroke.gui.panels.scores.worst_table import ANSWER, LOSS, SAMPLE, TARGET

NARROW = 280


@pytest.fixture
def panel(qtbot: QtBot) -> ScoresPanel:
    made = ScoresPanel()
    qtbot.addWidget(made)
    made.resize(NARROW, 900)
    made.show()
    return made


def trained(data: str, updates: int = 60, **more: Any) -> Trainer:
    trainer = Trainer(Session.model_validate({"data": {"name": data}, **more}))
    trainer.advance(updates)
    trainer.evaluate()
    return trainer


def view_of(trainer: Trainer) -> ViewState:
    return resolve(snapshot_of(trainer), None, None, Choices())


def texts(panel: ScoresPanel, table: str, column: int) -> list[str]:
    model = {"classes": panel.classes.classes, "samples": panel.samples.samples}[table]
    return [model.index(row, column).data() for row in range(model.rowCount())]


@pytest.mark.parametrize("data", ["fraud", "iris", "breast_cancer", "digits"])
def test_each_class_has_its_figures_test_and_train(panel: ScoresPanel, data: str) -> None:
    trainer = trained(data)
    panel.show_view(view_of(trainer))
    evaluation = trainer.evaluation
    for scores, place in ((evaluation.test, 0), (evaluation.train, 1)):
        panel.part.button(place).click()
        figures = class_figures(scores.confusion)
        assert texts(panel, "classes", 0) == list(trainer.dataset.class_names)
        assert texts(panel, "classes", 1) == [f"{n:,}" for n in figures.support]
        for column, values in ((2, figures.precision), (3, figures.recall), (4, figures.f1)):
            told = texts(panel, "classes", column)
            assert told == ["–" if np.isnan(value) else f"{value:.3f}" for value in values]


def test_rare_classes_come_first_where_that_is_asked_for_and_stay_so(panel: ScoresPanel) -> None:
    trainer = trained("fraud")
    panel.show_view(view_of(trainer))
    assert texts(panel, "classes", 0) == ["ordinary", "fraud"]
    panel.rare.click()
    assert texts(panel, "classes", 0) == ["fraud", "ordinary"]
    trainer.advance(50)
    trainer.evaluate()
    panel.show_view(view_of(trainer))
    assert texts(panel, "classes", 0) == ["fraud", "ordinary"]
    assert panel.threshold.text().endswith("taken for fraud where the output is above 0.5.")


def test_a_head_sorts_and_what_is_not_known_comes_last(panel: ScoresPanel) -> None:
    trainer = trained("digits", 3)
    panel.show_view(view_of(trainer))
    for way in Qt.SortOrder:
        panel.classes.sortByColumn(2, way)
        told = texts(panel, "classes", 2)
        known = [float(text) for text in told if text != "–"]
        assert "–" in told
        assert told[len(known) :] == ["–"] * (len(told) - len(known))
        assert known == sorted(known, reverse=way is Qt.SortOrder.DescendingOrder)


@pytest.mark.parametrize("data", ["fraud", "digits", "sine", "market"])
def test_the_worst_samples_come_first_and_a_click_shows_one(panel: ScoresPanel, data: str) -> None:
    trainer = trained(data)
    panel.show_view(view_of(trainer))
    said: list[object] = []
    panel.command.connect(said.append)
    for scores, place, command in ((trainer.evaluation.test, 0, TryTestRow), (trainer.evaluation.train, 1, PinSample)):
        panel.part.button(place).click()
        slowly = sorted(range(len(scores.losses)), key=lambda row: (-scores.losses[row], row))[:100]
        assert [int(text) for text in texts(panel, "samples", SAMPLE)] == slowly
        at = panel.samples.visualRect(panel.samples.samples.index(2, LOSS)).center()
        QTest.mouseClick(panel.samples.viewport(), Qt.MouseButton.LeftButton, pos=at)
        assert said.pop() == command(slowly[2])
    trainer.apply(PinSample(slowly[1]))
    panel.show_view(view_of(trainer))
    assert panel.samples.currentIndex().row() == 1


def test_a_sample_is_told_with_what_is_right_and_what_the_network_says(panel: ScoresPanel) -> None:
    trainer = trained("market")
    panel.show_view(view_of(trainer))
    panel.part.button(1).click()
    row = int(texts(panel, "samples", SAMPLE)[0])
    target, output = trainer.dataset.label_train[row], trainer.evaluation.train.output[row]
    assert float(texts(panel, "samples", TARGET)[0].replace("−", "-")) == pytest.approx(float(target), rel=6e-3)
    told = float(texts(panel, "samples", ANSWER)[0].replace("−", "-"))
    assert told == pytest.approx(float(trainer.dataset.values(output)[0]), rel=6e-3)
    trainer = trained("iris")
    panel.show_view(view_of(trainer))
    names, taken = trainer.dataset.class_names, trainer.evaluation.train.predicted
    rows = map(int, texts(panel, "samples", SAMPLE))
    assert texts(panel, "samples", ANSWER) == [names[taken[row]] for row in rows]


def test_a_class_lists_its_own_samples(panel: ScoresPanel) -> None:
    trainer = trained("iris")
    panel.show_view(view_of(trainer))
    panel.rare.click()
    at = panel.classes.visualRect(panel.classes.classes.index(2, 0)).center()
    QTest.mouseClick(panel.classes.viewport(), Qt.MouseButton.LeftButton, pos=at)
    name = texts(panel, "classes", 0)[2]
    assert set(texts(panel, "samples", TARGET)) == {name}
    assert name in panel.listing.text()
    panel.all.click()
    assert len(set(texts(panel, "samples", TARGET))) > 1
    panel.classes.picked.emit(2)
    panel.show_view(view_of(trained("moons")))
    assert set(texts(panel, "samples", TARGET)) == {"class 0", "class 1"}, "no class of other data is listed"


@pytest.mark.parametrize("data", ["fraud", "digits"])
def test_probabilities_stand_beside_what_is(panel: ScoresPanel, data: str) -> None:
    trainer = trained(data)
    panel.show_view(view_of(trainer))
    own = trainer.dataset
    found = calibration_of(trainer.evaluation.test.output, own.label_test, own.info.classes)
    assert panel.diagram.isVisible()
    assert panel.diagram.found.samples.tolist() == found.samples.tolist()
    assert len(panel.diagram.lines()) == np.count_nonzero(found.samples)
    told = dict(zip(np.flatnonzero(found.samples).tolist(), panel.diagram.lines(), strict=True))
    for place, line in told.items():
        one = found.samples[place] == 1
        assert f": {found.samples[place]:,} {'sample' if one else 'samples'}, probability " in line
    assert f"{100 * found.error:.1f} %" in panel.figures.text()
    before = panel.diagram.grab().toImage()
    panel.part.button(1).click()
    assert panel.diagram.grab().toImage() != before


def test_outputs_that_are_no_probabilities_are_told_as_such(panel: ScoresPanel) -> None:
    panel.show_view(
        view_of(trained("moons", network={"output": {"activation": "identity"}}, training={"loss": "hinge"}))
    )
    assert panel.diagram.isHidden()
    assert panel.about.text() == NO_PROBABILITIES
    assert panel.threshold.text().endswith("above 0.")
    panel.show_view(view_of(trained("sine")))
    assert panel.about.isHidden()
    assert panel.classes.isHidden()
    assert panel.head.text() == "Worst samples"


def test_figures_of_other_data_are_not_shown(panel: ScoresPanel) -> None:
    """Between other data and their first evaluation there is nothing to list."""
    panel.show_view(view_of(trained("iris")))
    panel.show_view(live(example_session(data="digits")))
    assert panel.classes.isHidden()
    assert panel.samples.samples.rowCount() == 0
    assert panel.diagram.isHidden()


@pytest.mark.parametrize("theme", list(Theme))
@pytest.mark.parametrize("data", ["fraud", "breast_cancer", "iris"])
def test_nothing_is_cut_in_the_narrowest_panel(panel: ScoresPanel, data: str, theme: Theme) -> None:
    dress(panel, PALETTES[theme])
    panel.show_view(view_of(trained(data)))
    panel.rare.click()
    QTest.qWait(20)
    for table, first in ((panel.classes, 0), (panel.samples, 2)):
        model = table.model()
        for column in range(model.columnCount()):
            mark = 24 if column >= first and model.index(0, column).data(Qt.ItemDataRole.DecorationRole) else 4
            widest = max(table.fontMetrics().horizontalAdvance(model.index(r, column).data()) for r in range(2))
            assert widest + mark <= table.columnWidth(column), (column, table.columnWidth(column))
            head = table.horizontalHeader()
            text = model.headerData(column, Qt.Orientation.Horizontal)
            assert head.fontMetrics().horizontalAdvance(text) + 8 <= head.sectionSize(column)
    assert panel.minimumSizeHint().width() <= NARROW


def test_counts_have_room() -> None:
    assert [count_text(n) for n in (7, 999, 1_000, 12_345, 3_000_000)] == ["7", "999", "1k", "12k", "3M"]


def test_the_chosen_row_keeps_the_hues_of_its_classes(panel: ScoresPanel) -> None:
    """Qt would tint them."""
    trainer = trained("fraud")
    panel.show_view(view_of(trainer))
    panel.classes.selectRow(1)
    picture = panel.classes.grab(
        panel.classes.visualRect(panel.classes.classes.index(1, 0)).translated(0, HEAD)
    ).toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
    assert panel.palette_.class_hue(1) in colours


def test_the_list_says_of_how_many_it_is(panel: ScoresPanel) -> None:
    panel.show_view(view_of(trained("moons")))
    assert panel.listing.text() == "100 of 250 test samples, the greatest loss first; click one to show it."
    panel.show_view(view_of(trained("iris")))
    assert panel.listing.text().startswith("75 test samples, the")
    panel.classes.picked.emit(0)
    assert panel.listing.text().startswith("25 test samples of setosa, the")
