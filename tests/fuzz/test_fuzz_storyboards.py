"""Storyboards that are wrong in any way: each is a film whose frames are known, or is refused with a sentence."""

import copy
from pathlib import Path
from typing import Any

import tomlkit
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.cases import cases
from tests.fuzz.mutants import changed, damaged
from tests.fuzz.trial import Trial
from twostroke.engine.files.disk import FileError
from twostroke.gui.export.board_request import BoardRequest
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.model.storyboard.board import Storyboard, StoryboardError
from twostroke.gui.model.storyboard.storyboard_file import read_storyboard

NAME = "mine.storyboard.toml"
HEAD = {"format": "twostroke-storyboard", "version": 1, "title": "Mine"}
PICTURE = {"size": "480x270", "fps": 10, "theme": "dark", "palette": "grey", "layout": "curves", "legend": False}
SHOTS: list[dict[str, Any]] = [
    {"at": 20, "show": "forward", "caption": "It goes *forward*.", "camera": "l2[3]", "title": "There"},
    {
        "at": 20,
        "show": "backward",
        "seconds": 2,
        "lens": "gradient",
        "neuron": "l1[2]",
        "link": "l2.weight[0,1]",
        "row": 3,
    },
    {"show": "gate_back:1", "grain": "layer", "row": "greatest loss", "seconds": 1.5},
    {"show": "training", "until": 300, "speed": 2.0},
    {"show": "sum:1:neuron=2:term=1"},
]
SESSION = {"data": {"name": "circle", "samples": 60}, "network": {"layers": [{"units": 3}, {"units": 3}]}}
COMPARED = [{"activation": "tanh"}, {"seed": 5, "matched": True}]
BASES: list[dict[str, Any]] = [
    {**HEAD, "session": "two-strokes", "picture": PICTURE, "shots": SHOTS},
    {**HEAD, "session": SESSION, "picture": {**PICTURE, "transparent": True}, "shots": SHOTS[1:]},
    {**HEAD, "session": "two-strokes", "compare": COMPARED, "shots": SHOTS[1:4]},
    {**HEAD, "lesson": "dead-units", "shots": [{"scene": 2, "title": "Dead"}, {"scene": 1, "seconds": 3}]},
]
TARGETS = [("a.mp4", ""), ("a.gif", ""), ("a.png", ""), ("a.svg", "storyboard"), ("a.pdf", "steps"), ("a.html", "")]
SHORT = 20_000
"""Frames up to which they are looked at."""


def as_toml(told: Any) -> bytes:
    """What can be said in TOML of it; what is nothing is a word there."""
    try:
        return tomlkit.dumps(_sayable(told)).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError):
        return b""


def _sayable(told: Any) -> Any:
    if isinstance(told, dict):
        return {str(key): _sayable(value) for key, value in told.items()}
    if isinstance(told, list):
        return [_sayable(value) for value in told]
    return "null" if told is None else told


def shown(path: Path, target: tuple[str, str]) -> None:
    """Read it, and find the frames of what it would become. FileError where either is refused."""
    try:
        board = read_storyboard(path)
        if not isinstance(board, Storyboard):
            return  # to play its lesson would take too long for each case
        request = BoardRequest(str(path.parent / target[0]), board, target[1])
        film = request.film
        if len(film) > SHORT:
            return
        assert film[0].shot == 0
        assert film[len(film) - 1].shot == len(board.shots) - 1
        assert film[0].take < len(film.instants)
        assert len(request.frames) >= 1
        assert request.frames[len(request.frames) - 1].shot < len(board.shots)
        assert request.told_length.isprintable()
    except (StoryboardError, ExportRequestError) as error:
        raise FileError(str(error)) from error


@given(changed(st.sampled_from(BASES)), st.sampled_from(TARGETS), st.data())
@cases(150, deadline=None)
def test_any_storyboard_has_its_frames_or_is_refused_with_a_sentence(
    trial: Trial, told: Any, target: tuple[str, str], data: st.DataObject
) -> None:
    content = as_toml(told)
    assume(content)
    trial.write(NAME, data.draw(damaged(content, seldom=True)))
    trial.refusal(lambda path: shown(path, target))


def test_what_is_changed_was_right(trial: Trial) -> None:
    for told in BASES:
        for target in TARGETS:
            wrong = told.get("picture", {}).get("transparent") and target[0] != "a.png"
            trial.write(NAME, as_toml(copy.deepcopy(told)))
            sentence = trial.refusal(lambda path, target=target: shown(path, target))  # type: ignore[misc]
            assert bool(sentence) == bool(wrong), sentence
