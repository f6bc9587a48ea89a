"""Export current update: asks for a file and options, shows progress, and leaves the window usable meanwhile."""

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from twostroke.engine.data.problems import DataProblem
from twostroke.engine.session.phrases import counted
from twostroke.gui.export import formats
from twostroke.gui.export.afterwards import open_file, open_folder_of
from twostroke.gui.export.board_request import BoardRequest, make_board_job, steps_in
from twostroke.gui.export.board_takes import takes_of
from twostroke.gui.export.films_folder import films_folder, placed
from twostroke.gui.export.job import ExportJob
from twostroke.gui.export.kind import Format
from twostroke.gui.export.refusals import ExportError, ExportRequestError
from twostroke.gui.fields.lines import PathLine
from twostroke.gui.fields.number_fields import CalmSpinBox, NumberBox, begin_alike
from twostroke.gui.model.choices import COLOURS, THEMES, Colours, Theme
from twostroke.gui.model.moments import FORM, SEEN_DIGITS, MomentError, parse_moment, written_moment
from twostroke.gui.model.numbers import plain
from twostroke.gui.model.reel import Reel
from twostroke.gui.model.score import Grain, score_of
from twostroke.gui.model.storyboard.board import Picture, Shot, Show, Storyboard, StoryboardError
from twostroke.gui.model.storyboard.checks import check_board
from twostroke.gui.model.storyboard.limits import LEAST_SECONDS, MOST_FPS, MOST_SECONDS
from twostroke.gui.model.storyboard.of_taken import taken_shot
from twostroke.gui.model.storyboard.shot_frames import frames_of
from twostroke.gui.model.storyboard.taken import Taken
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import told_time
from twostroke.gui.stage.scene.lenses import alone

SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (960, 540))
GLANCE_MS = 50

NOTHING_TO_EXPORT = (
    "There is no update on the stage. Press F to look at one, stroke by stroke; then that update can be exported."
)


