"""The training thread: it lives as long as the window does, and what fails in it is kept for the window to tell.

Network and kernels are imported in the thread itself: Numba alone takes as long as a window needs to be painted.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from twostroke.engine.border.snapshot import Rescued
from twostroke.engine.run.post import Post
from twostroke.engine.session.spec import Session

if TYPE_CHECKING:
    from twostroke.engine.run.loop import Loop

log = logging.getLogger(__name__)


class Runner(Post):
    """Runs one Trainer in a thread of its own. `start` it once and `stop` it once."""

    def __init__(self, session: Session, state: Mapping[str, Any] | None = None) -> None:
        """`state`: what the network begins with, as a companion file holds it; None for a fresh one."""
        super().__init__()
        self._session, self._state = session, state
        self._thread = threading.Thread(target=self._main, name="twostroke-training", daemon=True)
        self.error: BaseException | None = None
        self.rescued: Rescued | None = None  # after an error, where the network is sound

    def start(self) -> None:
        """Begin; the first snapshot comes before the kernels are compiled."""
        self._thread.start()

    def stop(self, timeout: float = 10.0) -> None:
        """End the thread after the chunk under way. Compiling cannot be broken off: its thread ends by itself."""
        self.end()
        if self._thread.is_alive():
            self._thread.join(timeout)

    @property
    def alive(self) -> bool:
        """Whether the training thread runs."""
        return self._thread.is_alive()

    def beside(self, work: Callable[[], None]) -> threading.Thread:
        """Have `work` done by a thread that nobody waits for."""
        thread = threading.Thread(target=work, name="twostroke-compiling", daemon=True)
        thread.start()
        return thread

    def _main(self) -> None:
        loop: Loop | None = None
        try:
            loop = self._begun()
            loop.run()
        except BaseException as error:
            log.exception("the training thread ended")
            self.rescued = loop.rescued() if loop is not None else None
            self.error = error

    def _begun(self) -> "Loop":
        from twostroke.engine.run.loop import Loop
        from twostroke.engine.run.trainer import Trainer

        return Loop(self, Trainer(self._session, state=self._state))
