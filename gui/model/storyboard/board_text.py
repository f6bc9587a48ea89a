"""A storyboard as text, as `storyboard_file` reads it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import Table

from twostroke.engine.session.spec import Session
from twostroke.gui.model.choices import GREATEST_LOSS, Choices
from twostroke.gui.model.lessons.addresses import written_link, written_neuron
from twostroke.gui.model.lessons.lesson_writing import inline, session_table
from twostroke.gui.model.moments import written_moment
from twostroke.gui.model.score import Grain
from twostroke.gui.model.storyboard.board import Picture, Shot, Show, Storyboard
from twostroke.gui.model.storyboard.scenes import name_beside
from twostroke.gui.model.storyboard.storyboard_file import GREATEST


def written_storyboard(board: Storyboard, folder: Path) -> str:
    """The text of a file in `folder`. StoryboardError where its shots are scenes of a lesson that it would not find."""
    scenes = name_beside(board.lesson, folder) if board.lesson is not None and board.is_played else ""
    document = tomlkit.document()
    document.add("format", tomlkit.item("twostroke-storyboard"))
    document.add("version", tomlkit.item(1))
    if board.title or scenes:  # without one it would be the lesson's
        document.add("title", tomlkit.item(board.title))
    if scenes:
        document.add("lesson", tomlkit.item(scenes))
    if board.compare:
        differences = [{each.kind: each.value, **({"matched": True} if each.matched else {})} for each in board.compare]
        document.add("compare", inline(differences))
    if not scenes:
        document.add("session", session_table(_seen_as(board)))
    document.add("picture", _table(_picture(board.picture)))
    shots = tomlkit.aot()
    for shot in board.shots:
        shots.append(_table(_scene(shot) if scenes else _shot(shot, board.session)))
    document.add("shots", shots)
    return tomlkit.dumps(document)


def _seen_as(board: Storyboard) -> Session:
    """Its session, which says with how many digits numbers are written."""
    session = board.session
    if board.digits == (session.view.digits or Choices.digits):
        return session
    return session.model_copy(update={"view": session.view.model_copy(update={"digits": board.digits})})


def _table(told: Mapping[str, Any]) -> Table:
    table = tomlkit.table()
    for key, value in told.items():
        table.add(key, tomlkit.item(value))
    return table


def _picture(picture: Picture) -> dict[str, Any]:
    usual = picture.colours is Picture.colours  # then unsaid: programs that do not know the key read the file, too
    return {
        "size": f"{picture.width}x{picture.height}",
        "fps": picture.fps,
        "theme": picture.theme.value,
        **({} if usual else {"palette": picture.colours.value}),
        "layout": picture.layout.value,
        "title": picture.title,
        "captions": picture.captions,
        "legend": picture.legend,
        "transparent": picture.transparent,
    }


def _scene(shot: Shot) -> dict[str, Any]:
    """Which one it is, and all that can be said of it."""
    show = {"show": shot.show.value} if shot.show is Show.TRAINING else {}
    return {"scene": shot.scene, **show, "seconds": shot.seconds, "title": shot.title, "caption": shot.caption}


def _shot(shot: Shot, session: Session) -> dict[str, Any]:
    """All that is not as usual."""
    moment = written_moment(shot.moment) if shot.moment is not None else ""
    told: dict[str, Any] = {"show": moment or shot.show.value, "at": shot.at}
    if shot.show is Show.TRAINING:
        told["until"] = shot.until
    told["seconds"] = shot.seconds
    if shot.grain is not Grain.PHASE and shot.moment is None:
        told["grain"] = shot.grain.value
    if shot.title:
        told["title"] = shot.title
    if shot.caption:
        told["caption"] = shot.caption
    for key, neuron in (("camera", shot.camera), ("neuron", shot.neuron)):
        if neuron is not None:
            told[key] = written_neuron(neuron, session)
    if shot.link is not None:
        told["link"] = written_link(shot.link, session)
    if shot.lens != (session.view.lens or Choices.lens):
        told["lens"] = shot.lens
    if shot.row:
        told["row"] = GREATEST if shot.row == GREATEST_LOSS else shot.row
    return told
