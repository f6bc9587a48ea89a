"""Lesson files: what is read from them, and what is said where one is wrong."""

from importlib.resources import files
from pathlib import Path

import pytest

from twostroke.gui.model import lessons
from twostroke.gui.model.lessons.lesson_file import open_lesson, read_lesson

GOOD = """
name = "mine"
title = "My lesson"
text = ["One.", "Two."]
[export]
at = 3
row = 2
[session]
format = "twostroke-session"
version = 1
[session.network]
layers = [{ units = 4, activation = "tanh" }]
"""


def read(tmp_path: Path, content: str, name: str = "mine.toml") -> lessons.Lesson:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    return read_lesson(file)


def test_a_lesson_is_read(tmp_path: Path) -> None:
    lesson = read(tmp_path, GOOD)
    assert (lesson.name, lesson.title, lesson.text, lesson.at, lesson.row) == (
        "mine",
        "My lesson",
        ("One.", "Two."),
        3,
        2,
    )
    assert lesson.session.network.layers[0].activation.name == "tanh"


def test_export_may_be_left_out(tmp_path: Path) -> None:
    lesson = read(tmp_path, GOOD.replace("[export]\nat = 3\nrow = 2\n", ""))
    assert (lesson.at, lesson.row) == (0, 0)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "My lesson"\n', "", ("mine.toml", "the key title is missing", "a text")),
        ('title = "My lesson"', "title = 3", ("mine.toml", "title is 3", "a text")),
        ('title = "My lesson"', 'titel = "My lesson"', ("mine.toml", "unknown key titel", "did you mean title?")),
        ("at = 3", "att = 3", ("mine.toml", "unknown key export.att", "did you mean at?")),
        ("[export]", "[live]\nspeed = 3\n[export]", ("mine.toml", "unknown key live.speed", "expected pace")),
        ("[export]", '[live]\npace = "fast"\n[export]', ("mine.toml", "live.pace", "fast", "a whole number from 0")),
        ("[export]\nat = 3\nrow = 2\n", "export = 3\n", ("mine.toml", "export is 3", "a table")),
        ('["One.", "Two."]', '["One.", 2]', ("mine.toml", "text[1] is 2", "a text")),
        ("at = 3", "at = -1", ("mine.toml", "export.at", "−1")),
        ("at = 3", "at = true", ("mine.toml", "export.at is true", "a whole number from 0")),
        ("at = 3", "at = 3.5", ("mine.toml", "export.at", "3.5")),
        ("units = 4", "units = 0", ("mine.toml", "network.layers[0].units")),
        ('"tanh"', '"tan"', ("mine.toml", "tan")),
        ("[session]", "[session", ("mine.toml", "cannot be read")),
        ('name = "mine"', 'name = "yours"', ("mine.toml", "yours")),
    ],
)
def test_a_wrong_lesson_is_named_with_its_key(tmp_path: Path, old: str, new: str, words: tuple[str, ...]) -> None:
    assert old in GOOD
    with pytest.raises(lessons.LessonError) as caught:
        read(tmp_path, GOOD.replace(old, new))
    for word in words:
        assert word in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_lesson_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(lessons.LessonError, match=r"mine\.toml"):
        read_lesson(file)


def test_the_first_lesson_comes_first_and_names_are_unique() -> None:
    names = [lesson.name for lesson in lessons.lessons()]
    assert names[0] == lessons.FIRST
    assert len(set(names)) == len(names)


def test_an_unknown_lesson_names_the_nearest() -> None:
    with pytest.raises(lessons.LessonError, match="two-strokes"):
        lessons.lesson("two-stroke")


def test_the_assignment_that_comes_with_the_program_can_be_opened() -> None:
    found = open_lesson(Path(str(files("twostroke.resources").joinpath("assignments", "ring.toml"))))
    assert found.is_assignment
    assert [scene.task.points for scene in found.scenes if scene.task] == [3, 2, 1]
