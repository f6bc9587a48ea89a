"""The job: pictures reach the writer in order, and whatever happens no half file stays behind."""

import errno
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from twostroke.engine.files.sweeping import part_beside
from twostroke.gui.export.job import QUEUE_FRAMES, ExportJob, Writer, move_into_place
from twostroke.gui.export.refusals import ExportError


class TextWriter:
    """Writes each picture as a line, at once, so that a half file would show."""

    def __init__(self, path: Path, on_add: Callable[[int], None] = lambda count: None) -> None:
        self.file = path.open("w")
        self.count = 0
        self.on_add = on_add

    def add(self, picture: object) -> None:
        self.on_add(self.count)
        self.file.write(f"{picture}\n")
        self.file.flush()
        self.count += 1

    def close(self) -> None:
        self.file.close()


def run(job: ExportJob) -> Path | None:
    job.start()
    return job.finish()


def test_pictures_arrive_in_order_and_the_target_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "clip.txt"
    seen_while_working: list[bool] = []
    job = ExportJob(str, 40, lambda p: TextWriter(p, lambda n: seen_while_working.append(target.exists())), target)
    assert run(job) == target
    assert target.read_text().split() == [str(i) for i in range(40)]
    assert not any(seen_while_working)
    assert job.done == 40
    assert os.listdir(tmp_path) == ["clip.txt"]


def test_painting_runs_ahead_by_a_bounded_number_of_frames(tmp_path: Path) -> None:
    painted: list[int] = []
    ahead: list[int] = []

    def render(index: int) -> int:
        painted.append(index)
        return index

    def slow(count: int) -> None:
        threading.Event().wait(0.005)
        ahead.append(len(painted) - count)

    run(ExportJob(render, 30, lambda p: TextWriter(p, slow), tmp_path / "clip.txt"))
    assert 2 <= max(ahead) <= QUEUE_FRAMES + 2


class PreparingWriter(TextWriter):
    """Writes in which threads a picture was prepared and added."""

    light = False

    def prepare(self, picture: object) -> str:
        if picture == self.fails_at:
            raise ExportError("cannot prepare")
        return f"{picture}-{threading.current_thread().name}"

    def add(self, picture: object) -> None:
        super().add(f"{picture}-{threading.current_thread().name}")

    fails_at = -1


@pytest.mark.parametrize(("light", "thread"), [(False, "export-prepare_0"), (True, "export-paint")])
def test_what_a_writer_can_prepare_is_prepared_in_another_thread(
    tmp_path: Path, light: bool, thread: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PreparingWriter, "light", light)
    run(ExportJob(int, 20, PreparingWriter, tmp_path / "clip.txt"))
    lines = (tmp_path / "clip.txt").read_text().split()
    assert lines == [f"{n}-{thread}-export-encode" for n in range(20)]


@pytest.mark.parametrize("light", [False, True])
def test_a_failure_to_prepare_leaves_nothing_and_is_raised_again(
    tmp_path: Path, light: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PreparingWriter, "light", light)
    monkeypatch.setattr(PreparingWriter, "fails_at", 2)
    with pytest.raises(ExportError, match="cannot prepare"):
        run(ExportJob(int, 20, PreparingWriter, tmp_path / "clip.txt"))
    assert os.listdir(tmp_path) == []


def sampled(target: Path, paint: Callable[[str], object], after_each: Callable[[], object] = lambda: None) -> ExportJob:
    """A job whose writer takes three samples when it is opened, and writes them before the frames."""

    def open_writer(path: Path) -> Writer:
        taken = []
        for sample in job.take_samples():
            taken.append(sample)
            after_each()
        writer = TextWriter(path)
        for sample in taken:
            writer.add(sample)
        return writer

    job = ExportJob(lambda index: paint(f"frame {index}"), 20, open_writer, target, samples=map(paint, "abc"))
    return job


def test_samples_are_painted_in_the_thread_of_the_frames_and_before_them(tmp_path: Path) -> None:
    painted: list[tuple[str, str]] = []

    def paint(name: str) -> str:
        painted.append((name, threading.current_thread().name))
        return name

    run(sampled(tmp_path / "clip.txt", paint))
    order = ["a", "b", "c", *(f"frame {index}" for index in range(20))]
    assert painted == [(name, "export-paint") for name in order]
    assert (tmp_path / "clip.txt").read_text().splitlines() == order


