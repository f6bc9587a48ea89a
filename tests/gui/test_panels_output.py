"""Output and lesson panels: the picture fits the data, the numbers are the engine's, a click picks."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from tests.gui.examples import example_session, example_snapshot
from twostroke.engine.border.commands import PinSample
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.border.snapshot import Status
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.session.spec import Session
from twostroke.gui.look.colour import contrast, packed
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import PALETTES
from twostroke.gui.model.choices import Choices, Theme
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel
from twostroke.gui.panels.output.chart import Frame
from twostroke.gui.panels.output.fitted_curve import elsewhere
from twostroke.gui.panels.output.output_panel import OutputPanel

DARK = PALETTES[Theme.DARK]


def live(session: Session | None = None, **facts: Any) -> ViewState:
    return resolve(example_snapshot(session, **facts), None, None, Choices())


def with_response(view: ViewState, response: np.ndarray) -> ViewState:
    evaluation = replace(view.snapshot.evaluation, response=response)
    return replace(view, snapshot=replace(view.snapshot, evaluation=evaluation))


@pytest.fixture
def panel(qtbot: QtBot) -> OutputPanel:
    made = OutputPanel()
    qtbot.addWidget(made)
    made.resize(290, 620)
    made.show()
    return made


@pytest.mark.parametrize(("data", "chart"), [("spiral", "map"), ("sine", "curve"), ("iris", "matrix")])
def test_the_picture_fits_the_data(panel: OutputPanel, data: str, chart: str) -> None:
    panel.show_view(live(example_session(data=data)))
    visible = {name: getattr(panel, name).isHidden() for name in ("map", "curve", "matrix")}
    assert [name for name, hidden in visible.items() if not hidden] == [chart]


def rows(x: list[list[float]], y: list[Any], **data: Any) -> Session:
    return Session.model_validate({"data": {"name": "rows", "x": x, "y": y, **data}})


def real(session: Session) -> ViewState:
    """What the engine itself shows of typed rows."""
    return resolve(snapshot_of(Trainer(session)), None, None, Choices())


CORNERS: list[list[float]] = [[0, 0], [0, 1], [1, 0], [1, 1]]


@pytest.mark.parametrize(
    ("session", "chart"),
    [
        (rows(CORNERS, [0, 1, 1, 0]), ["map"]),
        (rows(CORNERS, [0.5, 1.5, 2.5, 9]), ["map"]),
        (rows(CORNERS, [0, 1, 2, 0], task="classes"), ["matrix"]),
        (rows([[*corner, 1] for corner in CORNERS], [0, 1, 1, 0]), ["matrix"]),
        (rows(CORNERS, [[0.5, 1]] * 4), []),
    ],
)
def test_typed_rows_with_two_inputs_lie_in_a_plane(panel: OutputPanel, session: Session, chart: list[str]) -> None:
    panel.show_view(real(session))
    assert [name for name in ("map", "curve", "matrix") if not getattr(panel, name).isHidden()] == chart


def test_the_map_of_typed_rows_has_their_points_and_names(panel: OutputPanel) -> None:
    panel.show_view(real(rows([[0, 0], [0, 50], [50, 0], [50, 50]], [0, 1, 1, 0], x_names=["a", "b"])))
    assert panel.map.axis_names() == ("a", "b")
    assert panel.map.data is not None
    places = panel.map.to_screen(panel.map.data.train_raw)
    field = panel.map.field()
    assert all(field.contains(x, y) for x, y in places)
    assert np.ptp(places[:, 0]) == pytest.approx(field.width() * 50 / 120)
    panel.show_view(live())
    assert panel.map.axis_names() == ("x", "y")


def test_a_table_of_values_has_no_classes_to_count(panel: OutputPanel) -> None:
    panel.show_view(live(example_session(data="iris")))
    assert all(button.isVisible() for button in panel.part.buttons())
    assert panel.caption.text() == "Confusion matrix"
    panel.show_view(live(example_session(data="market")))
    assert all(chart.isHidden() for chart in (panel.map, panel.curve, panel.matrix, *panel.part.buttons()))
    assert "Confusion" not in panel.caption.text()
    assert panel.answer.text().startswith("Target ")
    panel.show_view(live(example_session(data="iris")))
    assert panel.matrix.isVisible()


def test_scores_in_words(panel: OutputPanel) -> None:
    panel.show_view(live())
    assert panel.scores.text() == "train 80.0 % · test 80.0 %"
    panel.show_view(live(example_session(data="sine")))
    assert panel.scores.text() == "loss: train 0.31 · test 0.42"
    empty = live()
    panel.show_view(replace(empty, snapshot=replace(empty.snapshot, evaluation=None)))
    assert panel.scores.text() == "not evaluated yet"


def pixel(panel: OutputPanel, chart: Any, x: float, y: float) -> QColor:
    """The colour at a share (x, y) of the chart's field, counted from the bottom left."""
    picture, field = chart.grab().toImage(), chart.field()
    return picture.pixelColor(round(field.left() + x * field.width()), round(field.bottom() - y * field.height()))


