"""How a frame becomes a picture: what is seen of a take, and where on the picture it stands."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from twostroke.engine.border.cursor import Cursor, Extra
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.in_company import beside, told_of
from twostroke.gui.model.numbers import number
from twostroke.gui.model.outcome import LETTERS
from twostroke.gui.model.resolve import resolve
from twostroke.gui.model.score import score_of
from twostroke.gui.model.storyboard.board import Show, Storyboard
from twostroke.gui.model.storyboard.shot_frames import BoardFrame
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.model.user_text import legible
from twostroke.gui.model.view import ViewState

if TYPE_CHECKING:
    from twostroke.gui.stage.paint.camera import Camera
    from twostroke.gui.stage.scene.items import Scene

Seen = tuple["Scene", "Camera"]
"""A picture as shapes, and how its network is looked at."""


def on_tape(cursor: Cursor | None, take: Taken) -> Cursor | None:
    """The same moment of an update whose mini-batch may be smaller: one sample alone has no mean of its own."""
    if cursor is None or take.tape is None or cursor.term is not Extra.MEAN or take.tape.samples > 1:
        return cursor
    return score_of(take.tape, take.snapshot.session.network).read(cursor, by_neuron=True)


@dataclass(frozen=True)
class Staging:
    """What is seen of the shots of a storyboard."""

    board: Storyboard

    def title(self, frame: BoardFrame) -> str:
        """That of the shot, where it has one of its own."""
        return legible(self.board.shots[frame.shot].title)

    def told(self, view: ViewState, frame: BoardFrame) -> str:
        """All lines of the caption, where the shot has one."""
        lines = self.board.shots[frame.shot].cues if frame.line >= 0 else ()
        return " ".join(cue.text for cue in lines) or view.caption

    def view(self, take: Taken, frame: BoardFrame) -> ViewState:
        """With the caption of the shot, where it has one."""
        shot = self.board.shots[frame.shot]
        view = resolve(take.snapshot, take.tape, on_tape(frame.cursor, take), self._choices[frame.shot])
        if frame.line >= 0:
            return replace(view, caption=shot.cues[frame.line].text)
        if shot.show is Show.TRAINING:
            return replace(view, caption=training_caption(take))
        return replace(view, caption=told_of(view, (beside(view, each) for each in take.beside)))

    @cached_property
    def _choices(self) -> tuple[Choices, ...]:
        return tuple(
            Choices(
                theme=self.board.picture.theme,
                colours=self.board.picture.colours,
                selected=shot.neuron,
                pinned_link=shot.link,
                batch_row=shot.row,
                digits=self.board.digits,
                lens=shot.lens,
                reduced_motion=self.board.picture.reduced_motion,
            )
            for shot in self.board.shots
        )

    def seen(
        self, view: ViewState, take: Taken, frame: BoardFrame, width: float, height: float, bare: bool = False
    ) -> Seen:
        """Laid out as the storyboard says."""
        from twostroke.gui.export.laying_out import laid_out

        return laid_out(self.board, view, take, frame, width, height, bare)


def training_caption(take: Taken) -> str:
    """How far training has come, in numbers; of several networks those of each."""
    found = take.snapshot.evaluation
    text = f"After update {take.snapshot.update:,}."
    if found is None:
        return text
    if take.beside:
        every = (take.snapshot, *take.beside)
        losses = [f"{letter} {number(each.evaluation.train.loss)}" for letter, each in zip(LETTERS, every, strict=False)
                  if each.evaluation is not None]  # fmt: skip
        return f"{text} Loss on the training part: {', '.join(losses)}."
    parts = [("training", found.train), ("test", found.test)]
    losses = [f"{number(scores.loss)} on the {name} part" for name, scores in parts if scores is not None]
    return f"{text} Loss {' and '.join(losses)}."
