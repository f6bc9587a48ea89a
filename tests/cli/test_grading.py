"""Grading: what counts is trained anew; hostile files are rows with a reason; nothing in a file is believed."""

import csv
import json
import os
import re
import zipfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import Outcome, Run
from twostroke.engine.session.settings.network_spec import LayerSpec
from twostroke.gui.model.grading import marking
from twostroke.gui.model.grading.hand_in import HandIn, write_hand_in
from twostroke.gui.model.grading.marking import Marker, tasks_of
from twostroke.gui.model.lessons import LessonError
from twostroke.gui.model.lessons.alone import played
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.user_text import harmless

TASK = Path(str(files("twostroke.resources").joinpath("assignments", "ring.toml")))
LESSON = open_lesson(TASK)


def gradient() -> float:
    """What the third task asks for, by the engine."""
    alone = list(played(LESSON))[2]
    tape = alone.trainer.tape
    assert tape is not None
    return float(tape.layers[0].dloss_dweight[0, 0])


def good(**changes: Any) -> dict[str, Any]:
    """A hand-in that reaches the first and the third task."""
    session = LESSON.session
    layers = (LayerSpec.model_validate({"units": 8, "activation": "relu"}),)
    network = session.network.model_copy(update={"layers": layers})
    made = HandIn("ring", "Ada", session.model_copy(update={"network": network}), 2_000, {3: gradient()})
    return made.as_json() | changes


def put(folder: Path, name: str, content: Any) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")


def graded(run: Run, folder: Path, table: Path) -> tuple[Outcome, list[dict[str, str]]]:
    done = run("grade", str(TASK), str(folder), "--csv", str(table))
    return done, list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))


def test_points_are_those_of_a_training_anew(run: Run, tmp_path: Path) -> None:
    put(tmp_path / "in", "ada.handin.json", good())
    done, rows = graded(run, tmp_path / "in", tmp_path / "marks.csv")
    assert done.code == 0
    assert rows == [
        {
            "file": "ada.handin.json",
            "learner": "Ada",
            "points": "4",
            "of": "6",
            "scene 1": "3",
            "scene 2": "0",
            "scene 3": "1",
            "reason": "",
        }
    ]


def test_no_update_no_accuracy_and_a_wrong_number_no_point() -> None:
    marker, found = Marker(LESSON), HandIn("ring", "Bob", LESSON.session, 0, {3: gradient() * 1.1 + 0.01})
    assert marker.points(found) == (0, 0, 0)
    assert marker.of == (3, 2, 1)
    assert [scene for scene, _ in tasks_of(LESSON)] == [1, 2, 3]


