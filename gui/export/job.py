"""Paints and encodes at the same time, in threads of its own, and never leaves half a file behind.

Painting and encoding take about the same time; one after the other they would halve the speed. A bounded queue keeps
the faster one from running ahead and filling the memory. What a writer can do with a picture by itself, a third thread
does: in one with the encoder, the colours of a full HD film took a quarter of its time; in one with the painter, the
large frames lay between its small things, and memory grew with every frame by what neither could use.
"""

import contextlib
import errno
import itertools
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable

from twostroke.engine.files.disk import reason
from twostroke.engine.files.holding import held
from twostroke.engine.files.sweeping import part_beside, sweep
from twostroke.gui.export.refusals import ExportError
from twostroke.gui.export.turns import short_turns
from twostroke.gui.export.waiting_line import WaitingLine

QUEUE_FRAMES = 12
"""Some frames are painted slowly and some are encoded slowly: with half as many waiting, a GIF took 5 % longer."""

PATIENCE = 0.05  # seconds between looks at the stop sign
_NO_MORE = object()
"""Stands behind the last sample."""


class Writer(Protocol):
    """Takes frames in order and makes a file or a folder of them."""

    def add(self, picture: Any) -> None:
        """The next frame."""

    def close(self) -> None:
        """Finish the file. Also called after a failure, to let go of it; may raise then."""


@runtime_checkable
class Preparing(Writer, Protocol):
    """A writer that lets another thread do part of its work: one of its own, or, where it is `light`, the painter's."""

    light: bool

    def prepare(self, picture: Any) -> Any:
        """What `add` takes in place of the picture. Called in order, beside `add`."""


class Smaller(NamedTuple):
    """What a file has become."""

    frames: int
    size: tuple[int, int]  # width and height, in pixels


@runtime_checkable
class Shrinking(Writer, Protocol):
    """A writer whose file may be too large when it is complete."""

    def too_large(self) -> bool:
        """Whether the file, which is closed, has to be made smaller."""

    def shrink(self, look: Callable[[], None]) -> Smaller:
        """Make it smaller. `look` is called now and then; what it raises ends that and leaves nothing beside it."""


class _Cancelled(Exception):
    """The user said stop."""


