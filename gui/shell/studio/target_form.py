"""What is made of a storyboard, and where it goes: the kind of file, its path, and what only some kinds ask for."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from twostroke.gui.export.films_folder import called, films_folder, placed
from twostroke.gui.export.formats import FORMATS
from twostroke.gui.export.kind import Format
from twostroke.gui.export.model_files.model_formats import MODEL_FORMATS, ModelFormat
from twostroke.gui.export.solution.sheets import SHEETS, Sheet
from twostroke.gui.fields.lines import PathLine, TextLine
from twostroke.gui.fields.number_fields import NumberBox, begin_alike
from twostroke.gui.model.solution.wishes import LONGEST_NAME
from twostroke.gui.panels.base.widgets import CalmComboBox
from twostroke.gui.shell.studio.aligned import FIELD_HEIGHT, ROW_GAP, Fields, beside, named_beside
from twostroke.gui.shell.studio.orders import Making

PLAIN_SHAPE = ""

SHAPE_TITLES = {"numpy": "NumPy", "pytorch": "PyTorch"}

NAMED: dict[str, str] = {
    "film": " with film",
    "steps": " steps",
    "storyboard": " storyboard",
    "iframe": " to paste",
    "solution": " solution",
    "sheet": " exercise",
    "pytorch": ".torch",
    "trace": " trace",
    "weights": " weights",
}
"""What a name has at its end where others have the same ending, so that one is not written over the other."""


@dataclass(frozen=True)
class Kind:
    """One entry of the list."""

    title: str
    ending: str
    made_by: Format | ModelFormat | Sheet
    shape: str = PLAIN_SHAPE  # which of those with this ending; of a sheet, "sheet" or "solution"

    @property
    def label(self) -> str:
        """Its title, and the ending that it has."""
        return f"{self.title} ({self.ending})" if self.ending else self.title


def _family(kind: Kind) -> tuple[object, ...]:
    """What entries have in common that stand together: films, pictures, what goes step by step, players and so on."""
    made_by = kind.made_by
    if isinstance(made_by, Format):
        return made_by.moving, made_by.stepwise
    return (made_by.code,) if isinstance(made_by, ModelFormat) else (kind.shape,)


def kinds() -> Iterator[Kind]:
    """All that can be made: films and pictures, then what is worked out on paper, then code, model and numbers."""
    yield from (Kind(known.title, known.ending, known, known.shape) for known in FORMATS)
    for shape, title in (("solution", "Worked solution"), ("sheet", "Exercise sheet")):
        yield from (Kind(f"{title}, {sheet.title}", sheet.ending, sheet, shape) for sheet in SHEETS)
    for known in MODEL_FORMATS:
        several = len(known.shapes) > 1
        yield from (
            Kind(
                f"{known.title}, {SHAPE_TITLES.get(shape, shape)}" if several else known.title,
                known.ending,
                known,
                shape,
            )
            for shape in known.shapes
        )


class TargetForm(QWidget):
    """`changed`: another kind or place."""

    changed = Signal()

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._named = False  # whether by the user
        self.kind_box = CalmComboBox()
        for _, family in groupby(kinds(), _family):
            if self.kind_box.count():
                self.kind_box.insertSeparator(self.kind_box.count())
            for kind in family:
                self.kind_box.addItem(kind.label, kind)
        self.kind_box.setMaxVisibleItems(40)
        self._chosen = self.kind  # before something was typed, to which Escape comes back
        self.file = PathLine(str(films_folder() / f"{called(name)}{self.kind.ending}"))
        self.browse = QPushButton("Browse…")
        self.browse.setAutoDefault(False)
        self.browse.setProperty("role", "field")
        self.most = NumberBox(step=1.0)
        self.most.setRange(0.0, 2_000.0)
        self.most.setSpecialValueText("any size")
        self.most.setSuffix(" MB")
        begin_alike(self.most)
        self.subtitles = CalmComboBox()
        for title, value in (("none", ""), (".srt beside it", "srt"), (".vtt beside it", "vtt")):
            self.subtitles.addItem(title, value)
        self.student = TextLine()
        self.student.setMaxLength(LONGEST_NAME)
        self.student.setPlaceholderText("a line for the name")
        self._arrange()
        self.kind_box.activated.connect(self._choose)
        self.file.textChanged.connect(self._follow_ending)
        self.file.editingFinished.connect(self._settle)
        self.browse.clicked.connect(self._browse)

    def _arrange(self) -> None:
        names = {self.kind_box: "Kind", self.most: "At most"}
        names |= {self.file: "File", self.subtitles: "Subtitles", self.student: "Name of the student"}
        for field, name in names.items():
            field.setAccessibleName(name)
        width = self.browse.sizeHint().width()
        self.told, self.limit = named_beside(self.subtitles, "At most", self.most, width)
        self.fields = Fields()
        self.kind_box.setFixedHeight(FIELD_HEIGHT)
        self.fields.addRow(self.kind_box)
        self.fields.put("File", beside(self.file, self.browse, width))
        self.fields.put("Subtitles", self.told)
        self.fields.put("Student", self.student)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self.fields)
        layout.addStretch(1)
        self.setFixedHeight(3 * (FIELD_HEIGHT + ROW_GAP) - ROW_GAP)  # whatever fields a kind has, all stay in place
        self._offer()

    @property
    def kind(self) -> Kind:
        """What is to be made."""
        found: Kind = self.kind_box.currentData()
        return found

    @property
    def target(self) -> str:
        """The path that is typed, with the ending of its kind."""
        typed, ending = self.file.text().strip(), self.kind.ending
        if typed.endswith(("/", os.sep)):
            return placed(typed) + os.sep
        return placed(typed if not typed or typed.lower().endswith(ending) else typed + ending)

    def choose(self, ending: str, shape: str = PLAIN_SHAPE) -> None:
        """The kind of that ending and shape."""
        for index, kind in self._listed():
            if (kind.ending, kind.shape) == (ending, shape):
                self.kind_box.setCurrentIndex(index)
                self._choose()
                return

    def _listed(self) -> Iterator[tuple[int, Kind]]:
        """The entries of the list with their places, without the lines between groups."""
        found = ((index, self.kind_box.itemData(index)) for index in range(self.kind_box.count()))
        return ((index, kind) for index, kind in found if kind is not None)

    def call(self, name: str) -> None:
        """Have the file called so, unless the user has named it for what is exported next."""
        if not self._named and not self.file.isModified():
            self.file.fill(named_for(self.kind, os.path.join(os.path.dirname(self.file.text()), called(name))))

    def let_go(self) -> None:
        """The name that the user gave is used: what is opened next is called as it is."""
        self._named = False
        self.file.setModified(False)

    def _choose(self) -> None:
        """The file's name follows."""
        self._chosen = self.kind
        with QSignalBlocker(self.file):
            self.file.fill(named_for(self.kind, self.file.text().strip() or "clip"))
        self._offer()
        self.changed.emit()

    def _offer(self) -> None:
        kind = self.kind
        self.fields.setRowVisible(self.told, self._can_have_subtitles)
        self.limit.setVisible(self._can_be_capped)
        self.fields.setRowVisible(self.student, isinstance(kind.made_by, Sheet))

    @property
    def is_paper(self) -> bool:
        """Whether pages are made, in the colours of the picture."""
        return isinstance(self.kind.made_by, Format) and self.kind.ending == ".pdf"

    @property
    def _can_be_capped(self) -> bool:
        made_by = self.kind.made_by
        return isinstance(made_by, Format) and made_by.can_be_capped

    @property
    def _can_have_subtitles(self) -> bool:
        made_by = self.kind.made_by
        return isinstance(made_by, Format) and made_by.can_have_subtitles

    @property
    def making(self) -> Making:
        """All that is asked for."""
        kind = self.kind
        capped = self._can_be_capped and self.most.value() > 0
        return Making(
            kind.made_by,
            self.target,
            kind.shape,
            self.subtitles.currentData() if self._can_have_subtitles else "",
            self.most.value() if capped else None,
            "".join(letter for letter in self.student.text() if letter.isprintable()).strip(),
        )

    def _follow_ending(self) -> None:
        """The ending that is typed chooses the first kind that has it, or the one that was chosen before."""
        ending = Path(self.file.text().strip()).suffix.lower()
        if ending and ending != self.kind.ending:
            alike = [(index, kind) for index, kind in self._listed() if kind.ending == ending]
            if alike:
                place, _ = next((each for each in alike if each[1] == self._chosen), alike[0])
                self.kind_box.setCurrentIndex(place)
            self._offer()
        self.changed.emit()

    def _settle(self) -> None:
        """What was typed stands."""
        self._named = self._named or self.file.isModified()
        self._chosen = self.kind

    def _browse(self) -> None:
        kind = self.kind
        options = QFileDialog.Option.DontConfirmOverwrite  # the studio asks itself, also of a path that is typed
        pattern = f"{kind.title} (*{kind.ending})" if kind.ending else ""
        path, _ = QFileDialog.getSaveFileName(self, "Export to", self.file.text(), pattern, options=options)
        if path:
            self._named = True
            self.file.fill(path if not kind.ending or Path(path).suffix else path + kind.ending)


def named_for(kind: Kind, path: str) -> str:
    """That path with the ending of a kind, and what tells it from others with this ending."""
    endings = {known.ending for known in kinds()} - {""}
    stem, ending = os.path.splitext(path)
    if ending.lower() not in endings:
        stem = path
    for told in NAMED.values():
        stem = stem.removesuffix(told)
    return f"{stem}{NAMED.get(kind.shape, '')}{kind.ending}"