def other(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    made = json.loads(json.dumps(good()))
    change(made)
    return made  # type: ignore[no-any-return]


HOSTILE: dict[str, tuple[Any, str]] = {
    "a.json": ("", "empty"),
    "b.json": ("{", "is not JSON"),
    "c.json": ("[" * 100_000, "nested too deeply"),
    "d.json": ('{"format": "twostroke-handin", "format": "x"}', "stands twice"),
    "e.json": ([], "no hand-in"),
    "f.json": (good(format="twostroke-session"), "no hand-in"),
    "g.json": (good(version=2), "version is 2"),
    "h.json": (good(points=6), "unknown key"),
    "i.json": (good(lesson="other"), 'for the lesson "other"'),
    "j.json": (good(learner=""), "learner"),
    "k.json": (good(learner=["x"]), "learner"),
    "l.json": (good(updates=-1), "updates"),
    "m.json": (good(updates=1e9), "updates"),
    "n.json": (good(updates=10**9), "allows 20,000"),
    "o.json": (good(updates=True), "updates"),
    "p.json": (good(answers={"3": "1"}), "answer to scene 3"),
    "q.json": (good(answers={"x": 1}), "scene"),
    "r.json": (good(answers=[1]), "answers"),
    "s.json": (good(session=None), "session"),
    "t.json": (other(lambda made: made["session"]["data"].update(samples=10_000)), "data.samples"),
    "u.json": (other(lambda made: made["session"]["data"].update(name="table", path="/etc/passwd")), "not that of the"),
    "v.json": (other(lambda made: made["session"]["network"].update(dtype="float64")), "network.dtype"),
    "w.json": (other(lambda made: made["session"]["network"].update(parameters={"l1.bias": [9] * 8})), "network.param"),
    "x.json": (other(lambda made: made["session"]["gates"].update(backward=False)), "gates.backward"),
    "y.json": (other(lambda made: made["session"]["network"].update(layers=[{"units": 10**9}])), "units"),
    "aa.json": (good(version=True), "version is true"),
    "ab.json": (good(version=1.0), "version is 1"),
    "z.json": (
        other(lambda made: made["session"]["training"]["optimizer"].update(name="sgd", learning_rate=1e300)),
        "learning_rate",
    ),
}


def test_hostile_files_are_rows_with_their_reason(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name, (content, _) in HOSTILE.items():
        put(folder, name, content)
    put(folder, "good.json", good(learner="=HYPERLINK(1)"))
    (folder / "bytes.json").write_bytes(b"\xff\x00\xfe")
    (folder / "folder.json").mkdir()
    (folder / ".hidden").write_text("x")
    (folder / "link.json").symlink_to(tmp_path / "nowhere")
    with zipfile.ZipFile(folder / "zip.twostroke", "w") as archive:
        archive.writestr("../out.txt", "x" * 1000)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.json")
    done, rows = graded(run, folder, tmp_path / "marks.csv")
    assert done.code == 0, done.err
    by_file = {row["file"]: row for row in rows}
    assert [row["file"] for row in rows] == sorted(by_file)
    for name, (_, said) in HOSTILE.items():
        assert said in by_file[name]["reason"], (name, by_file[name]["reason"])
        assert by_file[name]["points"] == "0"
    for name in ("bytes.json", "folder.json", "link.json", "zip.twostroke"):
        assert by_file[name]["reason"], name
        assert str(tmp_path) not in by_file[name]["reason"]
    assert ".hidden" not in by_file
    assert (by_file["good.json"]["learner"], by_file["good.json"]["points"]) == ("'=HYPERLINK(1)", "4")
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "a\n=1", "＝1+1", "\u202e=1", "\x07=1", "\ud800"])
def test_no_cell_is_a_formula_or_hides_anything(text: str) -> None:
    assert not harmless(text).startswith(("=", "+", "-", "@", "＝"))
    assert harmless(text).isprintable()


def test_a_name_is_told_as_it_is_but_for_what_cannot_be_seen() -> None:
    assert harmless("Zoë  Müller 李") == "Zoë Müller 李"
    assert harmless("a\u202eb\x00") == "a\\u202eb\\x00"


def test_a_learner_writes_the_file_without_a_window(run: Run, tmp_path: Path) -> None:
    session = tmp_path / "mine.twostroke.json"
    session.write_text(json.dumps(good()["session"]))
    out = tmp_path / "ada.handin.json"
    arguments = ("--task", str(TASK), "--name", "Ada", "--updates", "2000", "--answer", f"3={gradient()}")
    done = run("handin", str(session), *arguments, "-o", str(out))
    assert (done.code, done.out.strip().endswith("4 of 6 points.")) == (0, True), done
    (tmp_path / "in").mkdir()
    out.rename(tmp_path / "in" / out.name)
    found = run("grade", str(TASK), str(tmp_path / "in"), "--json")
    assert json.loads(found.out)["marks"][0]["tasks"] == [3, 0, 1]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--answer", "3=nan"), '--answer is "3=nan"; expected SCENE=NUMBER'),
        (("--answer", "three=1"), '--answer is "three=1"; expected SCENE=NUMBER'),
        (("--answer", "1=0.5"), "scene 1 asks for no number; expected one for scene 3"),
        (("--updates", "-1"), "--updates is −1; expected 0 or more"),
        (("--updates", "many"), '--updates is "many"; expected a whole number'),
        (("-o", "ring.toml"), "ring.toml is what is read here, and would be gone"),
        (("-o", "mine.twostroke.json"), "mine.twostroke.json is what is read here, and would be gone"),
    ],
)
def test_what_cannot_be_handed_in_is_said(run: Run, tmp_path: Path, option: tuple[str, str], said: str) -> None:
    (tmp_path / "mine.twostroke.json").write_text(json.dumps(good()["session"]))
    (tmp_path / "ring.toml").write_bytes(TASK.read_bytes())
    arguments = ("mine.twostroke.json", "--task", "ring.toml", "--name", "Ada", "-o", "ada.handin.json")
    run("handin", *arguments, *option).is_one_line_of_trouble(2, said)
    assert (tmp_path / "ring.toml").read_bytes() == TASK.read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["mine.twostroke.json", "ring.toml"]


