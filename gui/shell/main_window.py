"""Arranges the window and connects its parts; decides nothing."""

import time
from typing import TypeVar

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QWidget,
)

from twostroke.gui.drive.controller import Controller
from twostroke.gui.drive.lesson_player import LessonPlayer
from twostroke.gui.look import style
from twostroke.gui.look.dress import dress
from twostroke.gui.look.theme import palette_of
from twostroke.gui.model.choices import Look, Theme
from twostroke.gui.model.lessons import Lesson
from twostroke.gui.model.player import AtEnd, Stroke
from twostroke.gui.model.score import Grain
from twostroke.gui.model.user_text import one_line
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.account.account_panel import AccountPanel
from twostroke.gui.panels.base.panel import Panel
from twostroke.gui.panels.comparison.comparison_panel import ComparisonPanel
from twostroke.gui.panels.data.data_panel import DataPanel
from twostroke.gui.panels.lesson.lesson_panel import LessonPanel
from twostroke.gui.panels.network.network_panel import NetworkPanel
from twostroke.gui.panels.neuron.inspector import InspectorPanel
from twostroke.gui.panels.output.output_panel import OutputPanel
from twostroke.gui.panels.table import AnyPanel, Side
from twostroke.gui.panels.time.timeline import TimelinePanel
from twostroke.gui.shell import actions, keys, tab
from twostroke.gui.shell.banner import Banner
from twostroke.gui.shell.catalogue_window import Catalogue
from twostroke.gui.shell.columns import ACTION, Columns, beside, stacked
from twostroke.gui.shell.company import Company
from twostroke.gui.shell.document import Document
from twostroke.gui.shell.film_making import Exporting
from twostroke.gui.shell.foreign import dropped
from twostroke.gui.shell.hand_keys import ByHand
from twostroke.gui.shell.helping import Helping
from twostroke.gui.shell.keyed_window import KeyedWindow
from twostroke.gui.shell.lesson.guide import Guide
from twostroke.gui.shell.lesson.workshop import Workshop
from twostroke.gui.shell.menus import Menus
from twostroke.gui.shell.offer import Offer
from twostroke.gui.shell.preferences import Preferences
from twostroke.gui.shell.presenter.arrangement import Parts
from twostroke.gui.shell.presenter.panels_beside import PanelsBeside
from twostroke.gui.shell.presenter.presenter import Presenter
from twostroke.gui.shell.receipt import Receipt
from twostroke.gui.shell.room import FRAME
from twostroke.gui.shell.take_away import TakeAway
from twostroke.gui.shell.transport import Transport
from twostroke.gui.shell.welcome.welcoming import Around, Welcoming
from twostroke.gui.shell.window_panels import WindowPanels
from twostroke.gui.shell.work_sign import WorkSign

P = TypeVar("P", bound=AnyPanel)

SMALLEST = QSize(760, 500)
FIRST_SIZE = QSize(1440, 900)
FRAME_SECONDS = 0.016


