"""Lesson files that are wrong in some way: each is told in one sentence, with file, line, key and what was expected."""

import os
import time
from pathlib import Path

import pytest

from tests.lessons.test_playing import LESSON, write
from twostroke.gui.model.lessons import LessonError
from twostroke.gui.model.lessons.lesson_file import open_lesson

HEAD = LESSON[: LESSON.index("[[scenes]]")]
LIST = 'assert = ["max(abs(l1.dloss_dz[shut])) == 0"]'
LONG = 'assert = [\n  "update == 20",\n  "max(l1.z))",\n]'

REPLACED = [
    # TOML
    ("[session]", "[session", 8, ("cannot be read", "expected ']'")),
    ('"It *trains*."', '"It *trains*.', 13, ("a text in quotes does not end",)),
    ('"It *trains*."', '"""It *trains*.', 39, ("a text in three quotes never ends",)),
    ("minutes = 5", "minutes = 5\nminutes = 6", 6, ("a second time",)),
    ('{ name = "circle", samples = 60 }', '{ name = "circle",\n samples = 60 }', 9, ("cannot be read",)),
    ("Go slowly", "Go \x00 slowly", 14, ("cannot be read",)),
    # types and keys
    ("minutes = 5", 'minutes = "five"', 5, ('minutes is "five"', "a whole number from 0 to 600")),
    ("minutes = 5", "minutes = 2020-01-01", 5, ("minutes is a date",)),
    ('title = "Second"', "title = 2", 22, ("scenes[1].title is 2", "a text in quotes")),
    ("tolerance = 1", "tolerance = nan", 20, ("scenes[0].ask.tolerance is nan", "a number from 0")),
    ("points = 2", "points = 0", 38, ("scenes[3].task.points is 0", "above 0")),
    ("minutes = 5", "minuts = 5", 5, ("unknown key minuts", "did you mean minutes?")),
    ('notes = "Go', 'note = "Go', 14, ("unknown key scenes[0].note", "did you mean notes?")),
    ("assert = [", "asert = [", 16, ("unknown key scenes[0].asert", "did you mean assert?")),
    ("tolerance = 1", "tolerence = 1", 20, ("scenes[0].ask.tolerence", "did you mean tolerance?")),
    ("try = ", "tri = ", 35, ("unknown key scenes[3].tri", "did you mean try?")),
    ('title = "Second"\n', "", 21, ("the key scenes[1].title is missing",)),
    ("{ remember", "{ train = 20 }, 3, { remember", 15, ("scenes[0].do[1] is 3", "a table with one act")),
    ('do = [{ remember = "before" }, { train = 20 }]', "do = { train = 20 }", 15, ("scenes[0].do", "a list of acts")),
    ('name = "mine"', 'name = "yours"', 2, ('name is "yours"', 'expected the name of its file, "mine"')),
    # acts
    ("train = 20", "trian = 20", 15, ("scenes[0].do[1]", 'unknown act "trian"', "did you mean train?")),
    ("train = 20", 'train = "20"', 15, ("scenes[0].do[1]", 'train = "20"', "a whole number")),
    ("{ train = 20 }", "{ train = 20, pin = 3 }", 15, ("scenes[0].do[1]", "a table with one act")),
    ('step = "gate:1"', 'step = "gat:1"', 25, ("scenes[1].do[0]", "a phase out of input, sum")),
    ("{ train = 20 }", "{ set = 3 }", 15, ("scenes[0].do[1]", "network.activation")),
    ('remember = "before"', 'remember = "row"', 15, ("scenes[0].do[0]", "means nothing else in claims")),
    # claims
    ('"update == 20"', '"update = 20"', 16, ("scenes[0].assert[0]", "written ==")),
    ('"update == 20"', '"ded(l1) == 20"', 16, ("scenes[0].assert[0]", "did you mean dead?")),
    (LIST, LONG, 29, ("scenes[1].assert[1]", '"max(l1.z))"')),
    ("train.loss < before.train.loss", "train.loss <", 16, ("scenes[0].assert[1]", "ends too early")),
    ('"2 of 3"', '"often"', 16, ("scenes[0].assert[1].holds", '"18 of 20"')),
    ('"2 of 3"', '"3 of 2"', 16, ("scenes[0].assert[1].holds", '"18 of 20"')),
    # questions and tasks
    ('number = "count(l1.firing[row])"\n', "", 17, ("scenes[0].ask has no answer", "one of number, answer")),
    ('number = "count(', 'click = "1"\nnumber = "count(', 17, ("scenes[0].ask has number and click",)),
    ('choice = ["a", "b"], ', "", 28, ("scenes[1].ask", "expected choice")),
    ('choice = ["a", "b"]', 'choice = ["a"]', 28, ("scenes[1].ask", "two answers or more")),
    (", layer = 1 }", " }", 32, ("scenes[2].ask", "click and layer together")),
    ('reach = ["test.accuracy > 0.9"]\n', "", 36, ("scenes[3].task", "expected reach")),
    ("points = 2", 'points = 2\ntype = "1"', 36, ("scenes[3].task", "expected reach")),
    ("test.accuracy > 0.9", "test.accuracy >", 37, ("scenes[3].task.reach[0]", "ends too early")),
    # the session, and scenes
    ("units = 4", "units = 0", 10, ("session: network.layers[0].units is 0", "from 1 to 4,096")),
    ('"relu"', '"rleu"', 10, ("network.layers[0].activation", 'did you mean "relu"?')),
    ("samples = 60", "sampels = 60", 9, ("unknown key data.sampels", "did you mean samples?")),
    ("data = {", "dat = {", 9, ("unknown key dat", "did you mean data?")),
    ('say = "One update."\n', "", 21, ("scenes[1] says nothing", "expected a text under say")),
]


