"""The film of a lesson: its scenes as shots, with what they say as captions and what they do as pictures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import numpy as np

from twostroke.engine.border import commands as c
from twostroke.engine.border.snapshot import Captured
from twostroke.engine.data.problems import DataProblem
from twostroke.engine.run.capture import snapshot_of
from twostroke.engine.run.loading import load_data
from twostroke.gui.model.differences import told
from twostroke.gui.model.lessons.alone import Alone, played_by
from twostroke.gui.model.lessons.doings import Doing, PlayStroke, Stand
from twostroke.gui.model.lessons.script import Lesson, LessonError
from twostroke.gui.model.lessons.script import Scene as LessonScene
from twostroke.gui.model.outcome import names_of
from twostroke.gui.model.player import Stroke as Half
from twostroke.gui.model.reel import Reel
from twostroke.gui.model.score import Grain, score_of
from twostroke.gui.model.storyboard.board import Picture, Shot, Show, Storyboard
from twostroke.gui.model.storyboard.cues import plain_text
from twostroke.gui.model.storyboard.shot_frames import Stroke
from twostroke.gui.model.storyboard.taken import Played, Taken

MOST_TAKES = 60
"""Pictures of one training, so that a lesson fits into memory."""

LEAST_SECONDS, TRAINING_SECONDS = 4.0, 5.0

NO_SCENES = "The lesson “{lesson}” has no scenes to be shown."

CHARACTERS_PER_SECOND = 15.0
"""That are read without haste."""

SHOWS: Mapping[Half | None, Show] = MappingProxyType(
    {Half.FORWARD: Show.FORWARD, Half.BACKWARD: Show.BACKWARD, None: Show.UPDATE}
)


@dataclass(eq=False)
class _Recorder(Alone):
    """Plays a lesson, and takes what is seen of it."""

    look: Callable[[], None] = lambda: None
    _training: list[Taken] = field(default_factory=list)
    _left: Captured | None = None  # how training left it
    half: Half | None = None
    has_stroke: bool = False

    def do(self, doing: Doing) -> None:
        """As a performer, who also sees what is shown."""
        self.look()
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
        self._training.append(self.take())
        while left > 0 and self.trainer.failure is None:
            self.look()
            super()._send(c.Advance(min(piece, left)))
            left -= piece
            self._training.append(self.take())
        self._left = self.trainer.captured()

    @np.errstate(over="ignore", invalid="ignore")
    def take(self) -> Taken:
        """What is seen now."""
        if self.trainer.failure is None:
            self.trainer.evaluate()
        main, others = snapshot_of(self.trainer), tuple(snapshot_of(own.trainer) for own in self.beside)
        names = names_of(told(own.difference.made_on(self.session)) for own in self.beside)
        return Taken(main, main.tape, others, names)

    def trained(self) -> Played | None:
        """What was taken of training since this was asked last; None where there was none."""
        takes, self._training = tuple(self._training), []
        return Played(takes, self._left) if takes and self._left is not None else None

    def stays_at(self, take: Taken) -> bool:
        """Whether the same networks stand there still, and no update is looked at."""
        seen = take.snapshot
        moved = seen.update != self.trainer.update or seen.session.network != self.session.network
        return not moved and len(take.beside) == len(self.beside) and not self.reads

    @property
    def reads(self) -> bool:
        """Whether an update is looked at."""
        return self.trainer.tape is not None and self.cursor is not None


def storyboard_of(lesson: Lesson, picture: Picture, look: Callable[[], None] = lambda: None) -> Storyboard:
    """The lesson is played once, without a window; each shot carries what was taken. LessonError where it cannot be.

    `look` is called now and then; what it raises comes through.
    """
    if not lesson.scenes:
        raise LessonError(NO_SCENES.format(lesson=lesson.title))
    try:
        recorder = _Recorder(lesson, lesson.session, load_data(lesson.session))
    except DataProblem as error:
        raise LessonError(f"The data of “{lesson.title}” cannot be used: {error}") from error
    recorder.look = look
    shots = list[Shot]()
    for number, (scene, player) in enumerate(zip(lesson.scenes, played_by(recorder), strict=True), start=1):
        shots += [replace(shot, scene=number) for shot in _shots(scene, player, player.trained())]
    digits = recorder.choices.digits
    return Storyboard(lesson.title, lesson.session, tuple(shots), picture, digits=digits, lesson=lesson)


def _shots(scene: LessonScene, player: _Recorder, trained: Played | None) -> list[Shot]:
    """First the training of a scene, then where it ends."""
    text = scene.say or scene.attempt
    update = player.trainer.update
    shot = Shot(
        Show.MOMENT,
        update,
        _reading(text),
        update,
        neuron=player.choices.selected,
        link=player.choices.pinned_link,
        lens=player.choices.lens,
        row=player.choices.batch_row,
        title=scene.title,
    )
    if trained is not None and player.stays_at(trained.takes[-1]):
        return [replace(_training(shot, trained), caption=text)]
    played = _end(player)
    show = Show.MOMENT if played.reel is None else SHOWS[player.half]
    own = LEAST_SECONDS if played.reel is None else round(Stroke(played.reel, show).seconds, 2)
    shot = replace(shot, show=show, seconds=max(own, _reading(text)), caption=text, played=played)
    return [shot] if trained is None else _shared_out(replace(_training(shot, trained), caption=text), shot, own)


def _shared_out(training: Shot, end: Shot, least: float) -> list[Shot]:
    """The first line of what both say is read in the training, all others where it ends; one alone in both of them."""
    first, *others = [cue.text for cue in training.cues] or [""]
    rest = " ".join(others)
    if not others:
        left = round(_reading(first) - TRAINING_SECONDS, 2)
        return [replace(training, seconds=TRAINING_SECONDS), replace(end, seconds=max(least, left))]
    return [
        replace(training, seconds=max(TRAINING_SECONDS, _reading(first)), caption=first),
        replace(end, seconds=max(least, _reading(rest)), caption=rest),
    ]


def _reading(text: str) -> float:
    """Seconds in which it is read."""
    return max(LEAST_SECONDS, round(len(plain_text(text)) / CHARACTERS_PER_SECOND, 2))


def _training(shot: Shot, trained: Played) -> Shot:
    begin, end = (trained.takes[place].snapshot.update for place in (0, -1))
    return replace(shot, show=Show.TRAINING, at=begin, until=end, played=trained)


def _end(player: _Recorder) -> Played:
    """Where a scene ends: in an update that is looked at, or at rest."""
    end, tape, take = player.trainer.captured(), player.trainer.tape, player.take()
    if tape is None or player.cursor is None:
        return Played((take,), end)
    if not player.has_stroke:
        return Played((take,), end, player.cursor)
    return Played((take,), end, reel=Reel(score_of(tape, player.session.network), Grain.PHASE))