def test_the_next_sample_is_painted_while_the_writer_looks_at_one(tmp_path: Path) -> None:
    going_on = threading.Event()

    def paint(name: str) -> str:
        if name == "c":
            going_on.set()
        return name

    def look() -> None:
        assert going_on.wait(60)

    assert run(sampled(tmp_path / "clip.txt", paint, look)) is not None


@pytest.mark.parametrize("fails_at", ["a", "c"])
def test_a_sample_that_cannot_be_painted_leaves_nothing_and_is_raised_again(tmp_path: Path, fails_at: str) -> None:
    def paint(name: str) -> str:
        if name == fails_at:
            raise ExportError("cannot paint")
        return name

    with pytest.raises(ExportError, match="cannot paint"):
        run(sampled(tmp_path / "clip.txt", paint))
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("at", ["b", "frame 0"])
def test_cancel_before_the_writer_is_open_leaves_nothing(tmp_path: Path, at: str) -> None:
    def paint(name: str) -> str:
        if name == at:
            job.cancel()
        return name

    job = sampled(tmp_path / "clip.txt", paint, lambda: at == "b" or job._stop.wait(60))
    assert run(job) is None
    assert job.cancelled
    assert os.listdir(tmp_path) == []


def test_an_existing_file_is_replaced_only_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "clip.txt"
    target.write_text("old")

    def render(index: int) -> int:
        assert target.read_text() == "old"
        return index

    run(ExportJob(render, 3, TextWriter, target))
    assert target.read_text() == "0\n1\n2\n"


def test_cancel_leaves_nothing_and_keeps_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "clip.txt"
    target.write_text("old")
    reached = threading.Event()
    job = ExportJob(str, 1_000_000, lambda p: TextWriter(p, lambda n: reached.set() if n == 5 else None), target)
    job.start()
    assert reached.wait(60)
    job.cancel()
    assert job.finish() is None
    assert job.cancelled
    assert target.read_text() == "old"
    assert os.listdir(tmp_path) == ["clip.txt"]


@pytest.mark.parametrize("where", ["open", "add", "close", "render"])
def test_a_failure_anywhere_leaves_nothing_and_is_raised_again(tmp_path: Path, where: str) -> None:
    class Broken(TextWriter):
        def __init__(self, path: Path) -> None:
            super().__init__(path)
            if where == "open":
                self.close()
                raise ExportError("cannot open")

        def add(self, picture: object) -> None:
            super().add(picture)
            if where == "add" and self.count == 3:
                raise ExportError("cannot add")

        def close(self) -> None:
            super().close()
            if where == "close":
                raise ExportError("cannot close")

    def render(index: int) -> int:
        if where == "render" and index == 2:
            raise ExportError("cannot render")
        return index

    job = ExportJob(render, 20, Broken, tmp_path / "clip.txt")
    with pytest.raises(ExportError, match=f"cannot {where}"):
        run(job)
    assert os.listdir(tmp_path) == []


def test_what_went_wrong_first_is_what_is_told(tmp_path: Path) -> None:
    class Broken(TextWriter):
        def add(self, picture: object) -> None:
            raise ExportError("first")

        def close(self) -> None:
            super().close()
            raise ExportError("second")

    with pytest.raises(ExportError, match="first"):
        run(ExportJob(str, 3, Broken, tmp_path / "clip.txt"))


@pytest.mark.parametrize(
    ("code", "word"),
    [(errno.ENOSPC, "disk is full"), (errno.EACCES, "read-only"), (errno.EIO, "could not be written")],
)
def test_trouble_with_the_disk_is_a_sentence_that_names_the_target(tmp_path: Path, code: int, word: str) -> None:
    def fail(count: int) -> None:
        raise OSError(code, os.strerror(code))

    target = tmp_path / "clip.txt"
    with pytest.raises(ExportError) as caught:
        run(ExportJob(str, 3, lambda p: TextWriter(p, fail), target))
    assert word in str(caught.value)
    assert str(target) in str(caught.value)


class FolderWriter:
    """One file a picture, in a folder."""

    def __init__(self, path: Path) -> None:
        path.mkdir()
        self.path = path

    def add(self, picture: object) -> None:
        (self.path / f"{picture}.txt").write_text("")

    def close(self) -> None: ...


