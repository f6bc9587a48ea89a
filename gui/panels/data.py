"""Which samples the network learns, and from which inputs."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QToolButton, QWidget

from twostroke.engine.data.names import DATASETS
from twostroke.engine.spec import DataSpec, Session
from twostroke.gui import edits
from twostroke.gui.panels.forms import Form
from twostroke.gui.panels.panel import SettingsPanel
from twostroke.gui.panels.thumbnails import SIDE, thumbnail
from twostroke.gui.panels.widgets import CalmComboBox, Text, rows, tab_order
from twostroke.gui.panels.words import as_sentence, title_of
from twostroke.gui.view_model import ViewState

FEATURE_COLUMNS = 4


class DatasetChooser(CalmComboBox):
    """The list of datasets; its pictures are drawn when it is opened for the first time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Dataset")
        self.setIconSize(QSize(SIDE, SIDE))
        self.setMaxVisibleItems(9)
        for info in DATASETS.values():
            self.addItem(info.title, info.name)
            self.setItemData(self.count() - 1, info.help, Qt.ItemDataRole.ToolTipRole)
        self._painted_for: object = None
        self._panel_palette: object = None

    def showPopup(self) -> None:
        """Draw the pictures that are still missing, then open."""
        self._paint_icons()
        super().showPopup()

    def use(self, palette: object) -> None:
        """Draw with the colours of `palette` from the next opening on."""
        self._panel_palette = palette

    def _paint_icons(self) -> None:
        if self._panel_palette is None or self._painted_for is self._panel_palette:
            return
        for index in range(self.count()):
            self.setItemIcon(index, thumbnail(str(self.itemData(index)), self._panel_palette))
        self._painted_for = self._panel_palette


class FeatureButtons(QWidget):
    """One check button for each input that can be made from a point."""

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
            self._build(known)
        for name, button in self.buttons.items():
            button.setChecked(name in chosen)

    def _build(self, known: tuple[str, ...]) -> None:
        for button in self.buttons.values():
            self._grid.removeWidget(button)
            button.deleteLater()
        self._known, self.buttons = known, {}
        for place, name in enumerate(known):
            button = QToolButton(self)
            button.setText(title_of(name))
            button.setCheckable(True)
            button.setToolTip(f"Use {title_of(name)} as an input")
            button.setAccessibleName(f"Input {title_of(name)}")
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            button.clicked.connect(lambda _=False, chosen=name: self._panel.edit(edits.toggle_feature, chosen))
            self._grid.addWidget(button, place // FEATURE_COLUMNS, place % FEATURE_COLUMNS)
            self.buttons[name] = button
        tab_order((self._panel.form.editors["seed"].field, *self.buttons.values()))


class DataPanel(SettingsPanel):
    """Dataset, samples, noise, training share, inputs and seed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Data", parent)
        self.chooser = DatasetChooser()
        self.chooser.use(self.palette_)
        self.chooser.currentIndexChanged.connect(self._choose)
        self.about = Text("", "muted", wrap=True)
        self.form = Form(DataSpec, leave_out=("name", "features"))
        self.form.edited.connect(lambda name, value: self.edit(edits.set_value, f"data.{name}", value))
        self.features_name = Text("Inputs", "muted")
        self.features = FeatureButtons(self)
        top = rows()
        top.addWidget(Text("Dataset", "muted"), 0, 0)
        top.addWidget(self.chooser, 0, 1)
        self.body.addLayout(top)
        for widget in (self.about, self.form, self.features_name, self.features, self.notice):
            self.body.addWidget(widget)

    def part_of(self, session: Session) -> object:
        """The data."""
        return session.data

    def show_session(self, session: Session, view: ViewState) -> None:
        """Show the data's settings; tables have neither noise nor inputs to choose."""
        data = session.data
        drawn = data.info.family != "table"
        self.chooser.select(data.name)
        self.about.say(as_sentence(data.info.help))
        shown = None if drawn else ("train_share", "seed")
        self.form.show_values(data, shown)
        self.features.show_features(data.info.features, edits.shown_features(session))
        self.features.setVisible(drawn)
        self.features_name.setVisible(drawn)

    def refresh(self, view: ViewState) -> None:
        """As for every settings panel; the origin of the data arrives with the data itself."""
        super().refresh(view)
        tip = view.snapshot.data.provenance
        if tip != self.chooser.toolTip():
            self.chooser.setToolTip(tip)
            self.about.setToolTip(tip)

    def recolour(self) -> None:
        """Draw the list's pictures anew."""
        self.chooser.use(self.palette_)

    def _choose(self) -> None:
        self.edit(edits.set_dataset, str(self.chooser.currentData()), asked="data")
