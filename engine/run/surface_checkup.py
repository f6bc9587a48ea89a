"""The loss surface, computed beside the window while the network stands still: coarse cells first, then fine ones."""

from dataclasses import replace

import numpy as np

from twostroke.engine.border.loss_surface import Directions, LossSurface, Plane, Real, RunPath, SurfaceWish
from twostroke.engine.compute.kernels.plan import State
from twostroke.engine.data import Dataset
from twostroke.engine.probes.directions import moving, plane_of_path, random_plane
from twostroke.engine.probes.loss_cells import Losses, cells_of, chosen_rows, part_of
from twostroke.engine.run.checkup import Checkup, Stopped
from twostroke.engine.run.machine import Machine, Setting
from twostroke.engine.run.stretch import Line, update_of
from twostroke.engine.run.trainer import Trainer
from twostroke.engine.run.way import Way

MARGIN = 1.1
"""Times as far as the path goes the plane is shown, so that none of it lies on the edge."""


class SurfaceCheckup(Checkup[LossSurface]):
    """As long as somebody looks, and the network stands still. What it was begun for is what it is about."""

    _wish: SurfaceWish
    _branch: int
    _line: Line[Setting]
    _first: LossSurface | None = None  # of coarse cells, until the trainer has been told

    def wanted(self, trainer: Trainer) -> bool:
        """While the panel shows it. That of the path stays until the path has grown."""
        wish, found = trainer.surface_wish, trainer.surface
        if wish is None or found is None:
            return wish is not None
        line = trainer.history.branch
        same = (found.wish, found.branch, found.finest) == (wish, line.id, True)
        stays = found.end == line.end if wish.directions is Directions.PATH else found.update == trainer.update
        return not (same and stays)

    def due_in(self, running: bool) -> float | None:
        """Not while training runs."""
        return None if running else super().due_in(running)

    def begin(self) -> None:
        """Also take the run as it is now."""
        trainer = self._trainer
        assert trainer.surface_wish is not None
        self._wish, self._branch, self._line = trainer.surface_wish, trainer.history.branch.id, trainer.history.line()
        self._first = None
        super().begin()

    def take(self) -> bool:
        """Tell of coarse cells as well; end what nobody wants any more."""
        if self._thread is not None and self._of != self._here:
            self._stop.set()
        first, self._first = self._first, None
        if super().take():
            return True
        if first is None or self._of != self._here:
            return False
        self.pass_on(self._trainer, first)
        return True

    @property
    def _here(self) -> tuple[object, ...]:
        *line, update = super()._here
        return *line, self._trainer.surface_wish, update

    def examined(self, twin: Machine, dataset: Dataset, state: State, update: int) -> LossSurface:
        """All cells, or the sentence that says why there is no plane."""
        rows = chosen_rows(twin.feed.x.shape[0], twin.network.theta.size)
        losses = Losses(twin.network, part_of(twin.network, twin.feed, rows))
        found = LossSurface(
            wish=self._wish,
            update=update,
            branch=self._branch,
            end=self._line.end,
            samples=len(rows),
            of_samples=twin.feed.x.shape[0],
            moving=int(np.count_nonzero(moving(twin.network))),
            finest=True,
        )
        try:
            found = self._laid(found, twin, state, losses)
        except ValueError as error:
            return replace(found, why=str(error))
        assert found.plane is not None
        coarse = cells_of(losses, found.plane, state.running, found.half, between=self._look)
        self._first = replace(found, loss=coarse, finest=False)
        self._wake()
        fine = cells_of(losses, found.plane, state.running, found.half, coarse, self._look)
        return replace(found, loss=fine)

    def pass_on(self, trainer: Trainer, found: LossSurface) -> None:
        """As it is."""
        trainer.surface = found

    def _laid(self, found: LossSurface, twin: Machine, state: State, losses: Losses) -> LossSurface:
        """The plane, how far it is shown, and the path beside it. ValueError where there is no plane."""
        if not np.isfinite(state.theta).all():
            raise ValueError("some weights are no finite numbers; reset the network, or go back to an earlier update")
        states = Way(self._line, twin, self._look).states()
        thetas = np.array([each.theta for each in states], dtype=np.float64).reshape(len(states), state.theta.size)
        thetas[:, twin.network.layout.cut] = 0.0  # also where they carried something once: now they cannot
        if self._wish.directions is Directions.PATH:
            plane, share = plane_of_path(thetas, state.theta)
            path = self._path(plane, thetas, states, losses)
            far = MARGIN * self._wish.reach * float(np.abs([path.a, path.b]).max())
            return replace(found, plane=plane, share=share, path=path, half=(far, far))
        plane, lengths = random_plane(twin.network, state.theta, self._wish.seed)
        half = self._wish.reach * lengths[0], self._wish.reach * lengths[1]
        return replace(found, plane=plane, path=self._path(plane, thetas, states, losses), half=half)

    def _path(self, plane: Plane, thetas: Real, states: list[State], losses: Losses) -> RunPath:
        a, b, off = plane.places(thetas).T
        loss = []
        for each in states:
            self._look()
            loss.append(losses.at(each.theta, each.running))
        update = np.array([update_of(each) for each in states], dtype=np.int64)
        return RunPath(update, a, b, off, np.array(loss, dtype=np.float64))

    def _look(self) -> None:
        """Stopped where nobody wants it any more."""
        if self._stop.is_set():
            raise Stopped