@pytest.mark.parametrize("table", ["ring.toml", "in/ada.handin.json"])
def test_no_table_takes_the_place_of_the_task_or_of_what_was_handed_in(run: Run, tmp_path: Path, table: str) -> None:
    (tmp_path / "ring.toml").write_bytes(TASK.read_bytes())
    put(tmp_path / "in", "ada.handin.json", good())
    before = (tmp_path / table).read_bytes()
    run("grade", "ring.toml", "in", "--csv", table).is_one_line_of_trouble(2, table)
    assert (tmp_path / table).read_bytes() == before


@pytest.mark.parametrize(("place", "said"), [("nowhere/marks.csv", "no folder nowhere"), ("in", "in is a folder")])
def test_a_place_where_nothing_can_be_written_is_told_before_the_work(
    run: Run, tmp_path: Path, place: str, said: str
) -> None:
    """All hand-ins were trained first, and the marks lost."""
    (tmp_path / "ring.toml").write_bytes(TASK.read_bytes())
    put(tmp_path / "in", "ada.handin.json", good())
    run("grade", "ring.toml", "in", "--csv", place).is_one_line_of_trouble(2, said)
    (tmp_path / "mine.twostroke.json").write_text(json.dumps(good()["session"]))
    options = ("--task", "ring.toml", "--name", "Ada", "-o", place)
    run("handin", "mine.twostroke.json", *options).is_one_line_of_trouble(2, said)