def export_update(parent: QWidget | None, view: ViewState, note: str = "") -> "ExportDialog | None":
    """Ask for file and options and export the update on the stage; returns at once. None where there is no update.

    `note`: what is to be known beforehand.
    """
    if view.tape is None or view.cursor is None:
        box = QMessageBox(QMessageBox.Icon.Information, "Export update", NOTHING_TO_EXPORT, parent=parent)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()
        return None
    dialog = ExportDialog(view, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    if note:
        dialog.say(note)
    return dialog


class ExportDialog(QDialog):
    """Options, then progress, then the result. The update shown when it opened is the one exported."""

    def __init__(self, view: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert view.tape is not None
        self._view, self._tape = view, view.tape
        self._score = score_of(view.tape, view.snapshot.session.network)
        self._job: ExportJob | None = None
        self._confirmed = ""  # an existing target that the user has agreed to replace
        self._declined = False  # whether a number has just gone back to what it was: nobody wants that exported
        self._glance = QTimer(self)
        self._glance.setInterval(GLANCE_MS)
        self._glance.timeout.connect(self._look)
        self.setWindowTitle(f"Export update {self._tape.update:,}")
        self.setMinimumWidth(480)
        self._build_fields()
        self._build_foot()
        self._arrange()
        self.start.setDefault(True)  # known to the dialog by now: Return exports, unless another button has the focus
        self._choose_kind(0)
        application = QCoreApplication.instance()
        assert application is not None
        application.aboutToQuit.connect(self._abandon)

    # -- parts ---------------------------------------------------------------------------------------------------

    def _build_fields(self) -> None:
        self.kind = QComboBox()
        for known in formats.FORMATS:
            self.kind.addItem(known.label)
        self.file = PathLine(str(films_folder() / f"update-{self._tape.update}{formats.FORMATS[0].ending}"))
        self.browse = QPushButton("Browse…")
        self.size_box = QComboBox()
        for width, height in SIZES:
            self.size_box.addItem(f"{width:,} × {height:,}".replace(",", ""), (width, height))
        self.fps = CalmSpinBox()
        self.fps.setRange(1, MOST_FPS)
        self.fps.setValue(30)
        self.seconds = NumberBox(step=1.0)
        self.seconds.setRange(LEAST_SECONDS, MOST_SECONDS)
        self.seconds.setValue(12.0)
        self.fps.setAccessibleName("Frames a second")
        self.seconds.setAccessibleName("Seconds")
        self._build_moments()
        self.theme = QComboBox()
        self.colours = QComboBox()
        for theme in THEMES:
            self.theme.addItem(theme.capitalize(), theme)
        for colours, title in COLOURS.items():
            self.colours.addItem(title, colours)
        self.theme.setCurrentIndex(self.theme.findData(self._view.choices.theme))
        self.colours.setCurrentIndex(self.colours.findData(self._view.choices.colours))
        self.kind.currentIndexChanged.connect(self._choose_kind)
        for number in (self.fps, self.seconds):
            begin_alike(number)
            number.declined.connect(partial(self._decline, number))
        self.browse.clicked.connect(self._browse)
        self.file.textChanged.connect(self._forget_message)
        self.file.textChanged.connect(self._follow_ending)

    def _build_moments(self) -> None:
        """What a film rests after, and when a picture is taken."""
        self.grain = QComboBox()
        self.grain.setToolTip("What the film shows at a time. By term and by neuron, neurons take turns.")
        for grain in Grain:
            self.grain.addItem(grain.capitalize(), grain)
        self.grain.setCurrentIndex(self.grain.findData(Grain.PHASE))
        self.grain.currentIndexChanged.connect(self._suit_grain)
        self.told = QLabel()
        self.told.setWordWrap(True)
        for number in (self.fps, self.seconds):
            number.valueChanged.connect(self._tell_length)
        self.moment = QLineEdit(written_moment(self._view.cursor, SEEN_DIGITS) if self._view.cursor else "")
        self.moment.setToolTip(
            f"{FORM}, as in gate:1, sum:1:neuron=2 or sum:1:neuron=2:term=3; it begins where the window stands"
        )
        self.moment.textChanged.connect(self._forget_message)

    def _build_foot(self) -> None:
        self.message = QLabel()
        self.message.setWordWrap(True)
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.hide()
        buttons = QDialogButtonBox()
        self.open_it = buttons.addButton("Open", QDialogButtonBox.ButtonRole.ActionRole)
        self.open_folder = buttons.addButton("Open folder", QDialogButtonBox.ButtonRole.ActionRole)
        self._offer_to_open(False)
        self.start = buttons.addButton("Export", QDialogButtonBox.ButtonRole.ActionRole)
        self.leave = buttons.addButton("Cancel", QDialogButtonBox.ButtonRole.RejectRole)
        self.start.clicked.connect(self._begin)
        self.leave.clicked.connect(self._cancel)
        self.open_it.clicked.connect(lambda: self._tell_where(open_file(self._target())))
        self.open_folder.clicked.connect(lambda: self._tell_where(open_folder_of(self._target())))
        self._buttons = buttons

    def _arrange(self) -> None:
        place = QHBoxLayout()
        place.setSpacing(8)
        place.addWidget(self.file, 1)
        place.addWidget(self.browse)
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(10)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._form.addRow("Kind", self.kind)
        self._form.addRow("File", place)
        self._form.addRow("Size", self.size_box)
        self._form.addRow("Frames a second", self.fps)
        self._form.addRow("Steps", self.grain)
        self._form.addRow("Seconds", self.seconds)
        self._form.addRow("", self.told)
        self._form.addRow("Moment", self.moment)
        self._form.addRow("Theme", self.theme)
        self._form.addRow("Palette", self.colours)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(14)
        layout.addLayout(self._form)
        layout.addWidget(self.message)
        layout.addWidget(self.bar)
        layout.addStretch(1)
        layout.addWidget(self._buttons)

    # -- before --------------------------------------------------------------------------------------------------

    @property
    def _format(self) -> Format:
        return formats.FORMATS[self.kind.currentIndex()]

    def _choose_kind(self, index: int) -> None:
        """The file's ending follows, and only the options that matter can be changed."""
        chosen = formats.FORMATS[index]
        path = Path(self.file.text().strip() or f"update-{self._tape.update}")
        known = path.suffix.lower() in formats.endings()
        self.file.fill(str(path.with_suffix(chosen.ending) if known else Path(f"{path}{chosen.ending}")))
        self._offer_options()
        self._forget_message()

    def _offer_options(self) -> None:
        self.fps.setMaximum(self._format.most_fps)
        self._enable_options(True)
        self._tell_length()

    def _enable_options(self, may: bool) -> None:
        """Those that matter to this kind of file, if any may be changed at all."""
        moves, in_steps = self._format.moving, self._format.stepwise
        self.fps.setEnabled(may and (moves or self._format.filmed))
        self.seconds.setEnabled(may and (moves or self._format.filmed))
        self.grain.setEnabled(may and (moves or in_steps))
        self.moment.setEnabled(may and not moves and not in_steps)

    @property
    def _grain(self) -> Grain:
        return Grain(self.grain.currentData())

    def _suit_grain(self) -> None:
        """As long as that takes in the window."""
        self.seconds.setValue(Reel(self._score, self._grain).seconds)
        self._forget_message()
        self._tell_length()

    def _tell_length(self) -> None:
        """How many steps there are, and how long a film of them is."""
        one = not self._format.moving and not self._format.stepwise
        self.told.setText("A picture of one moment" if one else self._length())

    def _length(self) -> str:
        board = self._board(self._shot)
        film = frames_of(board)
        try:
            if not self._format.moving:
                return counted(steps_in(film), "step")
            check_board(board)
        except (ExportRequestError, StoryboardError) as error:
            return str(error)
        told = f"{counted(film.steps_of(0), 'step')}, {counted(len(film), 'frame')}, {told_time(film.length)}"
        return f"{told}; some steps pass between two frames" if film.is_crowded(0) else told

    def _follow_ending(self) -> None:
        """The ending of a file that is typed or browsed for chooses what is written: the kind must not say another."""
        ending = Path(self.file.text().strip()).suffix.lower()
        known = [format.ending for format in formats.FORMATS]
        if ending and ending in known and ending != self._format.ending:
            with QSignalBlocker(self.kind):
                self.kind.setCurrentIndex(known.index(ending))
            self._offer_options()

    def _browse(self) -> None:
        chosen = self._format
        options = QFileDialog.Option.DontConfirmOverwrite  # asked for in the dialog itself, also for a typed path
        pattern = f"{chosen.title} (*{chosen.ending})" if chosen.ending else ""
        path, _ = QFileDialog.getSaveFileName(self, "Export to", self.file.text(), pattern, options=options)
        if path:
            self.file.setText(path if not chosen.ending or Path(path).suffix else path + chosen.ending)

    def say(self, message: str) -> None:
        """A long message takes room of its own: the fields keep theirs."""
        self.message.setText(message)
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), max(self.height(), layout.heightForWidth(self.width())))

    def _tell_where(self, why_not: str) -> None:
        if why_not:
            self.say(why_not)

    def _forget_message(self) -> None:
        self._confirmed = ""
        self.message.clear()
        self._offer_to_open(False)
        self.start.setText("Export")

    def _decline(self, field: CalmSpinBox | NumberBox, text: str) -> None:
        """Say why what was typed does not stand."""
        low, high = plain(field.minimum()), plain(field.maximum())
        self._declined = True
        self.say(f"{field.accessibleName()}: “{text}” does not do; a number from {low} to {high} does.")

    def _target(self) -> str:
        """The path of what is typed as the file."""
        return placed(self.file.text().strip())

    def request(self) -> BoardRequest:
        """What the fields ask for. ExportRequestError where it cannot be."""
        shot, typed = self._shot, self.moment.text().strip()
        if typed and not self._format.moving and not self._format.stepwise:
            try:
                shot = replace(shot, show=Show.MOMENT, moment=parse_moment(typed, self._score))
            except MomentError as error:
                raise ExportRequestError(str(error)) from error
        return BoardRequest(self._target(), self._board(shot), self._format.shape)

    @property
    def _shot(self) -> Shot:
        """The whole update, as the window shows it."""
        choices = self._view.choices
        return Shot(
            Show.UPDATE,
            self._tape.update,
            self.seconds.value(),
            grain=self._grain,
            neuron=choices.selected,
            link=choices.pinned_link,
            lens=alone(choices.lens),
            row=self._view.row,
        )

    def _board(self, shot: Shot) -> Storyboard:
        (width, height), choices, snapshot = self.size_box.currentData(), self._view.choices, self._view.snapshot
        filmed = self._format.moving or self._format.filmed
        picture = Picture(
            width,
            height,
            self.fps.value() if filmed else Picture.fps,
            Theme(self.theme.currentData()),
            title=False,
            colours=Colours(self.colours.currentData()),
            reduced_motion=choices.reduced_motion,
        )
        shots = (taken_shot(shot, Taken(snapshot, self._tape)),)
        return Storyboard("", snapshot.session, shots, picture, digits=choices.digits)

    # -- at work -------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._declined:
            self._declined = False
            return
        try:
            request = self.request()
        except ExportRequestError as error:
            self.say(str(error))
            return
        if os.path.lexists(request.path) and not request.path.is_dir() and self._confirmed != request.target:
            self._confirmed = request.target
            self.say(f"{request.path.name} exists already. Press Replace to overwrite it.")
            self.start.setText("Replace")
            return
        self._job = make_board_job(request, takes_of(request.board))
        self.bar.setRange(0, self._job.frames)
        self.bar.setValue(0)
        self._set_working(True)
        self.say(f"Exporting {request.path.name}…")
        self._job.start()
        self._glance.start()

    def _set_working(self, working: bool) -> None:
        for field in (self.kind, self.file, self.browse, self.size_box, self.theme, self.colours):
            field.setEnabled(not working)
        self._enable_options(not working)
        self.bar.setVisible(working)
        self.start.setVisible(not working)
        self._offer_to_open(False)
        self.leave.setText("Cancel" if working else "Close")

    def _look(self) -> None:
        """Show how far the job is, and end with it."""
        job = self._job
        if job is None:
            return
        self.bar.setValue(job.done)
        if job.running:
            return
        self._glance.stop()
        self._job = None
        self._set_working(False)
        self._show_result(job)

    def _show_result(self, job: ExportJob) -> None:
        try:
            path = job.finish()
        except (ExportError, DataProblem) as error:
            self._forget_message()
            self.say(str(error))
            return
        except Exception:
            self._forget_message()
            self.say("The export failed unexpectedly; the details are in the log.")
            raise  # to the window's error log
        self._forget_message()
        self.say(f"Saved as {path}" if path else "Cancelled. Nothing was written.")
        self._offer_to_open(path is not None)
        self.start.setText("Export again" if path else "Export")

    def _offer_to_open(self, offered: bool) -> None:
        self.open_it.setVisible(offered)
        self.open_folder.setVisible(offered)

    # -- the end -------------------------------------------------------------------------------------------------

    def _cancel(self) -> None:
        """Stop the job, or close where there is none."""
        if self._job is None:
            self.reject()
        else:
            self._job.cancel()

    def _abandon(self) -> None:
        """Stop the job and wait until it has cleaned up."""
        self._glance.stop()
        job, self._job = self._job, None
        if job is not None:
            job.cancel()
            job.wait(None)

    def reject(self) -> None:
        """Escape and Close: nothing goes on behind a closed dialog."""
        self._abandon()
        super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """The window's close button."""
        self._abandon()
        super().closeEvent(event)