class MainWindow(KeyedWindow):
    """The window: controls left, the stage in the middle, answers right, transport above, timeline below."""

    def __init__(self, controller: Controller, preferences: Preferences) -> None:
        super().__init__()
        self.controller = controller
        self.preferences = preferences
        self.document = Document(self, controller, preferences)
        self.actions_by_id = actions.build(self, self)
        self.addActions(list(self.actions_by_id.values()))
        self._build_parts()
        self._arrange()
        self.menus = Menus(self.menuBar(), self.actions_by_id, self.document, preferences)
        self._connect()
        self._restore()
        self.setAcceptDrops(True)
        self.mind_keys()
        self._show_title()

    # -- parts ---------------------------------------------------------------------------------------------------

    def _build_parts(self) -> None:
        self.transport = Transport(self.actions_by_id)
        self.banner, self.offer = Banner(), Offer()
        self.work_sign = WorkSign(self.controller.reading)
        self.receipt = Receipt()
        self.all_panels = WindowPanels(self.controller, self.preferences)
        self.panels = self.all_panels.by_id
        self.timeline, self.lesson = self.panel(TimelinePanel), self.panel(LessonPanel)
        self.by_hand = ByHand(
            self.controller, self.stage, self.panel(InspectorPanel).hand, self._show_table, self._show_pinned
        )
        self.company = Company(
            self.controller, self.stage, self.panel(ComparisonPanel), lambda panel: self.columns.bring(panel)
        )
        self.columns: Columns
        self.helping = Helping(self, self.document)
        self.exporting = Exporting(self, self.controller, self.document, self.company.comparison)
        self.take_away = TakeAway(self, self.controller, self.stage, lambda: self.preferences.folder)
        player = LessonPlayer(self.controller, self.company.comparison, self)
        seen: dict[str, QWidget] = {f"panel:{id}": panel for id, panel in self.panels.items()}
        seen |= {f"control:{name}": control for name, control in self.transport.controls.items()}
        self.guide = self.leader = Guide(
            self, self.controller, player, self.lesson, self.stage, seen, self.preferences.scenes_seen
        )
        self.guide.handing_in.folder = lambda: self.preferences.folder
        kept = self.document, self.preferences
        self.workshop = Workshop(self, self.controller, self.company.comparison, self.panels, *kept)
        self.catalogue = Catalogue(self, self.controller, (self.actions_by_id["undo"], self.actions_by_id["redo"]))

    def panel(self, kind: type[P]) -> P:
        """The panel of that class."""
        return self.all_panels.of(kind)

    def _arrange(self) -> None:
        middle = QWidget()
        pictures = self.company.pictures
        panels_beside, stand = PanelsBeside(self.controller), QWidget()
        beside(stand, pictures, panels_beside).setStretchFactor(pictures, 1)
        above = stacked(middle, self.offer, self.banner, stand)
        above.setStretchFactor(stand, 1)
        over = stacked(self.stage, self.work_sign, self.receipt)  # the picture would jump with every long change
        over.addStretch(1)
        self.columns = Columns(
            middle, self.stage, {side: self.all_panels.on(side) for side in Side}, self.actions_by_id
        )
        centre = QWidget()
        below = QWidget()
        stacked(below, rule(), *self.all_panels.on(Side.BOTTOM))
        stacked(centre, self.transport, self.workshop.bar, self.columns, below).setStretchFactor(self.columns, 1)
        inside = QWidget()
        whole = stacked(inside, centre)
        self.setCentralWidget(inside)
        controls = (self.menuBar(), self.transport, self.offer, below)
        parts = Parts(self, centre, pictures, panels_beside, self.columns, self.banner, controls, self.actions_by_id)
        self.presenter = Presenter(parts, self.controller)
        around = Around(
            *(self, self.controller, whole, centre, self.offer, above, self.actions_by_id),
            show_pane=self._bring_lesson,
            show_data=lambda: self.columns.reveal(self.panel(DataPanel)),
            look_again=self._show_title,
        )
        self.welcoming = Welcoming(around, self.document, self.preferences, self.guide)
        self.workshop.begin_at = self.welcoming.begin_at
        self._filled = False  # whether there has been a network
        self._painted_at = 0.0  # when the picture was painted at once
        self.all_panels.show(False)
        self.setMinimumSize(SMALLEST)
        for button in self.findChildren(QAbstractButton):  # so that a click does not take Space away from training
            if button.focusPolicy() & Qt.FocusPolicy.ClickFocus:
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _connect(self) -> None:
        self.controller.stage_view.connect(self._show_view)
        self.controller.panels_due.connect(self._paint_first)
        self.controller.panel_view.connect(self._show_state)
        self.controller.look_changed.connect(self.apply_look)
        self.controller.speed_changed.connect(self._show_speed)
        self.controller.grain_changed.connect(self._show_grain)
        self.controller.at_end_changed.connect(self._show_at_end)
        self.controller.said.connect(self.banner.say)
        self.controller.works.connect(self.work_sign.show_work)
        self.work_sign.cancelled.connect(self.controller.cancel)
        self.stage.neuron_clicked.connect(self.controller.select)
        self.stage.sample_clicked.connect(self.controller.pick)
        self.stage.number_clicked.connect(self.controller.explain)
        self.stage.number_clicked.connect(self._show_pinned)
        self.panel(OutputPanel).followed.connect(self.controller.follow)
        self.panel(OutputPanel).race_asked.connect(lambda: self.race(hinges=True))
        self.controller.asked.connect(self.panel(OutputPanel).hear)
        self.stage.place_hovered.connect(self.controller.hover)
        self.stage.place_walked.connect(self.controller.walk)
        self.stage.place_pinned.connect(self.controller.pin)
        self.stage.neuron_clicked.connect(self._show_pinned)
        self.stage.place_pinned.connect(self._show_pinned)
        self.stage.place_turned.connect(self.by_hand.turn_at)
        self.columns.changed.connect(self._columns_changed)
        self.presenter.changed.connect(self._show_filling)
        self.stage.lens_asked.connect(self.menus.show_lenses)
        self.company.comparison.changed.connect(lambda: self.menus.offer_in_company(self.company.there))
        self.stage.menu_asked.connect(self.by_hand.open_menu)
        self.stage.gate_switched.connect(self.by_hand.switch_at)
        self.stage.place_typed.connect(self.by_hand.type_at)
        self.stage.function_dropped.connect(self.catalogue.use)
        self.panel(NetworkPanel).catalogue_asked.connect(self.catalogue.open)
        self.controller.asked.connect(self.by_hand.sample.hear)
        self.timeline.scrubbed.connect(self.controller.scrub)
        self.transport.speed_chosen.connect(self.controller.set_speed)
        self.transport.grain_chosen.connect(self.controller.set_grain)
        self.transport.pace_chosen.connect(self.controller.set_pace)
        self.all_panels.connect_to(self.columns.reveal)
        self.panel(InspectorPanel).explained.connect(lambda: self.columns.bring(self.panel(AccountPanel)))
        self.lesson.dismissed.connect(self._lesson_dismissed)
        for part in (self.lesson, self.lesson.question):
            part.word_asked.connect(self.helping.show_glossary)
        self.guide.player.unfolded.connect(self._unfold)
        self.guide.player.stood.connect(self.document.keep_played)
        self.presenter.changed.connect(self.guide.present)
        self.presenter.lock.clicked.connect(self.guide.clicked)
        self.guide.scene_changed.connect(self.presenter.show_scene)
        self.guide.scene_shown.connect(self.presenter.tell_class)
        self.guide.scene_reached.connect(self.preferences.keep_scene)
        self.pasted.connect(self.document.paste)
        self.document.renamed.connect(self._show_title)
        self.document.saved.connect(self.receipt.say)
        self.take_away.written.connect(self.receipt.say)
        self.document.lesson_opened.connect(self._show_lesson)
        self.document.lesson_opened.connect(self.stage.forget_walk)
        self.document.data_asked.connect(lambda: self.columns.reveal(self.panel(DataPanel)))

    # -- what is shown -------------------------------------------------------------------------------------------

    def _show_view(self, view: ViewState) -> None:
        self.stage.show_view(view)
        if view.tape is not None:
            self.timeline.show_view(view)
        player = self.controller.player
        for name, stroke in (("forward", Stroke.FORWARD), ("backward", Stroke.BACKWARD)):
            self._check(name, player.playing is stroke)

    def _paint_first(self) -> None:
        """The picture comes before the panels: to set a formula may take as long as to paint it. Once a frame."""
        if self._filled and time.monotonic() - self._painted_at > FRAME_SECONDS:
            self.stage.repaint()
            self._painted_at = time.monotonic()

    def _show_state(self, view: ViewState) -> None:
        if not self._filled:
            self._filled = True
            self.all_panels.show(True)
        self.transport.show_view(view)
        self.transport.show_playing(self.controller.playing)
        self._check("log_updates", view.choices.log_updates)
        self._check(f"lens_{view.choices.lens}", True)
        self.menus.show_undo(view.snapshot.undo_label, view.snapshot.redo_label)
        if self.isWindowModified() != self.document.changed:
            self.setWindowModified(self.document.changed)

    def _check(self, action: str, on: bool) -> None:
        if self.actions_by_id[action].isChecked() != on:
            self.actions_by_id[action].setChecked(on)

    def _show_speed(self) -> None:
        speed = self.controller.player.speed
        self.transport.show_speed(speed)
        self._check(f"speed_{speed.name.lower()}", True)
        self.preferences.speed = speed

    def _show_at_end(self, at_end: AtEnd) -> None:
        self._check("loop", at_end is AtEnd.LOOP)
        self._check("play_on", at_end is AtEnd.GO_ON)

    def _show_grain(self, grain: Grain) -> None:
        self.transport.show_grain(grain)
        self.timeline.show_grain(grain)
        actions.name_unit(self.actions_by_id, grain)

    def _show_title(self) -> None:
        title = one_line(self.document.title).replace("[*]", "[*][*]")  # doubled, it stands for itself
        self.setWindowTitle(f"{title}[*] – Twostroke")
        self.setWindowFilePath(str(self.document.path or ""))
        self.menus.show_recent()

    def _show_lesson(self, lesson: Lesson | None) -> None:
        """A lesson's text; hidden where there is none."""
        self.guide.open(lesson)
        self.actions_by_id["lesson"].setEnabled(lesson is not None)
        self.actions_by_id["lesson_film"].setEnabled(lesson is not None and bool(lesson.scenes))
        shown = lesson is not None and self.preferences.lesson
        self.lesson.setVisible(shown)
        self._check("lesson", shown)

    def _show_pinned(self) -> None:
        """The account of what was pinned; who wants the picture alone has it in the picture."""
        if self.controller.choices.quantity is not None and not self.columns.alone:
            inspector = self.panel(InspectorPanel)
            inspector.fold(self.controller.choices.selected is None and inspector.folded)
            self.columns.bring(self.panel(AccountPanel), inspector)

    def _columns_changed(self) -> None:
        for side, action in ACTION.items():
            self._check(action, side in self.columns.shown)
        self._check("alone", self.columns.alone)
        self.preferences.columns = self.columns.wishes
        self.all_panels.tell_of_seen(self.columns.shown)

    def apply_look(self, look: Look) -> None:
        """Dress everything in that theme, and signs in those colours."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            style.apply(app, palette_of(look))
        dress(self, palette_of(look))
        self._check("theme", look.theme is Theme.LIGHT)
        self._check(f"theme_{look.theme}", True)
        self._check(f"colours_{look.colours}", True)
        self._check("motion", self.controller.choices.reduced_motion)

    # -- what actions ask for (see asked_of_window.Host) --------------------------------------------------------------

    def new_session(self) -> None:
        """Begin with the default session."""
        self.document.new()

    def open_dialog(self) -> None:
        """Ask for a session file and open it."""
        self.document.open_dialog()

    def save(self) -> bool:
        """Write the session to its file."""
        return self.document.save()

    def save_with_weights(self) -> bool:
        """Write the session with the network as it is now."""
        return self.document.save_with_weights()

    def save_as(self) -> bool:
        """Ask for a file and write the session to it."""
        return self.document.save_as()

    def race(self, hinges: bool = False) -> None:
        """Train the session with other values, from several seeds each; `hinges`: with that race asked for."""
        from twostroke.gui.shell.race.window import show_race  # no part of the start

        show_race(self, self.controller, self.document, hinges)

    def quit(self) -> None:
        """Close the window."""
        self.close()

    def next_part(self, forwards: bool) -> None:
        """Give the keys to the next part of the window, or to the one before."""
        panels = {side: self.all_panels.on(side) for side in Side}
        beside = (*panels[Side.LEFT], self.offer, self.stage, *panels[Side.RIGHT])
        entrances = {self.transport: self.transport.buttons["play"], self.lesson: self.lesson.entrance}
        tab.leap((self.transport, *beside, *panels[Side.BOTTOM]), forwards, entrances)

    def fill_screen(self) -> None:
        """Fill the screen with the window as it is, or go back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def type_number(self) -> None:
        """Begin to type the number where the keys stand, or of the chosen row of the pinned neuron."""
        self.by_hand.type_number()

    def turn_number(self, steps: int) -> None:
        """Turn the same number up by so many steps, or down where negative."""
        self.by_hand.turn(steps)

    def freeze(self) -> None:
        """Freeze it, or let it learn again."""
        self.by_hand.freeze()

    def cut(self) -> None:
        """Cut the link or neuron, or mend it."""
        self.by_hand.cut()

    def switch_gate(self) -> None:
        """Switch off the gate of the neuron on the stroke that is running, or on again."""
        self.by_hand.switch_gate()

    def _show_table(self) -> None:
        self.columns.reveal(self.panel(InspectorPanel))

    def fit_stage(self) -> None:
        """Show the whole network again."""
        self.stage.fit()

    def zoom_stage(self, factor: float) -> None:
        """Magnify the network."""
        self.stage.zoom(factor)

    def show_catalogue(self) -> None:
        """All activation functions on one page."""
        self.catalogue.open()

    def toggle_lesson(self) -> None:
        """Show or hide what to look for."""
        shown = not self.lesson.content.isVisible()
        self.lesson.setVisible(shown)
        if shown:
            self.columns.reveal(self.lesson)
        self._check("lesson", shown)
        self.preferences.lesson = shown

    def _bring_lesson(self) -> None:
        """Its text, also where it was put away: somebody has just chosen it."""
        self.lesson.setVisible(True)
        self.columns.reveal(self.lesson)
        self._check("lesson", True)
        self.preferences.lesson = True

    def _unfold(self, id: str, unfolded: bool) -> None:
        panel = self.panels[id]
        if unfolded:
            self.columns.bring(panel)
        elif isinstance(panel, Panel):
            panel.fold(True)

    def _lesson_dismissed(self) -> None:
        self._check("lesson", False)
        self.preferences.lesson = False

    def escape(self) -> None:
        """Out of the first of these: the welcome, presenter mode, a text field, a walk, the stroke mode, a trial, the
        selection, the full screen.
        """
        field = QApplication.focusWidget()
        if self.welcoming.on:
            self.welcoming.leave()
        elif self.presenter.on:  # a clicker has one key for that, which must not do other things first
            self.presenter.leave()
        elif field not in (None, self, self.stage):
            keys.give_up(field)
            self.stage.setFocus()
        elif self.controller.walking:
            self.controller.leave_walk()
        elif self.controller.in_stroke:
            self.controller.leave_stroke()
        elif self.controller.view is not None and self.controller.view.trial is not None:
            self.controller.leave_trial()
        elif self.controller.choices.selected is not None:
            self.controller.select(None)
        elif self.isFullScreen():
            self.fill_screen()

    # -- events --------------------------------------------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Keep the check mark of the full screen right, whoever changed it; minimised, nothing is seen."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self.presenter.window_changed()
            self._show_filling()

    def _show_filling(self) -> None:
        self._check("full_screen", self.presenter.on)
        self._check("full_screen_with_panels", self.isFullScreen() and not self.presenter.on)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """One local file may be dropped, or a link."""
        if dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open it."""
        event.acceptProposedAction()
        self.document.open_dropped(dropped(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved work; remember the layout."""
        if not (self.exporting.may_go() and self.workshop.may_go() and self.document.may_go()):
            event.ignore()
            return
        self.presenter.leave()
        self.workshop.end()
        self.preferences.keep_layout("geometry", self.saveGeometry())
        self.preferences.keep_layout("columns", self.columns.saveState())
        self.preferences.keep_shown(self.controller)
        self.catalogue.end()
        self.guide.end()
        event.accept()

    # -- memory --------------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        self.resize(FIRST_SIZE.boundedTo(self.screen().availableSize() - FRAME))
        self.restoreGeometry(self.preferences.layout("geometry"))
        self.columns.restore(self.preferences.layout("columns"), self.preferences.columns)
        self.all_panels.fold_as_before()
        self.controller.choose(self.preferences.choices(self.controller.choices))
        self.controller.set_speed(self.preferences.speed)
        self.controller.set_grain(self.preferences.grain)
        self.controller.set_at_end(self.preferences.at_end)
        self._show_speed()
        self.apply_look(self.controller.choices)
        self.all_panels.tell_of_seen(self.columns.shown)


def rule() -> QFrame:
    """A hairline."""
    line = QFrame()
    line.setObjectName("rule")
    return line