def test_what_cannot_be_graded_is_said(run: Run, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for arguments, said in (
        ((str(TASK), str(tmp_path / "nowhere"), "--json"), "no such file or folder"),
        ((str(TASK), str(tmp_path / "in"), "--json"), "is empty"),
        ((str(TASK), str(tmp_path / "in")), "--csv MARKS.csv, or --json"),
        ((str(tmp_path / "no.toml"), str(tmp_path / "in"), "--json"), "no.toml"),
    ):
        done = run("grade", *arguments)
        assert done.code == 2, done
        assert said in done.err
    lesson = Path(str(files("twostroke.resources").joinpath("lessons", "two-strokes.toml")))
    done = run("grade", str(lesson), str(tmp_path / "in"), "--json")
    assert (done.code, "has no task" in done.err) == (2, True)


def test_the_table_is_whole_or_as_before(run: Run, tmp_path: Path) -> None:
    put(tmp_path / "in", "a.json", good())
    table = tmp_path / "in" / "marks.csv"
    table.write_text("before")
    done, rows = graded(run, tmp_path / "in", table)
    assert (done.code, [row["file"] for row in rows]) == (0, ["a.json"]), "the table itself is no hand-in"
    write_hand_in(tmp_path / "in" / "b.json", HandIn("ring", "Bo", LESSON.session, 0))
    assert len(graded(run, tmp_path / "in", table)[1]) == 2


TABLE = """
format = "twostroke-lesson"
name = "own"
title = "Own data"
free = FREE
[session.data]
DATA
[session.network]
layers = [{ units = 2, activation = "relu" }]
output = { activation = "sigmoid" }
[session.training]
loss = "binary_cross_entropy"
batch_size = 10
[[scenes]]
title = "x"
say = "y"
[scenes.task]
reach = [CLAIM]
"""


def lesson_in(folder: Path, free: str, data: str, claim: str) -> Path:
    folder.mkdir()
    text = TABLE.replace("FREE", free).replace("DATA", data).replace("CLAIM", claim)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return folder / "own.toml"


def test_a_table_is_that_of_the_task_wherever_the_learner_had_it(run: Run, tmp_path: Path) -> None:
    rows = "".join(f"{at},{at % 7},{int(at > 30)}\n" for at in range(60))
    data = 'name = "table"\npath = "d.csv"\ntarget = "y"'
    homes = [lesson_in(tmp_path / home, "[]", data, '"update == 3"') for home in ("learner", "teacher")]
    for home in homes:
        (home.parent / "d.csv").write_text("a,b,y\n" + rows)
    (tmp_path / "in").mkdir()
    made = tmp_path / "in" / "a.handin.json"
    arguments = ("--task", str(homes[0]), "--name", "Ada", "--updates", "3", "-o", str(made))
    assert run("handin", str(homes[0]), *arguments).code == 0
    assert "learner" not in made.read_text().replace('"learner":', ""), "no path of the learner's machine"
    told = json.loads(made.read_text())
    told["session"]["data"]["path"] = "/etc/other.csv"
    put(tmp_path / "in", "b.json", told)
    (homes[0].parent / "d.csv").unlink()
    found = run("grade", str(homes[1]), str(tmp_path / "in"), "--json")
    own, other = json.loads(found.out)["marks"]
    assert (own["points"], own["reason"]) == (1, "")
    assert (other["points"], other["reason"]) == (0, "Its data are in a file that is not that of the task.")


def test_where_the_data_are_free_the_learners_own_are_trained(tmp_path: Path) -> None:
    task = lesson_in(tmp_path / "in", '["data"]', 'name = "circle"\nsamples = 300', '"train.samples == 20"')
    lesson = open_lesson(task)
    data = lesson.session.data.model_copy(update={"samples": 40})
    for session, points in ((lesson.session, 0), (lesson.session.model_copy(update={"data": data}), 1)):
        assert Marker(lesson).points(HandIn("own", "Ada", session, 0)) == (points,)


@pytest.mark.parametrize(
    ("free", "said"),
    [
        ("network.layer", "did you mean layers?"),
        ("trainnig", "did you mean training?"),
        ("network.layers.0", "expected no more"),
        ("", "is unknown"),
    ],
)
def test_what_is_free_must_be_there(tmp_path: Path, free: str, said: str) -> None:
    task = lesson_in(tmp_path / "in", f'["data", "{free}"]', 'name = "circle"', '"units > 0"')
    with pytest.raises(LessonError, match="own.toml, line 5: free.*" + re.escape(said)):
        open_lesson(task)


def test_what_nobody_foresaw_costs_one_file_its_marks(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "in", "a.json", good())
    put(tmp_path / "in", "b.json", good())
    (tmp_path / "in" / "ring.toml").write_bytes(TASK.read_bytes())
    inner = marking.read_hand_in

    def read(path: Path, own_data: Any) -> HandIn:
        if path.name == "a.json":
            raise OverflowError
        return inner(path, own_data)

    monkeypatch.setattr(marking, "read_hand_in", read)
    found = run("grade", str(tmp_path / "in" / "ring.toml"), str(tmp_path / "in"), "--json")
    marks = json.loads(found.out)["marks"]
    assert [(row["file"], row["points"]) for row in marks] == [("a.json", 0), ("b.json", 4)], "the task is no hand-in"
    assert marks[0]["reason"] == "It cannot be graded: OverflowError."
