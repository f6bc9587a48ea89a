"""Playing a lesson: each scene is one moment, bit for bit; claims, questions and what is said where one fails."""

from pathlib import Path

import numpy as np
import pytest

from twostroke.gui.model.lessons import LessonError, lesson, lessons
from twostroke.gui.model.lessons.alone import Alone, played
from twostroke.gui.model.lessons.asks import Truth, is_right, truth
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.lessons.proof import prove, seeds_of, tallies

LESSON = """
name = "mine"
title = "My lesson"
number = 3
minutes = 5
claim = "It learns."
sources = ["Somebody, Something, 1986"]
[session]
data = { name = "circle", samples = 60 }
network = { layers = [{ units = 4, activation = "relu" }], seed = 5 }
[[scenes]]
title = "First"
say = "It *trains*."
notes = "Go slowly."
do = [{ remember = "before" }, { train = 20 }]
assert = ["update == 20", { claim = "train.loss < before.train.loss", holds = "2 of 3", because = "It learns." }]
[scenes.ask]
question = "How many fire?"
number = "count(l1.firing[row])"
tolerance = 1
[[scenes]]
title = "Second"
say = "One update."
do = [
    { step = "gate:1" },
]
assert = ["max(abs(l1.dloss_dz[shut])) == 0"]
ask = { question = "Which?", choice = ["a", "b"], answer = "2 if update == 20 else 1" }
[[scenes]]
title = "Third"
say = "Click."
ask = { question = "Where?", click = "l1.firing[row]", layer = 1 }
[[scenes]]
title = "Alone"
try = "Do it yourself."
[scenes.task]
reach = ["test.accuracy > 0.9"]
points = 2
"""


def write(folder: Path, text: str = LESSON, name: str = "mine.toml") -> Path:
    """The lesson in a file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def standing(path: Path, scene: int, seed: int | None = None) -> Alone:
    """The lesson at one of its scenes, from 0."""
    for at, alone in enumerate(played(open_lesson(path), seed)):
        if at == scene:
            return alone
    raise AssertionError(scene)


def test_a_lesson_is_read_whole(tmp_path: Path) -> None:
    mine = open_lesson(write(tmp_path))
    first, second, third, last = mine.scenes
    assert (mine.number, mine.minutes, mine.claim, mine.sources) == (3, 5, "It learns.", ("Somebody, Something, 1986",))
    assert mine.text == ("It *trains*.",)
    assert (first.title, first.notes, [act.name for act in first.do]) == ("First", "Go slowly.", ["remember", "train"])
    assert [(own.text, own.share) for own in first.asserts][1] == ("train.loss < before.train.loss", (2, 3))
    assert second.ask is not None
    assert second.ask.choices == ("a", "b")
    assert third.ask is not None
    assert (third.ask.layer, last.attempt) == (1, "Do it yourself.")
    assert last.task is not None
    assert (last.task.points, [claim.text for claim in last.task.reach]) == (2, ["test.accuracy > 0.9"])
    assert mine.is_assignment
    assert not lesson("two-strokes").is_assignment


def test_a_scene_is_always_the_same_moment(tmp_path: Path) -> None:
    path = write(tmp_path)
    one, other = standing(path, 1), standing(path, 1)
    assert np.array_equal(one.trainer.state.theta, other.trainer.state.theta)
    assert one.trainer.tape is not None
    assert other.trainer.tape is not None
    assert np.array_equal(one.trainer.tape.layers[0].z, other.trainer.tape.layers[0].z)
    assert not np.array_equal(standing(path, 1, seed=6).trainer.state.theta, one.trainer.state.theta)


def test_questions_have_a_computed_answer(tmp_path: Path) -> None:
    path = write(tmp_path)
    answers = []
    for at in range(3):
        alone = standing(path, at)
        ask = alone.lesson.scenes[at].ask
        assert ask is not None
        answers.append((ask, truth(ask, alone.words())))
        subject = alone.subject()
        fires = subject.firing(1)[subject.row]
        if at == 0:
            assert answers[0][1].value == fires.sum()
        if at == 2:
            assert answers[2][1].value == tuple(np.flatnonzero(fires) + 1)
    (number, count), (choice, second), (click, neurons) = answers
    assert isinstance(count.value, float)
    assert is_right(number, count.value + 1, count)
    assert not is_right(number, count.value + 1.01, count)
    assert second == Truth(2, "b")
    assert is_right(choice, 2, second)
    assert not is_right(choice, 1, second)
    assert isinstance(neurons.value, tuple)
    assert is_right(click, neurons.value[0], neurons)
    assert not is_right(click, 99, neurons)


def test_a_neuron_is_named_by_its_place_from_0_and_clicked_as_the_screen_counts(tmp_path: Path) -> None:
    path = write(tmp_path, LESSON.replace('"l1.firing[row]"', '"argmax(l1.z[row])"'))
    alone = standing(path, 2)
    ask = alone.lesson.scenes[2].ask
    assert ask is not None
    subject = alone.subject()
    strongest = int(np.argmax(subject.tape.layers[0].z[subject.row]))
    assert truth(ask, alone.words()) == Truth((strongest + 1,), f"neuron {strongest + 1} of layer 1")


def test_seeds_count_on_from_that_of_the_session(tmp_path: Path) -> None:
    mine = open_lesson(write(tmp_path))
    assert list(seeds_of(mine, 3)) == [5, 6, 7]
    proofs = [prove(mine, seed) for seed in seeds_of(mine, 3)]
    assert [proof.seed for proof in proofs] == [5, 6, 7]
    every = tallies(proofs)
    assert [tally.text for tally in every] == [
        "update == 20",
        "train.loss < before.train.loss",
        "max(abs(l1.dloss_dz[shut])) == 0",
    ]
    assert len(set(every[1].values)) == 3


@pytest.mark.parametrize(("held", "share", "well"), [(2, "2 of 3", True), (1, "2 of 3", False), (2, "", False)])
def test_a_claim_holds_as_often_as_the_lesson_says(tmp_path: Path, held: int, share: str, well: bool) -> None:
    losses = sorted(prove(open_lesson(write(tmp_path)), seed).asserts[1].value for seed in (5, 6, 7))
    text = f'assert = [{{ claim = "train.loss <= {losses[held - 1]!r}", holds = "{share}" }}]'
    changed = LESSON.replace('assert = ["update == 20", ', 'assert = ["update == 20"]\nunused = [', 1)
    head, rest = changed.split("unused = [", 1)
    path = write(tmp_path, head.replace('assert = ["update == 20"]', text) + rest.split("\n", 1)[1])
    mine = open_lesson(path)
    (tally, _) = tallies([prove(mine, seed) for seed in seeds_of(mine, 3)])
    assert (sum(tally.held), tally.holds) == (held, well)


def test_every_lesson_of_the_program_holds() -> None:
    for each in lessons():
        proof = prove(each)
        assert [own.text for own in proof.asserts if not own.holds and own.share[0] == own.share[1]] == [], each.name
        assert proof.problems == (), each.name


def test_an_act_that_cannot_be_done_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, LESSON.replace("{ train = 20 }", "{ pin = 4000 }"))
    with pytest.raises(LessonError, match=r"line 15: scene 1 cannot pin sample 4000\. There is no sample 4000"):
        prove(open_lesson(path))
