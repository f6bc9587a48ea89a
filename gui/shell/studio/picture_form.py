"""How all shots look, as fields."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from twostroke.gui.fields.lines import TextLine
from twostroke.gui.fields.number_fields import CalmSpinBox, begin_alike
from twostroke.gui.model.choices import COLOURS, THEMES, Colours, Theme
from twostroke.gui.model.storyboard.board import Layout, Picture
from twostroke.gui.model.storyboard.limits import MOST_FPS, SIZES
from twostroke.gui.panels.base.widgets import CalmComboBox
from twostroke.gui.shell.studio.aligned import Fields, beside
from twostroke.gui.shell.studio.choosing import select

LAYOUTS: dict[Layout, str] = {
    Layout.STAGE: "Network",
    Layout.OUTPUT: "Network and output",
    Layout.CURVES: "Network, output and curves",
}

PALETTE_WIDTH = 168  # px: the theme beside it ends where the update of a shot does


class PictureForm(QWidget):
    """`changed` carries the picture, `renamed` the title, as the fields have them now; `compared` whether all networks
    of a comparison are shown."""

    changed = Signal(object)
    renamed = Signal(str)
    compared = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = Picture()
        self._filling = False
        self.layout_box, self.size_box, self.theme = CalmComboBox(), CalmComboBox(), CalmComboBox()
        for layout, title in LAYOUTS.items():
            self.layout_box.addItem(title, layout)
        for name, (width, height) in SIZES.items():
            self.size_box.addItem(f"{width} × {height} · {name}", (width, height))
        self.colours = CalmComboBox()
        for theme in THEMES:
            self.theme.addItem(theme.capitalize(), theme)
        for colours, title in COLOURS.items():
            self.colours.addItem(title, colours)
        self.fps = CalmSpinBox()
        self.fps.setRange(1, MOST_FPS)
        self.fps.setSuffix(" fps")
        begin_alike(self.fps)
        self.title = TextLine()
        self.title.setPlaceholderText("none")
        self.checks = {
            "title": QCheckBox("Show title"),
            "captions": QCheckBox("Captions"),
            "legend": QCheckBox("Legend"),
            "transparent": QCheckBox("Transparent"),
        }
        self.checks["transparent"].setToolTip("PNG, APNG, WebP, WebM and SVG can be; other films have the ground")
        self.company = QCheckBox("Networks compared with it")
        self.company.hide()
        self.company.toggled.connect(self._tell_company)
        self._arrange()
        for combo in (self.layout_box, self.size_box, self.theme, self.colours):
            combo.activated.connect(self._tell)
        self.fps.valueChanged.connect(self._tell)
        for check in self.checks.values():
            check.toggled.connect(self._tell)
        self.title.editingFinished.connect(lambda: self.renamed.emit(self.title.text().strip()))

    def _arrange(self) -> None:
        for field, name in ((self.fps, "Frames a second"), (self.theme, "Theme"), (self.colours, "Palette")):
            field.setAccessibleName(name)
            field.setToolTip(name)
        self.size_box.setAccessibleName("Size")
        fields = Fields()
        fields.put("Picture", self.layout_box)
        fields.put("Size", beside(self.size_box, self.fps))
        fields.put("Colours", beside(self.theme, self.colours, PALETTE_WIDTH))
        fields.put("Title", self.title)
        checks = QGridLayout()
        checks.setHorizontalSpacing(0)
        checks.setVerticalSpacing(8)
        for place, check in enumerate(self.checks.values()):
            checks.addWidget(check, *divmod(place, 3))
            checks.setColumnStretch(place % 3, 1)
        checks.addWidget(self.company, 1, 1, 1, 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(fields)
        layout.addLayout(checks)

    def show_picture(self, picture: Picture, title: str) -> None:
        """Fill the fields."""
        self.picture, self._filling = picture, True
        select(self.layout_box, picture.layout)
        size = (picture.width, picture.height)
        if self.size_box.findData(size) < 0:
            self.size_box.addItem(f"{size[0]} × {size[1]}", size)
        select(self.size_box, size)
        select(self.theme, picture.theme)
        select(self.colours, picture.colours)
        self.fps.setValue(picture.fps)
        self.title.setText(title)
        self.title.rest()
        for name, check in self.checks.items():
            check.setChecked(getattr(picture, name))
        self._filling = False

    def offer_company(self, names: Sequence[str], *, shown: bool) -> None:
        """Let the user choose whether the networks of these names are shown; nothing where there are none."""
        self._filling = True
        self.company.setVisible(bool(names))
        self.company.setToolTip("\n".join(names))
        self.company.setChecked(shown)
        self._filling = False

    def _tell_company(self, on: bool) -> None:
        if not self._filling:
            self.compared.emit(on)

    def _tell(self) -> None:
        if self._filling:
            return
        width, height = self.size_box.currentData()
        picture = replace(
            self.picture,
            width=width,
            height=height,
            fps=self.fps.value(),
            theme=Theme(self.theme.currentData()),
            colours=Colours(self.colours.currentData()),
            layout=Layout(self.layout_box.currentData()),
            **{name: check.isChecked() for name, check in self.checks.items()},
        )
        if picture != self.picture:
            self.picture = picture
            self.changed.emit(picture)
