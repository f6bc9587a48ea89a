"""A lesson that is edited: fields come and go as text, the rest stays as it was, and each step can be undone."""

import pytest

from tests.lessons.test_playing import LESSON
from twostroke.gui.model.lessons import LessonError, lessons
from twostroke.gui.model.lessons.draft import LINES, TABLES, TEXTS, Draft, place_of_trouble
from twostroke.gui.model.lessons.lesson_file import parse_lesson

KEYS = (*TEXTS, *LINES, *TABLES)


@pytest.mark.parametrize("own", lessons(), ids=lambda own: own.name)
def test_fields_that_are_emptied_and_typed_again_are_the_same_lesson(own: object) -> None:
    source = own.source  # type: ignore[attr-defined]
    draft = Draft(source.text)
    for scene in range(len(draft.titles)):
        for key in KEYS:
            typed = draft.field(scene, key)
            draft.set_field(scene, key, "")
            draft.set_field(scene, key, typed)
    again = parse_lesson(draft.text.encode(), source.name)
    for one, other in zip(again.scenes, own.scenes, strict=True):  # type: ignore[attr-defined]
        assert (one.do, one.asserts, one.ask, one.task) == (other.do, other.asserts, other.ask, other.task)
        assert one.say.strip() == other.say.strip()


def test_what_is_not_edited_stays_as_it_was_written() -> None:
    text = LESSON.replace("minutes = 5", "minutes = 5  # at most").replace("[[scenes]]", "# one\n[[scenes]]", 1)
    draft = Draft(text)
    draft.set_field(1, "do", 'train = 5\nset = { "network.activation" = "gelu" }\nlook_at = "l1"')
    draft.set_lesson_field("claim", "It learns well.")
    assert "# at most" in draft.text
    assert "# one" in draft.text
    lesson = parse_lesson(draft.text.encode(), "mine.toml")
    assert lesson.claim == "It learns well."
    assert [act.name for act in lesson.scenes[1].do] == ["train", "set", "look_at"]
    assert lesson.scenes[0] == parse_lesson(LESSON.encode(), "mine.toml").scenes[0]


def test_scenes_are_added_doubled_moved_and_deleted_and_all_of_it_is_undone() -> None:
    draft = Draft(LESSON)
    assert draft.add(0) == 1
    assert draft.titles[:3] == ["First", "New scene", "Second"]
    assert draft.add(1, like=0) == 2
    assert draft.move(2, -2) == 0
    assert draft.delete(2) == 2
    assert draft.titles == ["First", "First", "Second", "Third", "Alone"]
    assert parse_lesson(draft.text.encode(), "mine.toml").scenes[0].ask is not None
    while draft.can_undo:
        draft.undo()
    assert draft.text == LESSON
    draft.redo()
    assert draft.titles[1] == "New scene"


@pytest.mark.parametrize(
    ("key", "typed", "line", "told"),
    [
        ("do", "train = 5\ntrian = 3", 1, "did you mean train?"),
        ("do", "train = 5\n\ntrain = ", 1, "a table with one act"),
        ("do", "train = five", 0, "a table with one act"),
        ("assert", "update == 20\nupdate = 3", 1, "written =="),
        ("assert", '{ claim = "update == 1", holds = "often" }', 0, "18 of 20"),
        ("ask", 'question = "Why?"', None, "no answer"),
        ("ask", 'question = "Why?', None, "a table with a question"),
        ("task", "points = 2", None, "expected reach"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_line_and_kept_as_typed(
    key: str, typed: str, line: int | None, told: str
) -> None:
    draft = Draft(LESSON)
    draft.set_field(1, key, typed)
    with pytest.raises(LessonError) as error:
        parse_lesson(draft.text.encode(), "mine.toml")
    assert told in str(error.value)
    assert place_of_trouble(str(error.value)) == (1, key, line)
    kept = [each for each in draft.field(1, key).splitlines() if each.strip()]
    assert "".join("".join(kept).split()) == "".join(typed.split())


def test_a_scene_that_cannot_be_played_is_told_at_its_acts() -> None:
    assert place_of_trouble("mine.toml, line 9: scene 3 cannot pin sample 900. There is none.") == (2, "do", None)
    assert place_of_trouble("mine.toml, line 2: name is missing.") is None


def test_scenes_that_are_moved_keep_their_comments_and_are_written_as_they_were() -> None:
    scenes = (
        '[[scenes]]\ntitle = "One"  # of one\ndo = [\n  { train = 5 },  # five\n]\n',
        '[[scenes]]\ntitle = "Two"\n',
    )
    draft = Draft(f'format = "twostroke-lesson"  # mine\n\n{scenes[0]}\n{scenes[1]}')
    draft.move(0, 1)
    assert draft.titles == ["Two", "One"]
    assert all(scene.rstrip() in draft.text for scene in scenes)
    draft.add(1, like=1)
    assert draft.text.count(scenes[0].rstrip()) == 2
    draft.delete(0)
    assert draft.titles == ["One", "One"]
    assert draft.text.count("# five") == 2
    assert "# mine" in draft.text
