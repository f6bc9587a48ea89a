"""What code, models and numbers are written of: a session, where it begins, and the update that is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from twostroke.engine.files.companion import update_of
from twostroke.engine.run.loading import load_data
from twostroke.engine.session.spec import Session
from twostroke.gui.export.model_files.program.case import Case
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.export.takes import SessionTakes, Take, check_update, train_to

if TYPE_CHECKING:
    from twostroke.engine.compute.network import Network

USUAL_UPDATES = 1_000
"""That a program trains unless asked otherwise: some seconds of a small network in NumPy."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A session that begins in `state`, if it was saved with weights; `at`: the update asked for, None for none."""

    session: Session
    state: Mapping[str, Any] | None = None
    at: int | None = None
    usual_at: int = 0  # where nobody asks: as the lesson says, or where the session begins
    row: int | None = 0  # of the mini-batch: the sample whose numbers a table has; None for the greatest loss
    on_progress: Callable[[int], None] = lambda update: None

    @property
    def update(self) -> int:
        """The update whose numbers or parameters are written. ExportRequestError where there is none such."""
        at = self.usual_at if self.at is None else self.at
        check_update(at)
        return at

    @cached_property
    def case(self) -> Case:
        """What a program is written about: up to the update asked for, or the usual number of them."""
        begin = update_of(self.state)
        updates = USUAL_UPDATES if self.at is None else self.update - begin
        if updates < 1:
            wanted = f"a program trains at least one update, so expected {begin + 1:,} or more"
            raise ExportRequestError(f"The update is {self.update:,}; {wanted}.", "The update", "--at")
        return Case(self.session, load_data(self.session), updates, self.state)

    @cached_property
    def network(self) -> "Network":
        """The network before that update. ExportError where training fails on the way."""
        from twostroke.engine.run.trainer import Trainer

        trainer = Trainer(self.session, state=self.state)
        train_to(trainer, self.update, self.on_progress)
        return trainer.network

    @cached_property
    def take(self) -> Take:
        """That update, as it is shown. ExportError where training fails on the way."""
        return SessionTakes(self.session, self.update, self.on_progress, self.state)(0)
