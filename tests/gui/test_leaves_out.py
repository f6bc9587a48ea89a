"""The page that says what the picture leaves out: it is there, whole, and names every kind of organ."""

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from twostroke.engine.health.log import MOST
from twostroke.engine.probes.layers import ROWS
from twostroke.engine.probes.maps import SIDE, WIDEST
from twostroke.engine.run import way
from twostroke.gui.shell.leaves_out import LEFT_OUT, LeavesOut


def test_all_sentences_are_on_the_page(qtbot: QtBot) -> None:
    page = LeavesOut()
    qtbot.addWidget(page)
    shown = {label.text() for label in page.findChildren(QLabel)}
    sentences = [sentence for _, section in LEFT_OUT for sentence in section]
    assert set(sentences) <= shown
    assert {section for section, _ in LEFT_OUT} <= shown


def test_they_are_sentences_about_every_organ() -> None:
    text = " ".join(sentence for _, section in LEFT_OUT for sentence in section)
    for _, section in LEFT_OUT:
        for sentence in section:
            assert sentence[0].isupper()
            assert sentence.endswith(".")
    assert f"{SIDE} × {SIDE} points" in text
    assert f"more than {WIDEST} neurons" in text
    assert f"effective ranks are over the first {ROWS:,} training samples" in text
    assert f"more than {MOST} examinations" in text
    assert f"a path of more than {way.MOST} updates" in text
    for word in ("batch norm", "1 / (1 − share)", "projection", "clipping", "schedule", "class weights", "Biases"):
        assert word in text
