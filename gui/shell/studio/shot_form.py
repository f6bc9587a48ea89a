"""What one shot shows, as fields."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from twostroke.engine.session.phrases import layer_name
from twostroke.engine.session.spec import Session
from twostroke.gui.fields.lines import TextLine
from twostroke.gui.fields.number_fields import CalmSpinBox, NumberBox, begin_alike
from twostroke.gui.model.choices import GREATEST_LOSS, NeuronRef
from twostroke.gui.model.moments import MomentError, telling_cursor
from twostroke.gui.model.score import Grain, Score
from twostroke.gui.model.storyboard.board import Shot, Show
from twostroke.gui.model.storyboard.limits import LEAST_SECONDS, MOST_SECONDS, MOST_UPDATES
from twostroke.gui.model.storyboard.shot_frames import USUAL_TRAINING, usual_seconds
from twostroke.gui.panels.base.widgets import CalmComboBox, Notice
from twostroke.gui.shell.studio.aligned import Fields, beside, named_beside
from twostroke.gui.shell.studio.choosing import select
from twostroke.gui.shell.studio.moment_box import MomentBox
from twostroke.gui.shell.studio.within import within_limits
from twostroke.gui.stage.scene.lenses import LENSES

MOST_NEURONS = 300
"""In a list to choose from; of more, those of the first layers."""

SHOWS: dict[Show, str] = {
    Show.MOMENT: "One moment",
    Show.FORWARD: "Forward stroke",
    Show.BACKWARD: "Backward stroke",
    Show.UPDATE: "Whole update",
    Show.TRAINING: "Training",
}


CAMERA = "What is looked at: all of the network, or a neuron from near by"
NO_CAMERA = "A comparison shows whole networks"
AS_PLAYED = "A scene of a lesson is shown as it was played; its seconds, its title and its caption can be changed"


class ShotForm(QWidget):
    """`changed` carries the shot as the fields have it now."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shot: Shot | None = None
        self._score: Score | None = None
        self._filling = False
        self._filled = ""  # the caption as its field has it: a line in place of several
        self.show_box = CalmComboBox()
        for show, title in SHOWS.items():
            self.show_box.addItem(title, show)
        self.at, self.until = _whole("Update", MOST_UPDATES), _whole("Until update", MOST_UPDATES)
        self.moment = MomentBox()
        self.grain = CalmComboBox()
        for grain in Grain:
            self.grain.addItem(grain.capitalize(), grain)
        self.seconds = NumberBox(step=1.0)
        self.seconds.setRange(LEAST_SECONDS, MOST_SECONDS)
        self.seconds.setSuffix(" s")
        self.seconds.setAccessibleName("Seconds")
        begin_alike(self.seconds)
        self.row = _whole("Sample of the mini-batch", 1_000_000)
        self.row.setSpecialValueText("greatest loss")  # at 0
        self.camera = CalmComboBox()
        self.camera.setToolTip(CAMERA)
        self.lens = CalmComboBox()
        for lens in LENSES:
            self.lens.addItem(lens.title, lens.id)
        self.title, self.caption = TextLine(), TextLine()
        self.title.setPlaceholderText("that of the whole")
        self.title.setAccessibleName("Title of the shot")
        self.caption.setPlaceholderText("what the program says of each moment")
        self.notice = Notice()
        self._arrange()
        self._connect()

    def _arrange(self) -> None:
        self.show_box.setAccessibleName("Shows")
        self.when, self.which = named_beside(self.at, "Sample", self.row)
        self.fields = Fields()
        rows = {
            "Shows": beside(self.show_box, self.seconds),
            "Update": self.when,
            "Until": self.until,  # of these three one is there, so that what is below stays in its place
            "Moment": self.moment,
            "Steps": self.grain,
            "Camera": self.camera,
            "Lens": self.lens,
            "Title": self.title,
            "Caption": self.caption,
        }
        for name, field in rows.items():
            self.fields.put(name, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self.fields)
        layout.addWidget(self.notice)

    def _connect(self) -> None:
        self.show_box.activated.connect(self._choose_show)
        self.grain.activated.connect(self._choose_grain)
        for combo in (self.camera, self.lens):
            combo.activated.connect(self._tell)
        for number in (self.at, self.until, self.row):
            number.valueChanged.connect(self._tell)
        self.seconds.valueChanged.connect(self._tell)
        self.moment.entered.connect(self._tell)
        for line in (self.title, self.caption):
            line.editingFinished.connect(self._tell)

    # -- what is shown -----------------------------------------------------------------------------------------------

    def take_session(self, session: Session, score: Score) -> None:
        """Offer the neurons of that network."""
        self._score = score
        self.moment.take_score(score)
        self.row.setMaximum(session.training.batch_size)
        self.camera.clear()
        self.camera.addItem("Whole network", None)
        depth = len(session.widths) - 1
        every = [(layer, unit) for layer in range(1, depth + 1) for unit in range(session.widths[layer])]
        for layer, unit in every[:MOST_NEURONS]:
            self.camera.addItem(f"{layer_name(layer, depth)} · {unit + 1}", NeuronRef(layer, unit))

    def show_shot(self, shot: Shot) -> None:
        """Fill the fields."""
        self.shot, self._filling = shot, True
        select(self.show_box, shot.show)
        self.at.setValue(shot.at)
        self.until.setValue(shot.until)
        self.moment.show_moment(shot.moment)
        select(self.grain, shot.grain)
        self.seconds.setValue(shot.seconds)
        self.row.setValue(0 if shot.row == GREATEST_LOSS else shot.row + 1)
        select(self.camera, shot.camera)
        select(self.lens, shot.lens)
        for line, text in ((self.title, shot.title), (self.caption, shot.caption)):
            line.setText(text)
            line.rest()
        self._filled = self.caption.text()
        self._offer(shot)
        self.notice.remark("")
        self._filling = False

    def take_company(self, on: bool) -> None:
        """In company whole networks are shown."""
        self.camera.setEnabled(not on)
        self.camera.setToolTip(NO_CAMERA if on else CAMERA)

    def _offer(self, shot: Shot) -> None:
        """Only what matters to this kind of shot."""
        training, still, own = shot.show is Show.TRAINING, shot.show is Show.MOMENT, shot.played is None
        for field, wanted in (
            (self.when, True),
            (self.until, training),
            (self.moment, still),
            (self.grain, not training and not still),
            (self.camera, True),
            (self.lens, True),
        ):
            self.fields.setRowVisible(field, wanted and own)
        self.which.setVisible(not training)
        self.show_box.setEnabled(own)
        self.show_box.setToolTip("" if own else AS_PLAYED)

    # -- what the user wants -----------------------------------------------------------------------------------------

    def _choose_show(self) -> None:
        """A shot of another kind takes as long as those do."""
        if self.shot is None or self._score is None:
            return
        show = Show(self.show_box.currentData())
        moment = (self.shot.moment or telling_cursor(self._score.depth)) if show is Show.MOMENT else None
        until = max(self.shot.until, self.shot.at + USUAL_TRAINING) if show is Show.TRAINING else self.shot.at
        seconds = usual_seconds(show, self._score, self.shot.grain)
        self._put(replace(self.shot, show=show, moment=moment, until=until, seconds=seconds))

    def _choose_grain(self) -> None:
        if self.shot is None or self._score is None:
            return
        grain = Grain(self.grain.currentData())
        self._put(replace(self.shot, grain=grain, seconds=usual_seconds(self.shot.show, self._score, grain)))

    def _put(self, shot: Shot) -> None:
        shot = within_limits(shot)
        self.show_shot(shot)
        self.changed.emit(shot)

    def _tell(self) -> None:
        if self._filling or self.shot is None or self._score is None:
            return
        try:
            shot = self._read(self.shot, self._score)
        except MomentError as error:
            self.notice.refuse(str(error))
            return
        self.notice.remark("")
        self.moment.keep(shot.moment)
        if shot != self.shot:
            self.shot = shot
            self.changed.emit(shot)

    def _read(self, shot: Shot, score: Score) -> Shot:
        typed = self.caption.text()
        caption = shot.caption if typed == self._filled else typed.strip()
        shot = replace(shot, seconds=self.seconds.value(), title=self.title.text().strip(), caption=caption)
        if shot.played is not None:
            return shot
        still, training = shot.show is Show.MOMENT, shot.show is Show.TRAINING
        moment = self.moment.moment(score) if still else None
        read = replace(
            shot,
            at=self.at.value(),
            until=self.until.value() if training else self.at.value(),
            moment=moment,
            row=self.row.value() - 1 if self.row.value() else GREATEST_LOSS,
            camera=self.camera.currentData(),
            lens=self.lens.currentData(),
        )
        return within_limits(read)


def _whole(name: str, most: int) -> CalmSpinBox:
    box = CalmSpinBox()
    box.setRange(0, most)
    box.setAccessibleName(name)
    begin_alike(box)
    return box