def test_the_map_stands_upright_and_takes_the_palette(panel: OutputPanel) -> None:
    response = np.full((25, 25), 0.5)
    response[:5, :5] = 1.0  # row 0 is the bottom
    response[-5:, -5:] = 0.0
    view = with_response(live(), response)
    far = replace(
        view.snapshot.data, train_raw=view.snapshot.data.train_raw * 0, test_raw=view.snapshot.data.test_raw * 0
    )
    panel.show_view(replace(view, snapshot=replace(view.snapshot, data=far)))
    low_left, high_right, middle = (pixel(panel, panel.map, *at) for at in ((0.06, 0.06), (0.94, 0.94), (0.06, 0.94)))
    assert low_left.green() > low_left.blue() + 40  # towards the hue of class 1, lime
    assert high_right.red() > high_right.green() + 40  # class 0 is rose
    background = QColor(DARK.background)
    assert abs(middle.red() - background.red()) <= 3


def test_regression_has_its_middle_at_zero(panel: OutputPanel) -> None:
    view = live(example_session(data="reg-plane"))
    panel.show_view(with_response(view, np.zeros((25, 25))))
    assert panel.map.level(np.array([0.0])) == 0
    assert panel.map.point_colour(0.0) == DARK.muted
    low, _, high, _ = panel.map.legend()
    assert low == f"−{high}"


def test_a_click_picks_the_nearest_training_sample(qtbot: QtBot, panel: OutputPanel) -> None:
    view = live()
    panel.show_view(view)
    data = view.snapshot.data
    for row in (0, 7, 23):
        x, y = panel.map.to_screen(data.train_raw[row : row + 1])[0]
        with qtbot.waitSignal(panel.map.picked) as caught:
            qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
        assert np.hypot(*(panel.map.to_screen(data.train_raw[caught.args[0] :][:1])[0] - (x, y))) < 2


def test_a_pick_pins_the_sample_and_only_a_new_one(panel: OutputPanel) -> None:
    said: list[object] = []
    panel.command.connect(said.append)
    panel.show_view(live(sample=5))
    panel.map.picked.emit(5)
    panel.map.picked.emit(9)
    assert said == [PinSample(9)]


def test_a_pick_on_a_tape_chooses_within_the_mini_batch(qtbot: QtBot, panel: OutputPanel) -> None:
    snapshot = example_snapshot(stroke=True)
    panel.show_view(resolve(snapshot, snapshot.tape, Cursor(3), Choices(batch_row=2)))
    rows = [int(row) for row in snapshot.tape.rows]
    with qtbot.waitSignal(panel.chosen) as caught:
        panel.map.picked.emit(rows[6])
    assert caught.args[0](Choices()) == Choices(batch_row=6)
    x, y = panel.map.to_screen(snapshot.data.train_raw[30:31])[0]  # not in the mini-batch
    with qtbot.waitSignal(panel.map.picked) as caught:
        qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert caught.args[0] in rows


