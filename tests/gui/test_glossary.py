"""The glossary: every word of the lessons is in it, its links lead somewhere, and it opens where one is."""

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.gui.window_bench import Bench, bench, settings
from twostroke.gui.model.glossary import LINK, entries, entry_of, with_links
from twostroke.gui.model.lessons import lessons
from twostroke.gui.shell.glossary_window import NOTHING, GlossaryWindow, page_of, teaching

__all__ = ["bench", "settings"]


def test_every_word_of_a_lesson_has_an_entry() -> None:
    for lesson in lessons():
        texts = [*lesson.leaves_out, *(scene.say for scene in lesson.scenes)]
        linked = [word for text in texts for word in LINK.findall(text)]
        missing = [word for word in (*lesson.words, *linked) if entry_of(word) is None]
        assert not missing, f"{lesson.name}: {missing}"


def test_links_between_entries_lead_somewhere_and_no_word_stands_twice() -> None:
    words = [entry.word for entry in entries()]
    forms = [form.casefold() for entry in entries() for form in (entry.word, *entry.forms)]
    assert len(set(forms)) == len(forms)
    assert words == sorted(words, key=str.casefold)
    for entry in entries():
        assert entry.says.endswith(".")
        assert all(entry_of(word) is not None for word in LINK.findall(entry.says)), entry.word


def test_words_in_double_brackets_become_links() -> None:
    assert with_links("A [[shut gate]] and [[nothing of the kind]].") == (
        "A [shut gate](word:closed) and nothing of the kind."
    )
    assert with_links("[[forward masks]]") == "[forward masks](word:forward%20mask)"


@pytest.fixture
def window(bench: Bench) -> GlossaryWindow:
    QTest.keyClick(bench.window.stage, Qt.Key.Key_F1)
    glossary = bench.window.helping.glossary
    assert glossary is not None
    assert glossary.isVisible()
    return glossary


def test_f1_opens_it_where_one_types_a_word(window: GlossaryWindow) -> None:
    assert window.focusWidget() is window.search
    QTest.keyClicks(window.search, "dead")
    assert window.words.item(0).text() == "dead"
    assert "fires for no sample" in window.page.toPlainText()
    QTest.keyClicks(window.search, " parrot")
    assert window.words.count() == 0
    assert window.page.toPlainText() == NOTHING


def test_links_lead_from_word_to_word(window: GlossaryWindow) -> None:
    window.open_at("error signals")
    assert "word:gain" in window.page.toHtml()
    window.page.anchorClicked.emit(QUrl("word:gain"))
    assert window.words.currentItem().text() == "gain"
    assert "multiplies the gradient" in window.page.toPlainText()
    window.open_at("forward%20mask".replace("%20", " "))
    assert window.words.currentItem().text() == "forward mask"


def test_it_leads_to_the_lessons_about_a_word(window: GlossaryWindow, qtbot: QtBot) -> None:
    gate = entry_of("gate")
    assert gate is not None
    first = teaching(gate)[0]
    assert f"lesson:{first.name}" in page_of(gate, teaching(gate))
    with qtbot.waitSignal(window.lesson_asked) as asked:
        window.page.anchorClicked.emit(QUrl(f"lesson:{first.name}"))
    assert asked.args == [first.name]