@pytest.mark.parametrize("exists", [False, True])
def test_a_folder_appears_as_a_whole(tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "frames"
    if exists:
        target.mkdir()
    assert run(ExportJob(str, 3, FolderWriter, target)) == target
    assert sorted(os.listdir(target)) == ["0.txt", "1.txt", "2.txt"]
    assert os.listdir(tmp_path) == ["frames"]


def test_a_folder_that_fills_up_meanwhile_is_not_touched(tmp_path: Path) -> None:
    target = tmp_path / "frames"
    target.mkdir()

    def render(index: int) -> int:
        (target / "mine.txt").write_text("keep")
        return index

    with pytest.raises(ExportError):
        run(ExportJob(render, 3, FolderWriter, target))
    assert os.listdir(tmp_path) == ["frames"]
    assert os.listdir(target) == ["mine.txt"]


def test_the_writer_is_told_to_let_go_when_cancelled(tmp_path: Path) -> None:
    writers: list[TextWriter] = []
    reached = threading.Event()

    def open_writer(path: Path) -> Writer:
        writers.append(TextWriter(path, lambda n: reached.set()))
        return writers[0]

    job = ExportJob(str, 1_000_000, open_writer, tmp_path / "clip.txt")
    job.start()
    assert reached.wait(60)
    job.cancel()
    job.finish()
    assert writers[0].file.closed


def test_threads_take_short_turns_as_long_as_any_job_is_at_work(tmp_path: Path) -> None:
    usual, go_on = sys.getswitchinterval(), threading.Event()
    seen: list[float] = []

    def render(index: int) -> int:
        assert go_on.wait(60)
        seen.append(sys.getswitchinterval())
        return index

    def fail(index: int) -> int:
        seen.append(sys.getswitchinterval())
        raise ExportError("cannot render")

    long = ExportJob(render, 3, TextWriter, tmp_path / "long.txt")
    long.start()
    with pytest.raises(ExportError, match="cannot render"):
        run(ExportJob(fail, 3, TextWriter, tmp_path / "short.txt"))
    go_on.set()
    long.finish()
    assert len(seen) == 4
    assert max(seen) < usual / 10
    assert sys.getswitchinterval() == usual


def test_a_disk_that_is_read_only_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a disk refuses to delete even what is not there; the job must not stumble over that."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refuse)
    job = ExportJob(lambda index: index, 3, refuse, tmp_path / "film.mp4")
    job.start()
    with pytest.raises(ExportError, match="read-only"):
        job.finish()


def test_the_unfinished_file_has_a_name_that_the_disk_takes(tmp_path: Path) -> None:
    """Also where the target's own name is as long as names can be."""
    target = tmp_path / f"{'x' * 251}.mp4"
    part = part_beside(target, target.suffix)
    part.touch()
    move_into_place(part, target)
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_what_a_process_that_was_killed_left_in_the_folder_goes(tmp_path: Path) -> None:
    part = part_beside(tmp_path / "film.mp4", ".mp4")
    part.write_text("half a film")
    os.utime(part, (0.0, 0.0))
    assert run(ExportJob(str, 3, TextWriter, tmp_path / "clip.txt")) is not None
    assert os.listdir(tmp_path) == ["clip.txt"]


def test_what_belongs_to_a_film_comes_with_it_or_not_at_all(tmp_path: Path) -> None:
    def failing() -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")

    for content, left in ((lambda: b"said", ["clip.srt", "clip.txt"]), (failing, [])):
        job = ExportJob(str, 3, TextWriter, tmp_path / "clip.txt")
        job.beside[tmp_path / "clip.srt"] = content
        job.start()
        job.wait(None)
        assert sorted(os.listdir(tmp_path)) == left
        assert (job.error is None) == bool(left)
        for name in left:
            (tmp_path / name).unlink()
    assert "The disk is full" in str(job.error)


class LargeWriter(TextWriter):
    """Its file has to be made smaller, which goes on until nobody wants it any more."""

    def too_large(self) -> bool:
        return True

    def shrink(self, look: Callable[[], None]) -> None:
        self.begun.set()
        while True:
            look()
            threading.Event().wait(0.001)

    begun = threading.Event()


def test_cancel_is_heard_while_a_complete_file_is_made_smaller(tmp_path: Path) -> None:
    job = ExportJob(str, 3, LargeWriter, tmp_path / "clip.txt")
    job.start()
    assert LargeWriter.begun.wait(10.0)
    assert (job.done, job.remark) == (3, "Making it smaller…")
    job.cancel()
    assert job.wait(10.0)
    assert job.finish() is None
    assert os.listdir(tmp_path) == []