def refused(path: Path) -> str:
    """What is said of a file that is no lesson."""
    with pytest.raises(LessonError) as caught:
        open_lesson(path)
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) < 400
    assert said.endswith((".", "?"))
    return said


@pytest.mark.parametrize(("old", "new", "line", "words"), REPLACED)
def test_what_is_wrong_is_told_with_its_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, words: tuple[str, ...]
) -> None:
    assert old in LESSON
    path = tmp_path / "mine.toml"
    path.write_text(LESSON.replace(old, new, 1), "utf-8")
    said = refused(path)
    assert said.startswith(f"mine.toml, line {line}")
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("mine.toml", "the file is empty")),
        (" \n\n", ("mine.toml", "the file is empty")),
        ('{"format": "twostroke-session"}', ("line 1", "it begins with no key")),
        ("# Lesson\n\nHello", ("line 3", "expected '='")),
        (f"version = 2\n{LESSON}", ("line 1", "version = 1")),
        (f'format = "twostroke-session"\n{LESSON}', ("line 1", 'format = "twostroke-lesson"')),
        (HEAD + 'scenes = "none"\n', ("line 11", "unknown key scenes")),
        (f'scenes = "none"\n{HEAD}', ("line 1", "scenes is", "[[scenes]]")),
        (HEAD + '[scenes]\ntitle = "x"\n', ("line 11", "scenes is", "[[scenes]]")),
        (HEAD.replace("[session]", "[sesion]"), ("line 8", "did you mean session?")),
        (HEAD[: HEAD.index("[session]")], ("the key session is missing",)),
        (f"x = {'[' * 3000}{']' * 3000}\n{LESSON}", ("nested too deeply",)),
        (f"a{'.a' * 500} = 1\n{LESSON}", ("line 1", "unknown key a")),
        (LESSON.replace("minutes = 5", f"minutes = {'9' * 5000}"), ("thousands of digits",)),
        (LESSON.replace("{ train = 20 }", f"{{ set = {{x = [0x{'f' * 5000}]}} }}"), ("thousands of digits",)),
        (LESSON + '[[scenes]]\ntitle = "a"\nsay = "b"\n' * 100, ("104 scenes", "at most 100")),
        (LESSON + '[[scenes]]\ntitle = "a"\nsay = "b"\n' * 90 + '[[scenes]]\ntitle = "a"\nsay = 3\n', ("line 311",)),
    ],
)
def test_a_file_that_is_something_else_is_told_so(tmp_path: Path, text: str, words: tuple[str, ...]) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    began = time.perf_counter()
    said = refused(path)
    assert time.perf_counter() - began < 5
    for word in words:
        assert word in said


def test_bytes_that_are_no_text_are_told_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(LESSON.replace("slowly", "slöwly").encode("latin-1"))
    assert "mine.toml, line 14: this is no text in UTF-8" in refused(path)
    path.write_bytes(LESSON.encode("utf-16"))
    assert "mine.toml, line 1: this is no text in UTF-8" in refused(path)


def test_what_is_no_file_of_that_size_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert "no such file" in refused(path)
    path.mkdir()
    assert "it is a folder" in refused(path)
    path.rmdir()
    path.write_bytes(b"#" * 2**21)
    assert "2.0 MB; expected at most 1 MB" in refused(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no pipes among its files")
def test_a_pipe_does_not_hold_the_program_up(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    os.mkfifo(path)
    assert "it is a pipe or a device" in refused(path)


@pytest.mark.parametrize("change", [lambda text: text.replace("\n", "\r\n"), lambda text: f"\ufeff{text}"])
def test_what_editors_of_windows_write_is_read(tmp_path: Path, change: object) -> None:
    assert callable(change)
    path = tmp_path / "mine.toml"
    path.write_bytes(change(LESSON).encode("utf-8"))
    assert len(open_lesson(path).scenes) == 4


@pytest.mark.parametrize("called", ["mine (1)", "mine copy", "mine(2)", "mine_1", "mine-copy2"])
def test_another_copy_of_a_file_opens(called: str, tmp_path: Path) -> None:
    assert open_lesson(write(tmp_path, LESSON).rename(tmp_path / f"{called}.toml")).name == "mine"
