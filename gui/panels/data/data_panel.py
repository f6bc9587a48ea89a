"""Which samples the network learns, and from which inputs."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout, QToolButton, QWidget

from twostroke.engine.data.names import DATASETS, FEATURES, OWN
from twostroke.engine.session.spec import DataSpec, Session
from twostroke.gui.look.dress import Dressed
from twostroke.gui.look.theme import Palette
from twostroke.gui.model import edits
from twostroke.gui.model.user_text import tip
from twostroke.gui.model.view import ViewState
from twostroke.gui.model.words import FEATURES as FEATURE_TITLES
from twostroke.gui.model.words import as_sentence, feature_title
from twostroke.gui.panels.base.forms import Form
from twostroke.gui.panels.base.panel import SettingsPanel
from twostroke.gui.panels.base.widgets import CalmComboBox, NameButton, Text, rows
from twostroke.gui.panels.data.own_data import FileRows, FormulaField, Painting
from twostroke.gui.panels.data.rows_table import RowsTable
from twostroke.gui.panels.data.table_fields import MarkersField, TargetsDialog
from twostroke.gui.panels.data.thumbnails import SIDE, thumbnail

FEATURE_COLUMNS = 4
COLUMN_COLUMNS = 2  # of a table's columns, whose names are longer
SHOWN_COLUMNS = 24  # of a table, as buttons; of more the session's file can name some

FILES = {
    "table": ("Open table", "Tables (*.csv *.tsv *.txt *.tab);;All files (*)"),
    "npz": ("Open arrays", "NumPy archives (*.npz);;All files (*)"),
}
"""Datasets that come from a file -> title and patterns of the dialog that asks for it."""

OWN_SETTINGS = ("task", "delimiter", "header", "missing", "decimal", "encoding", "scale", "scale_target")


class DatasetChooser(Dressed, CalmComboBox):
    """The list of datasets; its pictures are drawn when it is opened for the first time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("datasets")  # whose list opens below it (style.qss), not over the pointer
        self.setAccessibleName("Dataset")
        self.setIconSize(QSize(SIDE, SIDE))
        self.setMaxVisibleItems(9)
        for info in DATASETS.values():
            self.addItem(info.title, info.name)
            self.setItemData(self.count() - 1, info.help, Qt.ItemDataRole.ToolTipRole)
        for source in OWN.values():
            self.addItem(source.title + ("…" if source.name in FILES else ""), source.name)
            self.setItemData(self.count() - 1, source.help, Qt.ItemDataRole.ToolTipRole)
        self._painted_for: Palette | None = None

    def showPopup(self) -> None:
        """Draw the pictures that are still missing, then open."""
        self._paint_icons()
        super().showPopup()

    def _paint_icons(self) -> None:
        if self._painted_for is self.palette_:
            return
        for index in range(self.count()):
            self.setItemIcon(index, thumbnail(str(self.itemData(index)), self.palette_))
        self._painted_for = self.palette_


