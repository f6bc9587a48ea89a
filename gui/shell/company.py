"""Joins the networks that are compared to the window: their pictures, the panel, and what menus and keys ask for."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from twostroke.engine.session.spec_errors import SessionError
from twostroke.gui.drive.comparison import Comparison
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model.differences import Difference, told
from twostroke.gui.model.outcome import LETTERS, MAIN, Member, heading
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.comparison.comparison_panel import ComparisonPanel
from twostroke.gui.shell.side_by_side import SideBySide
from twostroke.gui.stage.scene.lenses import alone, lens_beside, lens_of
from twostroke.gui.stage.stage import Stage

ONE_NETWORK = "The lens Difference shows how far another network is from this one. Press N and add one to compare with."
NEWS_MS = 100
"""Between two times that the words about the others are looked through: more often nobody could read them."""


class Company(QObject):
    """What the window shows of a comparison. `reveal` brings the panel into sight."""

    def __init__(
        self, controller: Controller, stage: Stage, panel: ComparisonPanel, reveal: Callable[[QWidget], object]
    ) -> None:
        super().__init__(stage)
        self.comparison = Comparison(controller, self)
        self.pictures = SideBySide(stage, LETTERS)
        self._controller, self._panel, self._reveal = controller, panel, reveal
        self._news = QTimer(self)
        self._news.setSingleShot(True)
        self._news.setInterval(NEWS_MS)
        self._news.timeout.connect(self._tell)
        self._connect()

    def _connect(self) -> None:
        comparison, panel, pictures = self.comparison, self._panel, self.pictures
        panel.wanted.connect(self.add)
        panel.closed.connect(self._close)
        panel.made_main.connect(lambda place: comparison.make_main(comparison.companions[place]))
        panel.branched.connect(self._branch_off)
        panel.stepped.connect(comparison.set_in_step)
        pictures.closed.connect(self._close)
        pictures.added.connect(self._join_stage)
        comparison.changed.connect(self._show_company)
        comparison.told.connect(self._tell_soon)
        comparison.shown.connect(self._show_views)
        self._controller.panel_view.connect(self._show_headings)
        self._controller.stage_view.connect(pictures.show_main)

    def _join_stage(self, stage: Stage) -> None:
        """What is pointed at in one picture is pointed at in all."""
        stage.neuron_clicked.connect(self._controller.select)
        stage.place_hovered.connect(self._controller.hover)
        stage.place_pinned.connect(self._controller.pin)

    # -- what menus and keys ask for (see actions) -------------------------------------------------------------------

    def ask(self) -> None:
        """Bring the form for another network into sight, with the keys in it."""
        self._reveal(self._panel)
        self._panel.form.kind.setFocus()

    def add(self, difference: Difference) -> None:
        """Compare with one network more, or say why that cannot be."""
        try:
            self.comparison.add(difference)
        except SessionError as error:
            self._panel.refuse(str(error))
        else:
            self._panel.notice.remark("")

    def enlarge_next(self) -> None:
        """Each picture large in its turn, then all alike."""
        pictures = self.pictures
        following = 0 if pictures.large is None else pictures.large + 1
        pictures.enlarge(following if following < len(pictures.every) else pictures.large)

    def toggle_step(self) -> None:
        """In step, or each at full speed."""
        self.comparison.set_in_step(not self.comparison.in_step)

    @property
    def there(self) -> bool:
        """Whether there are others."""
        return bool(self.comparison.companions)

    def see_through(self, lens: str) -> None:
        """See all networks through the lens of that id; where it compares and there is nothing to, say so."""
        if lens_of(lens).compares and not self.there:
            self._controller.said.emit(ONE_NETWORK, False)
            self._controller.refresh()  # so that the mark of what was asked for goes back to the lens there is
        else:
            self._controller.see_through(lens)

    def see_next(self, by: int) -> None:
        """See them through the lens so many places further on, of those that are offered."""
        self._controller.see_through(lens_beside(self._controller.choices.lens, by, self.there))

    def close(self) -> None:
        """The main network alone, and no other trains any more."""
        self.comparison.close()
        self._news.stop()

    def _close(self, place: int) -> None:
        self.comparison.remove(self.comparison.companions[place])

    def _branch_off(self, place: int) -> None:
        self.comparison.branch_off(self.comparison.companions[place], f"Network {LETTERS[place + 1]}")

    # -- what is shown -----------------------------------------------------------------------------------------------

    def _members(self) -> list[Member]:
        main = self._controller.snapshot
        others = [Member(told(each.made), each.snapshot, each.problem) for each in self.comparison.companions]
        return [Member(MAIN, main), *others]

    def _show_company(self) -> None:
        if not self.there and self._controller.choices.lens != alone(self._controller.choices.lens):
            self._controller.see_through(alone(self._controller.choices.lens))
        self.pictures.show_number(len(self.comparison.companions))
        if self._controller.view is not None:
            self.pictures.show_main(self._controller.view)
        self._show_views()
        self._tell()

    def _tell_soon(self) -> None:
        if not self._news.isActive():
            self._news.start()

    def _tell(self) -> None:
        self._panel.show_members(self._members(), self.comparison.in_step)
        if self._controller.view is not None:
            self._show_headings(self._controller.view)

    def _show_headings(self, view: ViewState) -> None:
        if not self.pictures.others:
            return
        main = view.snapshot if self.comparison.in_step else None
        for seen, member in zip(self.pictures.every, self._members(), strict=False):
            seen.heading.title.say(member.title)
            known = "" if member.snapshot is None else heading(member.snapshot, main)
            seen.heading.figures.say(member.problem or known)

    def _show_views(self) -> None:
        views = self.comparison.views
        for seen, companion in zip(self.pictures.others, self.comparison.companions, strict=False):
            if companion in views and seen.view is not views[companion]:
                seen.show_view(views[companion])
        self.pictures.tell()
