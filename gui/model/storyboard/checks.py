"""What no part of a storyboard can see alone."""

from twostroke.engine.session.phrases import shown
from twostroke.gui.model.storyboard.board import Storyboard, StoryboardError
from twostroke.gui.model.storyboard.limits import LARGEST, MAX_FRAMES, MOST_FPS, SMALLEST


def check_board(board: Storyboard) -> None:
    """StoryboardError where it cannot be shown."""
    picture = board.picture
    if not 1 <= picture.fps <= MOST_FPS:
        raise StoryboardError(f"fps is {shown(picture.fps)}; expected 1 to {MOST_FPS} frames a second.")
    for name, value in (("width", picture.width), ("height", picture.height)):
        if not SMALLEST <= value <= LARGEST:
            raise StoryboardError(f"The {name} is {value:,}; expected {SMALLEST} to {LARGEST:,} pixels.")
    if len({shot.played is None for shot in board.shots}) > 1:
        raise StoryboardError("Scenes of a lesson stand beside shots of a session; take one kind of them away.")
    seconds = sum(shot.seconds for shot in board.shots)
    if seconds * picture.fps > MAX_FRAMES + len(board.shots):
        raise StoryboardError(
            f"The film would have {round(seconds * picture.fps):,} frames; at most {MAX_FRAMES:,} can be exported. "
            "Ask for fewer or shorter updates or shots, for fewer frames a second, or for a coarser grain."
        )
    if board.compare and any(shot.camera for shot in board.shots):
        raise StoryboardError("A comparison shows whole networks; leave the camera out of its shots.")
