"""A lesson and its data in one file: what was packed is read as it was, and no place that a file names is believed."""

from pathlib import Path

import numpy as np
import pytest

from tests.lessons.test_playing import write
from twostroke.engine.run.loading import load_data
from twostroke.gui.model.grading.marking import Marker
from twostroke.gui.model.lessons import LessonError
from twostroke.gui.model.lessons.alone import played
from twostroke.gui.model.lessons.data_packing import with_data
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.lessons.proof import prove

TABLE = "\n".join(["width,height,kind", *(f'{at % 7},{at % 5},"{"ab"[at % 2]}""{at % 2}"' for at in range(40))]) + "\n"
LESSON = """\
name = "mine"
title = "Mine"  # this stays
[session]
data = { name = "table", path = "own.csv" }
[[scenes]]
title = "It learns"
say = "It learns."
do = [{ train = 20 }]
assert = ["update == 20"]
[scenes.task]
reach = ["update == 20"]
"""


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where data are laid."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_, **__: str(tmp_path / "user"))
    return tmp_path / "user"


def packed(folder: Path, content: bytes, lesson: str = LESSON) -> Path:
    """The lesson with the table inside, in a folder where there is nothing else."""
    (folder / "own.csv").write_bytes(content)
    text = with_data(lesson, folder)
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir(exist_ok=True)
    return write(elsewhere, text)


@pytest.mark.parametrize(
    "content",
    [TABLE.encode(), TABLE.replace("\n", "\r\n").encode(), TABLE.replace("kind", "größe").encode("latin-1"),
     TABLE.replace("width", 'w\\"""x').encode(), b"\xef\xbb\xbf" + TABLE.encode()],
    ids=["text", "Windows", "latin-1", "quotes", "mark"],
)  # fmt: skip
def test_a_table_comes_with_the_lesson_as_it_is(tmp_path: Path, content: bytes) -> None:
    beside = (
        load_data(open_lesson(write(tmp_path, LESSON)).session) if (tmp_path / "own.csv").write_bytes(content) else None
    )
    assert beside is not None
    path = packed(tmp_path, content)
    (tmp_path / "own.csv").unlink()
    lesson = open_lesson(path)
    own = load_data(lesson.session)
    assert np.array_equal(own.x_train, beside.x_train)
    assert own.feature_names == beside.feature_names
    assert "# this stays" in path.read_text(encoding="utf-8")
    assert all(each.holds for each in prove(lesson).asserts)


def test_arrays_come_in_base64_and_an_act_takes_its_data_from_inside(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text(TABLE)
    np.savez(tmp_path / "arrays.npz", x=np.eye(12), y=np.arange(12) % 2)
    act = '{ set = { "data.name" = "npz", "data.path" = "arrays.npz" } }'
    path = packed(tmp_path, TABLE.encode(), LESSON.replace("{ train = 20 }", f"{act}, {{ train = 20 }}"))
    assert "base64" in path.read_text(encoding="utf-8")
    (tmp_path / "arrays.npz").unlink()
    (alone,) = played(open_lesson(path))
    assert alone.session.data.inputs == 12


def test_an_assignment_with_its_data_inside_is_graded(tmp_path: Path) -> None:
    assert Marker(open_lesson(packed(tmp_path, TABLE.encode()))).of == (1.0,)


def test_a_file_is_laid_once_and_never_over_another(tmp_path: Path, own_places: Path) -> None:
    path = packed(tmp_path, TABLE.encode())
    first = open_lesson(path).session.data.path
    stamp = Path(first).stat().st_mtime_ns
    assert open_lesson(path).session.data.path == first
    assert Path(first).stat().st_mtime_ns == stamp
    other = open_lesson(packed(tmp_path, TABLE.replace("1", "2").encode())).session.data.path
    assert other != first
    assert Path(other).is_relative_to(own_places)
    assert Path(first).read_text() == TABLE


INSIDE = LESSON + "[files]\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ('"../own.csv" = "a"', ("line 13", 'files."../own.csv"', "no name of a file")),
        ('"/etc/own.csv" = "a"', ("no name of a file",)),
        ('"C:\\\\own.csv" = "a"', ("no name of a file",)),
        ('".bashrc" = "a"', ("no name of a file",)),
        ('"own.csv" = 3', ("line 13", "is 3", "the text of a table in three quotes")),
        ('"own.csv" = { base64 = "%%" }', ("line 13", "no base64")),
        ('"own.csv" = { base65 = "" }', ("expected the text of a table",)),
        (f'"own.csv" = "{"a" * (2**21 + 1)}"', ("2,097,153 bytes long", "at most 2,097,152")),
        ("\n".join(f'f{at} = "a"' for at in range(6)), ("6 files; expected at most 5",)),
        ('"own.csv" = "a,b\\n1,2\\n"', ("line 4", "there is 1 row")),
    ],
)  # fmt: skip
def test_files_that_are_wrong_are_told_and_nothing_is_laid_elsewhere(
    tmp_path: Path, own_places: Path, files: str, told: tuple[str, ...]
) -> None:
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(own_places)}
    with pytest.raises(LessonError) as error:
        open_lesson(write(tmp_path, INSIDE + files))
    for part in told:
        assert part in str(error.value)
    after = {path for path in tmp_path.rglob("*") if not path.is_relative_to(own_places)}
    assert {path.name for path in after - before} == {"mine.toml"}