def test_a_pick_in_a_chart_that_is_a_view_behind(qtbot: QtBot, panel: OutputPanel) -> None:
    """A running panel refreshes a few times a second: a click may mean a sample that the newest tape does not hold."""
    said: list[object] = []
    panel.command.connect(said.append)
    panel.chosen.connect(said.append)
    running = live(status=Status.RUNNING)
    for _ in range(2):  # the second one waits its turn
        panel.show_view(running)
    snapshot = replace(example_snapshot(stroke=True), data=running.snapshot.data)
    assert snapshot.tape is not None
    panel.show_view(resolve(snapshot, snapshot.tape, Cursor(3), Choices()))
    outside = max(snapshot.tape.rows) + 4
    x, y = panel.map.to_screen(snapshot.data.train_raw[outside : outside + 1])[0]
    with qtbot.waitSignal(panel.map.picked) as caught:
        qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    assert caught.args[0] not in snapshot.tape.rows
    assert said == []
    panel.map.picked.emit(int(snapshot.tape.rows[3]))
    assert [change(Choices()) for change in said] == [Choices(batch_row=3)]


def test_a_pick_in_a_chart_of_other_data_picks_nothing(panel: OutputPanel) -> None:
    said: list[object] = []
    panel.command.connect(said.append)
    panel.chosen.connect(said.append)
    for _ in range(2):
        panel.show_view(live(status=Status.RUNNING))
    panel.show_view(live(example_session(data="gauss"), status=Status.RUNNING))
    panel.map.picked.emit(9)
    assert said == []


def test_a_mini_batch_of_rows_that_the_data_lack_is_not_picked_from(panel: OutputPanel, qtbot: QtBot) -> None:
    data = live().snapshot.data
    panel.map.show_data(data, None, 0, (7, len(data.train_label) + 3))
    panel.map.grab()
    with qtbot.waitSignal(panel.map.picked) as caught:
        qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert caught.args == [7]
    panel.map.show_data(data, None, 0, (len(data.train_label),))
    with qtbot.assertNotEmitted(panel.map.picked):
        qtbot.mouseClick(panel.map, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))


def test_the_row_shown() -> None:
    assert live(sample=4).shown_row == 4
    snapshot = example_snapshot(stroke=True)
    view = resolve(snapshot, snapshot.tape, Cursor(3), Choices(batch_row=3))
    assert view.shown_row == int(snapshot.tape.rows[3])


def test_the_sample_is_pinned_by_number_too(panel: OutputPanel) -> None:
    said: list[object] = []
    panel.command.connect(said.append)
    panel.show_view(live(example_session(data="iris"), sample=3))
    assert panel.sample.value() == 3
    assert panel.sample.field.maximum() == 39
    panel.sample.field.stepUp()
    assert said == [PinSample(4)]


def test_the_answer_in_words(panel: OutputPanel) -> None:
    view = live(example_session(data="iris"))
    panel.show_view(view)
    output, label = view.layers[-1].a, int(view.snapshot.data.train_label[0])
    guess = int(output.argmax())
    assert panel.answer.text() == f"True {label}, predicted {guess} ({100 * output[guess]:.0f}\u00a0%)."


def test_digits_show_their_picture(panel: OutputPanel) -> None:
    panel.show_view(live(example_session((4,), data="digits")))
    assert panel.picture.isVisible()
    panel.show_view(live(example_session(data="iris")))
    assert not panel.picture.isVisible()


