"""The preview of a storyboard: a frame as it will be, a slider over all of them, and keys to step and play."""

import re
import time
from functools import partial
from string import digits

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from twostroke.engine.border.cursor import Cursor
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.painting import painting
from twostroke.gui.look.ring import Ringed
from twostroke.gui.model.storyboard.board import Storyboard
from twostroke.gui.model.storyboard.shot_frames import Frames, frames_of
from twostroke.gui.model.words import told_time
from twostroke.gui.panels.base.widgets import Text, plain_button
from twostroke.gui.shell.studio.preview import PreviewPainter, Wanted
from twostroke.gui.shell.studio.seeker import Seeker

PLAY, PAUSE = "Play", "Pause"
GAP = 8
STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
DIGIT = re.compile(r"\d")
PAINTING = "The picture is being made…"


class Sheet(Dressed, Ringed):
    """One image, as large as it fits, or a sentence in its place. `resized` says that there is another place."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setAccessibleName("Preview")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.image: QImage | None = None
        self.sentence = PAINTING

    def show_image(self, image: QImage, caption: str) -> None:
        """Show it; `caption` is said to who does not see it."""
        self.image, self.sentence = image, ""
        self.setAccessibleDescription(caption)
        self.update()

    def say(self, sentence: str) -> None:
        """Say why nothing is seen."""
        self.image, self.sentence = None, sentence
        self.setAccessibleDescription(sentence)
        self.update()

    def place(self, ratio: float) -> QRectF:
        """Where a picture of that ratio stands."""
        width, height = float(self.width()), float(self.height())
        wide, high = min(width, height * ratio), min(height, width / ratio)
        return QRectF((width - wide) / 2, (height - high) / 2, wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture is painted anew."""
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The image, or the sentence."""
        with painting(self, smooth=True) as painter:
            if self.image is not None:
                painter.drawImage(self.place(self.image.width() / self.image.height()), self.image)
            elif self.sentence:
                painter.setPen(QColor(self.palette_.muted))
                painter.drawText(
                    self.rect(), int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap), self.sentence
                )
            self.paint_ring(painter, self.rect())


class PreviewView(QWidget):
    """Shows `board`. `shot_seen` carries the place of the shot that the frame belongs to, as it changes;
    `copied` an image for the clipboard."""

    shot_seen = Signal(int)
    copied = Signal(QImage)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.board: Storyboard | None = None
        self.index = 0
        self._frames: Frames | None = None
        self._known_stops: dict[int, list[int]] = {}  # of a shot
        self._began: tuple[float, int] | None = None  # when playing began, and at which frame
        self.painter = PreviewPainter(self)
        self.sheet = Sheet()
        self.slider = Seeker()
        self.slider.setAccessibleName("Frame")
        self.play_button = plain_button(PLAY, "Play the film (Space)", "")
        self.back_button = plain_button("‹", "To the step before (←)", "")
        self.next_button = plain_button("›", "To the next step (→)", "")
        self.told = Text("", "muted")
        self.told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._arrange()
        self.slider.valueChanged.connect(self._slide)
        self.play_button.clicked.connect(self.play)
        self.back_button.clicked.connect(lambda: self.step(-1))
        self.next_button.clicked.connect(lambda: self.step(1))
        self.sheet.resized.connect(self._ask)
        self.painter.painted.connect(self._take)
        self.painter.failed.connect(self.sheet.say)
        self.painter.training.connect(self._tell_training)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        for widget in (self.play_button, self.back_button, self.next_button):
            row.addWidget(widget)
        row.addWidget(self.slider, 1)
        row.addWidget(self.told)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP)
        layout.addWidget(self.sheet, 1)
        layout.addLayout(row)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def show_board(self, board: Storyboard, index: int | None = None) -> None:
        """Show `board`, at that frame, or about where the last one stood."""
        self.board, self._frames, self._known_stops = board, frames_of(board), {}
        last = len(self._frames) - 1
        self.index = min(self.index if index is None else index, last)
        self.slider.blockSignals(True)
        self.slider.setRange(0, last)
        self.slider.setPageStep(max(1, board.picture.fps))
        self.slider.setValue(self.index)
        self.slider.blockSignals(False)
        self._keep_room()
        self._tell()
        self._ask()

    def show_frame(self, index: int) -> None:
        """Go to that frame."""
        if self._frames is None:
            return
        index = min(max(index, 0), len(self._frames) - 1)
        before = self._frames[self.index].shot
        self.index = index
        self.slider.blockSignals(True)
        self.slider.setValue(index)
        self.slider.blockSignals(False)
        self._tell()
        self._ask()
        if self._frames[index].shot != before:
            self.shot_seen.emit(self._frames[index].shot)

    def show_shot(self, place: int) -> None:
        """Go to the end of that shot's first step, or where it begins: there is something to be seen."""
        if self._frames is not None:
            self.show_frame(self._stops(place)[0])

    def show_arrived(self) -> None:
        """Go on to where the camera of this shot has come: on its way there one sees little of what was chosen."""
        if self._frames is not None:
            end = self._frames.begins(self._frames[self.index].shot + 1)
            on = range(self.index, end)
            self.show_frame(next((index for index in on if self._frames[index].glide == 1.0), end - 1))

    def show_moment(self, cursor: Cursor) -> None:
        """Go to where the first shot has come as far as that."""
        if self._frames is not None:
            self.show_frame(next(filter(partial(self._has_come, cursor), range(self._frames.begins(1))), 0))

    def _has_come(self, cursor: Cursor, index: int) -> bool:
        assert self._frames is not None
        seen = self._frames[index].cursor
        return seen is not None and (seen.index, seen.fraction) >= (cursor.index, cursor.fraction)

    def show_nothing(self, why: str) -> None:
        """There is no film; say why."""
        self._halt()
        self.board = self._frames = None
        self.sheet.say(why)

    def step(self, by: int) -> None:
        """Go to the next or the last stop of the grain."""
        self._halt()
        if self._frames is None:
            return
        place, last = self._frames[self.index].shot, len(self._frames.board.shots) - 1
        stops = sum((self._stops(each) for each in (place - 1, place, place + 1) if 0 <= each <= last), list[int]())
        found = [stop for stop in stops if (stop > self.index if by > 0 else stop < self.index)]
        if found:
            self.show_frame(found[0] if by > 0 else found[-1])

    def _stops(self, place: int) -> list[int]:
        """The frames of a shot at which a step stands complete: where it ends, or the film begins to rest."""
        assert self._frames is not None
        if place not in self._known_stops:
            begin, end = self._frames.begins(place), self._frames.begins(place + 1)
            every = [self._frames[index] for index in range(begin, end)]
            before, following = [None, *every[:-1]], [*every[1:], None]
            self._known_stops[place] = [
                begin + index
                for index, (one, frame, other) in enumerate(zip(before, every, following, strict=True))
                if other is None or (other == frame != one)
            ]
        return self._known_stops[place]

    # -- playing -----------------------------------------------------------------------------------------------------

    def play(self) -> None:
        """Play on from here, or stop; from the end, from the beginning."""
        if self._timer.isActive() or self.board is None or self._frames is None:
            self._halt()
            return
        if self.index + 1 >= len(self._frames):
            self.show_frame(0)
        self._began = time.monotonic(), self.index
        self.play_button.setText(PAUSE)
        self._timer.start(1000 // min(self.board.picture.fps, 60))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What the parts of the preview leave: Space plays, arrows step."""
        key = event.key()
        if key == Qt.Key.Key_Space:
            self.play()
        elif key in STEPS:
            self.step(STEPS[Qt.Key(key)])
        else:
            super().keyPressEvent(event)

    def _tick(self) -> None:
        assert self._began is not None and self.board is not None and self._frames is not None
        passed = time.monotonic() - self._began[0]
        self.show_frame(self._began[1] + int(passed * self.board.picture.fps))
        if self.index + 1 >= len(self._frames):
            self._halt()

    def _halt(self) -> None:
        self._timer.stop()
        self.play_button.setText(PLAY)

    def _slide(self, index: int) -> None:
        self._halt()
        self.show_frame(index)

    # -- painting ----------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        if self.board is None:
            return
        picture, ratio = self.board.picture, self.devicePixelRatioF()
        place = self.sheet.place(picture.width / picture.height)
        pixels = QSize(max(1, round(place.width() * ratio)), max(1, round(place.height() * ratio)))
        self.painter.show(Wanted(self.board, self.index, pixels))

    def copy(self) -> None:
        """Have the frame that is shown painted in its full size; `copied` carries it."""
        if self.board is not None:
            picture = self.board.picture
            self.painter.show(Wanted(self.board, self.index, QSize(picture.width, picture.height), copied=True))

    def _take(self, wanted: Wanted, image: QImage) -> None:
        if wanted.copied:
            self.copied.emit(image)
        elif wanted.board is self.board:
            self.sheet.show_image(image, self.told.text())

    def _tell(self) -> None:
        assert self.board is not None and self._frames is not None
        self.told.say(self._told(self.index, self._frames.update(self._frames[self.index])))

    def _told(self, index: int, update: int) -> str:
        assert self.board is not None and self._frames is not None
        fps = self.board.picture.fps
        return f"{(index + 1) / fps:.1f} s of {told_time(len(self._frames) / fps)} · update {update:,}"

    def _keep_room(self) -> None:
        """For the longest that is told of this film: as it plays, the slider keeps its length."""
        assert self.board is not None and self._frames is not None
        last = len(self._frames) - 1
        newest = max(
            self._frames.update(self._frames[self._frames.begins(place + 1) - 1])
            for place in range(len(self.board.shots))
        )
        metrics = self.told.fontMetrics()
        widest = DIGIT.sub(max(digits, key=metrics.horizontalAdvance), self._told(last, newest))
        self.told.setMinimumWidth(metrics.horizontalAdvance(widest) + 2)  # letters reach beyond their advance

    def _tell_training(self, update: int) -> None:
        if self.sheet.image is None:
            self.sheet.say(f"Training to what is shown: update {update:,}…")

    def close_painter(self) -> None:
        """End what paints beside the window."""
        self._halt()
        self.painter.close()