class ExportJob:
    """One export. `start`, then `wait` or poll `done`; `finish` joins and re-raises what went wrong.

    `render(index)` paints frame `index` of `frames`: an image, or whatever the writer takes. It is called in a thread
    of the job, in order. `open_writer(path)` begins the file at `path`, which lies beside `target` and takes its name
    only when it is complete. At most `ahead` frames wait for the writer.

    `samples` are painted if the writer asks for them by `take_samples` when it is opened: in the thread of the frames,
    before these, while the writer looks at those that are there.
    """

    def __init__(
        self,
        render: Callable[[int], Any],
        frames: int,
        open_writer: Callable[[Path], Writer],
        target: Path,
        ahead: int = QUEUE_FRAMES,
        samples: Iterable[Any] = (),
    ) -> None:
        self.frames = frames
        self.target = target
        self.done = 0  # frames encoded
        self.error: BaseException | None = None
        self.cancelled = False
        self.smaller: Smaller | None = None  # what the file is, where it had to be less than what was asked for
        self.remark = ""  # what is being done where that is neither to train nor to make frames
        self.beside: dict[Path, Callable[[], bytes]] = {}  # small files that belong to it, written when it is complete
        self._render = render
        self._open_writer = open_writer
        self._samples = samples
        self._prepare: Callable[[Any], Any] = _as_it_is
        self._is_open = threading.Event()  # the writer; from then on it is known how pictures are prepared
        self._line = WaitingLine(ahead)
        self._stop = threading.Event()
        self._painter: threading.Thread | None = None
        self._thread = threading.Thread(target=self._run, name="export-encode", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def cancel(self) -> None:
        """Stop soon and leave nothing behind. The job is over when `running` says so."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Whether nobody wants it any more."""
        return self._stop.is_set()

    @property
    def running(self) -> bool:
        """Whether the job is at work."""
        return self._thread.is_alive()

    def wait(self, seconds: float | None) -> bool:
        """Wait for the end, at most so long (None: as long as it takes). Returns whether the job is over."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def look(self, update: int) -> None:
        """To be called while a frame waits for training to come to it: ends that where nobody wants it any more."""
        if self.stopping:
            raise ExportError("Cancelled.")

    def still_wanted(self) -> None:
        """To be called often by a writer that takes long at the end: ends that where nobody wants it any more."""
        if self.stopping:
            raise _Cancelled

    def finish(self) -> Path | None:
        """Wait for the end. Returns the finished target, None after `cancel`; raises what stopped the job."""
        self._thread.join()
        if self.error is not None:
            raise self.error
        return None if self.cancelled else self.target

    def take_samples(self) -> Iterator[Any]:
        """The samples, as they are painted. For the writer that is being opened: once, and to be taken all."""
        self._begin_to_paint(itertools.chain(self._samples, [_NO_MORE], self._frames()))
        return iter(self._next_picture, _NO_MORE)

    # -- in the job's threads ------------------------------------------------------------------------------------

    def _run(self) -> None:
        sweep(self.target.parent)
        part = part_beside(self.target, self.target.suffix)
        try:
            with short_turns():
                self._encode(part)
            with self._small_files(part) as put:
                move_into_place(part, self.target)
                put()
        except _Cancelled:
            self.cancelled = True
        except BaseException as error:  # kept for `finish`, whatever it is
            self.error = readable(error, self.target)
        finally:
            self._stop.set()
            if self._painter is not None:
                self._painter.join()
            remove(part)

    @contextlib.contextmanager
    def _small_files(self, held_meanwhile: Path) -> Iterator[Callable[[], None]]:
        """Writes those beside; they get their names when the caller says so, and are gone where it does not."""
        parts = {part_beside(target, target.suffix): target for target in self.beside}

        def put() -> None:
            for part, target in parts.items():
                os.replace(part, target)

        try:
            with held(held_meanwhile):
                for part, target in parts.items():
                    part.write_bytes(self.beside[target]())
            yield put
        finally:
            for part in parts:
                remove(part)

    def _encode(self, part: Path) -> None:
        writer = self._open_writer(part)
        with held(part), ThreadPoolExecutor(1, "export-prepare") as beside:  # held, so others know of its owner
            try:
                self._prepare = _beside(writer, beside)
                self._is_open.set()
                if self._painter is None:
                    self._begin_to_paint(self._frames())
                for index in range(self.frames):
                    writer.add(self._next_picture())
                    self.done = index + 1
            except BaseException:
                _let_go(writer)
                raise
            writer.close()
            if isinstance(writer, Shrinking) and writer.too_large():
                self.remark = "Making it smaller…"
                self.smaller = writer.shrink(self.still_wanted)

    def _next_picture(self) -> Any:
        while not self._stop.is_set():
            try:
                item = self._line.get(PATIENCE)
            except TimeoutError:
                continue
            if isinstance(item, BaseException):
                raise item
            return item.result() if isinstance(item, Future) else item
        raise _Cancelled

    def _begin_to_paint(self, pictures: Iterable[Any]) -> None:
        self._painter = threading.Thread(target=self._paint, args=(pictures,), name="export-paint", daemon=True)
        self._painter.start()

    def _paint(self, pictures: Iterable[Any]) -> None:
        try:
            for picture in pictures:
                if not self._put(picture):
                    return
        except BaseException as error:  # travels to the encoder in place of the image
            self._put(error)

    def _frames(self) -> Iterator[Any]:
        for index in range(self.frames):
            picture = self._render(index)
            self._wait_for_writer()
            yield self._prepare(picture)

    def _wait_for_writer(self) -> None:
        while not self._is_open.wait(PATIENCE):
            if self._stop.is_set():
                raise _Cancelled

    def _put(self, item: Any) -> bool:
        while not self._stop.is_set():
            if self._line.put(item, PATIENCE):
                return True
        return False


def _as_it_is(picture: Any) -> Any:
    return picture


def _beside(writer: Writer, thread: ThreadPoolExecutor) -> Callable[[Any], Any]:
    """Has a picture prepared in that thread, where the writer can do so and it takes long. What it gives goes to the
    queue."""
    if not isinstance(writer, Preparing):
        return _as_it_is
    prepare = writer.prepare
    return prepare if writer.light else lambda picture: thread.submit(prepare, picture)


def _let_go(writer: Writer) -> None:
    """Close a writer whose file is thrown away; why it could not be completed is already known."""
    try:
        writer.close()
    except Exception:
        return


def move_into_place(part: Path, target: Path) -> None:
    """Give the finished file or folder its name. An existing file is replaced; of folders, only an empty one."""
    if part.is_dir() and target.is_dir():
        target.rmdir()
    os.replace(part, target)


def remove(path: Path) -> None:
    """Delete a file or folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):  # a read-only disk says so even of a file that is not there
            path.unlink()


def readable(error: BaseException, target: Path) -> BaseException:
    """The error as a sentence, where it is one that a user can do something about."""
    if isinstance(error, ExportError) or not isinstance(error, OSError):
        return error
    if error.errno == errno.ENOSPC:
        text = f"The disk is full: {target} could not be written. Free some space or choose another folder."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        text = f"{target} cannot be written: its folder is read-only. Choose another folder."
    else:
        text = f"{target} could not be written: {reason(error)}."
    sentence = ExportError(text)
    sentence.__cause__ = error
    return sentence