class FeatureButtons(QWidget):
    """One check button for each input that can be made from a point, or each column of one's own table."""

    def __init__(self, panel: "DataPanel") -> None:
        super().__init__(panel)
        self._panel = panel
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._known: tuple[str, ...] = ()
        self.buttons: dict[str, QToolButton] = {}

    def show_features(self, known: tuple[str, ...], chosen: tuple[str, ...]) -> None:
        """Show `known`, those in `chosen` checked."""
        if known != self._known:
            self._build(known, FEATURE_COLUMNS if set(known) <= set(FEATURES) else COLUMN_COLUMNS)
        for name, button in self.buttons.items():
            button.setChecked(name in chosen)

    def _build(self, known: tuple[str, ...], across: int) -> None:
        for button in self.buttons.values():
            self._grid.removeWidget(button)
            button.deleteLater()
        self._known, self.buttons = known, {}
        for place, name in enumerate(known):
            button = NameButton(feature_title(name), self)
            button.setCheckable(True)
            button.setToolTip(tip(f"Use {FEATURE_TITLES.get(name, name)} as an input"))
            button.setAccessibleName(f"Input {FEATURE_TITLES.get(name, name)}")
            button.clicked.connect(lambda on, chosen=name: self._panel.edit(edits.use_feature, chosen, on))
            self._grid.addWidget(button, place // across, place % across)
            self.buttons[name] = button


class DataPanel(SettingsPanel):
    """Dataset, samples, noise, training share, inputs and seed."""

    TITLE = "Data"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chooser = DatasetChooser()
        self.chooser.currentIndexChanged.connect(self._choose)
        self.about = Text("", "muted", wrap=True)
        self.remarks = Text("", wrap=True)
        self.remarks.hide()
        self.form = Form(DataSpec, leave_out=("name", "features"))
        self.form.edited.connect(self._set)
        self.file, self.formula, self.painting, self.rows = FileRows(), FormulaField(), Painting(), RowsTable()
        self.file.wanted.connect(lambda: self._open(self.session.data.name))
        self.file.target_chosen.connect(lambda name: self._set_own("target", name))
        self.file.several_wanted.connect(self._ask_targets)
        self.markers = MarkersField()
        self.markers.entered.connect(lambda words: self._set_own("missing_markers", words))
        self.formula.entered.connect(lambda text: self._set_own("expression", text))
        self.painting.painted.connect(lambda points: self._set_own("points", points))
        self.rows.typed.connect(lambda rows: self.edit(edits.set_rows, rows))
        self.features_name = Text("Inputs", "muted")
        self.features = FeatureButtons(self)
        top = rows()
        top.addWidget(Text("Dataset", "muted"), 0, 0)
        top.addWidget(self.chooser, 0, 1)
        self.body.addLayout(top)
        own = (self.file, self.formula, self.painting, self.rows)
        for widget in (
            self.about,
            *own,
            self.remarks,
            self.form,
            self.markers,
            self.features_name,
            self.features,
            self.notice,
        ):
            self.body.addWidget(widget)
        for widget in (*own, self.markers):
            widget.hide()

    def part_of(self, session: Session) -> object:
        """The data."""
        return session.data

    def show_session(self, session: Session) -> None:
        """Show the data's settings, each only where it has a meaning."""
        data = session.data
        self.chooser.select(data.name)
        self._show_own(data)
        self.about.say(as_sentence(data.info.help))
        self.about.setVisible(data.name not in OWN)
        drawn = () if data.info.rows else ("samples", "noise")
        scales = ("scale", "scale_target") if data.info.task == "regression" else ("scale",)
        own = {"table": (*OWN_SETTINGS[:6], *scales), "npz": ("task", *scales), "rows": ("task", *scales)}
        self.form.show_values(data, (*drawn, "train_share", "seed", *own.get(data.name, ())))
        self.markers.setVisible(data.name == "table")
        self.markers.show_markers(data.missing_markers)
        self._show_features(data.info.features, edits.shown_features(session))

    def _show_own(self, data: DataSpec) -> None:
        if data.name in FILES:
            self.file.show_data(data)
        elif data.name == "expression":
            self.formula.show_formula(data.expression)
        elif data.name == "points":
            self.painting.show_points(data.points)
        elif data.name == "rows":
            self.rows.show_rows(data)
        self.rows.setVisible(data.name == "rows")
        self.file.setVisible(data.name in FILES)
        self.formula.setVisible(data.name == "expression")
        self.painting.setVisible(data.name == "points")

    def revert(self) -> None:
        """Cells, too, show the session's rows again."""
        self.rows.show_again()
        super().revert()

    def _show_features(self, known: tuple[str, ...], chosen: tuple[str, ...]) -> None:
        some = 0 < len(known) <= SHOWN_COLUMNS
        if some:
            self.features.show_features(known, chosen)
        self.features.setVisible(some)
        self.features_name.setVisible(some)

    def refresh(self, view: ViewState) -> None:
        """As for every settings panel; the origin of the data arrives with the data itself."""
        super().refresh(view)
        self.remarks.say("\n".join(view.snapshot.data.remarks))
        self.remarks.setVisible(bool(view.snapshot.data.remarks))
        origin = tip(view.snapshot.data.provenance)
        if origin != self.chooser.toolTip():
            self.chooser.setToolTip(origin)
            self.about.setToolTip(origin)

    def _choose(self) -> None:
        name = str(self.chooser.currentData())
        if name in FILES:
            self._open(name)
        else:
            self.edit(edits.set_dataset, name)

    def _open(self, name: str) -> None:
        """Ask for a file and learn from it; without one everything stays as it is."""
        title, patterns = FILES[name]
        folder = str(Path(self.session.data.path).parent) if self.session.data.path else ""
        chosen, _ = QFileDialog.getOpenFileName(self.window(), title, folder, patterns)
        if not chosen:
            self.revert()
            return
        self.edit(edits.open_data, name, chosen)

    def _ask_targets(self, names: tuple[str, ...], targets: tuple[str, ...]) -> None:
        """Have several columns ticked; a single one is a target as ever."""
        dialog = TargetsDialog(names, targets, self.window())
        dialog.chosen.connect(lambda chosen: self._set_own("target", chosen if len(chosen) > 1 else chosen[0]))
        dialog.open()

    def _set(self, name: str, value: object) -> None:
        if name in OWN_SETTINGS:
            self._set_own(name, value)
        else:
            self.edit(edits.set_value, f"data.{name}", value)

    def _set_own(self, key: str, value: object) -> None:
        self.edit(edits.set_own, key, value)
