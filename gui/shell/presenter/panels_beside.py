"""Output and curves beside the picture, in text for the back row: panels of their own, shown as pictures of themselves,
so that no click reaches their controls and all that they paint is larger by one factor.
"""

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from twostroke.gui.drive.controller import Controller
from twostroke.gui.look.dress import dress
from twostroke.gui.look.painting import painting
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.base.forms import Editor
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.curves.curves_panel import CurvesPanel
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel, SceneView
from twostroke.gui.panels.output.output_panel import OutputPanel

WIDTH = 276
"""Pixels of a panel as it is laid out; on the screen it is larger."""

EVERY_MS = 200

CHOICES: tuple[type[Panel] | None, ...] = (None, LessonPanel, OutputPanel, CurvesPanel)
"""What one press of the key after the other shows; in this size there is room for one. No lesson, no scene of it."""

FIELDS = (QComboBox, QAbstractSpinBox, Editor)


class Hides(QObject):
    """Keeps the controls of a panel hidden, whatever it shows; with a field goes its name."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(panel)
        controls = [each for kind in (QAbstractButton, *FIELDS) for each in panel.findChildren(kind)]
        names = [name for row in panel.findChildren(QHBoxLayout) for name in _names_in(row)]
        for each in (*controls, *names):
            if each is not panel.heading:
                each.hide()
                each.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide again what has just been shown."""
        if event.type() is QEvent.Type.ShowToParent and isinstance(watched, QWidget):
            watched.hide()
        return False


def _names_in(row: QHBoxLayout) -> list[QWidget]:
    widgets = [item.widget() for at in range(row.count()) if (item := row.itemAt(at)) is not None]
    return [each for each in widgets if isinstance(each, QLabel)] if any(isinstance(w, FIELDS) for w in widgets) else []


def to_be_read(scene: SceneView) -> SceneView:
    """A scene without fields and buttons: its question, its choices and what came of it as text."""
    if scene.ask is None:
        return scene
    choices = "".join(f"\n\n{number}. {choice}" for number, choice in enumerate(scene.ask.choices, 1))
    return replace(
        scene, ask=None, attempt="\n\n".join(filter(None, (f"**{scene.ask.question}**{choices}", scene.verdict)))
    )


class PanelsBeside(QWidget):
    """At the right of the picture while the lecturer presents, and wants it. `changed` says that it looks otherwise."""

    changed = Signal()

    def __init__(self, controller: Controller, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._behind: QWidget | None = None  # where the panels themselves are, which nobody sees
        self._panels: list[Panel] = []
        self._picture = QPixmap()
        self._chosen, self._scale = 0, 1.0
        self._scene: SceneView | None = None
        self._presents = False
        self.setObjectName("chrome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Panels beside the picture")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(EVERY_MS)
        self._soon.timeout.connect(self._look)
        self.hide()

    @property
    def shown(self) -> Panel | None:
        """The one that is shown."""
        return next((panel for panel in self._panels if type(panel) is CHOICES[self._chosen]), None)

    def choose(self, panel: QWidget) -> None:
        """A panel of the window has something to show: its like, if there is one here."""
        if type(panel) in CHOICES and (self._scene is not None or not isinstance(panel, LessonPanel)):
            self._chosen = [kind is type(panel) for kind in CHOICES].index(True)
            self._show_chosen()

    def choose_next(self) -> None:
        """The next panel; none after the last."""
        self._chosen = (self._chosen + 1) % len(CHOICES)
        if CHOICES[self._chosen] is LessonPanel and self._scene is None:
            self._chosen += 1
        self._show_chosen()

    def tell(self, scene: SceneView | None) -> None:
        """What the class reads of a lesson: shown when another scene begins, whatever was beside the picture."""
        before, self._scene = self._scene, scene
        begins = scene is not None and (before is None or before.number != scene.number)
        if begins or (scene is None and CHOICES[self._chosen] is LessonPanel):
            self._chosen = CHOICES.index(LessonPanel) if begins else 0
            if self._behind is not None or self._presents:
                self._show_chosen()
        self._tell_panel()

    def _tell_panel(self) -> None:
        for panel in self._panels:
            if isinstance(panel, LessonPanel) and self._scene is not None:
                panel.show_scene(to_be_read(self._scene))
                self._soon.start()

    def draw_larger(self, scale: float) -> None:
        """So much larger than panels usually are."""
        self._scale = scale
        self.setFixedWidth(round(scale * WIDTH))
        self._look()

    def begin(self) -> None:
        """The lecturer presents: what was chosen the last time."""
        self._presents = True
        self._show_chosen()

    def end(self) -> None:
        """No more."""
        self._presents = False
        self.hide()
        self._soon.stop()
        if self._behind is not None:
            self._controller.panel_view.disconnect(self._take)
            self._behind.close()
            self._behind.deleteLater()
            self._behind, self._panels = None, []

    def _show_chosen(self) -> None:
        chosen = CHOICES[self._chosen]
        if chosen is not None and self._behind is None:
            self._make()
        for panel in self._panels:
            panel.setVisible(type(panel) is chosen)
        self.setVisible(chosen is not None)
        self.changed.emit()
        self._look()
        self._soon.start()  # once it is laid out

    def _make(self) -> None:
        self._behind = QWidget(self.window(), Qt.WindowType.Window)
        self._behind.setObjectName("chrome")
        for name in (Qt.WidgetAttribute.WA_DontShowOnScreen, Qt.WidgetAttribute.WA_ShowWithoutActivating):
            self._behind.setAttribute(name)
        self._panels = [kind() for kind in CHOICES if kind is not None]
        layout = QVBoxLayout(self._behind)
        layout.setContentsMargins(0, 0, 0, 0)
        for panel in self._panels:
            Hides(panel)
            layout.addWidget(panel)
        layout.addStretch(1)
        dress(self._behind, palette_of(self._controller.choices))
        self._controller.panel_view.connect(self._take)
        if self._controller.view is not None:
            self._take(self._controller.view)
        self._tell_panel()

    def _take(self, view: ViewState) -> None:
        for panel in self._panels:
            panel.show_view(view)
        if not self._soon.isActive():
            self._soon.start()

    def _look(self) -> None:
        """Take the picture anew."""
        behind = self._behind
        if behind is None or not self.isVisible():
            return
        behind.show()
        layout = behind.layout()
        least = 1 if layout is None else layout.totalMinimumHeightForWidth(WIDTH)
        behind.setFixedSize(QSize(WIDTH, max(round(self.height() / self._scale), least)))
        scale = min(self._scale, self.height() / behind.height()) * self.devicePixelRatioF()  # nothing is cut
        picture = QPixmap(behind.size() * scale)
        picture.setDevicePixelRatio(scale)
        picture.fill(behind.palette().window().color())
        behind.render(picture, QPoint(), QRegion(behind.rect()))
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self._picture = picture
        self.update()
        self.changed.emit()

    # Qt's own names from here on

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture follows, once the panel is laid out."""
        super().resizeEvent(event)
        self._soon.start()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The picture of the panels."""
        with painting(self) as painter:
            painter.fillRect(self.rect(), self.palette().window())
            painter.drawPixmap(0, 0, self._picture)
