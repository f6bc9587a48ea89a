"""What code, models and numbers are written of: a session, where it begins, and the update that is asked for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from twostroke.engine.border.snapshot import Snapshot
from twostroke.engine.border.tape import Tape
from twostroke.engine.files.companion import update_of
from twostroke.engine.run.loading import load_data
from twostroke.engine.session.spec import Session
from twostroke.gui.export.model_files.program.case import Case
from twostroke.gui.export.refusals import ExportRequestError
from twostroke.gui.export.takes import check_update, train_to, with_tape

if TYPE_CHECKING:
    from twostroke.engine.compute.network import Network
    from twostroke.engine.run.trainer import Trainer

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
    def _trainer(self) -> "Trainer":
        from twostroke.engine.run.trainer import Trainer

        trainer = Trainer(self.session, state=self.state)
        train_to(trainer, self.update, self.on_progress)
        return trainer

    @property
    def network(self) -> "Network":
        """The network before that update. ExportError where training fails on the way."""
        return self._trainer.network

    @cached_property
    def snapshot(self) -> Snapshot:
        """The state before that update, with its tape. ExportError also where a number on that is not finite."""
        with np.errstate(over="ignore", invalid="ignore"):  # numbers near the end of their range are numbers
            self._trainer.evaluate()  # so that dead neurons are known
        return with_tape(self._trainer)

    @property
    def tape(self) -> Tape:
        """That update. ExportError as above."""
        found = self.snapshot.tape
        assert found is not None
        return found
