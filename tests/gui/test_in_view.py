"""What has just come, or has the keys, is seen in a window that is lower than its columns."""

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from tests.gui.test_by_hand import Xor, xor
from tests.gui.window_bench import Bench, bench, settings
from twostroke.gui.model.choices import NeuronRef
from twostroke.gui.model.walk import at
from twostroke.gui.panels.account.account_panel import AccountPanel

__all__ = ["bench", "settings", "xor"]


def is_seen(widget: QWidget) -> bool:
    """Whether all of the widget is within what its column shows."""
    area = widget.parentWidget()
    while not isinstance(area, QScrollArea):
        assert area is not None
        area = area.parentWidget()
    view = area.viewport()
    return view.rect().contains(QRect(widget.mapTo(view, QPoint()), widget.size()))


def test_the_number_that_is_typed_is_seen(xor: Xor) -> None:
    """W in the picture opened a row below the window's edge: whoever typed saw nothing of it."""
    for height in (720, 600):
        xor.window.resize(1280, height)
        xor.controller.select(None)
        xor.window.stage.setFocus()
        xor.controller.walk(at(NeuronRef(1, 0), (2, 2, 1)))
        xor.key(Qt.Key.Key_W)
        xor.until(lambda: QApplication.focusWidget().accessibleName() == "Number of the weight")
        xor.until(lambda: is_seen(QApplication.focusWidget()))
        xor.key(Qt.Key.Key_Escape)


def test_the_row_that_is_chosen_by_arrows_is_seen(xor: Xor) -> None:
    xor.window.resize(1280, 600)
    area = xor.hand.table.parentWidget()
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    table = xor.hand.table
    table.setFocus()
    area.verticalScrollBar().setValue(0)
    xor.key(Qt.Key.Key_Down)
    view = area.viewport()

    def row_is_seen() -> bool:
        row = table.visualRect(table.currentIndex())
        return view.rect().contains(QRect(table.viewport().mapTo(view, row.topLeft()), row.size()))

    xor.until(row_is_seen)


def test_a_neuron_that_is_pinned_shows_its_account(bench: Bench) -> None:
    """In a low window only the heading of the panel was to be seen."""
    panel = bench.window.panel(AccountPanel)
    assert not is_seen(panel.numbers)
    bench.key(Qt.Key.Key_Down)
    bench.key(Qt.Key.Key_Return)
    QApplication.processEvents()
    assert is_seen(panel.heading)
    assert is_seen(panel.numbers)


def test_an_account_of_which_a_part_was_seen_is_brought_into_view(bench: Bench) -> None:
    """Whoever had scrolled saw the lower half of what had been opened."""
    panel = bench.window.panel(AccountPanel)
    bench.controller.pin(NeuronRef(1, 0))
    area = panel.parentWidget()
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    for cut in (40, -300):  # pixels above the upper edge; a heading near the lower edge
        QApplication.processEvents()
        bar = area.verticalScrollBar()
        bar.setValue(panel.mapTo(area.widget(), QPoint()).y() + cut)
        bench.window.stage.neuron_clicked.emit(NeuronRef(1, 1))
        QApplication.processEvents()
        assert is_seen(panel.heading)
        assert is_seen(panel.title)
        assert is_seen(panel.numbers)
