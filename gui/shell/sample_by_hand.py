"""An input and a target of the sample shown, turned and typed in the picture: tried, or put into a typed row."""

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from twostroke.engine.border.commands import Edit
from twostroke.gui.drive.controller import Controller
from twostroke.gui.model import given_sample
from twostroke.gui.model.even_values import turned
from twostroke.gui.model.given_sample import Given, Numbered, Part
from twostroke.gui.model.pointed import quantity_at
from twostroke.gui.model.user_text import literal
from twostroke.gui.model.view import ViewState
from twostroke.gui.panels.output.trying import Trying
from twostroke.gui.shell.number_here import NumberHere

OTHER_DATA = "This update is of other data than those of now: leave it with Esc, and change the number then."


class SampleByHand:
    """What hands do to the sample that the controller shows; `hear` is told of all commands."""

    def __init__(self, controller: Controller, field: NumberHere) -> None:
        self._controller = controller
        self._field = field
        self._trying = Trying(controller.ask)
        self.hear = self._trying.hear

    def turn(self, part: Part, steps: int, fine: bool) -> None:
        """Try the sample with that number turned by so many steps."""
        found = self._find(part)
        if found is not None:
            view, sample, number = found
            step = given_sample.finer(number.step) if fine else number.step
            self._try(view, sample, part, turned(number.value or 0.0, steps, step))

    def type(self, part: Part, point: QPoint) -> None:
        """Have another value typed there, and try it."""
        found = self._find(part)
        if found is not None:
            view, sample, number = found
            self._field.ask(point, f"Try another {number.name}", number.value, partial(self._try, view, sample, part))

    def fill(self, menu: QMenu, part: Part, point: QPoint) -> None:
        """What can be done with it, as entries of a menu."""
        found = self._find(part)
        if found is None:
            return
        view, _, number = found
        menu.addAction(literal(f"Try another {number.name}…")).triggered.connect(lambda: self.type(part, point))
        row = given_sample.typed_row(view)
        if row is not None:
            named = given_sample.in_row(view, part, row, number).name
            words = literal(f"Change {named} in row {row + 1} of the data…")
            menu.addAction(words).triggered.connect(lambda: self._type_in_row(part, point))
        if view.trial is not None:
            words = f"Back to training sample {view.snapshot.sample}"
            menu.addAction(words).triggered.connect(self._controller.leave_trial)
        menu.addSeparator()
        asked = quantity_at(view, part)
        menu.addAction("Explain it").triggered.connect(lambda: self._controller.explain(asked))

    def _type_in_row(self, part: Part, point: QPoint) -> None:
        found = self._find(part)
        row = None if found is None else given_sample.typed_row(found[0])
        if found is not None and row is not None:
            view, number = found[0], given_sample.in_row(found[0], part, row, found[2])
            then = partial(self._change_row, row, given_sample.column_in_rows(view, part))
            self._field.ask(point, f"Row {row + 1}: {number.name}", number.value, then)

    def _change_row(self, row: int, column: int, value: float) -> None:
        self._controller.send(Edit(given_sample.set_cell, (row, column, value)))

    def _find(self, part: Part) -> tuple[ViewState, Given, Numbered] | None:
        """The number, of what will be shown where that is not the sample of now; says so where there is none."""
        view, coming = self._controller.view, self._trying.coming
        if view is None:
            return None
        sample = given_sample.given(view) if coming is None else given_sample.given_by(coming)
        try:
            if sample is None:
                raise ValueError(OTHER_DATA)
            return view, sample, given_sample.numbered(view, sample, part)
        except ValueError as problem:
            self._controller.said.emit(str(problem), False)
            return None

    def _try(self, view: ViewState, sample: Given, part: Part, value: float) -> None:
        wanted = given_sample.with_number(view, sample, part, value)
        self._trying.want(wanted.values, wanted.target)