def test_showing_emits_nothing_and_the_same_view_paints_nothing_anew(
    panel: OutputPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    panel.command.connect(said.append)
    panel.chosen.connect(said.append)
    view = live()
    panel.show_view(view)
    updates: list[object] = []
    monkeypatch.setattr(panel.map, "update", lambda: updates.append(1))
    panel.show_view(replace(view))
    assert updates == []
    panel.show_view(with_response(view, np.zeros((25, 25))))
    assert updates == [1]
    assert said == []


@pytest.mark.parametrize("data", ["spiral", "sine", "reg-gauss", "digits"])
def test_both_themes_are_painted(panel: OutputPanel, data: str) -> None:
    pictures = []
    for theme in Theme:
        dress(panel, PALETTES[theme])
        panel.show_view(live(example_session((4,), data=data)))
        pictures.append(panel.grab().toImage())
    assert pictures[0] != pictures[1]


def test_numbers_in_cells_can_be_read() -> None:
    assert contrast(0x000000, 0xFFFFFF) == pytest.approx(21)
    for theme in Theme:
        palette = PALETTES[theme]
        for colour in (*palette.classes, palette.muted, palette.raised):
            assert contrast(packed(palette.readable_on(colour)), packed(colour)) >= 4.5


# Lesson


def test_a_lesson_is_shown_and_dismissed(qtbot: QtBot) -> None:
    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.set_lesson("Two strokes", ("Look at the gates.", "They are the same."))
    assert not panel.isHidden()
    assert [text.text() for text in panel.paragraphs] == ["Look at the gates.", "They are the same."]
    with qtbot.waitSignal(panel.dismissed):
        panel.close_button.click()
    assert panel.isHidden()
    panel.set_lesson("Another", ("One sentence.",))
    assert not panel.isHidden()
    assert len(panel.paragraphs) == 1
    panel.set_lesson("", ())
    assert panel.isHidden()


def test_with_hinge_zero_is_the_border(panel: OutputPanel) -> None:
    session = example_session(training={"loss": "hinge"}, network={"output": "identity"})
    view = live(session)
    panel.show_view(with_response(view, np.full((25, 25), -0.4)))
    chart = panel.map
    assert chart.level(np.array([-3.0, -0.4, 0.0, 1.0])).tolist() == [-1.0, -0.4, 0.0, 1.0]
    assert chart.point_colour(0.0) == DARK.class_hue(0)
    assert chart.point_colour(1.0) == DARK.class_hue(1)
    legend = chart.legend()
    assert legend is not None
    assert (legend[0], legend[2]) == ("−1", "1")
    output = replace(view.layers[-1], a=np.array([0.3]))
    panel.show_view(replace(view, layers=(*view.layers[:-1], output)))
    assert panel.answer.text().endswith("predicted 1.")  # above 0, and no share of anything
    panel.show_view(live(example_session()))
    assert chart.level(np.array([0.0, 0.5, 1.0])).tolist() == [-1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ([-1.0, -0.8, -2.0], ("the output is below: −2 to −0.8", False)),
        ([1.5, 1.5], ("the output is above: 1.5", True)),
        ([-1.0, 0.3], None),
        ([-1.0, 2.0], None),
        ([math.nan, 5.0], None),
    ],
)
def test_a_curve_out_of_sight_is_told(response: list[float], told: tuple[str, bool] | None) -> None:
    assert elsewhere(np.array(response), Frame(-1, 1, -0.4, 1.4)) == told


def test_a_curve_out_of_sight_is_told_in_the_picture(panel: OutputPanel) -> None:
    """At the edge beyond which it lies, in its own colour."""
    view = live(example_session(data="sine"))
    panel.show_view(with_response(view, np.full(50, 0.1)))
    frame = panel.curve.frame_
    panel.show_view(with_response(view, np.full(50, frame.bottom - 5 * (frame.top - frame.bottom))))
    picture = panel.curve.grab().toImage()
    field = panel.curve.field().toRect()
    low = [
        abs(picture.pixelColor(x, y).blue() - QColor(DARK.text).blue())
        for y in range(field.bottom() - 18, field.bottom() - 2)
        for x in range(field.left(), field.right())
    ]
    assert min(low) < 40


def test_the_fitted_curve_lies_on_its_points(panel: OutputPanel) -> None:
    """However many there are: here they cover the whole line of the answers."""
    view = live(example_session(data="sine"))
    data = view.snapshot.data
    left, right = data.extent
    many = np.linspace(left, right, 400)
    crowded = replace(data, train_raw=many[:, None], train_label=np.zeros(400))
    view = with_response(replace(view, snapshot=replace(view.snapshot, data=crowded)), np.zeros(50))
    panel.show_view(replace(view, snapshot=replace(view.snapshot, sample=399)))
    zero = -panel.curve.frame_.bottom / (panel.curve.frame_.top - panel.curve.frame_.bottom)
    curve = QColor(DARK.text)
    row = 1.0 / panel.curve.field().height()
    for share in (0.2, 0.5, 0.8):  # where the line lies between two rows of pixels, one of them has most of its colour
        near = [pixel(panel, panel.curve, share, zero + step * row) for step in (-1, 0, 1)]
        assert min(max(abs(each.red() - curve.red()), abs(each.blue() - curve.blue())) for each in near) < 40
