"""With which storyboard the studio begins: what stands in the window now, as it would be exported."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from twostroke.engine.border.snapshot import Captured
from twostroke.engine.compute.record import awaited
from twostroke.engine.files.companion import CLOCK, update_of
from twostroke.engine.session.spec import Session
from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.model.choices import GREATEST_LOSS, PINNED
from twostroke.gui.model.differences import Difference
from twostroke.gui.model.moments import telling_cursor
from twostroke.gui.model.score import Grain, score_of_session
from twostroke.gui.model.storyboard.board import Picture, Shot, Show, Storyboard
from twostroke.gui.model.storyboard.shot_frames import USUAL_TRAINING, usual_seconds
from twostroke.gui.model.view import ViewState
from twostroke.gui.shell.studio.within import within_limits
from twostroke.gui.stage.scene.lenses import alone

ANEW = "Updates before {update:,} are trained anew, from the first weights of this session."
BESIDE = "The networks beside it are trained anew, from their first weights."


@dataclass(frozen=True)
class Basis:
    """The session as it was when the studio was opened, with what training had come to."""

    captured: Captured

    @property
    def update(self) -> int:
        """That it stood at."""
        return update_of(self.captured.state)

    def under(self, board: Storyboard) -> Storyboard:
        """The board with the state that its shots begin in: that of now where all of them come later, which is quick;
        else none, so that training begins at update 0."""
        goes_on = all(shot.at >= self.update for shot in board.shots)
        captured = self.captured if goes_on and self.update else Captured(board.session, None)
        return replace(board, state=captured.state, past=captured.curves)

    def remark(self, board: Storyboard) -> str:
        """What to know of it."""
        if not self.update:
            return ""
        if board.state is None:
            return ANEW.format(update=self.update)
        return BESIDE if board.compare else ""


def first_board(basis: Basis, view: ViewState, title: str, compare: Sequence[Difference] = ()) -> Storyboard:
    """The whole of the update that is looked at, or of the one that comes, with the networks that are beside it."""
    session = basis.captured.session
    shot = new_shot(basis, Show.UPDATE, *_seen(basis, view))
    shot = replace(shot, lens=alone(view.choices.lens), neuron=view.choices.selected, link=view.choices.pinned_link)
    picture = Picture(theme=view.choices.theme, colours=view.choices.colours, title=False)
    beside = tuple(each for each in compare if _differs(each, session))
    board = Storyboard(title, session, (shot,), picture, beside, digits=view.choices.digits)
    return basis.under(board)


def _seen(basis: Basis, view: ViewState) -> tuple[int, int]:
    """The update and the row of its mini-batch that are looked at, or that a stroke would begin with in the window."""
    state, wanted = basis.captured.state, view.choices.batch_row
    if view.tape is not None:
        return basis.update, view.row
    if wanted != PINNED or state is None:
        return basis.update, wanted if wanted >= 0 else GREATEST_LOSS
    session, samples = basis.captured.session, len(view.snapshot.data.train_label)
    return awaited(session.view.sample, session, samples, state[CLOCK])


def _differs(difference: Difference, session: Session) -> bool:
    """Whether there is such a network beside the session as it has become."""
    try:
        difference.made_on(session)
    except SessionError:
        return False
    return True


def new_shot(basis: Basis, show: Show, at: int, row: int = 0) -> Shot:
    """A shot of that kind, as long as such shots are."""
    score = score_of_session(basis.captured.session)
    moment = telling_cursor(score.depth) if show is Show.MOMENT else None
    until = at + USUAL_TRAINING if show is Show.TRAINING else at
    return within_limits(Shot(show, at, usual_seconds(show, score, Grain.PHASE), until, moment, row=row))
