"""The film of a lesson: its scenes as shots, with what they say as captions and what they do as pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np

from twostroke.engine.border import commands as c
from twostroke.engine.border.cursor import Cursor
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.loading import load_data
from twostroke.gui.model.differences import told
from twostroke.gui.model.lessons.alone import Alone, played_by
from twostroke.gui.model.lessons.doings import Doing, PlayStroke, Stand
from twostroke.gui.model.lessons.script import Lesson
from twostroke.gui.model.lessons.script import Scene as LessonScene
from twostroke.gui.model.player import Stroke as Half
from twostroke.gui.model.reel import Reel
from twostroke.gui.model.score import Grain, score_of
from twostroke.gui.model.storyboard.board import LETTERS, Picture, Shot, Show, Storyboard
from twostroke.gui.model.storyboard.cues import cues, plain_text
from twostroke.gui.model.storyboard.shot_frames import BoardFrame, Frames, Stroke
from twostroke.gui.model.storyboard.taken import Taken

MOST_TAKES = 60
"""Pictures of one training, so that a lesson fits into memory."""

LEAST_SECONDS, TRAINING_SECONDS = 4.0, 5.0

CHARACTERS_PER_SECOND = 15.0
"""That are read without haste."""

SHOWS: Mapping[Half | None, Show] = MappingProxyType(
    {Half.FORWARD: Show.FORWARD, Half.BACKWARD: Show.BACKWARD, None: Show.UPDATE}
)


@dataclass(frozen=True, eq=False)
class Part:
    """What a shot of a lesson shows: takes in order; of the last one a moment, or a stroke."""

    takes: tuple[int, ...]
    cursor: Cursor | None = None
    stroke: Stroke | None = None


@dataclass(eq=False)
class _Recorder(Alone):
    """Plays a lesson, and takes what is seen of it."""

    takes: list[Taken] = field(default_factory=list)
    half: Half | None = None
    has_stroke: bool = False

    def do(self, doing: Doing) -> None:
        """As a performer, who also sees what is shown."""
        if isinstance(doing, PlayStroke | Stand):
            self.has_stroke = isinstance(doing, PlayStroke)
            self.half = doing.stroke if isinstance(doing, PlayStroke) else None
        super().do(doing)

    def _send(self, command: c.Command) -> None:
        """Training in pieces, so that it can be watched."""
        if not isinstance(command, c.Advance) or command.updates < 2:
            super()._send(command)
            return
        left, piece = command.updates, -(-command.updates // MOST_TAKES)
        self.take()
        while left > 0 and self.trainer.failure is None:
            super()._send(c.Advance(min(piece, left)))
            left -= piece
            self.take()

    @np.errstate(over="ignore", invalid="ignore")
    def take(self) -> int:
        """Take what is seen now; returns its place."""
        if self.trainer.failure is None:
            self.trainer.evaluate()
        main, others = snapshot_of(self.trainer), tuple(snapshot_of(own.trainer) for own in self.beside)
        told_ = [told(own.difference.made_on(self.session)) for own in self.beside]
        names = tuple(f"{letter}   {name}" for letter, name in zip(LETTERS, ("as it is", *told_), strict=False))
        self.takes.append(Taken(main, main.tape, others, names))
        return len(self.takes) - 1


@dataclass(frozen=True)
class LessonFilm(Frames):
    """The frames of a lesson, with all that they are made of."""

    parts: tuple[Part, ...] = ()
    takes: tuple[Taken, ...] = ()

    def _shown(self, place: int, within: int, count: int) -> tuple[int, Cursor | None]:
        part = self.parts[place]
        if part.stroke is not None:
            return part.takes[-1], part.stroke.at((within + 1) / count)
        last = len(part.takes) - 1
        return part.takes[round(within / (count - 1) * last) if count > 1 else last], part.cursor

    def _steps(self, place: int, shot: Shot) -> list[BoardFrame]:
        part = self.parts[place]
        cursors = part.stroke.stops if part.stroke is not None else [part.cursor]
        return [BoardFrame(part.takes[-1], cursor, place) for cursor in cursors]

    @cached_property
    def last_update(self) -> int:
        """The largest that is shown."""
        return max(take.snapshot.update for take in self.takes)


def film_of(lesson: Lesson, picture: Picture) -> LessonFilm:
    """The lesson is played once, without a window. LessonError where it cannot be."""
    recorder = _Recorder(lesson, lesson.session, load_data(lesson.session))
    shots, parts = list[Shot](), list[Part]()
    for scene, player in zip(lesson.scenes, played_by(recorder), strict=True):
        before = parts[-1].takes[-1] + 1 if parts else 0
        for shot, part in _shots(scene, player, tuple(range(before, len(player.takes)))):
            shots.append(shot)
            parts.append(part)
    board = Storyboard(
        lesson.title, lesson.session, tuple(shots), picture, digits=recorder.choices.digits
    )  # fmt: skip
    return LessonFilm(board, tuple(parts), tuple(recorder.takes))


def _shots(scene: LessonScene, player: _Recorder, trained: tuple[int, ...]) -> list[tuple[Shot, Part]]:
    """First the training of a scene, then where it ends."""
    text = scene.say or scene.attempt
    reading = max(LEAST_SECONDS, len(plain_text(text)) / CHARACTERS_PER_SECOND)
    end = _end(player)
    shot = Shot(
        Show.MOMENT,
        player.trainer.update,
        reading,
        neuron=player.choices.selected,
        lens=player.choices.lens,
        row=player.choices.batch_row,
        title=scene.title,
    )
    if end is None and trained:
        return [(replace(shot, show=Show.TRAINING, until=shot.at, caption=text), Part(trained))]
    part = Part((player.take(),)) if end is None else end
    show = Show.MOMENT if part.stroke is None else SHOWS[player.half]
    first = TRAINING_SECONDS if trained else 0.0
    own = LEAST_SECONDS if part.stroke is None else part.stroke.seconds
    shot = replace(shot, show=show, seconds=max(own, reading - first))
    if not trained:
        return [(replace(shot, caption=text), part)]
    lines = [cue.text for cue in cues(text, 1.0)]
    split = round(len(lines) * first / (first + shot.seconds))
    training = replace(
        shot, show=Show.TRAINING, seconds=first, until=shot.at, caption=" ".join(lines[:split] or lines[:1])
    )
    return [(training, Part(trained)), (replace(shot, caption=" ".join(lines[split:] or lines[-1:])), part)]


def _end(player: _Recorder) -> Part | None:
    """The update in which a scene ends, if it ends in one."""
    tape = player.trainer.tape
    if tape is None or player.cursor is None:
        return None
    take = (player.take(),)
    if not player.has_stroke:
        return Part(take, player.cursor)
    score = score_of(tape, player.session.network)
    return Part(take, None, Stroke(Reel(score, Grain.PHASE), SHOWS[player.half]))
