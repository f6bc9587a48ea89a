"""The storyboard of what is asked for without a file: a stroke, updates one after the other, or a training."""

from dataclasses import dataclass

from twostroke.engine.session.phrases import listed, nearest, shown
from twostroke.gui.model.choices import Choices
from twostroke.gui.model.moments import MomentError, parse_moment
from twostroke.gui.model.score import Grain, Score
from twostroke.gui.model.storyboard.board import Shot, Show, StoryboardError
from twostroke.gui.model.storyboard.limits import MOST_IN_ROW
from twostroke.gui.model.storyboard.shot_frames import usual_seconds


@dataclass(frozen=True)
class Asked:
    """What is to be seen. `seconds` None: as long as it suits; `moment`: of a picture that stands still."""

    show: Show = Show.UPDATE
    at: int = 0
    until: int | None = None
    updates: int = 1
    seconds: float | None = None
    grain: Grain = Grain.PHASE
    lens: str = Choices.lens
    row: int = 0
    moment: str = ""


def shots_of(asked: Asked, score: Score) -> tuple[Shot, ...]:
    """The shots. StoryboardError where what is asked for does not go together."""
    _check(asked)
    show, moment = asked.show, None
    if asked.moment:
        try:
            show, moment = Show.MOMENT, parse_moment(asked.moment, score)
        except MomentError as error:
            raise StoryboardError(str(error)) from error
    seconds = usual_seconds(show, score, asked.grain) if asked.seconds is None else asked.seconds
    return tuple(
        Shot(
            show,
            asked.at + number,
            seconds,
            until=asked.until or 0,
            moment=moment,
            grain=asked.grain,
            lens=asked.lens,
            row=asked.row,
        )
        for number in range(asked.updates)
    )


def _check(asked: Asked) -> None:
    training = asked.show is Show.TRAINING
    if training and asked.until is None:
        raise StoryboardError("A training needs --until, the last update that it shows.")
    if not training and asked.until is not None:
        raise StoryboardError("--until goes with --show training alone; --updates says how many updates are shown.")
    if training and asked.until is not None and asked.until <= asked.at:
        raise StoryboardError(f"--until is {asked.until:,}; expected more than {asked.at:,}, where it begins.")
    if asked.moment and asked.show is not Show.UPDATE:
        raise StoryboardError(f"--moment does not go with --show {asked.show}.")
    if training and asked.updates != 1:
        raise StoryboardError("--updates does not go with --show training.")
    if not 1 <= asked.updates <= MOST_IN_ROW:
        raise StoryboardError(f"--updates is {shown(asked.updates)}; expected 1 to {MOST_IN_ROW:,}.")


def show_of(text: str) -> Show:
    """What of an update or a training is shown. StoryboardError where there is no such thing."""
    known = [each.value for each in Show if each is not Show.MOMENT]
    if text in known:
        return Show(text)
    guess = nearest(text, known)
    wanted = f"did you mean {guess}?" if guess else f"expected {listed(known)}."
    raise StoryboardError(f"--show is {shown(text)}; {wanted}")
