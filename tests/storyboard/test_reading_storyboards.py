"""What a storyboard file means, and sentences for what is wrong in one."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.storyboard.boards import HEAD, LESSON, NAME, SCENE, SESSION, SHOT, written
from tests.storyboard.test_lesson_films import COMPARED
from twostroke.engine.border.cursor import Phase
from twostroke.gui.model.choices import Choices, LinkRef, NeuronRef, Theme
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.lessons.lesson_file import open_lesson
from twostroke.gui.model.storyboard.board import Layout, Picture, Shot, Show, Storyboard, StoryboardError
from twostroke.gui.model.storyboard.board_text import written_storyboard
from twostroke.gui.model.storyboard.of_lesson import storyboard_of
from twostroke.gui.model.storyboard.scenes import LessonBoard
from twostroke.gui.model.storyboard.storyboard_file import open_storyboard, parse_storyboard, size_of


def test_a_storyboard_says_what_is_shown_and_how() -> None:
    board = written(
        'compare = [{activation = "tanh"}]',
        '[picture]\nsize = "upright"\nfps = 24\ntheme = "dark"\nlayout = "curves"\nlegend = false',
        SHOT
        + 'show = "forward"\ngrain = "layer"\nseconds = 6\ncaption = "Look."\nneuron = "l2[3]"\n'
        + 'link = "l2.weight[2,1]"\nrow = 1\nlens = "gain"',
        '[[shots]]\nshow = "training"\nuntil = 2000\nspeed = 2',
        '[[shots]]\nshow = "gate_back:1"',
    )
    picture = board.picture
    assert (picture.width, picture.height, picture.fps) == (1080, 1920, 24)
    assert (picture.theme, picture.layout, picture.legend, picture.captions) == (Theme.DARK, Layout.CURVES, False, True)
    assert board.compare == (Difference("activation", "tanh"),)
    first, training, still = board.shots
    assert (first.show, first.at, first.seconds, first.row, first.lens) == (Show.FORWARD, 20, 6.0, 1, "gain")
    assert (first.neuron, first.link) == (NeuronRef(2, 2), LinkRef(2, 1, 2))
    assert (training.at, training.until, training.seconds) == (20, 2000, 5.0)  # from where the shot before ends
    assert still.at == 2000
    assert still.moment is not None
    assert still.moment.moment.step.phase is Phase.GATE_BACK


@pytest.mark.parametrize(("before", "begins"), [("forward", 20), ("backward", 21), ("update", 21), ("loss", 20)])
def test_a_training_begins_with_the_weights_that_the_shot_before_it_made(before: str, begins: int) -> None:
    """As one does that is added in the studio; what is no training shows the same update again."""
    training = '[[shots]]\nshow = "training"\nuntil = 30'
    board = written(SHOT + f'show = "{before}"', '[[shots]]\nshow = "forward"', training)
    assert [shot.at for shot in board.shots] == [20, 20, 20]
    board = written(SHOT + f'show = "{before}"', training, training.replace("30", "40"))
    assert [shot.at for shot in board.shots] == [20, begins, 30]


def test_a_session_may_lie_beside_it_or_stand_in_it(tmp_path: Path) -> None:
    (tmp_path / "own.twostroke.json").write_text(
        '{"format": "twostroke-session", "version": 1, "network": {"layers": [{"units": 3}]}}'
    )
    beside = written(SHOT, session='session = "own.twostroke.json"\n', folder=tmp_path)
    within = written(SHOT + "[session.network]\nlayers = [{units = 3}]\n", session="")
    assert beside.session.widths == within.session.widths == (2, 3, 1)


def test_sizes_have_names() -> None:
    assert size_of("4K") == (3840, 2160)
    assert size_of("640x360") == (640, 360)
    assert size_of("480p") == (854, 480)


WRONG = {
    "no format": (SESSION + SHOT, "line 1", "format"),
    "another format": ('format = "film"\n' + SESSION + SHOT, "line 1", 'format = "twostroke-storyboard"'),
    "a later version": ('format = "twostroke-storyboard"\nversion = 2\n' + SESSION + SHOT, "version = 1"),
    "no TOML": (HEAD + "session = \n", "line 4", "Expected TOML"),
    "an open text": (HEAD + 'session = "two\n', "does not end on its line"),
    "nothing": ("", "empty"),
    "no shots": (HEAD + SESSION, "0 shots", "[[shots]]"),
    "no session": (HEAD + SHOT, "session", "missing"),
    "a session that there is not": (HEAD + 'session = "two-stroke"\n' + SHOT, "line 4", "two-strokes"),
    "a session in a folder": (HEAD + 'session = "."\n' + SHOT, "vanishing. There is no such file"),
    "a lesson of many letters": (HEAD + f'lesson = "{"x" * 5_000}"\n[[shots]]\nscene = 1\n', "lesson", "x…"),
    "a session of many letters": (HEAD + f'session = "{"x" * 5_000}"\n' + SHOT, "session", "x…"),
    "a list of sessions": (HEAD + 'session = ["two-strokes"]\n' + SHOT, "line 4", "a lesson, the file of a session"),
    "a number for a session": (HEAD + "session = 5\n" + SHOT, "session is 5", "a lesson, the file of a session"),
    "a picture twice": (HEAD + SESSION + "[picture]\n[picture]\n" + SHOT, "line 6", "cannot declare [picture] twice"),
    "a session that is wrong": (HEAD + SHOT + "[session.network]\nlayers = [{units = 0}]\n", "line 7", "units"),
    "an unknown key": (HEAD + SESSION + "speed = 2\n" + SHOT, "line 5", "speed"),
    "an unknown key of the picture": (HEAD + SESSION + "[picture]\nsizes = 3\n" + SHOT, "line 6", "sizes", "size"),
    "an unknown key of a shot": (HEAD + SESSION + SHOT + "second = 3\n", "line 7", "second"),
    "a size that is none": (HEAD + SESSION + '[picture]\nsize = "big"\n' + SHOT, "line 6", "1280x720"),
    "a size that is too small": (HEAD + SESSION + '[picture]\nsize = "8x8"\n' + SHOT, "16 to 7,680"),
    "a size that is too large": (HEAD + SESSION + '[picture]\nsize = "99999x720"\n' + SHOT, "99,999"),
    "too many frames a second": (HEAD + SESSION + "[picture]\nfps = 500\n" + SHOT, "line 6", "fps", "120"),
    "half a frame a second": (HEAD + SESSION + "[picture]\nfps = 0.5\n" + SHOT, "fps", "whole number"),
    "a palette that is none": (HEAD + SESSION + '[picture]\npalette = "gray"\n' + SHOT, "palette", "grey"),
    "a theme that is none": (HEAD + SESSION + '[picture]\ntheme = "red"\n' + SHOT, "theme", "light", "dark"),
    "a layout that is none": (HEAD + SESSION + '[picture]\nlayout = "curve"\n' + SHOT, "layout", "curves"),
    "yes for true": (HEAD + SESSION + '[picture]\nlegend = "yes"\n' + SHOT, "legend", "true or false"),
    "a show that is none": (HEAD + SESSION + SHOT + 'show = "forwards"\n', "line 7", "did you mean forward?"),
    "a moment that is none": (HEAD + SESSION + SHOT + 'show = "gate:9"\n', "line 7", "gate happens at layers 1 to 3"),
    "training without an end": (HEAD + SESSION + SHOT + 'show = "training"\n', "shots[0]", "until"),
    "training backwards": (HEAD + SESSION + SHOT + 'show = "training"\nuntil = 10\n', "until is 10", "more than 20"),
    "an end of what does not train": (HEAD + SESSION + SHOT + "until = 30\n", "until", "training"),
    "seconds beside a speed": (HEAD + SESSION + SHOT + "seconds = 3\nspeed = 2\n", "line 8", "one of them"),
    "a shot too slow": (
        HEAD + SESSION + "[picture]\nfps = 5\n" + SHOT + 'grain = "term"\nspeed = 0.05\n', "line 10",
        "takes 3720 s", "600"),
    "a moment too quick": (HEAD + SESSION + SHOT + 'show = "gate:1"\nspeed = 100\n', "speed is 100", "0.03 s", "0.1"),
    "no time": (HEAD + SESSION + SHOT + "seconds = 0\n", "seconds", "0.1"),
    "too much of it": (HEAD + SESSION + (SHOT + "seconds = 600\n") * 3, "54,000 frames", "36,000"),
    "before the beginning": (HEAD + SESSION + "[[shots]]\nat = -1\n", "at is −1"),
    "a text for a number": (HEAD + SESSION + '[[shots]]\nat = "20"\n', "at", "whole number"),
    "a camera on nothing": (HEAD + SESSION + SHOT + 'camera = "hidden"\n', "camera", "l2[3]"),
    "a camera on no neuron": (HEAD + SESSION + SHOT + 'camera = "l2[9]"\n', "line 7", "no neuron 9", "8 neurons"),
    "a camera on no layer": (HEAD + SESSION + SHOT + 'camera = "l7[1]"\n', "no layer", "l3"),
    "a link on nothing": (HEAD + SESSION + SHOT + 'link = "l2[3]"\n', "link", "l2.weight[0,1]"),
    "a link into the inputs": (HEAD + SESSION + SHOT + 'link = "x.weight[0,0]"\n', "line 7", "expected a link"),
    "a link from nowhere": (HEAD + SESSION + SHOT + 'link = "l1.weight[0,9]"\n', "line 7", "no neuron 10"),
    "a lens that is none": (HEAD + SESSION + SHOT + 'lens = "gains"\n', "lens", "gain"),
    "a grain that is none": (HEAD + SESSION + SHOT + 'grain = "word"\n', "grain", "term"),
    "a row that is none": (HEAD + SESSION + SHOT + "row = 10\n", "row is 10", "batch size"),
    "a row below the first": (HEAD + SESSION + SHOT + "row = -1\n", "row", "whole number from 0", "greatest loss"),
    "a row in other words": (HEAD + SESSION + SHOT + 'row = "worst"\n', "row", "whole number from 0", "greatest loss"),
    "a row beyond all": (HEAD + SESSION + SHOT + f"row = {'9' * 900}\n", "of more than 15 digits", "batch size"),
    "a comparison with nothing": (HEAD + SESSION + "compare = [{}]\n" + SHOT, "compare[0]", "one difference"),
    "a comparison in two things": (
        HEAD + SESSION + 'compare = [{activation = "relu", depth = 3}]\n' + SHOT, "one difference"),
    "a comparison with itself": (
        HEAD + SESSION + 'compare = [{activation = "relu"}]\n' + SHOT, "compare", "nothing would differ"),
    "too many networks": (HEAD + SESSION + f"compare = [{', '.join(['{seed = 2}'] * 4)}]\n" + SHOT, "at most 3"),
    "a camera in a comparison": (
        HEAD + SESSION + "compare = [{seed = 2}]\n" + SHOT + 'camera = "l1[1]"\n', "comparison", "camera"),
    "a lesson that there is not": (HEAD + 'lesson = "two-stroke"\n' + SCENE, "line 4", "lesson", "two-strokes"),
    "a lesson without a name": (HEAD + 'lesson = ""\n' + SCENE, "lesson", "vanishing"),
    "a lesson beside a session": (HEAD + SESSION + LESSON + SCENE, "line 4", "session stands beside lesson"),
    "a lesson that is compared": (HEAD + LESSON + "compare = [{seed = 2}]\n" + SCENE, "line 5", "compare"),
    "a scene of a session": (HEAD + SESSION + SCENE, "line 6", "shots[0].scene", "lesson ="),
    "a scene without a number": (HEAD + LESSON + "[[shots]]\nseconds = 3\n", "line 5", "no scene", "scene = 1"),
    "a scene before the first": (HEAD + LESSON + "[[shots]]\nscene = 0\n", "line 6", "scene is 0"),
    "a scene in words": (HEAD + LESSON + '[[shots]]\nscene = "one"\n', "scene", "whole number"),
    "a camera on a scene": (HEAD + LESSON + SCENE + 'camera = "l1[1]"\n', "line 7", "camera", "what is played"),
    "a stroke of a scene": (HEAD + LESSON + SCENE + 'show = "forward"\n', "line 7", "show", "training"),
}  # fmt: skip


PLAYED_WRONG = {
    "a scene behind the last": ("[[shots]]\nscene = 99\n", "line 5", "shots[0].scene is 99", "scenes."),
    "a training that is none": ('[[shots]]\nscene = 2\nshow = "training"\n', "shots[0].show", "trains nothing"),
    "too long": (SCENE + "seconds = 600\n" + (SCENE + "seconds = 600\n") * 2, "54,000 frames"),
}


@pytest.mark.parametrize("case", PLAYED_WRONG)
def test_what_is_wrong_with_scenes_is_said_when_the_lesson_is_played(case: str) -> None:
    text, *words = PLAYED_WRONG[case]
    found = parse_storyboard((HEAD + LESSON + text).encode(), NAME, Path("nowhere"))
    assert isinstance(found, LessonBoard)
    with pytest.raises(StoryboardError) as raised:
        found.played()
    said = str(raised.value)
    assert said.startswith(NAME)
    for word in words:
        assert word in said, said


@pytest.mark.parametrize("title", ["", "So"])
def test_a_storyboard_of_scenes_that_is_saved_keeps_its_title_and_none(title: str, tmp_path: Path) -> None:
    lesson = parse_storyboard((HEAD + LESSON + SCENE).encode(), NAME, tmp_path)
    assert isinstance(lesson, LessonBoard)
    text = written_storyboard(replace(lesson.played(), title=title), tmp_path)
    again = parse_storyboard(text.encode(), NAME, tmp_path)
    assert isinstance(again, LessonBoard)
    assert again.played().title == title


def test_lens_and_digits_that_the_session_sees_otherwise_are_saved(tmp_path: Path) -> None:
    """In a window they are chosen beside what the file of the session says."""
    board = written(SHOT + '[session.view]\nlens = "gain"\ndigits = 3\n', session="")
    (shot,) = board.shots
    board = replace(board, shots=(shot, replace(shot, lens=Choices.lens)), digits=6)
    again = parse_storyboard(written_storyboard(board, tmp_path).encode(), NAME, tmp_path)
    assert isinstance(again, Storyboard)
    assert [each.lens for each in again.shots] == ["gain", Choices.lens]
    assert again.digits == 6


def test_scenes_are_those_of_the_lesson_unless_the_file_says_more(tmp_path: Path) -> None:
    text = SCENE + 'show = "training"\n' + SCENE + 'seconds = 2\ntitle = "So"\ncaption = ""\n[picture]\nfps = 5\n'
    both = COMPARED.replace(b"[{end_compare = true}, {play", b"[{end_compare = true}, {train = 20}, {play")
    (tmp_path / "mine.toml").write_bytes(both)
    (tmp_path / NAME).write_text(f'{HEAD}lesson = "mine.toml"\n' + text.replace("scene = 1", "scene = 2"))
    board, whole = open_storyboard(tmp_path / NAME), storyboard_of(open_lesson(tmp_path / "mine.toml"), Picture())
    assert (board.title, board.picture.fps, board.is_played) == ("Mine", 5, True)
    training, end = (replace(shot, played=None) for shot in whole.shots if shot.scene == 2)
    assert [replace(shot, played=None) for shot in board.shots] == [
        training,
        replace(end, seconds=2.0, title="So", caption=""),
    ]


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_in_one_sentence(case: str) -> None:
    text, *words = WRONG[case]
    with pytest.raises(StoryboardError) as raised:
        parse_storyboard(text.encode(), NAME, Path("nowhere"))
    said = str(raised.value)
    assert said.startswith(NAME), said
    assert said.endswith((".", "?")), said
    assert "\n" not in said, said
    for word in words:
        assert word in said, said


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoryboardError, match=r"gone\.storyboard\.toml"):
        open_storyboard(tmp_path / "gone.storyboard.toml")
    (tmp_path / NAME).write_bytes(b'title = "\xff"')
    with pytest.raises(StoryboardError, match=r"line 1.*UTF-8"):
        open_storyboard(tmp_path / NAME)


def test_a_caption_holds_nothing_that_is_hidden() -> None:
    shot = Shot(Show.UPDATE, 0, 3.0, caption="\x01One\x0b \u202e*two*\ufffe <b>&\x07 \x1b👩\u200d🏫\x00")
    assert [cue.text for cue in shot.cues] == ["One two <b>& 👩\u200d🏫"]
    assert Shot(Show.UPDATE, 0, 3.0, caption="\x00\x01").cues == ()
